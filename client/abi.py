"""A contract's ABI as the client uses it: named fields in, arguments in order out.

Values may come from JSON or a command line: integers as decimal text, addresses as bech32m,
bytes as 0x hex. Text rules that only the ledger decides are left to it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from client.errors import BadAnswer
from primitives.codec import Value
from primitives.errors import (
    ArgumentOutOfBounds,
    BadShape,
    UnknownMethod,
    WrongArgumentCount,
    WrongArgumentType,
)
from primitives.hex import read_hex
from primitives.ids import ADDRESS_BYTES, read_address

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,19}")

# A field's description as contract_getAbi gives it.
Described = Mapping[str, Any]


class Abi:
    """One contract's methods, by name."""

    def __init__(self, document: object) -> None:
        """Take the result of contract_getAbi. Raises BadAnswer."""
        if not isinstance(document, dict):
            raise BadAnswer("the ABI is not an object")
        try:
            self.contract = str(document["name"])
            self._methods = {m["name"]: m["fields"] for m in document["methods"]}
        except (KeyError, TypeError) as error:
            raise BadAnswer(f"the ABI lacks {error}") from error

    @property
    def methods(self) -> tuple[str, ...]:
        """The names of the methods."""
        return tuple(self._methods)

    def arguments(self, method: str, fields: Mapping[str, object]) -> tuple[Value, ...]:
        """Return the arguments of `method` in order.

        Raises:
            UnknownMethod: the contract has none of this name.
            WrongArgumentCount: a field is missing or unknown; names it.
            WrongArgumentType, ArgumentOutOfBounds: one field; names it.
        """
        described = self._methods.get(method)
        if described is None:
            known = ", ".join(sorted(self._methods))
            raise UnknownMethod(f"{self.contract} has no method {method!r}; it has {known}")
        return _record(described, fields, "")


def argument_of(described: Described, value: object, name: str) -> Value:
    """Return `value` as the field type `described` takes it.

    Raises:
        WrongArgumentType, ArgumentOutOfBounds: names the field.
        BadAnswer: the ABI holds a type that this client does not know.
    """
    read = _READERS.get(described.get("type", ""))
    if read is None:
        raise BadAnswer(f"the ABI's type {described.get('type')!r:.40} of {name} is unknown")
    return read(described, value, name)


def _integer(described: Described, value: object, name: str) -> Value:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    if type(value) is not int:
        raise WrongArgumentType(f"{name} must be an integer, not {value!r:.40}", field=name)
    low, high = int(described["min"]), int(described["max"])
    if not low <= value <= high:
        raise ArgumentOutOfBounds(f"{name} is {value}, must be {low} to {high}", field=name)
    return value


def _text(described: Described, value: object, name: str) -> Value:
    if not isinstance(value, str):
        raise WrongArgumentType(f"{name} must be text, not {value!r:.40}", field=name)
    _check_count(len(value), described["chars_min"], described["chars_max"], (name, "characters"))
    return value


def _bytes(described: Described, value: object, name: str) -> Value:
    data = _bytes_or_hex(value, name)
    _check_count(len(data), described["bytes_min"], described["bytes_max"], (name, "bytes"))
    return data


def _bytes_or_hex(value: object, name: str) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return read_hex(value, name=name)
    except BadShape as error:
        raise WrongArgumentType(error.message, field=name) from error


def _address(_described: Described, value: object, name: str) -> Value:
    if isinstance(value, str):
        return read_address(value)
    if isinstance(value, bytes) and len(value) == ADDRESS_BYTES:
        return value
    raise WrongArgumentType(f"{name} must be an address (sph1...), not {value!r:.40}", field=name)


def _boolean(_described: Described, value: object, name: str) -> Value:
    if isinstance(value, bool):
        return value
    raise WrongArgumentType(f"{name} must be true or false, not {value!r:.40}", field=name)


def _list(described: Described, value: object, name: str) -> Value:
    if not isinstance(value, list | tuple):
        raise WrongArgumentType(f"{name} must be a list, not {value!r:.40}", field=name)
    least = described.get("count_min", 0)
    _check_count(len(value), least, described["count_max"], (name, "items"))
    items = described["items"]
    return tuple(argument_of(items, item, f"{name}[{i}]") for i, item in enumerate(value))


def _optional(described: Described, value: object, name: str) -> Value:
    return None if value is None else argument_of(described["value"], value, name)


def _nested(described: Described, value: object, name: str) -> Value:
    if not isinstance(value, dict):
        raise WrongArgumentType(f"{name} must be an object of named fields", field=name)
    return _record(described["fields"], value, f"{name}.")


def _record(
    described: Sequence[Described], fields: Mapping[str, object], prefix: str
) -> tuple[Value, ...]:
    names = [field["name"] for field in described]
    for name in fields:
        if name not in names:
            known = ", ".join(names) or "none"
            raise WrongArgumentCount(f"{prefix}{name} is no field; the fields are {known}")
    for field in described:
        if field["name"] not in fields and field["type"] != "optional":
            raise WrongArgumentCount(f"{prefix}{field['name']} is missing")
    return tuple(
        argument_of(field, fields.get(field["name"]), prefix + field["name"]) for field in described
    )


def _check_count(count: int, least: int, most: int, what: tuple[str, str]) -> None:
    name, unit = what
    if not least <= count <= most:
        raise ArgumentOutOfBounds(
            f"{name} has {count} {unit}, must have {least} to {most}", field=name
        )


_READERS: dict[str, Callable[[Described, object, str], Value]] = {
    "integer": _integer,
    "text": _text,
    "bytes": _bytes,
    "address": _address,
    "boolean": _boolean,
    "list": _list,
    "optional": _optional,
    "record": _nested,
}
