"""The state tree of a node: inner nodes in memory, and plans of what a batch of writes changes.

Owns the shape and its hashes; leaves are read through `LeafReader`. An update is planned in one
pass without changing anything, so that a block can be executed and dropped, and applied at commit.
Source: docs/protocol.md#state-root.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from primitives.crypto import DIGEST_BYTES, Digest
from primitives.state_proof import Row, row_of
from primitives.state_tree import (
    ARITY,
    CHILD_BITS,
    DEPTH_MAX,
    EMPTY,
    LEAF_ENTRIES_MAX,
    ROOT_NODE,
    Subtree,
    depth_of,
    end_below,
    grow,
    inner_hash,
    leaf_hash,
    root_hash,
    split,
)

LeafReader = Callable[[int], Sequence[bytes]]  # the committed entries of a leaf, by its number
LeafKeeper = Callable[[int, Sequence[bytes]], None]

_HEAD_BYTES = CHILD_BITS * DEPTH_MAX // 8
_HEAD_BITS = 8 * _HEAD_BYTES
_READ_AHEAD = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePlan:
    """What a batch does to the tree: its root, and the nodes that differ (None: gone).

    `before` are the contents that the changed keys had, in order of their hashes, None: absent.
    """

    count: int
    top: Digest
    inner: Mapping[int, bytes | None]
    leaves: Mapping[int, Sequence[bytes] | None]
    before: Sequence[bytes | None]

    @property
    def root(self) -> Digest:
        """The state root."""
        return root_hash(self.count, self.top)


class StateTree:
    """The inner nodes by number, each with the hashes of its four children; 240 bytes a node."""

    def __init__(self) -> None:
        self.count = 0
        self._top = EMPTY
        self._inner: dict[int, bytes] = {}
        self._bits = _HEAD_BITS  # that do not name the leaf found last: the next is as deep, mostly

    @property
    def root(self) -> Digest:
        """The state root."""
        return root_hash(self.count, self._top)

    def load(self, entries: Iterable[bytes], keep: LeafKeeper) -> None:
        """Become the tree over all entries in ascending order; show each leaf to `keep`."""
        loader = _Loader(iter(entries), keep)
        self._top = loader.load(ROOT_NODE)
        self._inner, self.count = loader.inner, loader.count

    def leaf_of(self, hashed_key: Digest) -> int:
        """Return the number of the leaf in which the key hash is, or would be."""
        head = 1 << _HEAD_BITS | int.from_bytes(hashed_key[:_HEAD_BYTES], "big")
        inner, bits = self._inner, self._bits
        while (node := head >> bits) in inner:
            bits -= CHILD_BITS
        while bits < _HEAD_BITS and node >> CHILD_BITS not in inner:
            node >>= CHILD_BITS
            bits += CHILD_BITS
        self._bits = bits
        return node

    def hash_of(self, node: int) -> bytes:
        """Return the hash of a node that its parent knows."""
        if node == ROOT_NODE:
            return self._top
        at = node % ARITY * DIGEST_BYTES
        return self._inner[node >> CHILD_BITS][at : at + DIGEST_BYTES]

    def is_inner(self, node: int) -> bool:
        """Return whether a node has children."""
        return node in self._inner

    def rows(self, node: int) -> tuple[Row, ...]:
        """Return the siblings on the way from `node` to the top, as proofs carry them."""
        rows = []
        while node != ROOT_NODE:
            siblings = children_of(self._inner[node >> CHILD_BITS])
            del siblings[node % ARITY]
            rows.append(row_of(siblings))
            node >>= CHILD_BITS
        return tuple(rows)

    def top(self, below: int, depth_max: int) -> tuple["StateTree", int]:
        """Return a copy of the upper levels down to where a node has some `below` keys.

        And their number, at most `depth_max`: each node at that depth has a place in the tree.
        """
        copy, level, depth = StateTree(), [ROOT_NODE], 0
        copy.count, copy._top = self.count, self._top
        while self.count >> CHILD_BITS * depth > below and depth < depth_max:
            if any(node not in self._inner for node in level):
                break
            copy._inner |= {node: self._inner[node] for node in level}
            level = [node << CHILD_BITS | i for node in level for i in range(ARITY)]
            depth += 1
        return copy, depth

    def joined(self, inner: Mapping[int, bytes]) -> "StateTree":
        """Return a copy with more inner nodes, which are below those that it has."""
        copy = StateTree()
        copy.count, copy._top, copy._inner = self.count, self._top, self._inner | dict(inner)
        return copy

    def plan(
        self, hashes: Sequence[Digest], contents: Sequence[bytes | None], read: LeafReader
    ) -> TreePlan:
        """Return what setting `contents` (None: removing) does; the tree stays as it is.

        `hashes` are the key hashes in ascending order, distinct.
        """
        planner = _Planner(self._inner, hashes, contents, read)
        top, change = planner.update(ROOT_NODE, 0, len(hashes)) if hashes else (self._top, 0)
        return TreePlan(
            count=self.count + change,
            top=Digest(top),
            inner=planner.changed,
            leaves=planner.leaves,
            before=planner.before,
        )

    def apply(self, plan: TreePlan) -> None:
        """Make a plan true. It must have been made since the last `apply`."""
        self.count, self._top = plan.count, plan.top
        for node, children in plan.inner.items():
            if children is None:
                self._inner.pop(node, None)
            else:
                self._inner[node] = children


def children_of(children: bytes) -> list[bytes]:
    """Return the four hashes of an inner node."""
    return [children[at : at + DIGEST_BYTES] for at in range(0, len(children), DIGEST_BYTES)]


@dataclass(slots=True)
class _Loader:
    """Builds a tree from a stream of entries with a bounded number of them in memory."""

    rest: Iterator[bytes]
    keep: LeafKeeper
    inner: dict[int, bytes] = field(default_factory=dict)
    count: int = 0
    ahead: list[bytes] = field(default_factory=list)

    def load(self, node: int) -> Digest:
        """Take all entries below `node` from the stream; return its hash."""
        read = list(islice(self.rest, _READ_AHEAD - len(self.ahead)))
        self.count += len(read)
        self.ahead += read
        stop = end_below(node)
        end = len(self.ahead) if stop is None else bisect_left(self.ahead, stop)
        if end == _READ_AHEAD:  # there may be more below it than was read
            first = node << CHILD_BITS
            self.inner[node] = b"".join([self.load(first + i) for i in range(ARITY)])
            return inner_hash(self.inner[node])
        if end == 0:
            return EMPTY
        subtree = Subtree()
        hashed = grow(self.ahead[:end], node, subtree)
        del self.ahead[:end]
        self.inner |= subtree.inner
        for leaf, entries in subtree.leaves.items():
            self.keep(leaf, entries)
        return hashed


class _Planner:
    """One pass over sorted changes: down to the leaves, and up with the hashes that result."""

    def __init__(
        self,
        inner: Mapping[int, bytes],
        hashes: Sequence[Digest],
        contents: Sequence[bytes | None],
        read: LeafReader,
    ) -> None:
        self._inner = inner
        self._hashes = hashes
        self._contents = contents
        self._read = read
        self.changed: dict[int, bytes | None] = {}
        self.leaves: dict[int, Sequence[bytes] | None] = {}
        self.before: list[bytes | None] = []

    def update(self, node: int, low: int, high: int) -> tuple[Digest, int]:
        """Put the changes from `low` up to `high`, all below `node`, in.

        Return the hash of the node, and by how many keys it grew.
        """
        children = self._inner.get(node)
        if children is None:
            return self._update_leaf(node, low, high)
        if high - low == 1:
            return self._update_one(node, low)
        bounds = (low, *split(self._hashes, node, low, high), high)
        hashes, growth = bytearray(children), 0
        for i in range(ARITY):
            if bounds[i] < bounds[i + 1]:
                child = (node << CHILD_BITS) + i
                hashed, more = self.update(child, bounds[i], bounds[i + 1])
                hashes[i * DIGEST_BYTES : (i + 1) * DIGEST_BYTES] = hashed
                growth += more
        return self._settled(node, bytes(hashes), growth), growth

    def _update_one(self, node: int, place: int) -> tuple[Digest, int]:
        """Do as `update` for one change, in a plain loop."""
        head = 1 << _HEAD_BITS | int.from_bytes(self._hashes[place][:_HEAD_BYTES], "big")
        bits = _HEAD_BITS + 1 - node.bit_length()
        way: list[bytes] = []
        while (children := self._inner.get(head >> bits)) is not None:
            way.append(children)
            bits -= CHILD_BITS
        hashed, growth = self._update_leaf(head >> bits, place, place + 1)
        for children in reversed(way):
            at = (head >> bits) % ARITY * DIGEST_BYTES
            bits += CHILD_BITS
            changed = children[:at] + hashed + children[at + DIGEST_BYTES :]
            hashed = self._settled(head >> bits, changed, growth)
        return hashed, growth

    def _update_leaf(self, node: int, low: int, high: int) -> tuple[Digest, int]:
        """Put all changes into a leaf in one pass; it may become a subtree."""
        entries = self._read(node)
        if high - low == 1:
            ordered = self._with_one(entries, low)
        else:
            ordered = self._with_all(entries, low, high)
        growth = len(ordered) - len(entries)
        if len(ordered) <= LEAF_ENTRIES_MAX or depth_of(node) == DEPTH_MAX:
            self.leaves[node] = ordered
            return leaf_hash(ordered), growth
        subtree = Subtree()
        top = grow(ordered, node, subtree)
        self.leaves[node] = None
        self.leaves |= subtree.leaves
        self.changed |= subtree.inner
        return top, growth

    def _with_all(self, entries: Sequence[bytes], low: int, high: int) -> list[bytes]:
        """Return the entries of a leaf with the changes in them, in order."""
        merged = {entry[:DIGEST_BYTES]: entry for entry in entries}
        for place in range(low, high):
            hashed, content = self._hashes[place], self._contents[place]
            old = merged.pop(hashed, None)
            self.before.append(None if old is None else old[DIGEST_BYTES:])
            if content is not None:
                merged[hashed] = hashed + content
        return sorted(merged.values())

    def _with_one(self, entries: Sequence[bytes], place: int) -> list[bytes]:
        """Do as `_with_all` for one change."""
        hashed, content = self._hashes[place], self._contents[place]
        at = bisect_left(entries, hashed)
        end = at + (at < len(entries) and entries[at].startswith(hashed))
        self.before.append(entries[at][DIGEST_BYTES:] if at < end else None)
        new = () if content is None else (hashed + content,)
        return [*entries[:at], *new, *entries[end:]]

    def _settled(self, node: int, children: bytes, growth: int) -> Digest:
        """Return the hash of a node with these children; one that shrank may become a leaf."""
        if growth < 0:
            entries = self._few_below(node, children)
            if entries is not None:
                first = node << CHILD_BITS
                self.leaves |= dict.fromkeys(range(first, first + ARITY))
                self.leaves[node] = entries
                self.changed[node] = None
                return leaf_hash(entries)
        self.changed[node] = children
        return inner_hash(children)

    def _few_below(self, node: int, children: bytes) -> list[bytes] | None:
        """Return all entries below a node, when its children are leaves that fit into one."""
        first = node << CHILD_BITS
        if any(self._is_inner(child) for child in range(first, first + ARITY)):
            return None
        below: list[bytes] = []
        for i, hashed in enumerate(children_of(children)):
            if hashed != EMPTY:
                planned = self.leaves.get(first + i)
                below += self._read(first + i) if planned is None else planned
            if len(below) > LEAF_ENTRIES_MAX:
                return None
        return below

    def _is_inner(self, node: int) -> bool:
        if node in self.changed:
            return self.changed[node] is not None
        return node in self._inner
