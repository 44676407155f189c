"""A status list: one signed token that says of many credentials whether each still counts.

The list is bits, compressed, so who fetches it does not tell the issuer whose credential is looked
at. Source: Token Status List draft (draft-ietf-oauth-status-list) §4, §5, §8.3.
"""

import zlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from client.identity.errors import BadCredential
from client.identity.jose import from_base64url, sign_json, to_base64url, verified_json
from primitives.crypto import PublicKey
from primitives.keys import KeyPair

STATUS_LIST = "statuslist+jwt"
ENTRIES_MAX = 1 << 20
_WIDTHS = (1, 2, 4, 8)
_BYTE_BITS = 8


class Status(IntEnum):
    """What a list may say of a credential; other values are an application's own."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPlace:
    """Where a credential's status stands: the list's address, and the number in it."""

    uri: str
    index: int

    def to_claim(self) -> dict[str, Any]:
        """Return the claim `status`."""
        return {"status_list": {"idx": self.index, "uri": self.uri}}


@dataclass(slots=True, kw_only=True)
class StatusList:
    """Statuses by number, `bits` (1, 2, 4 or 8) each, the first in the lowest bits of a byte."""

    bits: int
    data: bytearray = field(repr=False)

    @classmethod
    def empty(cls, entries: int, bits: int = 2) -> "StatusList":
        """Return a list in which all is valid. Raises BadCredential: no such width or size."""
        if not 1 <= entries <= ENTRIES_MAX:
            raise BadCredential(f"a status list of {entries} entries, 1 to {ENTRIES_MAX}")
        _checked_bits(bits)
        return cls(bits=bits, data=bytearray(-(-entries * bits // _BYTE_BITS)))

    def at(self, index: int) -> int:
        """Return the status of a number. Raises BadCredential: the list has no such number."""
        place, shift = self._place(index)
        return self.data[place] >> shift & ((1 << self.bits) - 1)

    def put(self, index: int, status: int) -> None:
        """Set the status of a number. Raises BadCredential: no such number, or too large."""
        mask = (1 << self.bits) - 1
        if not 0 <= status <= mask:
            raise BadCredential(f"status {status} needs more than {self.bits} bits")
        place, shift = self._place(index)
        self.data[place] = self.data[place] & ~(mask << shift) | status << shift

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self.data) * _BYTE_BITS // self.bits:
            raise BadCredential(f"the status list has no number {index}")
        return index * self.bits // _BYTE_BITS, index * self.bits % _BYTE_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """Which list it is, and from when until when it counts; Unix seconds."""

    uri: str
    issued_at: int
    expires_at: int


def place_of(claim: object) -> StatusPlace | None:
    """Return where the claim `status` says a credential's status stands. Raises BadCredential."""
    if claim is None:
        return None
    named = claim.get("status_list") if isinstance(claim, dict) else None
    index, uri = (named.get("idx"), named.get("uri")) if isinstance(named, dict) else (None, None)
    if type(index) is not int or index < 0 or not isinstance(uri, str):
        raise BadCredential("the credential's status is in no status list")
    return StatusPlace(uri=uri, index=index)


def issue_list(key: KeyPair, terms: ListTerms, statuses: StatusList) -> str:
    """Return the signed token of a status list."""
    claims = {
        "sub": terms.uri,
        "iat": terms.issued_at,
        "exp": terms.expires_at,
        "status_list": {
            "bits": statuses.bits,
            "lst": to_base64url(zlib.compress(bytes(statuses.data), 9)),
        },
    }
    return sign_json(key, STATUS_LIST, claims)


def read_list(token: str, key: PublicKey, uri: str, now: int) -> StatusList:
    """Return the statuses of a token by `key` for the list at `uri`.

    Raises:
        BadCredential: it does not verify, is of another list, has expired, or cannot be read.
    """
    claims = verified_json(token, STATUS_LIST, key)
    if claims.get("sub") != uri:
        raise BadCredential("the status list is another one")
    expires = claims.get("exp", now + 1)
    if type(expires) is not int or expires <= now or type(claims.get("iat")) is not int:
        raise BadCredential("the status list has expired or has no date")
    named = claims.get("status_list")
    if not isinstance(named, dict):
        raise BadCredential("the token holds no status list")
    bits = _checked_bits(named.get("bits"))
    return StatusList(bits=bits, data=bytearray(_unpacked(from_base64url(named.get("lst")))))


def _unpacked(packed: bytes) -> bytes:
    """Return what a zlib stream holds, which ends with it and is not above the limit."""
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(packed, ENTRIES_MAX)
    except zlib.error as error:
        raise BadCredential("the status list cannot be unpacked") from error
    if not reader.eof or reader.unused_data:
        raise BadCredential(f"the status list is no whole stream of at most {ENTRIES_MAX} bytes")
    return data


def _checked_bits(bits: object) -> int:
    if type(bits) is not int or bits not in _WIDTHS:
        raise BadCredential(f"no status list has entries of {bits!r:.20} bits")
    return bits
