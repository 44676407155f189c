"""The text of a merchant-presented QR: two-digit tags and lengths, values, a checksum at the end.

Lengths count characters; the checksum is CRC-16/CCITT-FALSE of the UTF-8 bytes of all before its
value. Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, §3, §4.
"""

import binascii
from collections.abc import Iterable, Mapping

from client.cbdc.errors import BadCrc, BadTlv, DuplicateTag, MissingCrc

CRC_TAG = "63"
TEXT_CHARS_MAX = 512
VALUE_CHARS_MAX = 99
_HEAD_CHARS = 4  # tag and length
_CRC_DIGITS = 4
_CRC_CHARS = _HEAD_CHARS + _CRC_DIGITS
_CRC_START = 0xFFFF
_HEX = frozenset("0123456789ABCDEFabcdef")


def read_fields(text: str) -> dict[str, str]:
    """Return the values by tag, in the order of the text; an empty text has none.

    Raises:
        BadTlv: a tag or length is not two digits, a value is empty or runs past the end.
        DuplicateTag: a tag is there twice.
    """
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + _HEAD_CHARS]
        if not (_is_two_digits(tag) and _is_two_digits(length)):
            raise BadTlv(f"at character {at} is {tag + length!r}, not a tag and a length")
        end = at + _HEAD_CHARS + int(length)
        if int(length) == 0 or end > len(text):
            left = len(text) - at - _HEAD_CHARS
            raise BadTlv(f"tag {tag} has length {int(length)}, must be 1 to the {left} left")
        if tag in fields:
            raise DuplicateTag(f"tag {tag} is there twice")
        fields[tag] = text[at + _HEAD_CHARS : end]
        at = end
    return fields


def write_fields(fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """Return the text of (tag, value) pairs in their order.

    Raises:
        BadTlv: a tag is not two digits, or a value has not 1 to 99 characters.
    """
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    return "".join(_write_field(tag, value) for tag, value in pairs)


def crc_of(text: str) -> str:
    """Return the checksum of a text as four hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode(), _CRC_START):04X}"


def seal(body: str, crc_tag: str = CRC_TAG) -> str:
    """Return `body` with its checksum. Raises BadTlv when it is too long."""
    text = body + crc_tag + f"{_CRC_DIGITS:02}"
    if len(text) + _CRC_DIGITS > TEXT_CHARS_MAX:
        raise BadTlv(f"{len(text) + _CRC_DIGITS} characters, at most {TEXT_CHARS_MAX}")
    return text + crc_of(text)


def unseal(text: str, crc_tag: str = CRC_TAG) -> str:
    """Return what is before the checksum.

    Raises:
        BadTlv: too long, or not Unicode text.
        MissingCrc: the text does not end with tag `crc_tag` and four hexadecimal digits.
        BadCrc: the checksum is of another text.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise BadTlv(f"{len(text)} characters, at most {TEXT_CHARS_MAX}")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise BadTlv("the text holds half of a surrogate pair")
    body, tail = text[:-_CRC_CHARS], text[-_CRC_CHARS:]
    given = tail[_HEAD_CHARS:]
    if tail[:_HEAD_CHARS] != f"{crc_tag}{_CRC_DIGITS:02}" or not set(given) <= _HEX:
        raise MissingCrc(f"the text does not end with tag {crc_tag} and four hexadecimal digits")
    expected = crc_of(text[:-_CRC_DIGITS])
    if given.upper() != expected:
        raise BadCrc(f"the checksum is {given}, of this text it is {expected}")
    return body


def _write_field(tag: str, value: str) -> str:
    if not _is_two_digits(tag):
        raise BadTlv(f"{tag!r} is no tag")
    if not 1 <= len(value) <= VALUE_CHARS_MAX:
        raise BadTlv(f"tag {tag} has {len(value)} characters, must have 1 to {VALUE_CHARS_MAX}")
    return f"{tag}{len(value):02}{value}"


def _is_two_digits(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()
