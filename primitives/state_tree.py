"""The state tree: its hashes, and the shape that a set of keys alone decides. Pure.

An entry is the hash of a key, and the content that its value has in the tree, up to 33 bytes; it
is padded to 65 bytes where it is hashed. A node at depth d is named by the first 2 d bits of key
hashes. With at most 16 entries below it, or at depth 64, it is a leaf of all of them; with more it
is inner, with four children by the next two bits. Proofs are primitives.state_proof's and
primitives.state_chunk's; storage is node/store/state_store.py. Source: docs/protocol.md#state-root.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from primitives.crypto import DIGEST_BYTES, Digest, digest, hasher

STATE_FORMAT = 2
CHILD_BITS = 2
ARITY = 1 << CHILD_BITS
LEAF_ENTRIES_MAX = 16
DEPTH_MAX = 64
INLINE_BYTES_MAX = 32  # a value of so many bytes stands in the tree itself
CONTENT_BYTES = 1 + INLINE_BYTES_MAX
ENTRY_BYTES = DIGEST_BYTES + CONTENT_BYTES
ROOT_NODE = 1  # a node's number: a one, then the bits that name it

_HASHED = 0xFF  # in the place of a length: the value's hash follows
_ROOT_PREFIX = bytes([STATE_FORMAT, CHILD_BITS, LEAF_ENTRIES_MAX])
_HASH_BITS = 8 * DIGEST_BYTES
_COUNT_BYTES = 8
_LENGTHS = tuple(bytes([length]) for length in range(INLINE_BYTES_MAX + 1))

_hash_of_key = hasher("state-key")
_hash_of_value = hasher("state-value")
_hash_of_leaf = hasher("state-leaf")
_hash_of_inner = hasher("state-inner")


def key_hash(key: bytes) -> Digest:
    """Return the hash that places `key`."""
    return _hash_of_key(key)


def content_of(value: bytes) -> bytes:
    """Return what the tree holds of a value: its length and itself, or ff and its hash."""
    if len(value) <= INLINE_BYTES_MAX:
        return _LENGTHS[len(value)] + value
    return bytes([_HASHED]) + _hash_of_value(value)


def is_content(content: bytes) -> bool:
    """Return whether these bytes are the content of some value."""
    length = len(content) - 1
    return length >= 0 and (
        content[0] == length <= INLINE_BYTES_MAX
        or (content[0] == _HASHED and length == DIGEST_BYTES)
    )


def is_hashed(content: bytes) -> bool:
    """Return whether a content names a value too long for the tree by its hash."""
    return content[0] == _HASHED


def inline_value(content: bytes) -> bytes:
    """Return the value of a content that is not hashed."""
    return content[1 : 1 + content[0]]


def leaf_hash(entries: Iterable[bytes]) -> Digest:
    """Return the hash of a leaf of these entries, in ascending order."""
    return _hash_of_leaf(b"".join([entry.ljust(ENTRY_BYTES, b"\0") for entry in entries]))


def inner_hash(children: bytes) -> Digest:
    """Return the hash of an inner node: the hashes of its four children, 128 bytes."""
    return _hash_of_inner(children)


def root_hash(count: int, top: Digest) -> Digest:
    """Return the state root over how many keys there are and the hash of the top node."""
    return digest("state-root", _ROOT_PREFIX + count.to_bytes(_COUNT_BYTES, "big") + top)


EMPTY = leaf_hash(())


def node_at(hashed_key: bytes, depth: int) -> int:
    """Return the number of the node at `depth` on the way to a key hash."""
    bits = CHILD_BITS * depth
    return 1 << bits | int.from_bytes(hashed_key, "big") >> _HASH_BITS - bits


def depth_of(node: int) -> int:
    """Return the depth of a node; the root's is 0."""
    return (node.bit_length() - 1) // CHILD_BITS


def first_below(node: int) -> bytes:
    """Return the lowest key hash that may be below a node: 32 bytes."""
    bits = node.bit_length() - 1
    return ((node ^ 1 << bits) << _HASH_BITS - bits).to_bytes(DIGEST_BYTES, "big")


def end_below(node: int) -> bytes | None:
    """Return the lowest key hash above all that may be below a node, None when there is none."""
    if (node + 1) & node == 0:
        return None
    return first_below(node + 1)


@dataclass(slots=True)
class Subtree:
    """The nodes below one node: of inner ones the children's hashes, of leaves the entries."""

    inner: dict[int, bytes] = field(default_factory=dict)
    leaves: dict[int, Sequence[bytes]] = field(default_factory=dict)


def grow(entries: Sequence[bytes], node: int, into: Subtree) -> Digest:
    """Return the hash of `node` over entries in ascending order, all below it; keep every node."""
    if len(entries) <= LEAF_ENTRIES_MAX or depth_of(node) == DEPTH_MAX:
        into.leaves[node] = entries
        return leaf_hash(entries)
    bounds = [0, *split(entries, node), len(entries)]
    first = node << CHILD_BITS
    children = b"".join(
        grow(entries[bounds[i] : bounds[i + 1]], first + i, into)
        if bounds[i] < bounds[i + 1]
        else EMPTY
        for i in range(ARITY)
    )
    into.inner[node] = children
    return inner_hash(children)


def split(
    ordered: Sequence[bytes], node: int, low: int = 0, high: int | None = None
) -> tuple[int, int, int]:
    """Return where the second, third and fourth child of `node` begin in what is below it.

    `ordered[low:high]` are entries, or key hashes, in ascending order.
    """
    first = node << CHILD_BITS
    high = len(ordered) if high is None else high
    second = bisect_left(ordered, first_below(first + 1), low, high)
    third = bisect_left(ordered, first_below(first + 2), second, high)
    return second, third, bisect_left(ordered, first_below(first + 3), third, high)
