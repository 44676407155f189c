"""From annotations to field types; the decorators `@message`, `@event` and `@record`.

Every text, byte string and list must declare a maximum: `Annotated[str, Chars(0, 140)]`,
`Annotated[bytes, Length(32)]`, `Annotated[tuple[int, ...], CountMax(10)]`. An integer without a
Range holds 64 bits with sign.
"""

from collections.abc import Callable
from dataclasses import fields
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, dataclass_transform, get_args, get_origin
from typing import get_type_hints as hints_of

from contracts.sdk.bounds import Chars, CountMax, Length, Range
from contracts.sdk.errors import BadContract
from contracts.sdk.fields import (
    Blob,
    Boolean,
    FieldType,
    Integer,
    Optional,
    Record,
    Sequence,
    Text,
    written,
)
from primitives.codec import Value
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
)
from primitives.frozen import frozen
from primitives.ids import ADDRESS_BYTES, Address, TransactionId
from primitives.keys import PUBLIC_KEY_BYTES_MAX, SIGNATURE_BYTES_MAX

INTEGER_MIN = -(2**63)
INTEGER_MAX = 2**63 - 1
_SCHEMA = "__sapha_record__"
_EVENT = "__sapha_event__"

_PLAIN: dict[object, FieldType] = {
    int: Integer(INTEGER_MIN, INTEGER_MAX),
    bool: Boolean(),
    Address: Blob(ADDRESS_BYTES, ADDRESS_BYTES, is_address=True),
    Digest: Blob(DIGEST_BYTES, DIGEST_BYTES),
    TransactionId: Blob(DIGEST_BYTES, DIGEST_BYTES),
    PublicKey: Blob(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES_MAX),
    Signature: Blob(SIGNATURE_BYTES, SIGNATURE_BYTES_MAX),
}

C = TypeVar("C")


@dataclass_transform(frozen_default=True)
def message(cls: type[C]) -> type[C]:
    """Make `cls` a message: frozen, its fields are the call's arguments in order."""
    return _declare(cls)


@dataclass_transform(frozen_default=True)
def event(cls: type[C]) -> type[C]:
    """Make `cls` an event: frozen, its fields go into the receipt in order."""
    declared = _declare(cls)
    setattr(declared, _EVENT, True)
    return declared


@dataclass_transform(frozen_default=True)
def record(cls: type[C]) -> type[C]:
    """Make `cls` a record for state, or for a field of a message, event or answer."""
    return _declare(cls)


def _declare(cls: type[C]) -> type[C]:
    declared = frozen()(cls)
    hints = hints_of(declared, include_extras=True)
    names = tuple(field.name for field in fields(declared))  # type: ignore[arg-type]
    types = tuple(field_type(hints[name], f"{cls.__name__}.{name}") for name in names)
    setattr(declared, _SCHEMA, Record(declared, names, types))
    return declared


def record_of(cls: type[Any]) -> Record:
    """Return the schema of a class made by `@message`, `@event` or `@record`."""
    schema = cls.__dict__.get(_SCHEMA)
    if not isinstance(schema, Record):
        raise BadContract(f"{cls.__name__} is not declared by @message, @event or @record")
    return schema


def plain_of(value: object) -> Value:
    """Return a record's fields as an array of plain values, to encode and hash."""
    return record_of(type(value)).write(value, type(value).__name__)


def is_event(cls: type[Any]) -> bool:
    """Return whether `cls` was made by `@event`."""
    return _EVENT in cls.__dict__


def array_of(value: object) -> Value:
    """Return a record, message or event as the array that carries it; `encode` makes its bytes.

    Raises:
        BadValue: a field is outside its type.
    """
    return written(record_of(type(value)), value, type(value).__name__, "array")


def field_type(annotation: Any, place: str) -> FieldType:  # noqa: ANN401 - any annotation
    """Return the field type that `annotation` means.

    Raises:
        BadContract: an unknown type, or one without a bound; names `place`.
    """
    plain = _PLAIN.get(annotation) if _is_hashable(annotation) else None
    if plain is not None:
        return plain
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        return _bounded(inner, marks, place)
    if origin in {Union, UnionType}:
        return _optional(annotation, place)
    if isinstance(annotation, type) and _SCHEMA in annotation.__dict__:
        return record_of(annotation)
    raise BadContract(f"{place}: {annotation} is no field type, or lacks its bound")


def _is_hashable(annotation: object) -> bool:
    return (
        getattr(type(annotation), "__hash__", None) is not None
        and get_origin(annotation) is not Annotated
    )


def _optional(annotation: Any, place: str) -> FieldType:  # noqa: ANN401
    members = [member for member in get_args(annotation) if member is not NoneType]
    if len(members) != 1 or len(get_args(annotation)) != 2:
        raise BadContract(f"{place}: {annotation} must be one type or None")
    return Optional(field_type(members[0], place))


def _bounded(inner: Any, marks: list[Any], place: str) -> FieldType:  # noqa: ANN401
    if len(marks) != 1:
        raise BadContract(f"{place}: one bound is wanted, {len(marks)} are given")
    bound = marks[0]
    build = _BOUNDED.get((get_origin(inner) or inner, type(bound)))
    if build is None:
        raise BadContract(f"{place}: {bound} does not bound {inner}")
    return build(inner, bound, place)


def _bounded_integer(_inner: object, bound: Range, place: str) -> FieldType:
    if not INTEGER_MIN <= bound.low <= bound.high <= 2**64 - 1:
        raise BadContract(f"{place}: {bound} is empty or exceeds 64 bits")
    return Integer(bound.low, bound.high)


def _bounded_text(_inner: object, bound: Chars, _place: str) -> FieldType:
    return Text(bound.low, bound.high)


def _bounded_bytes(_inner: object, bound: Length, _place: str) -> FieldType:
    return Blob(bound.low, bound.low if bound.high is None else bound.high)


def _bounded_list(inner: Any, bound: CountMax, place: str) -> FieldType:  # noqa: ANN401
    arguments = get_args(inner)
    if len(arguments) != 2 or arguments[1] is not Ellipsis:
        raise BadContract(f"{place}: a list is written tuple[Item, ...]")
    return Sequence(field_type(arguments[0], f"{place}[]"), bound.low, bound.high)


_BOUNDED: dict[tuple[object, type], Callable[[Any, Any, str], FieldType]] = {
    (int, Range): _bounded_integer,
    (str, Chars): _bounded_text,
    (bytes, Length): _bounded_bytes,
    (tuple, CountMax): _bounded_list,
}
