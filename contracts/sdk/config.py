"""A contract's part of genesis, read field by field; every fault names its place."""

from collections.abc import Mapping

from contracts.sdk.errors import BadConfig
from contracts.sdk.text import check_text
from primitives.crypto import PublicKey
from primitives.errors import BadAddress, BadShape, BadText
from primitives.hex import read_hex
from primitives.ids import Address, read_address
from primitives.keys import key_of

_MISSING = object()


class Config:
    """JSON fields of one object; a field that nobody read is refused by `finish`."""

    def __init__(self, fields: object, place: str) -> None:
        if not isinstance(fields, Mapping):
            raise BadConfig(f"{place}: must be an object")
        self._fields = dict(fields)
        self._place = place

    def address(self, name: str) -> Address:
        """Return the bech32m address in field `name`."""
        text = self._take(name)
        if not isinstance(text, str):
            raise BadConfig(f"{self._place}.{name}: must be an address")
        try:
            return read_address(text)
        except BadAddress as error:
            raise BadConfig(f"{self._place}.{name}: {error.message}") from error

    def text(self, name: str, *, high: int) -> str:
        """Return the text of 1 to `high` characters, by the text rule, in field `name`."""
        return _text(self._take(name), high, f"{self._place}.{name}")

    def texts(self, name: str, *, high: int, count_max: int) -> tuple[str, ...]:
        """Return the list of at most `count_max` texts of 1 to `high` characters each."""
        items = self._list(name)
        if len(items) > count_max:
            raise BadConfig(f"{self._place}.{name}: at most {count_max} items")
        return tuple(
            _text(item, high, f"{self._place}.{name}[{index}]") for index, item in enumerate(items)
        )

    def integer(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """Return the integer from `low` to `high` in field `name`, or `default` when absent."""
        value = self._take(name, _MISSING if default is None else default)
        if type(value) is not int or not low <= value <= high:
            raise BadConfig(f"{self._place}.{name}: must be an integer from {low} to {high}")
        return value

    def raw(self, name: str, *, high: int) -> bytes:
        """Return the 1 to `high` bytes in field `name`: 0x and hex."""
        place = f"{self._place}.{name}"
        try:
            found = read_hex(self._take(name), name=place)
        except BadShape as error:
            raise BadConfig(error.message) from error
        if not 1 <= len(found) <= high:
            raise BadConfig(f"{place}: must have 1 to {high} bytes")
        return found

    def public_keys(self, name: str) -> tuple[PublicKey, ...]:
        """Return the list of public keys in field `name`: 0x and hex of the kind and the key."""
        return tuple(
            _public_key(item, f"{self._place}.{name}[{index}]")
            for index, item in enumerate(self._list(name))
        )

    def objects(self, name: str) -> tuple["Config", ...]:
        """Return the list of objects in field `name`; an absent list is empty."""
        return tuple(
            Config(item, f"{self._place}.{name}[{index}]")
            for index, item in enumerate(self._list(name, ()))
        )

    def section(self, name: str) -> "Config":
        """Return the object in field `name`; an absent one is empty."""
        return Config(self._take(name, {}), f"{self._place}.{name}")

    def finish(self) -> None:
        """Refuse fields that nobody read. Raises BadConfig naming the first."""
        for name in sorted(self._fields):
            raise BadConfig(f"{self._place}.{name}: unknown")

    def _list(self, name: str, default: object = _MISSING) -> list[object] | tuple[object, ...]:
        value = self._take(name, default)
        if not isinstance(value, list | tuple):
            raise BadConfig(f"{self._place}.{name}: must be a list")
        return value

    def _take(self, name: str, default: object = _MISSING) -> object:
        value = self._fields.pop(name, default)
        if value is _MISSING:
            raise BadConfig(f"{self._place}.{name}: missing")
        return value


def _text(item: object, high: int, place: str) -> str:
    if not isinstance(item, str) or not 1 <= len(item) <= high:
        raise BadConfig(f"{place}: must be a text of 1 to {high} characters")
    try:
        check_text(item, place)
    except BadText as error:
        raise BadConfig(error.message) from error
    return item


def _public_key(item: object, place: str) -> PublicKey:
    try:
        return key_of(read_hex(item, name=place), name=place)
    except BadShape as error:
        raise BadConfig(error.message) from error
