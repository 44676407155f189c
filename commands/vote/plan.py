"""`sapha vote plan`, `found`, `protocol`: an election by one file, from dates to protocol."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from client.errors import LedgerRefused, NodeUnreachable, RpcRefused
from client.voting.calendar import dates_of
from client.voting.conduct import ENDED, Conduct
from client.voting.events import CONTRACT
from client.voting.plan import DATES, Plan, read_plan
from client.voting.plan_text import COMMITTEE_DAYS, DAYS, committee_example, example
from client.voting.protocol import protocol_of
from commands.field_text import time_text
from commands.keyring import address_argument
from commands.output import Shown, UsageFault, emit, require_new, say
from commands.table import show_table
from commands.values import BANGKOK
from commands.vote.acting import Session
from commands.vote.reading import write_new
from contracts.voting.core.messages import RingTooSmall
from contracts.voting.roll.messages import VoterEntry
from genesis.files import read_text
from primitives.errors import Rejected, SaphaError
from primitives.ids import show_address

_POLL_S = 2.0
_BUSY = "TOO_BUSY"  # of a node whose share of strangers is used up for now
_OFFICE_HOUR = 17


def plan(  # noqa: PLR0913 - each is an option of the command
    file: Path,
    *,
    election_id: str | None,
    agency: str | None,
    official: str | None,
    committee: bool,
    within: int | None,
    as_json: bool,
) -> None:
    """Check a plan and show what it says; make one to edit where there is none."""
    if not file.exists():
        if election_id is None or agency is None or official is None:
            raise UsageFault(f"{file}: does not exist; to make it: --election, --as, --official")
        address = show_address(address_argument(official))
        made, days = (committee_example, COMMITTEE_DAYS) if committee else (example, DAYS)
        date = _evening if within is None else partial(_soon, within, max(days.values()))
        write_new(file, made(election_id, agency, address, date))
    found = read_plan_file(file)
    emit(_data(found), _text(found), as_json=as_json)


async def found(
    session: Session, file: Path, *, roll: list[VoterEntry] | None, wait: bool
) -> Shown:
    """Do all of an election that is the authority's and due now; with --wait to its result."""
    planned = read_plan_file(file)
    conduct = Conduct(
        actor=session.actor, facts=session.facts, plan=planned, entries=tuple(roll or ())
    )
    while True:
        try:
            done = await conduct.step()
            stage = await conduct.stage()
        except (NodeUnreachable, RpcRefused, LedgerRefused) as error:
            if getattr(error, "code", "") == RingTooSmall.code:
                raise _told_void(error, planned) from error
            if isinstance(error, LedgerRefused):
                raise
            is_busy = not isinstance(error, RpcRefused) or error.code == _BUSY
            if not wait or not is_busy:
                raise
            say(f"no node answers, tried again soon: {error}")
        else:
            if not wait or stage in ENDED:
                break
            if not session.is_quiet and done:
                say(f"{planned.election_id}: {', '.join(done)}; {stage}")
        await asyncio.sleep(_POLL_S)
    data = {"election": planned.election_id, "done": done, "stage": stage}
    next_ = f"what is due next: sapha vote calendar {planned.election_id}"
    return Shown(data, f"{', '.join(done) or 'nothing was due'}; {stage}\n{next_}")


def _told_void(error: SaphaError, planned: Plan) -> LedgerRefused:
    """Return the refusal of a ring of too few, with what it means: nobody else can join it."""
    message = (
        f"too few have joined {planned.election_id}, and nobody can join any more: it is never"
        " opened, and void. Next: another plan with another name and later dates (sapha vote"
        " plan), and found that one"
    )
    details = dict(getattr(error, "details", None) or {})
    return LedgerRefused(RingTooSmall.code, message, contract=CONTRACT, details=details)


async def protocol(session: Session, file: Path, *, seed: str | None, out: Path) -> Shown:
    """Write the protocol of a counted election as PDF, for its officials to sign."""
    require_new(out, "protocols")
    planned = read_plan_file(file)
    made = await protocol_of(session.facts, planned.election_id, planned.signers, seed)
    if made.election.manifest != planned.manifest:
        raise UsageFault(f"{file}: {planned.election_id} was founded by another plan")
    from client.voting.protocol_pdf import protocol_pdf  # noqa: PLC0415 - loads fonts

    await asyncio.to_thread(out.write_bytes, protocol_pdf(made))
    contests = made.election.manifest.contests
    rows = [
        {
            "title": contest.title,
            "elected": [contest.options[at] for at in seats.elected],
            "tied": [contest.options[at] for at in seats.tied],
        }
        for contest, seats in zip(contests, made.seats, strict=True)
    ]
    data = {"protocol": str(out), "has_quorum": made.has_quorum, "contests": rows}
    lines = [f"{row['title']}: {', '.join(row['elected']) or '-'}" for row in rows]
    lines += [f"{row['title']}, tied: {', '.join(row['tied'])}" for row in rows if row["tied"]]
    quorum = "there is a quorum" if made.has_quorum else "there is no quorum"
    return Shown(data, "\n".join([*lines, quorum, f"{out}: print and sign it"]))


def read_plan_file(file: Path) -> Plan:
    """Return the plan in a file. Raises UsageFault naming the file and the place in it."""
    try:
        return read_plan(read_text(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file}: is no readable file") from error
    except Rejected as error:
        raise UsageFault(f"{file}: {error}") from error


def _evening(days: int) -> datetime:
    """Return the end of the working day so many days from now, in Bangkok."""
    today = datetime.now(BANGKOK).replace(hour=_OFFICE_HOUR, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


def _soon(within_ms: int, last: int, day: int) -> datetime:
    """Return a day of a plan whose last day is over within a span from now."""
    return datetime.now(BANGKOK) + timedelta(milliseconds=within_ms * day // last)


def _data(found: Plan) -> dict[str, object]:
    windows = found.manifest.windows
    return {
        "election": found.election_id,
        "authority": found.authority,
        "dates": {name: getattr(windows, f"{name}_ms") for name in DATES},
        "questions": [
            {"title": one.title, "kind": one.kind, "options": list(one.options), "seats": seats}
            for one, seats in zip(
                found.manifest.contests, found.manifest.seating.seats, strict=True
            )
        ],
    }


def _text(found: Plan) -> str:
    manifest, windows = found.manifest, found.manifest.windows
    dates = [(name.replace("_", " "), time_text(at)) for name, at in dates_of(manifest, windows)]
    questions = [
        (one.title, one.kind, len(one.options), seats)
        for one, seats in zip(manifest.contests, manifest.seating.seats, strict=True)
    ]
    parts = (("registrars", manifest.registrars), ("trustees", manifest.trustees))
    who = [(name, ", ".join(part.agencies) or "none: a ring", part.needed) for name, part in parts]
    return "\n\n".join(
        [
            f"{found.election_id}: {manifest.title_th} ({manifest.title_en}), by {found.authority}",
            show_table("Dates", ("part", "date"), dates),
            show_table("Parties", ("part", "agencies", "needed"), who),
            show_table("Questions", ("title", "kind", "options", "seats"), questions),
        ]
    )
