"""What is checked of all cases in the end: custody at every height, and that all is as told."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from client.complaints import ledger
from client.contract import ask_each
from client.rpc import RpcClient
from contracts.complaints.cases import queries
from contracts.complaints.cases.views import PAGE, CaseView, CustodyLine, TimelineLine
from contracts.complaints.core.messages import OPEN_STATES, REOPENED
from scenes.complaints.bangkok import WAITING, Complaint
from scenes.complaints.cast import City, CityStory
from scenes.kit.chain import height_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case with its chain of custody and its timeline."""

    case: CaseView
    custody: tuple[CustodyLine, ...]
    timeline: tuple[TimelineLine, ...]


async def load_cases(rpc: RpcClient) -> dict[bytes, CaseRecord]:
    """Return every case of the ledger with its custody and its timeline."""
    ids = [line.case_id for line in await ledger.all_cases(rpc)]
    views = await ask_each(rpc, queries.case, [(case_id,) for case_id in ids])
    pages = [(case_id, 0, PAGE) for case_id in ids]
    chains = await ask_each(rpc, queries.custody_page, pages)
    timelines = await ask_each(rpc, queries.timeline_page, pages)
    return {
        view.case_id: CaseRecord(case=view, custody=custody, timeline=timeline)
        for view, custody, timeline in zip(views, chains, timelines, strict=True)
        if view is not None
    }


async def check_custody(city: City, story: CityStory, cases: dict[bytes, CaseRecord]) -> None:
    """Check that every case has exactly one holder at every height since it was filed."""
    rpc = city.connection.rpc
    head = await height_of(rpc)
    broken = [case_id for case_id, record in cases.items() if not _is_chain(record)]
    questions = [
        (case_id, *each) for case_id, record in cases.items() for each in _holders(record, head)
    ]
    answers = await ask_each(
        rpc, queries.holder_at, [(case_id, height) for case_id, height, _ in questions]
    )
    wrong = [
        record for record, answer in zip(questions, answers, strict=True) if answer != record[2]
    ]
    heights = sum(head - record.custody[0].from_height + 1 for record in cases.values())
    moves = sum(len(record.custody) - 1 for record in cases.values())
    story.note(
        "every case has exactly one holder at every height",
        f"{len(cases)} cases, {heights:,} heights, {moves} changes of holder, {len(broken)} broken"
        f", {len(wrong)} of {len(questions)} answers differ",
        is_kept=not broken and not wrong,
    )
    await _check_inboxes(city, story, cases)


async def _check_inboxes(city: City, story: CityStory, cases: dict[bytes, CaseRecord]) -> None:
    rpc = city.connection.rpc
    listed = [
        (line.case_id, agency)
        for agency in city.agencies.wallets
        for line in await ledger.inbox(rpc, agency, "held")
    ]
    is_open = {
        case_id: record.case.holder
        for case_id, record in cases.items()
        if record.case.state in OPEN_STATES
    }
    story.note(
        "every open case is in one agency's inbox, its holder's",
        f"{len(listed)} in inboxes, {len(is_open)} open",
        is_kept=len(listed) == len(is_open) and dict(listed) == is_open,
    )


def check_data(
    story: CityStory, complaints: Sequence[Complaint], cases: dict[bytes, CaseRecord]
) -> None:
    """Check that the complaints came as far as in the data, and are on the ledger in its order."""
    pairs = [(complaint, cases.get(complaint.case_id)) for complaint in complaints]
    differing = [
        complaint.number
        for complaint, record in pairs
        if record is None or not _is_as_told(complaint, record)
    ]
    heights = [record.timeline[0].height for _, record in pairs if record is not None]
    late = sum(later < earlier for earlier, later in pairwise(heights))
    story.note(
        "types, districts, stages, reopenings and stars are those of the data",
        f"{len(pairs) - len(differing)} of {len(pairs)} without a story of their own"
        + (f"; not {differing}" if differing else ""),
        is_kept=not differing,
    )
    story.figures.append(("filings that a later one overtook by a block", str(late)))


def _is_as_told(complaint: Complaint, record: CaseRecord) -> bool:
    case = record.case
    stars = [line.link for line in record.timeline if line.kind == "rated"]
    # The template gives a reopened case a stage of its own, while it waits to be accepted.
    stage = WAITING if case.state == REOPENED else case.stage
    is_rated = stars == ([complaint.stars] if complaint.stars else [])
    actual = (case.category, case.area, case.reopens, stage)
    return is_rated and actual == (
        complaint.category,
        complaint.area,
        complaint.reopened,
        complaint.stage,
    )


def _is_chain(record: CaseRecord) -> bool:
    """Whether the custodies follow each other from the filing to the present holder."""
    heights = [line.from_height for line in record.custody]
    numbers = [line.number for line in record.custody]
    return (
        numbers == list(range(1, record.case.custodies + 1))
        and heights == sorted(heights)
        and heights[0] == record.timeline[0].height
        and record.custody[-1].holder == record.case.holder
    )


def _holders(record: CaseRecord, head: int) -> list[tuple[int, str]]:
    """Return who holds the case at the heights around each change, and at the head."""
    expected = {record.custody[0].from_height - 1: "", head: record.case.holder}
    for earlier, later in pairwise(record.custody):
        expected[later.from_height - 1] = earlier.holder
    expected |= {line.from_height: line.holder for line in record.custody}
    return sorted(expected.items())
