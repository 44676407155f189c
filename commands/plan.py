"""network.toml: what the members of a network decide before it begins.

Owns reading the file and the members' files with it; every mistake in all of them is named at
once, each with its file and place. Its numbers are commands.plan_numbers'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands.output import CheckFailed, UsageFault
from commands.plan_numbers import SECTIONS, read_numbers
from commands.plan_tables import (
    PLACEHOLDERS,
    Account,
    Agency,
    Head,
    Mistakes,
    place_of,
    refusal,
    unknown_name,
)
from contracts.accounts.rules import account_of, address_of_account
from genesis.build import Plan
from genesis.files import read_text
from genesis.schema import DEVELOPMENT, PRODUCTION, GenesisMember, Json, Parameters
from genesis.verify import network_problem, parameter_faults, read_members, validators_problem
from node.settings import parse_toml
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from primitives.ids import Address, read_address, show_address

_MANY = ("central-bank", "court")  # kinds whose administrators act by `issuer_signers_min` keys
_PLAN_BYTES_MAX = 1024 * 1024
_YEAR_MS = 366 * 86_400_000
_CONTRACTS = tuple(
    dict.fromkeys(place.split(".")[1] for place in SECTIONS if place.startswith("contracts."))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """An account that several keys share, from the genesis on."""

    address: Address
    keys: tuple[PublicKey, ...]
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """A checked network.toml; `configs` are the contracts' parts of genesis."""

    plan: Plan
    voters: tuple[str, ...]  # ids of the agencies of kind validator
    configs: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What could be read of a file, and what is wrong in it."""

    path: Path
    kind: str
    voters: tuple[str, ...]
    plan: NetworkPlan | None  # None while there are mistakes
    mistakes: Mistakes

    def lines(self) -> list[str]:
        return [f"{self.path}: {place}: {reason}" for place, reason in self.mistakes.listed()]


def read_plan(path: Path, now_ms: int) -> NetworkPlan:
    """Return the plan of a file; a network without "begins" begins at `now_ms`.

    Raises:
        UsageFault: the file is no TOML, or names every mistake in it by its place.
    """
    draft = _read_draft(path, now_ms)
    if draft.plan is None:
        raise UsageFault(f"{path}: {refusal(draft.lines())}")
    return draft.plan


def read_founding(
    path: Path, member_files: Sequence[Path], now_ms: int
) -> tuple[NetworkPlan, list[GenesisMember]]:
    """Return the plan of a file and the members of theirs, checked against each other.

    Raises:
        UsageFault: the plan has mistakes; names them and those of the members' files.
        CheckFailed: only the members' files have; names every one.
    """
    draft = _read_draft(path, now_ms)
    members, faults = read_members(member_files)
    validators = [member.name for member in members if member.is_validator]
    for name in validators:
        if name not in draft.voters:
            reason = f"no agency of kind validator has the id {name}"
            draft.mistakes.add("agency", f"{reason}, so nobody could speak for that validator")
    lines = draft.lines()
    others = [str(fault) for fault in faults]
    problem = validators_problem(len(validators), draft.kind)
    if problem is not None and not faults:
        others.append(f"{', '.join(map(str, member_files))}: {problem}")
    if lines or draft.plan is None:
        raise UsageFault(refusal(lines + others))
    if others:
        raise CheckFailed(refusal(others))
    return draft.plan, members


def _read_draft(path: Path, now_ms: int) -> _Draft:
    try:
        document = parse_toml(read_text(path, _PLAN_BYTES_MAX))
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageFault(f"{path}: {error}") from error
    mistakes = Mistakes()
    head = mistakes.read(Head, document)
    numbers = _numbers(document, mistakes)
    accounts = _accounts(_tables(document, "account"), mistakes)
    agencies = _agencies(_tables(document, "agency"), accounts, numbers, mistakes)
    kind = DEVELOPMENT if document.get("kind") == DEVELOPMENT else PRODUCTION
    _check_rules(kind, numbers, mistakes)
    if head is not None:
        _check_head(head, now_ms, mistakes)
    voters = tuple(
        str(each.get("id"))
        for each in _tables(document, "agency")
        if "validator" in _list(each.get("kinds"))
    )
    if not voters:
        mistakes.add("agency", "none is of kind validator: nobody could vote")
    plan = None
    if head is not None and not mistakes.listed():
        begins_ms = now_ms if head.begins is None else _ms(head.begins)
        chosen = {name: int(str(value)) for name, value in numbers["parameters"].items()}
        plan = NetworkPlan(
            plan=Plan(
                network=head.network,
                kind=kind,
                time_ms=begins_ms,
                parameters=Parameters(**chosen),
            ),
            voters=voters,
            configs=_configs(agencies, accounts, numbers),
        )
    return _Draft(path=path, kind=kind, voters=voters, plan=plan, mistakes=mistakes)


def _tables(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """Return the tables of a name, as far as they are such; the rest is said of the head."""
    return [each for each in _list(document.get(name)) if isinstance(each, Mapping)]


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _numbers(document: Mapping[str, object], mistakes: Mistakes) -> dict[str, dict[str, Json]]:
    numbers, wrong = read_numbers(document)
    mistakes.found += wrong
    contracts = document.get("contracts")
    for name in contracts if isinstance(contracts, Mapping) else ():
        if name not in _CONTRACTS:
            mistakes.add(f"contracts.{name}", unknown_name(str(name), _CONTRACTS))
    return numbers


def _check_head(head: Head, now_ms: int, mistakes: Mistakes) -> None:
    problem = network_problem(head.network)
    if problem is not None:
        mistakes.add("network", problem)
    if head.begins is None:
        return
    if _ms(head.begins) > now_ms + _YEAR_MS:
        reason = "more than a year ahead; no block can be made before that time"
        mistakes.add("begins", f"is {head.begins.isoformat()}, {reason}")
    if _ms(head.begins) < now_ms - _YEAR_MS:
        reason = "more than a year ago; it is the time of block 0, of a network that is made now"
        mistakes.add("begins", f"is {head.begins.isoformat()}, {reason}")


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _check_rules(kind: str, numbers: Mapping[str, Mapping[str, Json]], mistakes: Mistakes) -> None:
    """Note what the genesis would be refused for although each number is within its bounds."""
    chosen = {name: int(str(value)) for name, value in numbers["parameters"].items()}
    for fault in parameter_faults(chosen, kind):
        mistakes.add(fault.place, fault.reason)
    if kind != DEVELOPMENT and numbers["contracts.cbdc"]["unregistered_accounts"]:
        reason = "is 1; only a development network lets strangers hold money"
        mistakes.add("contracts.cbdc.unregistered_accounts", reason)


def _accounts(
    tables: Sequence[Mapping[str, object]], mistakes: Mistakes
) -> dict[str, _Shared | None]:
    """Return the accounts by name; None for one whose mistakes are noted."""
    found: dict[str, _Shared | None] = {}
    for index, table in enumerate(tables):
        name = table.get("name")
        place = place_of("account", index, name)
        account = mistakes.read(Account, table, place)
        if isinstance(name, str) and name in found:
            mistakes.add(place, f"the name {name} is listed before")
            continue
        shared = None if account is None else _shared(account, place, mistakes)
        if isinstance(name, str):
            found[name] = shared
    return found


def _shared(account: Account, place: str, mistakes: Mistakes) -> _Shared | None:
    keys = tuple(PublicKey(bytes.fromhex(key[2:])) for key in account.keys)
    try:
        record = account_of(keys, account.threshold)
    except Rejected as error:
        mistakes.add(place, (type(error).__doc__ or "").rstrip("."))
        return None
    return _Shared(address=address_of_account(record), keys=record.keys, threshold=record.threshold)


def _agencies(
    tables: Sequence[Mapping[str, object]],
    accounts: Mapping[str, _Shared | None],
    numbers: Mapping[str, Mapping[str, Json]],
    mistakes: Mistakes,
) -> list[Agency]:
    """Return the agencies that can be read, with what contradicts the rest of the file noted."""
    found: list[Agency] = []
    ids: dict[object, str] = {}
    administrators: dict[object, str] = {}
    for index, table in enumerate(tables):
        place = place_of("agency", index, table.get("id"))
        agency = mistakes.read(Agency, table, place)
        if agency is None:
            continue
        found.append(agency)
        if agency.id in ids:
            mistakes.add(place, f"the id {agency.id} is that of {ids[agency.id]}, listed before")
        ids.setdefault(agency.id, place)
        place += ": administrator"
        if agency.administrator in PLACEHOLDERS:
            mistakes.blanks.append(place)
            continue
        if agency.administrator in administrators:
            other = administrators[agency.administrator]
            mistakes.add(place, f"administers another agency already, {other}")
        administrators.setdefault(agency.administrator, ids[agency.id])
        signers_min = int(str(numbers["contracts.cbdc"]["issuer_signers_min"]))
        problem = _administrator_problem(agency, accounts, signers_min)
        if problem is not None:
            mistakes.add(place, problem)
    return found


def _administrator_problem(
    agency: Agency, accounts: Mapping[str, _Shared | None], signers_min: int
) -> str | None:
    have = 1
    if agency.administrator in accounts:
        account = accounts[agency.administrator]
        if account is None:
            return None  # what is wrong with the account is said there
        have = account.threshold
    else:
        try:
            read_address(agency.administrator)
        except Rejected:
            known = ", ".join(accounts) or "none"
            return (
                f"{agency.administrator!r:.80} is neither an address nor an account of this file,"
                f" which are {known}"
            )
    many = [kind for kind in _MANY if kind in agency.kinds]
    if not many or have >= signers_min:
        return None
    return (
        f"{have} of its keys must sign, contracts.cbdc.issuer_signers_min is {signers_min}:"
        f" this {many[0]} could do nothing (TOO_FEW_SIGNERS)"
    )


def _configs(
    listed: Sequence[Agency],
    accounts: Mapping[str, _Shared | None],
    numbers: Mapping[str, dict[str, Json]],
) -> dict[str, dict[str, Json]]:
    """Return the contracts' parts of genesis."""
    shared: list[Json] = [
        {"keys": ["0x" + key.hex() for key in each.keys], "threshold": each.threshold}
        for each in accounts.values()
        if each is not None
    ]
    agencies: list[Json] = []
    for agency in listed:
        account = accounts.get(agency.administrator)
        administrator = agency.administrator if account is None else show_address(account.address)
        agencies.append(agency.model_dump() | {"administrator": administrator})
    return {
        "accounts": {"accounts": shared},
        "cbdc": {**numbers["contracts.cbdc"], "parameters": numbers["contracts.cbdc.parameters"]},
        "complaints": numbers["contracts.complaints"],
        "governance": {
            "agencies": agencies,
            "parameters": numbers["contracts.governance.parameters"],
        },
    }
