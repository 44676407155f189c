"""network.toml: what the members of a network decide before it begins.

Owns reading the file; every mistake is named by its place, all of them at once. Its numbers are
commands.plan_numbers'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from commands.output import UsageFault
from commands.plan_numbers import Mistake, read_numbers
from contracts.accounts.rules import account_of, address_of_account
from contracts.governance.messages import KINDS, NAME_CHARS_MAX, SLUG_CHARS_MAX
from contracts.sdk import SIGNATURES_MAX
from genesis.build import Plan
from genesis.schema import DEVELOPMENT, Json, Parameters
from node.settings import parse_toml
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from primitives.ids import Address, read_address, show_address

_MANY = ("central-bank", "court")  # kinds whose administrators act by `issuer_signers_min` keys

_Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=SLUG_CHARS_MAX)]
_Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARS_MAX)]
_Key = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
_Kind = Annotated[str, Field(pattern=f"^({'|'.join(KINDS)})$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Account(_Section):
    name: _Slug
    threshold: int = Field(ge=1, le=SIGNATURES_MAX)
    keys: list[_Key] = Field(min_length=1, max_length=SIGNATURES_MAX)


class _Agency(_Section):
    id: _Slug
    name_th: _Name
    name_en: _Name
    kinds: list[_Kind] = Field(min_length=1)
    administrator: str


class _File(_Section):
    network: str
    kind: Literal["production", "development"] = "production"
    begins: AwareDatetime | None = None
    parameters: dict[str, object] = {}
    account: list[_Account] = []
    agency: list[_Agency] = Field(min_length=1)
    contracts: dict[Literal["cbdc", "governance", "complaints"], dict[str, object]] = {}


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


def read_plan(path: Path, now_ms: int) -> NetworkPlan:
    """Return the plan of a file; a network without `begins` begins at `now_ms`.

    Raises:
        UsageFault: the file is no TOML, or names every mistake in it by its place.
    """
    try:
        document = parse_toml(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageFault(f"{path}: {error}") from error
    numbers, mistakes = read_numbers(document)
    try:
        parsed = _File.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False)
        mistakes += [(_place(each["loc"]), each["msg"]) for each in found]
        raise _refusal(path, mistakes) from error
    accounts, wrong = _accounts(parsed.account)
    signers_min = int(str(numbers["contracts.cbdc"]["issuer_signers_min"]))
    mistakes += wrong + _contradictions(parsed, accounts, signers_min)
    if parsed.kind != DEVELOPMENT and numbers["contracts.cbdc"]["unregistered_accounts"]:
        reason = "is 1; only a development network lets strangers hold money"
        mistakes.append(("contracts.cbdc.unregistered_accounts", reason))
    if mistakes:
        raise _refusal(path, mistakes)
    begins_ms = now_ms if parsed.begins is None else int(parsed.begins.timestamp() * 1000)
    chosen = {name: int(str(value)) for name, value in numbers["parameters"].items()}
    return NetworkPlan(
        plan=Plan(
            network=parsed.network,
            kind=parsed.kind,
            time_ms=begins_ms,
            parameters=Parameters(**chosen),
        ),
        voters=tuple(each.id for each in parsed.agency if "validator" in each.kinds),
        configs=_configs(parsed, accounts, numbers),
    )


def require_voices(path: Path, plan: NetworkPlan, validators: Sequence[str]) -> None:
    """Check that each validator's agency votes: it speaks for it in a restart statement.

    Raises:
        UsageFault: names every validator that has none.
    """
    reason = "no agency of kind validator has the id {}, so nobody could speak for that validator"
    mistakes = [("agency", reason.format(name)) for name in validators if name not in plan.voters]
    if mistakes:
        raise _refusal(path, mistakes)


def _accounts(listed: Sequence[_Account]) -> tuple[dict[str, _Shared], list[Mistake]]:
    """Return the accounts that can be, by name, and the mistakes in the others."""
    found: dict[str, _Shared] = {}
    mistakes: list[Mistake] = []
    for index, each in enumerate(listed):
        if each.name in [other.name for other in listed[:index]]:
            mistakes.append((f"account[{index}].name", f"{each.name} is listed before"))
            continue
        keys = tuple(PublicKey(bytes.fromhex(key[2:])) for key in each.keys)
        try:
            record = account_of(keys, each.threshold)
        except Rejected as error:
            mistakes.append((f"account[{index}]", (type(error).__doc__ or "").rstrip(".")))
            continue
        found[each.name] = _Shared(
            address=address_of_account(record),
            keys=record.keys,
            threshold=record.threshold,
        )
    return found, mistakes


def _contradictions(
    parsed: _File, accounts: Mapping[str, _Shared], signers_min: int
) -> list[Mistake]:
    mistakes: list[Mistake] = []
    names = [each.name for each in parsed.account]
    for index, each in enumerate(parsed.agency):
        place, before = f"agency[{index}]", parsed.agency[:index]
        if each.id in [other.id for other in before]:
            mistakes.append((f"{place}.id", f"{each.id} is listed before"))
        if each.administrator in [other.administrator for other in before]:
            mistakes.append((f"{place}.administrator", "administers another agency already"))
        if each.administrator not in names:
            mistakes += _address_mistakes(each.administrator, f"{place}.administrator", names)
        if each.administrator in names and each.administrator not in accounts:
            continue  # what is wrong with the account is said there
        account = accounts.get(each.administrator)
        have = 1 if account is None else account.threshold
        many = [kind for kind in _MANY if kind in each.kinds]
        if many and have < signers_min:
            reason = f"{have} of its keys must sign, contracts.cbdc.issuer_signers_min is"
            reason += f" {signers_min}: this {many[0]} could do nothing (TOO_FEW_SIGNERS)"
            mistakes.append((f"{place}.administrator", reason))
    if not any("validator" in each.kinds for each in parsed.agency):
        mistakes.append(("agency", "none is of kind validator: nobody could vote"))
    return mistakes


def _address_mistakes(text: str, place: str, names: Sequence[str]) -> list[Mistake]:
    try:
        read_address(text)
    except Rejected:
        known = ", ".join(names) or "none"
        reason = (
            f"{text!r:.80} is neither an address nor an account of this file, which are {known}"
        )
        return [(place, reason)]
    return []


def _configs(
    parsed: _File,
    accounts: Mapping[str, _Shared],
    numbers: Mapping[str, dict[str, Json]],
) -> dict[str, dict[str, Json]]:
    """Return the contracts' parts of genesis."""
    shared: list[Json] = [
        {"keys": ["0x" + key.hex() for key in each.keys], "threshold": each.threshold}
        for each in accounts.values()
    ]
    agencies: list[Json] = []
    for each in parsed.agency:
        account = accounts.get(each.administrator)
        administrator = each.administrator if account is None else show_address(account.address)
        agencies.append(each.model_dump() | {"administrator": administrator})
    return {
        "accounts": {"accounts": shared},
        "cbdc": {**numbers["contracts.cbdc"], "parameters": numbers["contracts.cbdc.parameters"]},
        "complaints": numbers["contracts.complaints"],
        "governance": {
            "agencies": agencies,
            "parameters": numbers["contracts.governance.parameters"],
        },
    }


def _place(parts: tuple[int | str, ...]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _refusal(path: Path, mistakes: Sequence[Mistake]) -> UsageFault:
    lines = [f"{place}: {reason}" for place, reason in mistakes]
    count = "1 mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return UsageFault("\n  ".join([f"{path}: {count}", *lines]))
