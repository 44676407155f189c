"""`sapha vote calendar` and `extend`: what is due when, and the two offices that move dates."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace

from client.answers import uint_field
from client.contract import Actor, ask, ask_each
from client.rpc import RpcClient
from client.voting.calendar import (
    NOW,
    OVER,
    Due,
    Standing,
    calendar_of,
    standing_of,
    why_void,
)
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import UsageFault, emit_prose
from commands.sending import Make
from commands.table import show_table
from commands.values import moment, span_ms
from contracts.voting.core.messages import TIME_MS_MAX, Windows
from contracts.voting.core.state import Wish
from contracts.voting.elections.stage import VOID
from contracts.voting.offices.handlers import (
    ANNUL,
    AUTHORITY_OFFICE,
    EXTEND,
    GO_ON,
    OFFICIAL_OFFICE,
    windows,
    wish,
)
from contracts.voting.offices.messages import ExtendElection

_DECISIONS = (EXTEND, ANNUL, GO_ON)
_MOVE = re.compile(r"([a-z-]+)(=|\+)(.+)")
_COLUMNS = ("when", "from, UTC+7", "until, UTC+7", "what", "by", "missing")


async def calendar(election_id: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show what is due in an election, from whom and when, and what the offices want to move."""
    async with open_rpc(rpc) as client:
        standing = await standing_of(client, election_id)
        status = await client.call("chain_getStatus")
        wishes = await _wishes(client, election_id)
    now_ms, parts = uint_field(status, "contract_time_ms"), calendar_of(standing)
    data: dict[str, object] = {
        "stage": standing.stage,
        "now_ms": now_ms,
        "parts": [asdict(part) | {"when": part.when(now_ms)} for part in parts],
        "wishes": [
            {"decision": decision, "office": office} | asdict(one)
            for (decision, office), one in wishes.items()
        ],
    }
    title = f"{election_id}: {standing.stage}; {time_text(now_ms)}"
    lines = [show_table(title, _COLUMNS, [_row(part, now_ms) for part in parts])]
    if void := void_text(election_id, standing):
        lines.append(void)
        data["void"] = list(why_void(standing))
    for (decision, office), one in wishes.items():
        wanted = _wanted(standing.windows, decision, one)
        lines.append(f"The {office} wants {wanted}; over {time_text(one.until_ms)}")
    emit_prose({"calendar": data}, "\n\n".join(lines), as_json=as_json)


def extend(election_id: str, *, move: tuple[str, ...], reason: str) -> Make:
    """Return what says, as authority or official, that dates are moved; it takes both."""

    async def make(actor: Actor) -> ExtendElection:
        if move:
            dates = moved(await ask(actor.rpc, windows, election_id), move)
            return ExtendElection(election_id=election_id, windows=dates, reason=reason)
        wishes = await _wishes(actor.rpc, election_id)
        wanted = [one.windows for one in wishes.values() if one.windows is not None]
        if len(wanted) != 1:
            raise UsageFault("give --move: there is no wish of one office to agree with")
        return ExtendElection(election_id=election_id, windows=wanted[0], reason=reason)

    return make


def moved(dates: Windows, moves: Sequence[str]) -> Windows:
    """Return dates of which some are others: `cast-until=2027-01-31T17:00` or `cast-until+2h`.

    Raises:
        UsageFault: no such date, or not written like this.
    """
    for text in moves:
        match = _MOVE.fullmatch(text)
        name = "" if match is None else match[1].replace("-", "_") + "_ms"
        if match is None or name not in asdict(dates):
            names = ", ".join(_word(each) for each in asdict(dates))
            raise UsageFault(f"{text[:60]!r}: write NAME=DATE or NAME+SPAN, with one of {names}")
        if match[2] == "+":
            at_ms = getattr(dates, name) + span_ms(match[3])
        else:
            given = moment(match[3]).at_ms
            if given is None:
                raise UsageFault(f"{text[:60]!r}: after = comes a date; a span comes after +")
            at_ms = given
        dates = replace(dates, **{name: at_ms})
    return dates


async def _wishes(client: RpcClient, election: str) -> dict[tuple[str, str], Wish]:
    """Return what an office wants, by decision and office, and the other has not agreed to."""
    places = [(one, office) for one in _DECISIONS for office in (AUTHORITY_OFFICE, OFFICIAL_OFFICE)]
    answers = await ask_each(client, wish, [(election, *place) for place in places])
    return {place: one for place, one in zip(places, answers, strict=True) if one is not None}


def _row(part: Due, now_ms: int) -> tuple[str, ...]:
    when = part.when(now_ms)
    begins = _date(part.from_ms) if part.from_ms else "-"
    ends = _date(part.until_ms) if part.until_ms < TIME_MS_MAX else "-"
    missing = ", ".join(part.missing) if when in {OVER, NOW} else ""
    act = f"{part.act}: {part.note}" if part.note else part.act
    return when, begins, ends, act, part.by, missing or "-"


def _date(time_ms: int) -> str:
    """Return a time without its zone, which the head of its column names."""
    return time_text(time_ms).removesuffix(" UTC+7")


def void_text(election_id: str, standing: Standing) -> str:
    """Return why an election is void and what is to be done; "" for one that is not."""
    if standing.stage != VOID:
        return ""
    at = time_text(standing.windows.issue_from_ms)
    return (
        f"{election_id} is void: not opened before {at}, for {'; '.join(why_void(standing))}."
        " Nobody can vote in it. Next: another plan with another name and later dates"
        " (sapha vote plan), and found that one."
    )


def _wanted(before: Windows, decision: str, one: Wish) -> str:
    """Return in words what an office wants."""
    if one.windows is None:
        return {ANNUL: "the election annulled", GO_ON: "the surplus counted"}[decision]
    return f"other dates: {_moved(before, one.windows)}"


def _moved(before: Windows, after: Windows) -> str:
    pairs = zip(asdict(before).items(), asdict(after).values(), strict=True)
    return ", ".join(f"{_word(name)} {time_text(new)}" for (name, old), new in pairs if new != old)


def _word(name: str) -> str:
    return name.removesuffix("_ms").replace("_", "-")
