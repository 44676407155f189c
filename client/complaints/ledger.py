"""What the ledger says of complaints: cases, their custody and time left; whole lists, unproven."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from client.answers import Answer, bytes_from_hex, field_of
from client.complaints.errors import CaseNotFound
from client.complaints.records import read_optional, read_record, read_records
from client.errors import BadAnswer
from client.rpc import RpcClient
from contracts.complaints.cases.views import (
    PAGE,
    CaseLine,
    CaseView,
    CustodyLine,
    Deadline,
    EscalationLine,
    PublicView,
    TimelineLine,
)
from contracts.complaints.core.messages import Template
from contracts.complaints.core.state import ErasureReceipt, Filing, Handler
from contracts.complaints.work.contents import ContentLine, FeedLine
from primitives.crypto import Digest
from primitives.ids import ADDRESS_BYTES, Address, show_address

CONTRACT = "complaints"
_NO_DIGEST = bytes(32)
_Line = TypeVar("_Line")


async def ask(rpc: RpcClient, query: str, *args: object) -> Answer:
    """Return the answer of a query. Bytes are written as hex, or as an address of 20 bytes."""
    params = {"contract": CONTRACT, "query": query, "args": [_written(arg) for arg in args]}
    return field_of(await rpc.call("state_query", params), "value")


async def all_pages(
    page: Callable[[Any], Awaitable[tuple[_Line, ...]]], last: Callable[[_Line], Any], first: object
) -> tuple[_Line, ...]:
    """Return the lines of all pages; `page` takes what `last` says of the line before."""
    found: list[_Line] = []
    after: Any = first
    while True:
        lines = await page(after)
        found.extend(lines)
        if len(lines) < PAGE:
            return tuple(found)
        after = last(lines[-1])


async def case(rpc: RpcClient, case_id: bytes) -> CaseView:
    """Return where a case is. Raises CaseNotFound."""
    found = read_optional(CaseView, await ask(rpc, "case", case_id))
    if found is None:
        raise CaseNotFound(f"there is no case 0x{case_id.hex()}")
    return found


async def filing(rpc: RpcClient, case_id: bytes) -> Filing:
    """Return what was filed. Raises CaseNotFound."""
    found = read_optional(Filing, await ask(rpc, "filing", case_id))
    if found is None:
        raise CaseNotFound(f"there is no case 0x{case_id.hex()}")
    return found


async def public_view(rpc: RpcClient, case_id: bytes) -> PublicView | None:
    """Return what everybody may see; None of sensitive, erased and unknown cases."""
    return read_optional(PublicView, await ask(rpc, "public_view", case_id))


async def deadlines(rpc: RpcClient, case_id: bytes) -> tuple[Deadline, ...]:
    """Return the clocks that run or were missed."""
    return read_records(Deadline, await ask(rpc, "deadlines", case_id))


async def timeline(rpc: RpcClient, case_id: bytes) -> tuple[TimelineLine, ...]:
    """Return everything that happened to a case, in order."""

    async def page(after: int) -> tuple[TimelineLine, ...]:
        return read_records(TimelineLine, await ask(rpc, "timeline_page", case_id, after, PAGE))

    return await all_pages(page, lambda line: line.number, 0)


async def custody(rpc: RpcClient, case_id: bytes) -> tuple[CustodyLine, ...]:
    """Return the chain of custody; each holds the case until the next."""

    async def page(after: int) -> tuple[CustodyLine, ...]:
        return read_records(CustodyLine, await ask(rpc, "custody_page", case_id, after, PAGE))

    return await all_pages(page, lambda line: line.number, 0)


async def holder_at(rpc: RpcClient, case_id: bytes, height: int) -> str:
    """Return who held a case at the end of a block; "" before it was filed."""
    return _text(await ask(rpc, "holder_at", case_id, height))


async def inbox(rpc: RpcClient, agency: str, kind: str) -> tuple[CaseLine, ...]:
    """Return an agency's open cases: `kind` is held, offered, joint or invited."""

    async def page(after: bytes | None) -> tuple[CaseLine, ...]:
        return read_records(CaseLine, await ask(rpc, "inbox", agency, kind, after, PAGE))

    return await all_pages(page, lambda line: line.case_id, None)


async def all_cases(rpc: RpcClient) -> tuple[CaseLine, ...]:
    """Return all cases, in order of their ids."""

    async def page(after: bytes | None) -> tuple[CaseLine, ...]:
        return read_records(CaseLine, await ask(rpc, "cases_page", after, PAGE))

    return await all_pages(page, lambda line: line.case_id, None)


