"""What is checked of all cases in the end: custody at every height, and that all is as told."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from client.answers import field_of, uint_field
from client.complaints import ledger
from client.complaints.ledger import CONTRACT
from client.complaints.records import read_optional, read_records
from client.errors import RpcRefused
from client.rpc import Answer, Request, RpcClient
from commands.demo.complaints_bangkok import WAITING, Complaint
from commands.demo.complaints_cast import City
from commands.demo.complaints_story import Seen
from commands.output import CheckFailed
from contracts.complaints.cases.views import PAGE, CaseView, CustodyLine, TimelineLine
from contracts.complaints.core.messages import OPEN_STATES, REOPENED
from primitives.limits import RPC_BATCH_MAX


@dataclass(frozen=True, slots=True)
class Kept:
    """A case with its chain of custody and its timeline."""

    case: CaseView
    custody: tuple[CustodyLine, ...]
    timeline: tuple[TimelineLine, ...]


async def load_cases(rpc: RpcClient) -> dict[bytes, Kept]:
    """Return every case of the ledger with its custody and its timeline."""
    ids = [line.case_id for line in await ledger.all_cases(rpc)]
    shown = ["0x" + case_id.hex() for case_id in ids]
    views = await _asked(rpc, [("case", [one]) for one in shown])
    chains = await _asked(rpc, [("custody_page", [one, 0, PAGE]) for one in shown])
    lines = await _asked(rpc, [("timeline_page", [one, 0, PAGE]) for one in shown])
    kept = {}
    for case_id, view, chain, timeline in zip(ids, views, chains, lines, strict=True):
        case = read_optional(CaseView, view)
        if case is not None:
            custody = read_records(CustodyLine, chain)
            kept[case_id] = Kept(case, custody, read_records(TimelineLine, timeline))
    return kept


async def check_custody(city: City, seen: Seen, cases: dict[bytes, Kept]) -> None:
    """Check that every case has exactly one holder at every height since it was filed."""
    rpc = city.connection.rpc
    head = uint_field(await rpc.call("chain_getStatus"), "height")
    broken = [case_id for case_id, one in cases.items() if not _is_chain(one)]
    asked = [(case_id, *each) for case_id, one in cases.items() for each in _holders(one, head)]
    answers = await _asked(
        rpc, [("holder_at", ["0x" + case_id.hex(), height]) for case_id, height, _ in asked]
    )
    wrong = [one for one, answer in zip(asked, answers, strict=True) if answer != one[2]]
    heights = sum(head - one.custody[0].from_height + 1 for one in cases.values())
    moves = sum(len(one.custody) - 1 for one in cases.values())
    seen.note(
        "every case has exactly one holder at every height",
        f"{len(cases)} cases, {heights:,} heights, {moves} changes of holder, {len(broken)} broken"
        f", {len(wrong)} of {len(asked)} answers differ",
        is_kept=not broken and not wrong,
    )
    await _check_inboxes(city, seen, cases)


async def _check_inboxes(city: City, seen: Seen, cases: dict[bytes, Kept]) -> None:
    rpc = city.connection.rpc
    held = [
        (line.case_id, agency)
        for agency in city.keys.parts
        for line in await ledger.inbox(rpc, agency, "held")
    ]
    is_open = {
        case_id: one.case.holder for case_id, one in cases.items() if one.case.state in OPEN_STATES
    }
    seen.note(
        "every open case is in one agency's inbox, its holder's",
        f"{len(held)} in inboxes, {len(is_open)} open",
        is_kept=len(held) == len(is_open) and dict(held) == is_open,
    )


def check_data(seen: Seen, complaints: Sequence[Complaint], cases: dict[bytes, Kept]) -> None:
    """Check that the complaints came as far as in the data, and are on the ledger in its order."""
    found = [(one, cases.get(one.case_id)) for one in complaints]
    differing = [one.number for one, kept in found if kept is None or not _is_as_told(one, kept)]
    heights = [kept.timeline[0].height for _, kept in found if kept is not None]
    late = sum(later < earlier for earlier, later in pairwise(heights))
    seen.note(
        "types, districts, stages, reopenings and stars are those of the data",
        f"{len(found) - len(differing)} of {len(found)} without a story of their own"
        + (f"; not {differing}" if differing else ""),
        is_kept=not differing,
    )
    seen.figures.append(("filings that a later one overtook by a block", str(late)))


def _is_as_told(told: Complaint, kept: Kept) -> bool:
    case = kept.case
    stars = [line.link for line in kept.timeline if line.kind == "rated"]
    # The template gives a reopened case a stage of its own, while it waits to be accepted.
    stage = WAITING if case.state == REOPENED else case.stage
    is_rated = stars == ([told.stars] if told.stars else [])
    found = (case.category, case.area, case.reopens, stage)
    return is_rated and found == (told.category, told.area, told.reopened, told.stage)


def _is_chain(one: Kept) -> bool:
    """Whether the custodies follow each other from the filing to the present holder."""
    heights = [line.from_height for line in one.custody]
    numbers = [line.number for line in one.custody]
    return (
        numbers == list(range(1, one.case.custodies + 1))
        and heights == sorted(heights)
        and heights[0] == one.timeline[0].height
        and one.custody[-1].holder == one.case.holder
    )


def _holders(one: Kept, head: int) -> list[tuple[int, str]]:
    """Return who holds the case at the heights around each change, and at the head."""
    expected = {one.custody[0].from_height - 1: "", head: one.case.holder}
    for earlier, later in pairwise(one.custody):
        expected[later.from_height - 1] = earlier.holder
    expected |= {line.from_height: line.holder for line in one.custody}
    return sorted(expected.items())


async def _asked(rpc: RpcClient, queries: Sequence[tuple[str, list[object]]]) -> list[Answer]:
    """Return the answers of many queries, in order. Raises CheckFailed."""
    requests = [
        Request("state_query", {"contract": CONTRACT, "query": name, "args": args})
        for name, args in queries
    ]
    answers: list[Answer] = []
    for start in range(0, len(requests), RPC_BATCH_MAX):
        answers += await rpc.batch(requests[start : start + RPC_BATCH_MAX])
    refused = [answer for answer in answers if isinstance(answer, RpcRefused)]
    if refused:
        raise CheckFailed(f"a query was refused: {refused[0]}")
    return [field_of(answer, "value") for answer in answers]
