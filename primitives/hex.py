"""Bytes as people and JSON show them: 0x and two lower-case hex digits a byte; one text a value."""

import re

from primitives.errors import BadShape

_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")


def read_hex(text: object, *, name: str, length: int | None = None) -> bytes:
    """Return the bytes of `text`, exactly `length` of them where one is given.

    Raises:
        BadShape: another type, form or length; names the field and what it must be.
    """
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        digits = "pairs of" if length is None else f"{2 * length}"
        raise BadShape(
            f"{name} must be 0x and {digits} lower-case hex digits, not {text!r:.40}", field=name
        )
    data = bytes.fromhex(text[2:])
    if length is not None and len(data) != length:
        raise BadShape(
            f"{name} must be 0x and {2 * length} lower-case hex digits ({length} bytes), "
            f"not {len(data)} bytes",
            field=name,
        )
    return data
