"""Checks that decoded values have the shape a format says; each names the field and the limit."""

from primitives.codec import Value
from primitives.errors import BadShape

_UINT64_MAX = 2**64 - 1


def fields_of(value: Value, *, name: str, count: int) -> tuple[Value, ...]:
    """Return `value` as an array of exactly `count` items, or raise BadShape."""
    if not isinstance(value, tuple) or len(value) != count:
        raise BadShape(f"{name} must be an array of {count} fields", field=name)
    return value


def array_of(value: Value, *, name: str, count_max: int) -> tuple[Value, ...]:
    """Return `value` as an array of at most `count_max` items, or raise BadShape."""
    if not isinstance(value, tuple) or len(value) > count_max:
        raise BadShape(f"{name} must be an array of at most {count_max} items", field=name)
    return value


def uint_of(value: Value, *, name: str, value_max: int = _UINT64_MAX) -> int:
    """Return `value` as an integer from 0 to `value_max`; booleans are not integers."""
    if type(value) is not int or not 0 <= value <= value_max:
        raise BadShape(f"{name} must be an integer from 0 to {value_max}", field=name)
    return value


def bytes_of(value: Value, *, name: str, length: int) -> bytes:
    """Return `value` as exactly `length` bytes, or raise BadShape."""
    if not isinstance(value, bytes) or len(value) != length:
        raise BadShape(f"{name} must be {length} bytes", field=name)
    return value


def blob_of(value: Value, *, name: str, length_max: int) -> bytes:
    """Return `value` as at most `length_max` bytes, or raise BadShape."""
    if not isinstance(value, bytes) or len(value) > length_max:
        raise BadShape(f"{name} must be at most {length_max} bytes", field=name)
    return value


def text_of(value: Value, *, name: str, chars_max: int) -> str:
    """Return `value` as printable ASCII text of 1 to `chars_max` characters."""
    if not isinstance(value, str) or not 0 < len(value) <= chars_max:
        raise BadShape(f"{name} must be text of 1 to {chars_max} characters", field=name)
    if not (value.isascii() and value.isprintable()):
        raise BadShape(f"{name} must be printable ASCII", field=name)
    return value
