"""`sapha vote`: count, tally, result, and the record that anyone can check."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from client.files import whole_file
from client.outcome import Outcome
from client.voting.counting import count_box, publish
from client.voting.errors import NotOpen
from client.voting.facts import ElectionFacts, Facts
from client.voting.record import check_record as checked
from client.voting.record import export as export_record
from client.voting.secrecy import openings_of
from commands.output import Shown, UsageFault, emit, lines, require_new
from commands.progress import progress
from commands.table import show_table
from commands.trust import open_light
from commands.vote.acting import Session
from contracts.voting.core.state import Result, closings, results
from contracts.voting.crypto.questions import RANKED, SCORE, Contest, columns_of
from contracts.voting.tally.methods import pairwise, standing_of

_POINTS = ("option", "points")


async def count(session: Session, election_id: str) -> Shown:
    """Have the closed box counted; anyone may. Trustees decrypt the sums afterwards."""
    with progress("counting, step", is_quiet=session.is_quiet) as told:
        await count_box(session.actor, election_id, told)
    return Shown({"counted": True}, "the box is counted; trustees deliver now")


async def tally(session: Session, election_id: str) -> Outcome:
    """Put the trustees' shares together and publish the counts; anyone may."""
    return await publish(session.actor, session.facts, election_id)


async def result(session: Session, election_id: str) -> Shown:
    """Show the proven result."""
    data = await result_of(session.facts, election_id)
    return Shown(data, _result_text(election_id, data))


async def export(session: Session, election_id: str, *, out: Path) -> Shown:
    """Write everything public of an election to one file, proven to be whole."""
    require_new(out, "records")
    facts = session.facts
    with progress("writing entries", is_quiet=session.is_quiet) as told, whole_file(out) as file:
        record = await export_record(facts.rpc, facts.light.genesis, election_id, file, told)
    data: dict[str, object] = {"record": str(out), "entries": record.entries}
    return Shown(data, f"{lines(data)}\ncheck it with the separate verifier")


def check_record(file: Path, *, genesis: Path, as_json: bool) -> None:
    """Check that a record is whole and proven; the separate verifier checks everything in it."""
    try:
        with file.open(encoding="ascii") as lines_of:
            record = checked(lines_of, open_light(genesis))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file}: is no readable file") from error
    data: dict[str, object] = {
        "election": record.head.election_id,
        "entries": record.entries,
        "height": record.at.header.height,
    }
    emit(data, f"whole\n{lines(data)}", as_json=as_json)


def verify(file: Path, *, genesis: Path, genesis_hash: bytes | None, as_json: bool) -> None:
    """Check everything in a record by the separate verifier, and show what it found."""
    from verifier.__main__ import find  # noqa: PLC0415 - nothing else here needs it

    expected = None if genesis_hash is None else "0x" + genesis_hash.hex()
    finding = find(file, genesis, expected)
    emit(finding.document, finding.text, as_json=as_json)
    if finding.code:
        raise SystemExit(finding.code)


async def result_of(facts: Facts, election_id: str) -> dict[str, object]:
    """Return the proven result as a document. Raises NotOpen before the tally."""
    election = await facts.election(election_id)
    found = await facts.value(results, election_id)
    closing = await facts.value(closings, election_id)
    if closing is not None and not any(closing.weights):
        raise NotOpen(
            f"{election_id} has no result, ever: of no weight are there"
            f" {election.manifest.class_size_min} ballots, so none is opened"
        )
    if found is None or closing is None:
        raise NotOpen(f"{election_id} has no result yet")
    ballots = [one.counted for one in found.totals]
    classes = openings_of(election.manifest, closing.weights, ballots)
    contests = election.manifest.contests
    return {
        "election": election_id,
        "contests": [_contest(election, found, number) for number in range(len(contests))],
        "trustees": list(found.trustees),
        "numbers": [
            {
                "eligible": one.eligible,
                "requested": one.requested,
                "covered": one.covered,
                "pseudonyms": one.pseudonyms,
                "counted": one.counted,
            }
            for one in found.totals
        ],
        "classes": [asdict(one) for one in classes],
        "overissued": list(found.overissued),
        "height": found.tallied_at,
    }


def _result_text(election: str, data: Mapping[str, Any]) -> str:
    """Return a table of points for each question, and one of the voters' numbers by class."""
    tables = []
    for contest in data["contests"]:
        rows = list(contest["points"].items())
        rows += [] if contest["blank"] is None else [("blank", contest["blank"])]
        tables.append(show_table(f"{contest['title']} ({contest['kind']})", _POINTS, rows))
    numbers = [(number, *totals.values()) for number, totals in enumerate(data["numbers"], start=1)]
    tables.append(show_table("Voters", ["class", *data["numbers"][0]], numbers))
    for number, one in enumerate(data["classes"], start=1):
        if one["why"]:
            tables.append(f"Class {number}, {one['name_th']}, {one['how']}: {one['why']}")
    head = f"{election}: tallied in block {data['height']}"
    delivered = f"shares of the trustees {', '.join(map(str, data['trustees']))}"
    return "\n\n".join([f"{head}, by {delivered}", *tables])


def _contest(election: ElectionFacts, found: Result, number: int) -> dict[str, object]:
    contest, counts = election.manifest.contests[number], found.counts[number]
    standing = standing_of(contest, counts)
    data: dict[str, object] = {
        "title": contest.title,
        "kind": contest.kind,
        "points": dict(zip(contest.options, standing.points, strict=True)),
        "places": dict(zip(contest.options, standing.places, strict=True)),
        "blank": counts[-1] if contest.has_blank else None,
        "counts": list(counts),
    }
    if contest.kind == SCORE:
        medians = [contest.grades[grade] for grade in standing.medians]
        data["grades"] = _grades(contest, counts)
        data["medians"] = dict(zip(contest.options, medians, strict=True))
    if contest.kind in RANKED:
        data["before"] = _before(contest, counts)
    return data


def _grades(contest: Contest, counts: tuple[int, ...]) -> dict[str, dict[str, int]]:
    """Return how many gave each option each grade."""
    width = columns_of(contest)
    rows = [counts[at * width : (at + 1) * width] for at in range(len(contest.options))]
    return {
        option: dict(zip(contest.grades, row, strict=True))
        for option, row in zip(contest.options, rows, strict=True)
    }


def _before(contest: Contest, counts: tuple[int, ...]) -> dict[str, dict[str, int]]:
    """Return how many placed each option before each other one."""
    options = contest.options
    table = pairwise(len(options), counts)
    return {
        option: {other: row[at] for at, other in enumerate(options) if other != option}
        for option, row in zip(options, table, strict=True)
    }
