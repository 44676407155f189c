"""The bucket tree's hashes, and proofs of presence and absence that need no trust in the server.

State is a map from keys to values. A key lives in the bucket that the first bits of its hash
name. A bucket's hash covers its sorted (key hash, value hash) pairs; inner nodes hash four
children; the state root covers the bucket count and the top node. A proof carries the whole
bucket and three siblings a level, so that an absent key is proved as well as a present one.
Source: docs/protocol.md#state; the storage side is node/store/state_store.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from primitives.codec import Value
from primitives.crypto import DIGEST_BYTES, Digest, digest
from primitives.errors import BadShape, Rejected
from primitives.shape import array_of, bytes_of, fields_of, uint_of

ARITY = 4
ARITY_BITS = 2
BUCKET_BITS_MIN = 2
BUCKET_BITS_MAX = 24
BUCKET_ENTRIES_MAX = 4096
ENTRY_BYTES = 2 * DIGEST_BYTES


class BadProof(Rejected):
    """The proof does not connect the key and value to the state root."""


def key_hash(key: bytes) -> Digest:
    """Return the hash that places `key`."""
    return digest("state-key", key)


def value_hash(value: bytes) -> Digest:
    """Return the hash of a stored value."""
    return digest("state-value", value)


def bucket_of(hashed_key: Digest, bucket_bits: int) -> int:
    """Return the number of the bucket: the first `bucket_bits` bits of the key hash."""
    return int.from_bytes(hashed_key[:4], "big") >> (32 - bucket_bits)


def bucket_hash(entries: bytes) -> Digest:
    """Return the hash of a bucket: its 64-byte (key hash, value hash) pairs in order, joined."""
    return digest("state-bucket", entries)


def node_hash(children: bytes) -> Digest:
    """Return the hash of an inner node: its four children joined, 128 bytes."""
    return digest("state-node", children)


def root_hash(bucket_bits: int, top: Digest) -> Digest:
    """Return the state root over the number of bucket bits (one byte) and the top node."""
    return digest("state-root", bytes([bucket_bits]) + top)


@dataclass(frozen=True, slots=True)
class StateProof:
    """One key's bucket and the siblings on the way to the root.

    `entries` are (key hash, value hash) pairs in ascending order; `siblings[i]` are the three
    other children of the node at level i, from the bucket up, in order.
    """

    bucket_bits: int
    entries: tuple[tuple[Digest, Digest], ...]
    siblings: tuple[tuple[Digest, Digest, Digest], ...]

    def to_value(self) -> Value:
        """Return [bucket_bits, entries, siblings]."""
        return (self.bucket_bits, self.entries, self.siblings)


def check_proof(proof: StateProof, *, state_root: Digest, key: bytes, value: bytes | None) -> None:
    """Check that under `state_root` the value of `key` is `value`, or absent when None.

    Raises:
        BadProof: the proof shows something else or nothing; names what.
    """
    _check_lengths(proof)
    hashed = key_hash(key)
    bucket = bucket_of(hashed, proof.bucket_bits)
    keys = [entry[0] for entry in proof.entries]
    if any(a >= b for a, b in pairwise(keys)):
        raise BadProof("the bucket's entries are not sorted and distinct")
    if any(bucket_of(entry_key, proof.bucket_bits) != bucket for entry_key in keys):
        raise BadProof("an entry belongs to another bucket")
    node = bucket_hash(b"".join(entry[0] + entry[1] for entry in proof.entries))
    for siblings in proof.siblings:
        children: list[Digest] = list(siblings)
        children.insert(bucket % ARITY, node)
        node = node_hash(b"".join(children))
        bucket //= ARITY
    if root_hash(proof.bucket_bits, node) != state_root:
        raise BadProof("the proof leads to another state root")
    found = dict(proof.entries).get(hashed)
    expected = None if value is None else value_hash(value)
    if found != expected:
        raise BadProof("the key is absent" if found is None else "the key has another value")


def _check_lengths(proof: StateProof) -> None:
    """Refuse what would hash to the same root when cut elsewhere, however it was built."""
    if any(len(part) != DIGEST_BYTES for entry in proof.entries for part in entry):
        raise BadProof(f"an entry is not two hashes of {DIGEST_BYTES} bytes")
    levels, needed = len(proof.siblings), proof.bucket_bits // ARITY_BITS
    if levels != needed:
        raise BadProof(f"{levels} levels of siblings, needed are {needed}")


def read_proof(value: Value) -> StateProof:
    """Return the proof that `to_value` gave. Raises BadShape."""
    fields = fields_of(value, name="proof", count=3)
    bits = uint_of(fields[0], name="bucket_bits", value_max=BUCKET_BITS_MAX)
    if bits < BUCKET_BITS_MIN or bits % ARITY_BITS:
        raise BadShape(f"bucket_bits is {bits}, must be even and at least {BUCKET_BITS_MIN}")
    entries = tuple(
        _digests(item, name="entry", count=2)
        for item in array_of(fields[1], name="entries", count_max=BUCKET_ENTRIES_MAX)
    )
    siblings = tuple(
        _digests(item, name="siblings", count=ARITY - 1)
        for item in fields_of(fields[2], name="siblings", count=bits // ARITY_BITS)
    )
    return StateProof(bits, entries, siblings)  # type: ignore[arg-type]


def _digests(value: Value, *, name: str, count: int) -> tuple[Digest, ...]:
    items: Sequence[Value] = fields_of(value, name=name, count=count)
    return tuple(Digest(bytes_of(item, name=name, length=DIGEST_BYTES)) for item in items)
