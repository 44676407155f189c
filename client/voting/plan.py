"""An election in one TOML file that an office writes: dates, parties, classes, questions, seats.

A plan gives the manifest that is founded, seats, quorum and the source of lots in it, and beside
it who signs the protocol. Publish it before the election; form: `client.voting.plan_text`. A
committee's has three dates and no registrars.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from client.contract import written_record
from contracts.sdk.labels import look_of
from contracts.voting.core.messages import Manifest, Registrars, Trustees, Windows
from contracts.voting.core.rules import require_rising
from contracts.voting.crypto.questions import APPROVAL, SCORE
from contracts.voting.crypto.transcript import TOKENS_BLIND_BLS, TOKENS_RING
from contracts.voting.elections.handlers import check_contests
from contracts.voting.elections.messages import CreateElection
from primitives.errors import Rejected

BANGKOK = timezone(timedelta(hours=7))
COMMITTEE_DATES = ("roll_until", "join_until", "cast_until")
NOBODY: dict[str, object] = {"agencies": [], "needed": 0}
DATES = tuple(field.name.removesuffix("_ms") for field in fields(Windows))
_HEAD = {"election", "authority", "official", "title_th", "title_en", "class_size_min", "committee"}
_TABLES = {"voters", "registrars", "trustees", "dates", "classes", "questions", "protocol"}
_QUESTION = {"th", "en", "kind", "options", "seats", "blank", "low", "high", "grades"}
_PROTOCOL = {"quorum_percent", "lots_from", "signers"}

Table = Mapping[str, Any]


class BadPlan(Rejected):
    """The plan is none, or no election can be founded by it; the message names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an office wants to hold."""

    election_id: str
    authority: str
    manifest: Manifest
    signers: tuple[str, ...]  # of the protocol: names and offices

    @property
    def message(self) -> CreateElection:
        """The message that founds it."""
        return CreateElection(
            election_id=self.election_id, agency=self.authority, manifest=self.manifest
        )


def read_plan(text: str) -> Plan:
    """Return the plan of a TOML text, checked as far as no ledger is needed.

    Raises:
        BadPlan: names the table and the key, and what is wrong with it.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"no TOML: {error}") from error
    _known(document, _HEAD | _TABLES, "the plan")
    questions = [_question(one, at) for at, one in enumerate(_many(document, "questions"), 1)]
    try:
        manifest = written_record(Manifest, _manifest(document, questions))
        check_contests(manifest)
        require_rising(manifest.windows)
    except Rejected as error:
        raise BadPlan(f"{error.code}: {error}") from error
    _require_parties(document, manifest)
    return Plan(
        election_id=_text(document, "election", "the plan"),
        authority=_text(document, "authority", "the plan"),
        manifest=manifest,
        signers=_signers(_table(document, "protocol")),
    )


def _manifest(document: Table, questions: Sequence[Table]) -> dict[str, object]:
    voters, is_committee = _table(document, "voters"), _is_committee(document)
    return {
        "title_th": _text(document, "title_th", "the plan"),
        "title_en": _text(document, "title_en", "the plan"),
        "suite": 1,
        "token_scheme": TOKENS_RING if is_committee else TOKENS_BLIND_BLS,
        "contests": [one["contest"] for one in questions],
        "english": [one["english"] for one in questions],
        "classes": [_class(one, at) for at, one in enumerate(_many(document, "classes"), 1)],
        "class_size_min": document.get("class_size_min", 5),
        "eligibility": dict(voters),
        "official": _text(document, "official", "the plan"),
        "registrars": NOBODY if is_committee else dict(_table(document, "registrars")),
        "trustees": dict(_table(document, "trustees")),
        "windows": _windows(_table(document, "dates"), is_committee=is_committee),
        "seating": _seating(_table(document, "protocol"), questions),
    }


def _is_committee(document: Table) -> bool:
    """Return whether members of a ring vote; then there are no registrars. Raises BadPlan."""
    found = document.get("committee", False)
    if not isinstance(found, bool):
        raise BadPlan(f"the plan, committee: {found!r:.40} must be true or false")
    if found and "registrars" in document:
        raise BadPlan("[registrars]: a committee has none; its members vote as a ring")
    return found


def _windows(dates: Table, *, is_committee: bool) -> dict[str, int]:
    """Return all dates; a committee's follow from its three."""
    names = COMMITTEE_DATES if is_committee else DATES
    _known(dates, set(names), "[dates]")
    given = [_ms(dates, name) for name in names]
    if is_committee:
        return _committee_windows(*given)
    return {f"{name}_ms": at for name, at in zip(names, given, strict=True)}


def _committee_windows(roll: int, join: int, close: int) -> dict[str, int]:
    """Return dates with quarters between the first two for objections and the trustees' rounds.

    Where registrars would answer requests nothing happens, within three milliseconds.
    """
    quarter, opening = (join - roll) // 4, join + (close - join) // 10
    return {
        "roll_until_ms": roll,
        "objections_until_ms": roll + quarter,
        "keys_until_ms": join,
        "commit_until_ms": roll,
        "reveal_until_ms": roll + quarter,
        "deal_until_ms": roll + 2 * quarter,
        "complain_until_ms": roll + 3 * quarter,
        "answer_until_ms": join,
        "issue_from_ms": opening,
        "request_until_ms": opening + 1,
        "issue_until_ms": opening + 2,
        "cast_from_ms": opening + 3,
        "cast_until_ms": close,
        "decrypt_until_ms": close + max(join - roll, close - join),
    }


