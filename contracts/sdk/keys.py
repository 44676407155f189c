r"""State keys: canonical, injective, and in the order of what they encode.

A state key is `contract \\0 map \\0 key`. The last part names the entry:

    int             8 bytes, big-endian, of value + 2**63      (order of integers)
    Address, and bytes of one length                           the bytes
    str, bytes, PublicKey    UTF-8 or the bytes                (order of code points, of bytes)
    tuple           the parts joined; one of these that is not the last part is written with
                    00 as 00 FF and ended by 00 01, so that no part runs into the next

A map's keys have one type, so equal bytes mean equal keys, and the bytes sort as the keys do.
Source: the escape is that of FoundationDB's and CockroachDB's tuple encodings; docs/protocol.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from contracts.sdk.bounds import Length
from contracts.sdk.errors import BadContract, BadValue
from contracts.sdk.fields import Blob, FieldType, Text
from contracts.sdk.schema import INTEGER_MIN, field_type
from primitives.crypto import DIGEST_BYTES, Digest, PublicKey
from primitives.ids import ADDRESS_BYTES, Address, TransactionId

KEY_BYTES_MAX = 512
_INTEGER_BYTES = 8
_INTEGER_END = 2**64
_ESCAPE = b"\x00\xff"
_END = b"\x00\x01"
_FIXED: dict[object, int] = {
    Address: ADDRESS_BYTES,
    Digest: DIGEST_BYTES,
    TransactionId: DIGEST_BYTES,
}

_UNBOUNDED: dict[object, FieldType] = {
    str: Text(0, KEY_BYTES_MAX),
    bytes: Blob(0, KEY_BYTES_MAX),
}

Write = Callable[[Any], bytes]
Read = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a key; `size` is its length in bytes, None when it varies."""

    write: Write
    read: Read
    size: int | None


@dataclass(frozen=True, slots=True)
class KeyCodec:
    """How the keys of one map are written and read."""

    write: Write
    read: Read
    write_prefix: Callable[[tuple[Any, ...]], bytes]


def key_codec(annotation: Any, place: str) -> KeyCodec:  # noqa: ANN401 - any annotation
    """Return the codec for a map's key type.

    Raises:
        BadContract: the type cannot be a key; names `place`.
    """
    if get_origin(annotation) is tuple:
        parts = tuple(_part(argument, place) for argument in get_args(annotation))
        return _tuple_codec(parts)
    part = _part(annotation, place)
    return KeyCodec(part.write, part.read, _no_prefix)


def key_types(annotation: Any, place: str) -> tuple[FieldType, ...]:  # noqa: ANN401
    """Return the types of a key's parts; text and bytes are bounded by the whole key at least."""
    parts = get_args(annotation) if get_origin(annotation) is tuple else (annotation,)
    return tuple(_UNBOUNDED.get(part) or field_type(part, place) for part in parts)


def _no_prefix(prefix: tuple[Any, ...]) -> bytes:
    if prefix:
        raise BadValue("only a map with tuple keys has prefixes")
    return b""


def _part(annotation: Any, place: str) -> Part:  # noqa: ANN401
    if annotation is int:
        return Part(_write_integer, _read_integer, _INTEGER_BYTES)
    if annotation is str:
        return Part(_write_text, bytes.decode, None)
    if annotation in {bytes, PublicKey}:
        return Part(_write_bytes, bytes, None)
    size = _FIXED.get(annotation) if get_origin(annotation) is None else None
    if get_origin(annotation) is Annotated:
        return _annotated_part(annotation, place)
    if size is None:
        raise BadContract(f"{place}: {annotation} cannot be a key")
    return Part(_fixed_writer(size), bytes, size)


def _annotated_part(annotation: Any, place: str) -> Part:  # noqa: ANN401
    inner, *marks = get_args(annotation)
    if inner is bytes and len(marks) == 1 and isinstance(marks[0], Length):
        bound = marks[0]
        if bound.high is None or bound.high == bound.low:
            return Part(_fixed_writer(bound.low), bytes, bound.low)
    return _part(inner, place)


def _write_integer(value: Any) -> bytes:  # noqa: ANN401
    if type(value) is not int or not 0 <= value - INTEGER_MIN < _INTEGER_END:
        raise BadValue("a key's integer must have at most 64 bits with sign")
    return (value - INTEGER_MIN).to_bytes(_INTEGER_BYTES, "big")


def _read_integer(data: bytes) -> int:
    return int.from_bytes(data, "big") + INTEGER_MIN


def _write_text(value: Any) -> bytes:  # noqa: ANN401
    if not isinstance(value, str):
        raise BadValue("this part of a key must be text")
    return value.encode()


def _write_bytes(value: Any) -> bytes:  # noqa: ANN401
    if not isinstance(value, bytes):
        raise BadValue("this part of a key must be bytes")
    return value


def _fixed_writer(size: int) -> Write:
    def write(value: Any) -> bytes:  # noqa: ANN401
        if not isinstance(value, bytes) or len(value) != size:
            raise BadValue(f"this part of a key must be {size} bytes")
        return value

    return write


def _tuple_codec(parts: tuple[Part, ...]) -> KeyCodec:
    last = len(parts) - 1

    def write(key: Any) -> bytes:  # noqa: ANN401
        if not isinstance(key, tuple) or len(key) != len(parts):
            raise BadValue(f"the key must be a tuple of {len(parts)} parts")
        head = write_prefix(key[:last])
        return head + parts[last].write(key[last])

    def write_prefix(prefix: tuple[Any, ...]) -> bytes:
        if len(prefix) > last:
            raise BadValue(f"a prefix has at most {last} parts")
        return b"".join([_ended(part, value) for part, value in zip(parts, prefix, strict=False)])

    def read(data: bytes) -> tuple[Any, ...]:
        values = []
        for part in parts[:last]:
            value, data = _split(part, data)
            values.append(part.read(value))
        return (*values, parts[last].read(data))

    return KeyCodec(write, read, write_prefix)


def _ended(part: Part, value: Any) -> bytes:  # noqa: ANN401
    data = part.write(value)
    return data if part.size is not None else data.replace(b"\x00", _ESCAPE) + _END


def _split(part: Part, data: bytes) -> tuple[bytes, bytes]:
    if part.size is not None:
        return data[: part.size], data[part.size :]
    # An escaped 00 is always followed by FF, so the first 00 01 is the end.
    value, _, rest = data.partition(_END)
    return value.replace(_ESCAPE, b"\x00"), rest
