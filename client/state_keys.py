r"""State keys as a client builds them itself, so that a server cannot prove another key.

A key is `contract \\0 map \\0 entry`. Entries: an integer as 8 bytes, big-endian, of value + 2**63;
an address or other bytes of a fixed length as they are; text as UTF-8; of several parts, text or a
public key that is not the last is written with 00 as 00 FF and ended by 00 01.
Source: docs/protocol.md#state.
"""

from primitives.errors import BadShape

_INTEGER_OFFSET = 2**63
_ESCAPE = b"\x00\xff"
_END = b"\x00\x01"

Part = int | str | bytes


class Ended(bytes):
    """Bytes whose length may vary, such as a public key's: as a part they are ended as text is."""


def state_key(contract: str, map_name: str, *parts: Part) -> bytes:
    """Return the key of the entry `parts` of a contract's map; bytes are of a fixed length."""
    head = b"".join(_inner(part) for part in parts[:-1])
    last = _last(parts[-1]) if parts else b""
    return contract.encode() + b"\0" + map_name.encode() + b"\0" + head + last


def _inner(part: Part) -> bytes:
    if isinstance(part, str | Ended):
        data = part.encode() if isinstance(part, str) else part
        return data.replace(b"\x00", _ESCAPE) + _END
    return _last(part)


def _last(part: Part) -> bytes:
    if isinstance(part, str):
        return part.encode()
    if isinstance(part, bytes):
        return part
    if not -_INTEGER_OFFSET <= part < _INTEGER_OFFSET:
        raise BadShape(f"{part} does not fit a key's 64 bits", field="key")
    return (part + _INTEGER_OFFSET).to_bytes(8, "big")
