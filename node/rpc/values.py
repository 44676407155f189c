"""Contract values as JSON and back, by the types of the ABI.

Bytes are 0x hex, addresses bech32m, records objects, integers beyond 2**53 decimal strings.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from node.rpc.strict_json import json_integer
from primitives.codec import Value
from primitives.errors import BadShape, WrongArgumentCount, WrongArgumentType
from primitives.hex import read_hex
from primitives.ids import ADDRESS_BYTES, Address, read_address, show_address

Described: TypeAlias = Mapping[str, Any]  # a type, or a field with its name, as the ABI shows it

_DECIMAL = re.compile(r"-?[0-9]{1,20}", re.ASCII)

shown_address = lru_cache(maxsize=20_000)(show_address)


def hex_of(data: bytes) -> str:
    """Return 0x hex."""
    return "0x" + data.hex()


def to_json(value: Value, described: Described | None = None) -> object:
    """Return `value` as JSON data; without a type, arrays stay arrays and bytes are hex."""
    while described and described["type"] == "optional":
        described = described["value"]
    kind = described["type"] if described else None
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return json_integer(value)
    if isinstance(value, bytes):
        is_address = kind == "address" and len(value) == ADDRESS_BYTES
        return shown_address(Address(value)) if is_address else hex_of(value)
    if described and kind == "record":
        return record_json(value, described["fields"])
    items = described["items"] if described and kind == "list" else None
    return [to_json(item, items) for item in value]


def record_json(values: Sequence[Value], fields: Sequence[Described]) -> dict[str, object]:
    """Return {name: value} of the fields in order; surplus values are named by their place."""
    shown = {
        field["name"]: to_json(value, field) for field, value in zip(fields, values, strict=False)
    }
    for place in range(len(fields), len(values)):
        shown[str(place)] = to_json(values[place])
    return shown


def read_arguments(
    args: Sequence[object] | Mapping[str, object], fields: Sequence[Described]
) -> tuple[Value, ...]:
    """Return arguments, given by place or by name, as the values that `fields` say.

    Bounds are the contract's to check.

    Raises:
        WrongArgumentCount: missing or surplus arguments; names the first.
        WrongArgumentType: JSON of another type than the field; names it.
    """
    is_named = isinstance(args, Mapping)
    if len(args) > len(fields) or (len(args) < len(fields) and not is_named):
        names = ", ".join(field["name"] for field in fields) or "none"
        raise WrongArgumentCount(f"{len(args)} arguments, must be {len(fields)}: {names}")
    if isinstance(args, Mapping):
        args = _by_place(args, fields)
    return tuple(
        _read(value, field, field["name"]) for value, field in zip(args, fields, strict=True)
    )


def _by_place(args: Mapping[str, object], fields: Sequence[Described]) -> list[object]:
    names = [field["name"] for field in fields]
    surplus = args.keys() - set(names)
    if surplus:
        known = ", ".join(names) or "none"
        raise WrongArgumentCount(f"{min(surplus)[:64]!r} is no argument; they are {known}")
    missing = [
        field["name"]
        for field in fields
        if field["name"] not in args and field["type"] != "optional"
    ]
    if missing:
        raise WrongArgumentCount(f"the argument {missing[0]} is missing")
    return [args.get(name) for name in names]


def _read(value: object, described: Described, name: str) -> Value:
    reader = _READERS.get(described["type"])
    if reader is None:
        raise WrongArgumentType(f"{name} is of an unknown type {described['type']}", field=name)
    return reader(value, described, name)


def _integer(value: object, _described: Described, name: str) -> Value:
    if type(value) is int:
        return value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return int(value)
    raise WrongArgumentType(f"{name} must be an integer or a decimal string", field=name)


def _text(value: object, _described: Described, name: str) -> Value:
    if isinstance(value, str):
        return value
    raise WrongArgumentType(f"{name} must be text", field=name)


def _boolean(value: object, _described: Described, name: str) -> Value:
    if isinstance(value, bool):
        return value
    raise WrongArgumentType(f"{name} must be true or false", field=name)


def _bytes(value: object, _described: Described, name: str) -> Value:
    try:
        return read_hex(value, name=name)
    except BadShape as error:
        raise WrongArgumentType(error.message, field=name) from error


def _address(value: object, _described: Described, name: str) -> Value:
    if not isinstance(value, str):
        raise WrongArgumentType(f"{name} must be an address", field=name)
    return read_address(value)


def _list(value: object, described: Described, name: str) -> Value:
    if not isinstance(value, list):
        raise WrongArgumentType(f"{name} must be a list", field=name)
    return tuple(_read(item, described["items"], f"{name}[{i}]") for i, item in enumerate(value))


def _record(value: object, described: Described, name: str) -> Value:
    if not isinstance(value, list | dict):
        raise WrongArgumentType(f"{name} must be an object of named fields", field=name)
    return read_arguments(value, described["fields"])


def _optional(value: object, described: Described, name: str) -> Value:
    return None if value is None else _read(value, described["value"], name)


_READERS: dict[str, Callable[[object, Described, str], Value]] = {
    "integer": _integer,
    "text": _text,
    "boolean": _boolean,
    "bytes": _bytes,
    "address": _address,
    "list": _list,
    "record": _record,
    "optional": _optional,
}
