"""What the ledger says of complaints, in whole lists, unproven."""

from collections.abc import Awaitable, Callable

from client.complaints.errors import CaseNotFound
from client.contract import PAGE, all_pages, ask
from client.rpc import RpcClient
from contracts.complaints.cases import queries
from contracts.complaints.cases.views import (
    CaseLine,
    CaseView,
    CustodyLine,
    EscalationLine,
    TimelineLine,
)
from contracts.complaints.core.messages import Template
from contracts.complaints.templates import handlers as templates
from contracts.complaints.work.contents import ContentLine, contents_page, contents_since
from primitives.crypto import Digest
from primitives.ids import Address

_NO_DIGEST = Digest(bytes(32))
_Page = Callable[[bytes | None, int], Awaitable[tuple[CaseLine, ...]]]


async def case(rpc: RpcClient, case_id: bytes) -> CaseView:
    """Return where a case is. Raises CaseNotFound."""
    found = await ask(rpc, queries.case, case_id)
    if found is None:
        raise CaseNotFound(f"there is no case 0x{case_id.hex()}")
    return found


async def timeline(rpc: RpcClient, case_id: bytes) -> tuple[TimelineLine, ...]:
    """Return everything that happened to a case, in order."""
    return await all_pages(
        lambda after, limit: ask(rpc, queries.timeline_page, case_id, after, limit),
        0,
        lambda line: line.number,
    )


async def custody(rpc: RpcClient, case_id: bytes) -> tuple[CustodyLine, ...]:
    """Return the chain of custody; each holds the case until the next."""
    return await all_pages(
        lambda after, limit: ask(rpc, queries.custody_page, case_id, after, limit),
        0,
        lambda line: line.number,
    )


async def inbox(rpc: RpcClient, agency: str, kind: str) -> tuple[CaseLine, ...]:
    """Return an agency's open cases: `kind` is held, offered, joint or invited."""
    return await _cases(lambda after, limit: ask(rpc, queries.inbox, agency, kind, after, limit))


async def all_cases(rpc: RpcClient) -> tuple[CaseLine, ...]:
    """Return all cases, in order of their ids."""
    return await _cases(lambda after, limit: ask(rpc, queries.cases_page, after, limit))


async def appeals(rpc: RpcClient) -> tuple[CaseLine, ...]:
    """Return the cases whose appeal waits for a supervisor."""
    return await _cases(lambda after, limit: ask(rpc, queries.appeals_page, after, limit))


async def cases_of(rpc: RpcClient, owner: Address) -> tuple[bytes, ...]:
    """Return the ids of the cases that an account filed, or that were filed for it."""

    async def page(after: bytes | None, limit: int) -> tuple[bytes, ...]:
        return await ask(rpc, queries.cases_of, owner, after, limit)

    return await all_pages(page, None, lambda case_id: case_id)


async def escalations(rpc: RpcClient, from_ms: int = 0) -> tuple[EscalationLine, ...]:
    """Return the missed deadlines from a time on, in order of time and case."""
    return await all_pages(
        lambda after, limit: ask(rpc, queries.escalations_page, *after, limit),
        (from_ms, bytes(16)),
        lambda line: (line.due_ms, line.case_id),
    )


async def contents(rpc: RpcClient, case_id: bytes) -> tuple[ContentLine, ...]:
    """Return the items of a case in order; none once it is erased."""
    return await all_pages(
        lambda after, limit: ask(rpc, contents_page, case_id, after, limit),
        0,
        lambda line: line.number,
    )


async def erased_contents(rpc: RpcClient, case_id: bytes) -> tuple[Digest, ...]:
    """Return the digests that the erasure of a case told its hosts to delete."""
    heights = [line.height for line in await timeline(rpc, case_id) if line.kind == "erased"]
    if not heights:
        return ()
    # What was named later is not told again, so the lines of that one block are enough.
    after, found = _NO_DIGEST, list[Digest]()
    while True:
        lines = await ask(rpc, contents_since, heights[0], after, PAGE)
        here = [line for line in lines if line.height == heights[0]]
        found.extend(line.digest for line in here if line.case_id == case_id)
        if len(here) < PAGE:
            return tuple(found)
        after = here[-1].digest


async def templates_in_force(rpc: RpcClient) -> tuple[Template, ...]:
    """Return the templates in force; the first hundred."""
    codes = await ask(rpc, templates.template_codes)
    found = [await ask(rpc, templates.template_in_force, code) for code in codes]
    return tuple(template for template in found if template is not None)


async def _cases(page: _Page) -> tuple[CaseLine, ...]:
    return await all_pages(page, None, lambda line: line.case_id)
