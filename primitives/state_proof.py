"""Proofs that a key has a value in the state, or is absent, that need no trust in the server.

A proof carries the whole leaf of the key and the siblings on the way to the root, so that an
absent key is proved as well as a present one. Source: docs/protocol.md#state-proofs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from primitives.codec import Value, decode
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.errors import Rejected
from primitives.shape import array_of, blob_of, bytes_of, fields_of, uint_of
from primitives.state_tree import (
    ARITY,
    CHILD_BITS,
    CONTENT_BYTES,
    DEPTH_MAX,
    EMPTY,
    LEAF_ENTRIES_MAX,
    content_of,
    inner_hash,
    is_content,
    key_hash,
    leaf_hash,
    node_at,
    root_hash,
)

PROOF_BYTES_MAX = 8 * 1024
PROOF_ITEMS_MAX = 4 + 3 * (LEAF_ENTRIES_MAX + DEPTH_MAX)
SIBLINGS_BYTES_MAX = (ARITY - 1) * DIGEST_BYTES
_MASK_MAX = (1 << ARITY - 1) - 1

Row = tuple[int, bytes]  # which siblings are not empty, bit 0 the lowest; these, joined in order


class BadProof(Rejected):
    """The proof does not connect the key and value to the state root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateProof:
    """One key's leaf and the siblings on the way to the root.

    `count` is how many keys the state has; `entries` are (key hash, content) in ascending order;
    `rows` are the siblings of each node from the leaf up.
    """

    count: int
    entries: tuple[tuple[bytes, bytes], ...]
    rows: tuple[Row, ...]

    def to_value(self) -> Value:
        """Return [count, entries, rows]."""
        return (self.count, self.entries, self.rows)


def check_proof(proof: StateProof, *, state_root: Digest, key: bytes, value: bytes | None) -> None:
    """Check that under `state_root` the value of `key` is `value`, or absent when None.

    Raises:
        BadProof: the proof shows something else or nothing; names what.
    """
    content = content_in_proof(proof, state_root=state_root, hashed_key=key_hash(key))
    if content != (None if value is None else content_of(value)):
        raise BadProof("the key is absent" if content is None else "the key has another value")


def content_in_proof(proof: StateProof, *, state_root: Digest, hashed_key: Digest) -> bytes | None:
    """Return the content that the proof shows for a key hash, None when it shows absence.

    Raises:
        BadProof: it shows nothing under `state_root`; names what.
    """
    _check_leaf(proof, hashed_key)
    leaf = leaf_hash(entry_key + content for entry_key, content in proof.entries)
    top = climb(leaf, node_at(hashed_key, len(proof.rows)), proof.rows)
    if root_hash(proof.count, top) != state_root:
        raise BadProof("the proof leads to another state root")
    return dict(proof.entries).get(hashed_key)


def _check_leaf(proof: StateProof, hashed: Digest) -> None:
    """Refuse what is no leaf of the key hash, however the proof was built."""
    depth = len(proof.rows)
    if depth > DEPTH_MAX:
        raise BadProof(f"{depth} rows, at most {DEPTH_MAX}")
    if len(proof.entries) > LEAF_ENTRIES_MAX:
        raise BadProof(f"{len(proof.entries)} entries in a leaf, at most {LEAF_ENTRIES_MAX}")
    keys = [entry[0] for entry in proof.entries]
    if any(len(entry_key) != DIGEST_BYTES for entry_key in keys):
        raise BadProof(f"the key hash of an entry has not {DIGEST_BYTES} bytes")
    if not all(is_content(content) for _key, content in proof.entries):
        raise BadProof("the content of an entry is that of no value")
    if any(a >= b for a, b in pairwise(keys)):
        raise BadProof("the leaf's entries are not sorted and distinct")
    node = node_at(hashed, depth)
    if any(node_at(entry_key, depth) != node for entry_key in keys):
        raise BadProof("an entry belongs to another leaf")


def climb(hashed: Digest, node: int, rows: Sequence[Row]) -> Digest:
    """Return the hash of the top node, from that of `node` and a row for each node on the way.

    Raises:
        BadProof: a row is not the one form of its siblings.
    """
    for mask, joined in rows:
        children = siblings_of(mask, joined)
        children.insert(node % ARITY, hashed)
        hashed = inner_hash(b"".join(children))
        node >>= CHILD_BITS
    return hashed


def row_of(siblings: Sequence[bytes]) -> Row:
    """Return the row of the three siblings of a node, in order."""
    mask = sum(1 << place for place, sibling in enumerate(siblings) if sibling != EMPTY)
    return mask, b"".join(sibling for sibling in siblings if sibling != EMPTY)


def siblings_of(mask: int, joined: bytes) -> list[Digest]:
    """Return the three siblings of a row. Raises BadProof when it is not their one form."""
    if not 0 <= mask <= _MASK_MAX:
        raise BadProof(f"the mask of a row is {mask}, at most {_MASK_MAX}")
    if len(joined) != DIGEST_BYTES * mask.bit_count():
        raise BadProof(f"a row of mask {mask} has {len(joined)} bytes of siblings")
    parts = [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]
    if EMPTY in parts:
        raise BadProof("an empty sibling is spelled out")
    spelled = iter(parts)
    return [Digest(next(spelled)) if mask >> place & 1 else EMPTY for place in range(ARITY - 1)]


def read_proof(value: Value) -> StateProof:
    """Return the proof that `to_value` gave. Raises BadShape."""
    count, entries, rows = fields_of(value, name="proof", count=3)
    return StateProof(
        count=uint_of(count, name="count"),
        entries=tuple(
            _entry(fields_of(item, name="entry", count=2))
            for item in array_of(entries, name="entries", count_max=LEAF_ENTRIES_MAX)
        ),
        rows=read_rows(rows),
    )


def decode_proof(data: bytes) -> StateProof:
    """Return the proof that `data` encodes. Raises TooLarge, NotCanonical, BadShape."""
    return read_proof(decode(data, bytes_max=PROOF_BYTES_MAX, items_max=PROOF_ITEMS_MAX))


def read_rows(value: Value) -> tuple[Row, ...]:
    """Return the rows of a decoded proof. Raises BadShape."""
    return tuple(
        _row(fields_of(item, name="row", count=2))
        for item in array_of(value, name="rows", count_max=DEPTH_MAX)
    )


def _entry(fields: tuple[Value, ...]) -> tuple[bytes, bytes]:
    hashed, content = fields
    return (
        bytes_of(hashed, name="key hash", length=DIGEST_BYTES),
        blob_of(content, name="content", length_max=CONTENT_BYTES),
    )


def _row(fields: tuple[Value, ...]) -> Row:
    mask, joined = fields
    return (
        uint_of(mask, name="mask", value_max=_MASK_MAX),
        blob_of(joined, name="siblings", length_max=SIBLINGS_BYTES_MAX),
    )