def _question(table: Table, number: int) -> dict[str, Any]:
    where = f"[[questions]] {number}"
    _known(table, _QUESTION, where)
    options = _many(table, "options", where)
    kind, seats = _text(table, "kind", where), table.get("seats", 1)
    if type(seats) is not int or not 1 <= seats <= len(options):
        raise BadPlan(f"{where}, seats: {seats!r} must be 1 to {len(options)}, as options are")
    is_approval = kind == APPROVAL
    grades = _many(table, "grades", where) if kind == SCORE else []
    contest = {
        "title": _text(table, "th", where),
        "kind": kind,
        "options": [
            _text(one, "th", f"{where}, options {at}") for at, one in enumerate(options, 1)
        ],
        "low": table.get("low", 0) if is_approval else 0,
        "high": table.get("high", seats) if is_approval else 0,
        "grades": [_text(one, "th", f"{where}, grades {at}") for at, one in enumerate(grades, 1)],
        "has_blank": table.get("blank", True),
    }
    english = {
        "title": _text(table, "en", where),
        "options": [
            _text(one, "en", f"{where}, options {at}") for at, one in enumerate(options, 1)
        ],
        "grades": [_text(one, "en", f"{where}, grades {at}") for at, one in enumerate(grades, 1)],
    }
    return {"contest": contest, "english": english, "seats": seats}


def _class(table: Table, number: int) -> dict[str, object]:
    where = f"[[classes]] {number}"
    _known(table, {"th", "en", "weight", "joins"}, where)
    joins = table.get("joins")
    return {
        "name_th": _text(table, "th", where),
        "name_en": _text(table, "en", where),
        "weight": table.get("weight", 1),
        "joins": joins - 1 if isinstance(joins, int) else joins,  # people count from 1
    }


def _seating(table: Table, questions: Sequence[Table]) -> dict[str, object]:
    """Return how places become seats, which the manifest binds. Raises BadPlan."""
    _known(table, _PROTOCOL, "[protocol]")
    percent = table.get("quorum_percent", 0)
    if type(percent) is not int or not 0 <= percent <= 100:
        raise BadPlan(f"[protocol], quorum_percent: {percent!r} must be 0 to 100")
    return {
        "seats": [one["seats"] for one in questions],
        "quorum_percent": percent,
        "lots_from": _text(table, "lots_from", "[protocol]"),
    }


def _signers(table: Table) -> tuple[str, ...]:
    signers = table.get("signers", [])
    if not isinstance(signers, list) or not all(isinstance(one, str) for one in signers):
        raise BadPlan("[protocol], signers: must be a list of names")
    return tuple(signers)


def _require_parties(document: Table, manifest: Manifest) -> None:
    """Raise BadPlan unless nobody is on two sides, and enough of each side are needed."""
    authority = _text(document, "authority", "the plan")
    parts: dict[str, Registrars | Trustees] = {
        "registrars": manifest.registrars,
        "trustees": manifest.trustees,
    }
    if manifest.token_scheme == TOKENS_RING:
        del parts["registrars"]
    for name, part in parts.items():
        if not 2 <= part.needed <= len(part.agencies):
            raise BadPlan(f"[{name}], needed: {part.needed} of {len(part.agencies)}; 2 at least")
        twice = {one for one in part.agencies if part.agencies.count(one) > 1}
        if twice or authority in part.agencies:
            raise BadPlan(f"[{name}], agencies: {', '.join(sorted(twice)) or authority} is twice")
    both = set(manifest.registrars.agencies) & set(manifest.trustees.agencies)
    if both:
        raise BadPlan(f"[trustees], agencies: {', '.join(sorted(both))}: registrars too")


def _known(table: Table, names: set[str], where: str) -> None:
    for name in table:
        if name not in names:
            raise BadPlan(f"{where}: {name!r:.40} is no key; keys are {', '.join(sorted(names))}")


def _table(document: Table, name: str) -> Table:
    found = document.get(name)
    if not isinstance(found, dict):
        raise BadPlan(f"[{name}] is missing")
    return found


def _many(table: Table, name: str, where: str = "the plan") -> list[Table]:
    found = table.get(name)
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise BadPlan(f"{where}, {name}: must be a list of tables")
    return found


def _text(table: Table, name: str, where: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not look_of(found):
        raise BadPlan(f"{where}, {name}: is missing, or no text")
    return found


def _ms(dates: Table, name: str) -> int:
    """Return a date in milliseconds; one without a zone is of Bangkok."""
    found = dates.get(name)
    if not isinstance(found, datetime):
        raise BadPlan(
            f"[dates], {name}: must be a date and time, such as 2027-01-31T17:00:00+07:00"
        )
    at = found if found.tzinfo is not None else found.replace(tzinfo=BANGKOK)
    return int(at.astimezone(UTC).timestamp() * 1_000)
