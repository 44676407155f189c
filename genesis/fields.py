"""Reads JSON strictly, field by field; every refusal names the field's place.

JSON's own traps are kept as marks until their place is known: a repeated key, a float.
"""

import base64
import binascii
import json
import re
from typing import TypeAlias

from genesis.errors import (
    GenesisFieldMissing,
    GenesisFieldUnknown,
    GenesisFieldWrong,
    GenesisUnreadable,
)
from genesis.schema import Json
from primitives.errors import BadShape
from primitives.hex import read_hex

_TEXT_CHARS_MAX = 4 * 1024 * 1024
_INTEGER_MIN = -(2**63)
_INTEGER_MAX = 2**64 - 1
_DEPTH_MAX = 8

Parsed: TypeAlias = "int | str | bool | list[Parsed] | dict[str, Parsed] | Float | None"


class Float(str):
    """The text of a JSON number that is not an integer."""

    __slots__ = ()


class Repeated(dict[str, Parsed]):
    """A JSON object in which a key appears twice."""

    key: str


def parse_object(text: str, *, place: str) -> dict[str, Parsed]:
    """Return the JSON object of `text`. Raises GenesisUnreadable."""
    if len(text) > _TEXT_CHARS_MAX:
        raise GenesisUnreadable(place, f"{len(text)} characters, at most {_TEXT_CHARS_MAX}")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_float=Float, parse_constant=Float)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise GenesisUnreadable(place, f"not JSON: {error.msg} at {where}") from error
    except (ValueError, RecursionError) as error:
        raise GenesisUnreadable(place, f"not readable JSON: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise GenesisUnreadable(place, "must be a JSON object")
    return value


def _object(pairs: list[tuple[str, Parsed]]) -> dict[str, Parsed]:
    found: dict[str, Parsed] = {}
    for key, value in pairs:
        if key in found:
            repeated = Repeated(found)
            repeated.key = key
            return repeated
        found[key] = value
    return found


class Fields:
    """The fields of one JSON object; each is taken once, and none may remain."""

    def __init__(self, value: Parsed, place: str, names: tuple[str, ...]) -> None:
        """Take `value` as an object with exactly the fields `names`."""
        if not isinstance(value, dict):
            raise GenesisFieldWrong(place, "must be an object")
        self._place = place
        self._value = value
        if isinstance(value, Repeated):
            raise GenesisFieldUnknown(self.place(value.key), "appears twice")
        for name in names:
            if name not in value:
                raise GenesisFieldMissing(self.place(name), "missing")
        for name in value:
            if name not in names:
                known = ", ".join(names)
                raise GenesisFieldUnknown(self.place(name), f"unknown; the fields are {known}")

    def place(self, name: str) -> str:
        """Return the path of the field `name`."""
        return f"{self._place}.{name}" if self._place else name

    def wrong(self, name: str, reason: str) -> GenesisFieldWrong:
        """Return the error for field `name`."""
        return GenesisFieldWrong(self.place(name), reason)

    def integer(self, name: str, least: int, most: int) -> int:
        """Return an integer from `least` to `most`."""
        value = self._value[name]
        if type(value) is not int:
            raise self.wrong(name, f"must be an integer, not {_show(value)}")
        if not least <= value <= most:
            raise self.wrong(name, f"is {value}, allowed are {least} to {most}")
        return value

    def boolean(self, name: str) -> bool:
        """Return true or false."""
        value = self._value[name]
        if not isinstance(value, bool):
            raise self.wrong(name, f"must be true or false, not {_show(value)}")
        return value

    def text(self, name: str, pattern: re.Pattern[str], meaning: str) -> str:
        """Return text that matches `pattern` as a whole; `meaning` says what is expected."""
        value = self._value[name]
        if not isinstance(value, str) or isinstance(value, Float) or not pattern.fullmatch(value):
            raise self.wrong(name, f"must be {meaning}, not {_show(value)}")
        return value

    def hex_bytes(self, name: str, length: int) -> bytes:
        """Return exactly `length` bytes of lower-case hex after 0x."""
        try:
            return read_hex(self._value[name], name=name, length=length)
        except BadShape as error:
            raise self.wrong(name, error.message.removeprefix(f"{name} ")) from error

    def base64_bytes(self, name: str, length_max: int) -> bytes:
        """Return 1 to `length_max` bytes of standard, padded base64."""
        value = self._value[name]
        try:
            if not isinstance(value, str):
                raise self.wrong(name, f"must be base64 text, not {_show(value)}")
            data = base64.b64decode(value.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise self.wrong(name, "is not standard base64") from error
        if not 0 < len(data) <= length_max:
            raise self.wrong(name, f"has {len(data)} bytes, allowed are 1 to {length_max}")
        if base64.b64encode(data).decode("ascii") != value:
            raise self.wrong(name, "is not standard base64 with its exact padding")
        return data

    def items(self, name: str, least: int, most: int) -> list[tuple[str, Parsed]]:
        """Return an array's items, each with its place."""
        value = self._value[name]
        if not isinstance(value, list):
            raise self.wrong(name, f"must be an array, not {_show(value)}")
        if not least <= len(value) <= most:
            raise self.wrong(name, f"has {len(value)} items, allowed are {least} to {most}")
        return [(f"{self.place(name)}[{i}]", item) for i, item in enumerate(value)]

    def child(self, name: str, names: tuple[str, ...]) -> "Fields":
        """Return the object in field `name`, which has exactly the fields `names`."""
        return Fields(self._value[name], self.place(name), names)

    def plain_object(self, name: str) -> dict[str, Json]:
        """Return a free JSON object without floats, repeated keys or oversized integers."""
        value = plain_json(self._value[name], self.place(name))
        if not isinstance(value, dict):
            raise self.wrong(name, "must be an object")
        return value


def plain_json(value: Parsed, place: str, depth: int = 0) -> Json:
    """Return `value` when it holds only what a genesis may hold. Raises GenesisFault."""
    if depth > _DEPTH_MAX:
        raise GenesisFieldWrong(place, f"nested deeper than {_DEPTH_MAX}")
    if isinstance(value, Repeated):
        raise GenesisFieldUnknown(f"{place}.{value.key}", "appears twice")
    if isinstance(value, dict):
        for key in value:
            _check_leaf(key, place)
        return {key: plain_json(item, f"{place}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_json(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
    _check_leaf(value, place)
    return value


def _check_leaf(value: Parsed, place: str) -> None:
    if isinstance(value, Float):
        raise GenesisFieldWrong(place, f"is {value}; floats are not allowed, use integers or text")
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise GenesisFieldWrong(place, "holds half of a surrogate pair")
    if type(value) is int and not _INTEGER_MIN <= value <= _INTEGER_MAX:
        raise GenesisFieldWrong(place, f"is outside {_INTEGER_MIN} to {_INTEGER_MAX}")


def _show(value: Parsed) -> str:
    if isinstance(value, Float):
        return f"the float {value}"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return f"{value!r:.80}"
