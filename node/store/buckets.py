"""A bucket: sorted 64-byte (key hash, value hash) pairs in one piece of bytes. Pure.

Source: docs/protocol.md#state; the hashes are primitives.state_proof's.
"""

from primitives.crypto import DIGEST_BYTES, Digest
from primitives.state_proof import ENTRY_BYTES


def value_hash_in(entries: bytes, hashed_key: Digest) -> Digest | None:
    """Return the value hash that the bucket holds for the key hash, None when absent."""
    at = _place(entries, hashed_key)
    if entries[at : at + DIGEST_BYTES] != hashed_key:
        return None
    return Digest(entries[at + DIGEST_BYTES : at + ENTRY_BYTES])


def with_entry(entries: bytes, hashed_key: Digest, hashed_value: Digest | None) -> bytes:
    """Return the bucket with the key's value hash set, or the key removed when None."""
    at = _place(entries, hashed_key)
    is_present = entries[at : at + DIGEST_BYTES] == hashed_key
    rest = entries[at + ENTRY_BYTES :] if is_present else entries[at:]
    if hashed_value is None:
        return entries[:at] + rest
    return entries[:at] + hashed_key + hashed_value + rest


def pairs_of(entries: bytes) -> tuple[tuple[Digest, Digest], ...]:
    """Return the bucket's pairs in order."""
    return tuple(
        (
            Digest(entries[at : at + DIGEST_BYTES]),
            Digest(entries[at + DIGEST_BYTES : at + ENTRY_BYTES]),
        )
        for at in range(0, len(entries), ENTRY_BYTES)
    )


def _place(entries: bytes, hashed_key: Digest) -> int:
    """Return the offset of the first pair whose key hash is not below `hashed_key`."""
    low, high = 0, len(entries) // ENTRY_BYTES
    while low < high:
        middle = (low + high) // 2
        at = middle * ENTRY_BYTES
        if entries[at : at + DIGEST_BYTES] < hashed_key:
            low = middle + 1
        else:
            high = middle
    return low * ENTRY_BYTES
