"""The hashes of an election, field by field, from docs/voting.md."""

from hashlib import sha512

from verifier.group import ORDER


def number(value: int) -> bytes:
    """Return a number as transcripts hold it: 8 bytes, big-endian."""
    return value.to_bytes(8, "big")


def field(data: bytes) -> bytes:
    """Return a field after its length."""
    return number(len(data)) + data


def listed(items: list[bytes]) -> bytes:
    """Return a list as one field: how many, then each after its length."""
    return number(len(items)) + b"".join(field(item) for item in items)


def hashed(tag: str, *fields: bytes) -> bytes:
    """Return SHA-512 over the tag and the fields: 64 bytes."""
    return sha512(b"".join(field(f) for f in (f"sapha/vote/v2/{tag}".encode(), *fields))).digest()


def challenge(tag: str, *fields: bytes) -> int:
    """Return the hash as a little-endian number modulo the group's order."""
    return int.from_bytes(hashed(tag, *fields), "little") % ORDER
