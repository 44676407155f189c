"""Canonical msgpack: one byte form for each value. Owns encoding only, not what values mean.

Values are integers (-2**63 .. 2**64-1), bytes, text, booleans, None and arrays of these; maps,
floats and extension types do not exist. Source: msgpack specification; docs/protocol.md#encoding.
"""

from typing import TypeAlias

import msgpack

from primitives.errors import InvariantBroken, NotCanonical, TooDeep, TooLarge, TooManyItems
from primitives.limits import TRANSACTION_DEPTH_MAX, TRANSACTION_ITEMS_MAX

Value: TypeAlias = "int | bytes | str | bool | tuple[Value, ...] | None"


def encode(value: Value) -> bytes:
    """Return the canonical bytes of `value`. Lists are written as arrays.

    Raises:
        InvariantBroken: the value cannot be written (our code built it, so it is our bug).
    """
    try:
        encoded: bytes = msgpack.packb(value, use_bin_type=True)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvariantBroken(f"cannot encode {type(value).__name__}: {error}") from error
    return encoded


def decode(
    data: bytes,
    *,
    bytes_max: int,
    items_max: int = TRANSACTION_ITEMS_MAX,
    depth_max: int = TRANSACTION_DEPTH_MAX,
) -> Value:
    """Return the value that `data` is the canonical encoding of; arrays become tuples.

    `items_max` bounds all values of the tree together; `depth_max` the nesting of arrays.

    Raises:
        TooLarge: `data` is longer than `bytes_max`.
        TooDeep, TooManyItems: the tree exceeds its bound.
        NotCanonical: anything else that is not canonical msgpack of the types above.
    """
    if len(data) > bytes_max:
        raise TooLarge(f"{len(data)} bytes, at most {bytes_max}")
    try:
        value: Value = msgpack.unpackb(
            data,
            raw=False,
            use_list=False,
            strict_map_key=True,
            max_array_len=items_max,
            max_map_len=0,
            max_ext_len=0,
        )
    except msgpack.StackError as error:
        raise TooDeep(f"nested deeper than {depth_max}") from error
    except (ValueError, TypeError, msgpack.UnpackException, msgpack.ExtraData) as error:
        if "max_array_len" in str(error):
            raise TooManyItems(f"an array of more than {items_max} items") from error
        raise NotCanonical(f"not canonical msgpack: {type(error).__name__}") from error
    _check_tree(value, items_max, depth_max)
    if msgpack.packb(value, use_bin_type=True) != data:
        raise NotCanonical("decodes to a value with another canonical encoding")
    return value


def _check_tree(root: Value, items_max: int, depth_max: int) -> None:
    """Look level by level: every type known, at most `depth_max` levels, `items_max` values."""
    level: list[Value] = [root]
    items = 1
    for depth in range(depth_max + 1):
        kinds = set(map(type, level))
        if not kinds <= _TYPES:
            names = ", ".join(sorted(kind.__name__ for kind in kinds - _TYPES))
            raise NotCanonical(f"{names}: such values do not exist in the encoding")
        if tuple not in kinds:
            return
        if depth == depth_max:
            raise TooDeep(f"nested deeper than {depth_max}")
        level = [item for array in level if isinstance(array, tuple) for item in array]
        items += len(level)
        if items > items_max:
            raise TooManyItems(f"more than {items_max} items")


_TYPES = frozenset({tuple, int, bytes, str, bool, type(None)})
