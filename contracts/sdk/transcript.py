"""Hashes of several fields that no other fields give: what proofs and their challenges cover.

Fields are bytes; integers are 8 bytes, big-endian; a list of bounded length is one field made by
`listed`. Source: docs/voting.md#transcripts.
"""

from hashlib import sha512 as _sha512

__all__ = ["HASH_BYTES", "hash_fields", "listed", "lp", "uint"]

HASH_BYTES = 64


def lp(field: bytes) -> bytes:
    """Return `field` after its length as 8 bytes, big-endian."""
    return len(field).to_bytes(8, "big") + field


def uint(number: int) -> bytes:
    """Return a number from 0 as the 8 bytes, big-endian, that transcripts use."""
    return number.to_bytes(8, "big")


def listed(items: tuple[bytes, ...]) -> bytes:
    """Return a list as one field: how many, then each after its length."""
    return uint(len(items)) + b"".join([lp(item) for item in items])


def hash_fields(tag: str, fields: tuple[bytes, ...]) -> bytes:
    """Return H(tag, fields), SHA-512 over the tag and the fields, each after its length."""
    return _sha512(b"".join([lp(tag.encode())] + [lp(field) for field in fields])).digest()
