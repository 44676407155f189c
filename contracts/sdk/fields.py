"""Field types: how one value is checked, written and described.

`parse` checks what a user sent, `write` what a contract stores, emits or returns, `read` takes
back what `write` gave. Integers are never booleans or floats; arrays are tuples.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Protocol

from contracts.sdk.errors import BadValue
from contracts.sdk.text import check_text
from primitives.codec import Value
from primitives.errors import (
    ArgumentOutOfBounds,
    BadText,
    WrongArgumentCount,
    WrongArgumentType,
)


class FieldType(Protocol):
    """The type of one field."""

    def parse(self, value: Value, name: str) -> Any:  # noqa: ANN401 - the field's own type
        """Return the contract's form of `value`, or raise WrongArgument*, naming the field."""

    def write(self, value: Any, name: str) -> Value:  # noqa: ANN401
        """Return the encodable form of `value`; checks as `parse` does."""

    def read(self, value: Any) -> Any:  # noqa: ANN401
        """Return the contract's form of a value that `write` gave."""

    def describe(self) -> dict[str, object]:
        """Return the type as the ABI shows it."""


def _is_read_as_written(kind: FieldType) -> bool:
    """Return whether `read` gives back its value as it is, so that it need not be called."""
    if isinstance(kind, Sequence):
        return _is_read_as_written(kind.item)
    if isinstance(kind, Optional):
        return _is_read_as_written(kind.value)
    return not isinstance(kind, Record)


def written(kind: FieldType, value: Any, name: str, what: str) -> Value:  # noqa: ANN401
    """Return what `kind` writes of a contract's own value; `what` says which value of it.

    Raises:
        BadValue: the value is outside its type; that is the contract's fault, not the user's.
    """
    try:
        return kind.write(value, name)
    except (ArgumentOutOfBounds, BadText, WrongArgumentType) as error:
        raise BadValue(f"{what}: {error.message}") from error


def _same(_field: object, value: Any) -> Any:  # noqa: ANN401
    return value


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer from `low` to `high`."""

    low: int
    high: int

    def parse(self, value: Value, name: str) -> int:
        """Return `value` when it is an integer within the bounds."""
        if type(value) is not int:
            raise WrongArgumentType(f"{name} must be an integer", field=name)
        if not self.low <= value <= self.high:
            raise ArgumentOutOfBounds(
                f"{name} is {value}, must be {self.low} to {self.high}", field=name
            )
        return value

    write = parse
    read = _same

    def describe(self) -> dict[str, object]:
        """Return the ABI form."""
        return {"type": "integer", "min": self.low, "max": self.high}


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def parse(self, value: Value, name: str) -> bool:
        """Return `value` when it is a boolean."""
        if not isinstance(value, bool):
            raise WrongArgumentType(f"{name} must be true or false", field=name)
        return value

    write = parse
    read = _same

    def describe(self) -> dict[str, object]:
        """Return the ABI form."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of `low` to `high` characters that keeps the text rule."""

    low: int
    high: int

    def parse(self, value: Value, name: str) -> str:
        """Return `value` when it is such a text."""
        if not isinstance(value, str):
            raise WrongArgumentType(f"{name} must be text", field=name)
        if not self.low <= len(value) <= self.high:
            raise ArgumentOutOfBounds(
                f"{name} has {len(value)} characters, must have {self.low} to {self.high}",
                field=name,
            )
        check_text(value, name)
        return value

    write = parse
    read = _same

    def describe(self) -> dict[str, object]:
        """Return the ABI form."""
        return {"type": "text", "chars_min": self.low, "chars_max": self.high}


