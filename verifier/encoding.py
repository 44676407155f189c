"""Canonical msgpack and tagged hashes, from docs/protocol.md sections 1 and 2 alone."""

from hashlib import sha256
from typing import Any

import msgpack

from verifier.refusal import Refused, require

_DEPTH_MAX = 16


def hash_of(tag: str, data: bytes) -> bytes:
    """Return H(tag, data): 32 bytes."""
    return sha256(b"sapha/" + tag.encode() + b"/v1\0" + data).digest()


def pack(value: Any) -> bytes:  # noqa: ANN401 - any canonical value
    """Return the one byte form of `value`, made of integers, bytes, text, booleans and lists."""
    packed: bytes = msgpack.packb(value, use_bin_type=True)
    return packed


def unpack(data: bytes, what: str) -> Any:  # noqa: ANN401 - any canonical value
    """Return the value of canonical bytes; arrays are lists. Raises Refused."""
    try:
        value = msgpack.unpackb(data, raw=False, object_pairs_hook=_refuse_map)
    except (ValueError, msgpack.UnpackException) as error:
        raise Refused(f"{what}: not msgpack: {error}") from error
    _check(value, what, 0)
    require(pack(value) == data, f"{what}: not in canonical form")
    return value


def unpack_list(data: bytes, what: str, count: int) -> list[Any]:
    """Return the value of canonical bytes, which must be an array of `count`. Raises Refused."""
    return list_of(unpack(data, what), what, count)


def list_of(value: object, what: str, count: int | None = None) -> list[Any]:
    """Return `value`, which must be an array (of `count`). Raises Refused."""
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise Refused(f"{what}: must be an array" + ("" if count is None else f" of {count}"))
    return value


def bytes_of(value: object, what: str, length: int | None = None) -> bytes:
    """Return `value`, which must be bytes (of `length`). Raises Refused."""
    if not isinstance(value, bytes) or (length is not None and len(value) != length):
        raise Refused(f"{what}: must be bytes" + ("" if length is None else f", {length} of them"))
    return value


def integer_of(value: object, what: str) -> int:
    """Return `value`, which must be an integer and no boolean. Raises Refused."""
    if type(value) is not int:
        raise Refused(f"{what}: must be an integer")
    return value


def text_of(value: object, what: str) -> str:
    """Return `value`, which must be text. Raises Refused."""
    if not isinstance(value, str):
        raise Refused(f"{what}: must be text")
    return value


def hex_of(value: object, what: str) -> bytes:
    """Return the bytes of a hex text with or without 0x. Raises Refused."""
    try:
        return bytes.fromhex(text_of(value, what).removeprefix("0x"))
    except ValueError as error:
        raise Refused(f"{what}: not hexadecimal") from error


def _refuse_map(_pairs: object) -> None:
    raise ValueError("a map")


def _check(value: object, what: str, depth: int) -> None:
    require(depth <= _DEPTH_MAX, f"{what}: nested too deep")
    if isinstance(value, list):
        for item in value:
            _check(item, what, depth + 1)
        return
    is_plain = value is None or isinstance(value, bool | int | bytes | str)
    require(is_plain, f"{what}: holds a {type(value).__name__}")
