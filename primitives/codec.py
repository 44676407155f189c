"""Canonical msgpack: one byte form for each value. Owns encoding only, not what values mean.

Values are integers (-2**63 .. 2**64-1), bytes, text, booleans, None and arrays of these; maps,
floats and extension types do not exist. Source: msgpack specification; docs/protocol.md#encoding.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import msgpack

from primitives.errors import InvariantBroken, NotCanonical, TooDeep, TooLarge, TooManyItems
from primitives.limits import TRANSACTION_DEPTH_MAX, TRANSACTION_ITEMS_MAX

Value: TypeAlias = "int | bytes | str | bool | tuple[Value, ...] | None"

# One packer for all: making one costs more than packing. It holds the interpreter's lock until it
# is done, and an error leaves nothing in it.
_pack: Callable[[Any], bytes] = msgpack.Packer(use_bin_type=True).pack


def encode(value: Value) -> bytes:
    """Return the canonical bytes of `value`. Lists are written as arrays.

    Raises:
        InvariantBroken: the value cannot be written (our code built it, so it is our bug).
    """
    try:
        return _pack(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvariantBroken(f"cannot encode {type(value).__name__}: {error}") from error


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
    value = _unpacked(data, bytes_max, items_max, depth_max)
    check_tree(value, items_max=items_max, depth_max=depth_max)
    _check_form(value, data)
    return value


def decode_unlooked(data: bytes, *, bytes_max: int) -> Value:
    """Return what `decode` does, before a look at the types and the depth of the tree.

    For readers that name the type of every value, and give the rest to `check_tree`. There may be
    floats, and tuples that are no arrays but have a subclass of their own.

    Raises:
        TooLarge, TooManyItems, NotCanonical: as `decode`.
    """
    value = _unpacked(data, bytes_max, TRANSACTION_ITEMS_MAX, TRANSACTION_DEPTH_MAX)
    _check_form(value, data)
    return value


def _unpacked(data: bytes, bytes_max: int, items_max: int, depth_max: int) -> Value:
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
    return value


def _check_form(value: Value, data: bytes) -> None:
    if _pack(value) != data:
        raise NotCanonical("decodes to a value with another canonical encoding")


def check_tree(root: Value, *, items_max: int, depth_max: int) -> None:
    """Look level by level: every type known, at most `depth_max` levels, `items_max` values.

    Raises:
        TooDeep, TooManyItems, NotCanonical: the tree is not such a value.
    """
    is_short = type(root) is tuple and len(root) < items_max and depth_max > 0
    if is_short and _LEAVES.issuperset(map(type, root)):  # type: ignore[arg-type]
        return  # most are flat
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


_LEAVES = frozenset({int, bytes, str, bool, type(None)})
_TYPES = _LEAVES | {tuple}
