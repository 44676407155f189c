"""The numbers of network.toml: which there are, their bounds, and what they are when left out.

The bounds are their owners': genesis.verify's for the network, the contracts' for themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from commands.plan_tables import Mistake, unknown_name
from contracts.cbdc.core.limits import PARAMETERS as MONEY
from contracts.cbdc.core.messages import SUM_SATANG_MAX
from contracts.complaints.contract import SMALL_COUNT
from contracts.governance.rules import PARAMETERS as VOTES
from contracts.sdk import SIGNATURES_MAX
from genesis.schema import Json, Parameters, parameters_document
from genesis.verify import PARAMETER_BOUNDS


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of the plan, with what it is when the plan does not say."""

    name: str
    low: int
    high: int
    default: int
    meaning: str = ""


class _OfContract(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...
    @property
    def default(self) -> int: ...


def _of_network() -> tuple[Number, ...]:
    defaults = parameters_document(Parameters())
    return tuple(
        Number(name, low, high, int(str(defaults[name])), _MEANINGS.get(name, ""))
        for name, (low, high) in PARAMETER_BOUNDS.items()
    )


def _of_contract(parameters: Iterable[_OfContract]) -> tuple[Number, ...]:
    return tuple(
        Number(each.name, each.low, each.high, each.default, _unit_of(each.name))
        for each in parameters
    )


def _unit_of(name: str) -> str:
    """Return the unit of a contract's number when it is an amount of money; others name theirs."""
    return SATANG if name.startswith(_AMOUNTS_BEGIN) or name in _AMOUNTS else ""


SATANG = "satang"
_AMOUNTS_BEGIN = ("t0-", "t1-", "t2-", "t3-", "m-")
_AMOUNTS = {"travel-from", "offline-amount-max"}


_MEANINGS = {
    "heartbeat_ms": "an empty block at least this often",
    "view_timeout_ms": "how long a proposer is waited for",
    "view_timeout_cap_ms": "to which that grows",
    "block_transactions_max": "transactions in a block",
    "calendar_rate": "above 1 in development networks only",
}

# By the place of their table in the file.
SECTIONS: Mapping[str, tuple[Number, ...]] = {
    "parameters": _of_network(),
    "contracts.cbdc": (
        Number(
            "supply_satang_max", 1, SUM_SATANG_MAX, SUM_SATANG_MAX, f"{SATANG}; money in the world"
        ),
        Number("issuer_signers_min", 1, SIGNATURES_MAX, 2, "who issue or seize: so many keys"),
        Number("unregistered_accounts", 0, 1, 0, "1: anyone may hold money; development only"),
    ),
    "contracts.cbdc.parameters": _of_contract(MONEY),
    "contracts.governance.parameters": _of_contract(VOTES),
    "contracts.complaints": (
        Number("small_count", 1, 1_000, SMALL_COUNT, "smaller counts are not published"),
    ),
}


def read_numbers(
    document: Mapping[str, object],
) -> tuple[dict[str, dict[str, Json]], list[Mistake]]:
    """Return every section's numbers, by its place, and the mistakes in all of them.

    What is no table is left to who reads the rest of the file.
    """
    found: dict[str, dict[str, Json]] = {}
    mistakes: list[Mistake] = []
    for place, numbers in SECTIONS.items():
        table = _table(document, place)
        nested = {other.rpartition(".")[2] for other in SECTIONS if _parent(other) == place}
        found[place] = {}
        for number in numbers:
            value = table.get(number.name, number.default)
            found[place][number.name] = number.default
            if type(value) is int and number.low <= value <= number.high:
                found[place][number.name] = value
            else:
                reason = f"is {value!r:.40}, must be a whole number, {number.low} to {number.high}"
                mistakes.append((f"{place}.{number.name}", reason))
        known = {number.name for number in numbers} | nested
        mistakes += [
            (f"{place}.{name}", unknown_name(name, known)) for name in table if name not in known
        ]
    return found, mistakes


def _table(document: Mapping[str, object], place: str) -> Mapping[str, object]:
    value: object = document
    for part in place.split("."):
        value = value.get(part, {}) if isinstance(value, Mapping) else {}
    return value if isinstance(value, Mapping) else {}


def _parent(place: str) -> str:
    return place.rpartition(".")[0]
