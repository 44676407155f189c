"""Random calls by the ABI: JSON as a node takes it, in and just out of each field's bounds."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from client.abi import Abi
from primitives.ids import Address, show_address

_TEXT = "abc 09-._กขคๆสภา่้์é\u200d\u202e\u0007"
_ITEMS_MAX = 3
Described = Mapping[str, Any]


def _integer(described: Described) -> st.SearchStrategy[object]:
    low, high = int(described["min"]), int(described["max"])
    edges = st.sampled_from([low, high, max(low, min(high, 2**53)), low - 1, high + 1])
    numbers = st.integers(low, high) | edges
    return numbers.map(lambda value: value if abs(value) <= 2**53 - 1 else str(value))


def _text(described: Described) -> st.SearchStrategy[object]:
    low, high = described["chars_min"], described["chars_max"]
    plain = st.text("abcกขค", min_size=low, max_size=min(high, low + 20))
    return plain | st.text(_TEXT, min_size=low, max_size=min(high + 1, low + 20))


def _bytes(described: Described) -> st.SearchStrategy[object]:
    low, high = described["bytes_min"], described["bytes_max"]
    right = st.binary(min_size=low, max_size=min(high, low + 40))
    wrong = st.binary(min_size=max(low - 1, 0), max_size=min(high + 1, low + 40))
    return (right | right | wrong).map(lambda value: "0x" + value.hex())


def _list(described: Described) -> st.SearchStrategy[object]:
    low, high = described.get("count_min", 0), described["count_max"]
    items = json_of(described["items"])
    return st.lists(items, min_size=low, max_size=min(high, low + _ITEMS_MAX))


def json_of(described: Described) -> st.SearchStrategy[object]:
    """Return values of a type in JSON, most of which a contract takes."""
    match described["type"]:
        case "integer":
            return _integer(described)
        case "text":
            return _text(described)
        case "bytes":
            return _bytes(described)
        case "address":
            addresses = st.binary(min_size=20, max_size=20)
            return addresses.map(lambda value: show_address(Address(value)))
        case "boolean":
            return st.booleans()
        case "list":
            return _list(described)
        case "optional":
            return st.none() | json_of(described["value"])
    return fields_of(described["fields"])


def fields_of(fields: Sequence[Described]) -> st.SearchStrategy[dict[str, object]]:
    """Return objects of these fields."""
    return st.fixed_dictionaries({field["name"]: json_of(field) for field in fields})


@st.composite
def calls(draw: st.DrawFn, abis: Mapping[str, Mapping[str, Any]]) -> tuple[str, str, dict]:
    """Return a contract, a method of it, and arguments."""
    contract = draw(st.sampled_from(sorted(abis)))
    method = draw(st.sampled_from(abis[contract]["methods"]))
    return contract, method["name"], draw(fields_of(method["fields"]))


def abi_of(document: Mapping[str, Any]) -> Abi:
    """Return the client's reader of an ABI."""
    return Abi(dict(document))