async def cases_of(rpc: RpcClient, owner: Address) -> tuple[bytes, ...]:
    """Return the ids of the cases that an account filed, or that were filed for it."""

    async def page(after: bytes | None) -> tuple[bytes, ...]:
        return _ids(await ask(rpc, "cases_of", owner, after, PAGE))

    return await all_pages(page, lambda case_id: case_id, None)


async def case_of_receipt(rpc: RpcClient, owner: Address) -> bytes:
    """Return the id of a receipt's case. Raises CaseNotFound."""
    found = await ask(rpc, "case_of_receipt", owner)
    if found is None:
        raise CaseNotFound("no case was filed with this receipt")
    return bytes_from_hex(found, "case_id")


async def parts_of(rpc: RpcClient, case_id: bytes) -> tuple[bytes, ...]:
    """Return the ids of the cases that a case was split into."""
    return _ids(await ask(rpc, "parts_of", case_id))


async def appeals(rpc: RpcClient) -> tuple[CaseLine, ...]:
    """Return the cases whose appeal waits for a supervisor."""

    async def page(after: bytes | None) -> tuple[CaseLine, ...]:
        return read_records(CaseLine, await ask(rpc, "appeals_page", after, PAGE))

    return await all_pages(page, lambda line: line.case_id, None)


async def escalations(rpc: RpcClient, from_ms: int = 0) -> tuple[EscalationLine, ...]:
    """Return the missed deadlines from a time on, in order of time and case."""

    async def page(after: tuple[int, bytes]) -> tuple[EscalationLine, ...]:
        answer = await ask(rpc, "escalations_page", *after, PAGE)
        return read_records(EscalationLine, answer)

    return await all_pages(page, lambda line: (line.due_ms, line.case_id), (from_ms, bytes(16)))


async def contents(rpc: RpcClient, case_id: bytes) -> tuple[ContentLine, ...]:
    """Return the items of a case in order; none once it is erased."""

    async def page(after: int) -> tuple[ContentLine, ...]:
        return read_records(ContentLine, await ask(rpc, "contents_page", case_id, after, PAGE))

    return await all_pages(page, lambda line: line.number, 0)


async def erased_contents(rpc: RpcClient, case_id: bytes) -> tuple[Digest, ...]:
    """Return the digests that the erasure of a case told its hosts to delete."""
    heights = [line.height for line in await timeline(rpc, case_id) if line.kind == "erased"]
    if not heights:
        return ()

    async def page(after: tuple[int, bytes]) -> tuple[FeedLine, ...]:
        return read_records(FeedLine, await ask(rpc, "contents_since", *after, PAGE))

    # What was named later is not told again, so the lines of that one block are enough.
    after, found = _NO_DIGEST, list[Digest]()
    while True:
        lines = await page((heights[0], after))
        here = [line for line in lines if line.height == heights[0]]
        found.extend(line.digest for line in here if line.case_id == case_id)
        if len(here) < PAGE:
            return tuple(found)
        after = here[-1].digest


async def receipts_of_erasure(rpc: RpcClient, content: Digest) -> tuple[ErasureReceipt, ...]:
    """Return the hosts' receipts for the deletion of an item that are on the ledger."""
    return read_records(ErasureReceipt, await ask(rpc, "receipts_of_erasure", content))


async def handler(rpc: RpcClient, agency: str) -> Handler | None:
    """Return where an agency's complaints are sealed to and kept."""
    return read_optional(Handler, await ask(rpc, "handler", agency))


async def template(rpc: RpcClient, code: str, version: int | None = None) -> Template | None:
    """Return a version of a template; without one, that which is in force."""
    if version is None:
        return read_optional(Template, await ask(rpc, "template_in_force", code))
    return read_optional(Template, await ask(rpc, "template", code, version))


async def templates(rpc: RpcClient) -> tuple[Template, ...]:
    """Return the templates in force; the first hundred."""
    codes = await ask(rpc, "template_codes")
    if not isinstance(codes, list):
        raise BadAnswer("the codes of templates are no list")
    answers = [await ask(rpc, "template_in_force", code) for code in codes]
    return tuple(read_record(Template, answer) for answer in answers if answer is not None)


def _ids(answer: Answer) -> tuple[bytes, ...]:
    if not isinstance(answer, list):
        raise BadAnswer("the ids of cases are no list")
    return tuple(bytes_from_hex(one, "case_id") for one in answer)


def _text(answer: Answer) -> str:
    if not isinstance(answer, str):
        raise BadAnswer("the answer is no text")
    return answer


def _written(arg: object) -> object:
    if not isinstance(arg, bytes):
        return arg
    return show_address(Address(arg)) if len(arg) == ADDRESS_BYTES else "0x" + arg.hex()
