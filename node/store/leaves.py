"""The leaves of the state tree: packed in memory, or read from one place of the database.

Each key has one row, in order of key hashes, so a leaf is at most 16 neighbours. What comes from
the database is compared with the hash that the tree has of the leaf.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from node.store.bounded import BoundedBytes
from node.store.faults import damaged_store
from node.store.ports import KeyValue
from node.store.schema import ENTRIES
from node.store.state_tree import StateTree
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.state_tree import (
    EMPTY,
    LEAF_ENTRIES_MAX,
    depth_of,
    end_below,
    first_below,
    leaf_hash,
)

_PREFIX = len(ENTRIES)
_AFTER_ALL = bytes([ENTRIES[0] + 1])


class Leaves:
    """The committed leaves of `tree`. One owner."""

    def __init__(self, kv: KeyValue, path: Path, tree: StateTree, bytes_max: int) -> None:
        self._kv = kv
        self._path = path
        self._tree = tree
        self._packed: BoundedBytes[int] = BoundedBytes(bytes_max)

    def entries(self, node: int) -> list[bytes]:
        """Return the entries of a leaf in order. Raises StoreDamaged."""
        packed = self._packed.items.get(node)
        return self._read(node) if packed is None else _unpacked(packed)

    def content(self, hashed_key: Digest) -> bytes | None:
        """Return the content of a key without padding, None when absent. Raises StoreDamaged."""
        node = self._tree.leaf_of(hashed_key)
        packed = self._packed.items.get(node)
        if packed is None:
            packed = _packed(self._read(node))
        for start, end in _bounds(packed):
            if packed.startswith(hashed_key, start):
                return packed[start + DIGEST_BYTES : end]
        return None

    def put(self, node: int, entries: Sequence[bytes] | None) -> None:
        """Keep a leaf's entries in memory, None: forget the leaf."""
        if entries and len(entries) <= LEAF_ENTRIES_MAX:
            self._packed.put(node, _packed(entries))
        else:
            self._packed.drop(node)

    def warm(self, node: int, entries: Sequence[bytes]) -> None:
        """Keep a leaf that was just read, while there is room."""
        if not self._packed.is_full:
            self.put(node, entries)

    def stored(self) -> Iterator[bytes]:
        """Yield all entries of the database in order."""
        for stored_key, content in self._kv.scan(ENTRIES):
            yield stored_key[_PREFIX:] + content

    def _read(self, node: int) -> list[bytes]:
        expected = self._tree.hash_of(node)
        if expected == EMPTY:
            return []
        end = end_below(node)
        stop = _AFTER_ALL if end is None else ENTRIES + end
        rows = self._kv.between(ENTRIES + first_below(node), stop)
        entries = [stored_key[_PREFIX:] + content for stored_key, content in rows]
        if leaf_hash(entries) != expected:
            place = f"{first_below(node).hex()[:16]} at depth {depth_of(node)}"
            raise damaged_store(self._path, f"leaf {place} is not the one of the tree")
        self.put(node, entries)
        return entries


def _packed(entries: Sequence[bytes]) -> bytes:
    """Return in one piece how many entries there are, how long each is, and the entries."""
    return bytes([len(entries), *map(len, entries)]) + b"".join(entries)


def _unpacked(packed: bytes) -> list[bytes]:
    return [packed[start:end] for start, end in _bounds(packed)]


def _bounds(packed: bytes) -> Iterator[tuple[int, int]]:
    first = 1 + packed[0]
    return pairwise(accumulate(packed[1:first], initial=first))
