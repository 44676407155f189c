"""The committed state as chunks that are proved alone: what a snapshot is made of.

Rows of the tree have no keys, so the state keys are hashed and sorted once; that, some 150 bytes a
key, is in memory while chunks are made. Nothing may be committed meanwhile.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from node.store.faults import damaged_store
from node.store.ports import KeyValue
from node.store.schema import ENTRIES, STATE
from node.store.state_tree import StateTree
from primitives.crypto import Digest
from primitives.state_chunk import CHUNK_BYTES_MAX, StateChunk
from primitives.state_proof import PROOF_BYTES_MAX
from primitives.state_tree import (
    ARITY,
    CHILD_BITS,
    INLINE_BYTES_MAX,
    ROOT_NODE,
    inline_value,
    is_hashed,
    key_hash,
    split,
)

_PAIR_BYTES = 11  # of the encoding around a key and a value, at most


def chunks_of(
    kv: KeyValue, path: Path, tree: StateTree, bytes_max: int = CHUNK_BYTES_MAX
) -> Iterator[StateChunk]:
    """Yield chunks in order of key hashes, none empty, each of the largest node that fits.

    A leaf is never divided: the bytes of one may be more than `bytes_max`.

    Raises:
        StoreDamaged: keys and entries are not of the same state.
    """
    found = sorted(
        (key_hash(stored_key[len(STATE) :]), stored_key[len(STATE) :], len(row))
        for stored_key, row in kv.scan(STATE)
    )
    hashes = [hashed for hashed, _key, _size in found]
    sizes = (len(key) + (size or INLINE_BYTES_MAX) + _PAIR_BYTES for _hashed, key, size in found)
    ends = [0, *accumulate(sizes)]
    room = bytes_max - PROOF_BYTES_MAX
    for node, low, high in _nodes(tree, (hashes, ends, room), ROOT_NODE, 0, len(hashes)):
        keys = [key for _hashed, key, _size in found[low:high]]
        pairs = zip(hashes[low:high], keys, strict=True)
        yield StateChunk(
            count=tree.count,
            node=node,
            pairs=tuple((key, _value(kv, path, hashed, key)) for hashed, key in pairs),
            rows=tree.rows(node),
        )


def _nodes(
    tree: StateTree, of: tuple[Sequence[Digest], Sequence[int], int], node: int, low: int, high: int
) -> Iterator[tuple[int, int, int]]:
    """Yield nodes whose keys, from `low` up to `high` of the hashes, fit into a chunk."""
    hashes, ends, room = of
    if low == high:
        return
    if ends[high] - ends[low] <= room or not tree.is_inner(node):
        yield node, low, high
        return
    bounds = (low, *split(hashes, node, low, high), high)
    for i in range(ARITY):
        yield from _nodes(tree, of, (node << CHILD_BITS) + i, bounds[i], bounds[i + 1])


def _value(kv: KeyValue, path: Path, hashed: Digest, key: bytes) -> bytes:
    content = kv.get(ENTRIES + hashed)
    value = None
    if content:
        value = kv.get(STATE + key) if is_hashed(content) else inline_value(content)
    if value is None:
        raise damaged_store(path, f"state key {key!r:.80} is not in the tree")
    return value
