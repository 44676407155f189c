"""The committed state as chunks that are proved alone: what a snapshot is made of.

Rows of the tree have no keys, so the keys are sorted by their hashes: apart by nodes at one depth
first, in files of a scratch folder where they are many, then those below one node in memory.
What is read was frozen, so the state may move on meanwhile.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from node.store.faults import damaged_store, disk_faults
from node.store.ports import Reading
from node.store.schema import ENTRIES, STATE
from node.store.state_tree import StateTree
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.state_chunk import CHUNK_BYTES_MAX, StateChunk
from primitives.state_proof import PROOF_BYTES_MAX
from primitives.state_tree import (
    ARITY,
    CHILD_BITS,
    INLINE_BYTES_MAX,
    Subtree,
    content_of,
    end_below,
    grow,
    inline_value,
    is_hashed,
    key_hash,
    split,
)

KEYS_BELOW = 16_384  # of a node whose keys are sorted in memory, about
DEPTH_MAX = 6  # of such a node: there are 4,096 then
_BUFFERS_BYTES = 8 * 1024 * 1024  # of all nodes together, before they go to files
_ROWS_A_PIECE = 256
_PAIR_BYTES = 11  # of the encoding around a key and a value, at most
_HEAD = struct.Struct(">IH")  # lengths of a row and of its key

Row = tuple[bytes, bytes, bytes]  # the hash of a state key, the key, and its row of the database


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenState:
    """The state of one moment; `tree` has its inner nodes above `depth`."""

    kv: Reading
    path: Path
    tree: StateTree
    depth: int


def chunks_of(
    state: FrozenState, scratch: Path, bytes_max: int = CHUNK_BYTES_MAX
) -> Iterator[StateChunk | None]:
    """Yield chunks in order of key hashes, none empty; None where others may go on.

    A leaf is never divided: the bytes of one may be more than `bytes_max`.

    Raises:
        StoreDamaged: keys, entries and tree are not of the same state.
        StoreFull, StoreFailed: the scratch folder takes no more.
    """
    sorter = _Sorter(scratch, state.depth)
    for number, (stored_key, row) in enumerate(state.kv.scan(STATE)):
        key = stored_key[len(STATE) :]
        sorter.put(key_hash(key), key, row)
        if number % _ROWS_A_PIECE == 0:
            yield None
    sorter.finish()
    last: bytes | None = None
    first = 1 << CHILD_BITS * state.depth
    for node in range(first, 2 * first):
        entries: list[bytes] = []
        stop = end_below(node)
        for stored_key, content in state.kv.scan(ENTRIES, after=last):
            if stop is not None and stored_key[len(ENTRIES) :] >= stop:
                break
            entries.append(stored_key[len(ENTRIES) :] + content)
            last = stored_key
        yield None
        rows = sorter.below(node - first)
        yield None
        yield from _chunks_below(state, node, (entries, rows), bytes_max)


def _chunks_below(
    state: FrozenState, node: int, found: tuple[list[bytes], list[Row]], bytes_max: int
) -> Iterator[StateChunk | None]:
    entries, rows = found
    hashes = [hashed for hashed, _key, _row in rows]
    subtree = Subtree()
    if hashes != [entry[:DIGEST_BYTES] for entry in entries] or (
        grow(entries, node, subtree) != state.tree.hash_of(node)
    ):
        raise damaged_store(state.path, f"node {node:#x} of the state tree has other keys")
    yield None
    tree = state.tree.joined(subtree.inner)
    sizes = (len(key) + (len(row) or INLINE_BYTES_MAX) + _PAIR_BYTES for _h, key, row in rows)
    sized = hashes, [0, *accumulate(sizes)], bytes_max - PROOF_BYTES_MAX
    for below, low, high in _nodes(tree, sized, node, 0, len(rows)):
        pairs = zip(entries[low:high], rows[low:high], strict=True)
        yield StateChunk(
            count=tree.count,
            node=below,
            pairs=tuple((row[1], _value(state.path, entry, row)) for entry, row in pairs),
            rows=tree.rows(below),
        )


def _nodes(
    tree: StateTree,
    of: tuple[Sequence[bytes], Sequence[int], int],
    node: int,
    low: int,
    high: int,
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


def _value(path: Path, entry: bytes, row: Row) -> bytes:
    content, (_hashed, key, value) = entry[DIGEST_BYTES:], row
    if not is_hashed(content):
        return inline_value(content)
    if content_of(value) != content:
        raise damaged_store(path, f"state key {key!r:.80} has another value hash")
    return value


class _Sorter:
    """Puts rows apart by the node at a depth that they are below; sorts those of one node."""

    def __init__(self, scratch: Path, depth: int) -> None:
        self._scratch = scratch
        self._bits = CHILD_BITS * depth
        self._buffers = [bytearray() for _ in range(1 << self._bits)]
        self._bytes_max = _BUFFERS_BYTES // len(self._buffers)
        self._is_filed = False

    def put(self, hashed: Digest, key: bytes, row: bytes) -> None:
        number = int.from_bytes(hashed[:8], "big") >> 64 - self._bits
        buffer = self._buffers[number]
        buffer += hashed + _HEAD.pack(len(row), len(key)) + key + row
        if len(buffer) > self._bytes_max:
            self._file(number)
            self._is_filed = True

    def finish(self) -> None:
        """Give the memory back, if some of it is in files already."""
        if self._is_filed:
            for number in range(len(self._buffers)):
                self._file(number)

    def below(self, number: int) -> list[Row]:
        """Return the rows below a node in order of key hashes; they are kept no longer."""
        path = self._path(number)
        with disk_faults(path, "read"):
            data = path.read_bytes() if path.exists() else b""
            path.unlink(missing_ok=True)
        data += self._buffers[number]
        self._buffers[number] = bytearray()
        rows, at = [], 0
        while at < len(data):
            start = at + DIGEST_BYTES + _HEAD.size
            row_length, key_length = _HEAD.unpack_from(data, at + DIGEST_BYTES)
            middle, end = start + key_length, start + key_length + row_length
            rows.append((data[at : at + DIGEST_BYTES], data[start:middle], data[middle:end]))
            at = end
        return sorted(rows)

    def _file(self, number: int) -> None:
        path = self._path(number)
        with disk_faults(path, "write"), path.open("ab") as file:
            file.write(self._buffers[number])
        self._buffers[number] = bytearray()

    def _path(self, number: int) -> Path:
        return self._scratch / f"keys-{number:04}"