@dataclass(frozen=True, slots=True)
class Blob:
    """From `low` to `high` bytes."""

    low: int
    high: int
    is_address: bool = False

    def parse(self, value: Value, name: str) -> bytes:
        """Return `value` when it is bytes of such a length."""
        if not isinstance(value, bytes):
            raise WrongArgumentType(f"{name} must be bytes", field=name)
        if not self.low <= len(value) <= self.high:
            raise ArgumentOutOfBounds(
                f"{name} has {len(value)} bytes, must have {self.low} to {self.high}", field=name
            )
        return value

    write = parse
    read = _same

    def describe(self) -> dict[str, object]:
        """Return the ABI form; 20 bytes that are an address say so."""
        if self.is_address:
            return {"type": "address"}
        return {"type": "bytes", "bytes_min": self.low, "bytes_max": self.high}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of `low` to `high` items of one type."""

    item: FieldType
    low: int
    high: int
    _is_plain: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_is_plain", _is_read_as_written(self.item))

    def parse(self, value: Value, name: str) -> tuple[Any, ...]:
        """Return the parsed items."""
        items = self._checked(value, name)
        return tuple(self.item.parse(item, f"{name}[{i}]") for i, item in enumerate(items))

    def write(self, value: Any, name: str) -> Value:  # noqa: ANN401
        """Return the written items; takes a tuple or a list."""
        items = self._checked(tuple(value) if isinstance(value, list) else value, name)
        return tuple(self.item.write(item, f"{name}[{i}]") for i, item in enumerate(items))

    def _checked(self, value: Value, name: str) -> tuple[Value, ...]:
        if not isinstance(value, tuple):
            raise WrongArgumentType(f"{name} must be a list", field=name)
        if not self.low <= len(value) <= self.high:
            raise ArgumentOutOfBounds(
                f"{name} has {len(value)} items, must have {self.low} to {self.high}", field=name
            )
        return value

    def read(self, value: Any) -> Any:  # noqa: ANN401
        """Return the items in the contract's form."""
        if self._is_plain:
            return value
        return tuple([self.item.read(item) for item in value])

    def describe(self) -> dict[str, object]:
        """Return the ABI form; `count_min` only where a list may not be empty."""
        form: dict[str, object] = {"type": "list", "items": self.item.describe()}
        if self.low:
            form["count_min"] = self.low
        return form | {"count_max": self.high}


@dataclass(frozen=True, slots=True)
class Optional:
    """A value or nothing."""

    value: FieldType

    def parse(self, value: Value, name: str) -> Any:  # noqa: ANN401
        """Return None or the parsed value."""
        return None if value is None else self.value.parse(value, name)

    def write(self, value: Any, name: str) -> Value:  # noqa: ANN401
        """Return None or the written value."""
        return None if value is None else self.value.write(value, name)

    def read(self, value: Any) -> Any:  # noqa: ANN401
        """Return None or the value in the contract's form."""
        return None if value is None else self.value.read(value)

    def describe(self) -> dict[str, object]:
        """Return the ABI form."""
        return {"type": "optional", "value": self.value.describe()}


@dataclass(frozen=True, slots=True)
class Record:
    """A class of named fields, written as an array in the order of declaration."""

    cls: type[Any]
    names: tuple[str, ...]
    types: tuple[FieldType, ...]
    is_plain: bool = field(init=False, compare=False, repr=False)  # fields are read as they are
    _values_of: Callable[[Any], tuple[Any, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        is_plain = all(map(_is_read_as_written, self.types))
        object.__setattr__(self, "is_plain", is_plain)
        object.__setattr__(self, "_values_of", _getter(self.names))

    def parse_arguments(self, values: tuple[Value, ...]) -> Any:  # noqa: ANN401
        """Return an instance made of a call's arguments; errors name the plain field."""
        if len(values) != len(self.names):
            raise WrongArgumentCount(
                f"{len(values)} arguments, must be {len(self.names)}: {', '.join(self.names)}"
            )
        return self.cls(
            *[
                kind.parse(value, name)
                for kind, value, name in zip(self.types, values, self.names, strict=True)
            ]
        )

    def parse(self, value: Value, name: str) -> Any:  # noqa: ANN401
        """Return an instance made of an array of field values."""
        if not isinstance(value, tuple) or len(value) != len(self.names):
            count = len(self.names)
            raise WrongArgumentType(f"{name} must be a record of {count} fields", field=name)
        parts = zip(self.types, value, self.names, strict=True)
        return self.cls(*[kind.parse(part, f"{name}.{label}") for kind, part, label in parts])

    def write(self, value: Any, name: str) -> Value:  # noqa: ANN401
        """Return the fields of an instance as an array."""
        if type(value) is not self.cls:
            raise WrongArgumentType(f"{name} must be a {self.cls.__name__}", field=name)
        parts = zip(self.types, self._values_of(value), self.names, strict=True)
        return tuple([kind.write(part, label) for kind, part, label in parts])

    def read(self, value: Any) -> Any:  # noqa: ANN401
        """Return an instance made of an array that `write` gave."""
        if self.is_plain:
            return self.cls(*value)
        return self.cls(*[kind.read(part) for kind, part in zip(self.types, value, strict=True)])

    def describe_fields(self) -> list[dict[str, object]]:
        """Return the ABI forms of the fields, each with its name first."""
        pairs = zip(self.names, self.types, strict=True)
        return [{"name": name, **kind.describe()} for name, kind in pairs]

    def describe(self) -> dict[str, object]:
        """Return the ABI form."""
        return {"type": "record", "fields": self.describe_fields()}


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives an instance's fields in order, in one call."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple([getattr(value, name) for name in names])
