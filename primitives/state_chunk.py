"""Chunks of the state: all keys below one node, each chunk verified alone against a state root.

A node's hash follows from the pairs below it, so a changed, a missing and a moved key are refused
alike. Chunks of nodes that do not overlap are the whole state when together they have as many
pairs as the root counts. Source: docs/protocol.md#state-chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.errors import BadShape
from primitives.shape import array_of, blob_of, fields_of, uint_of
from primitives.state_proof import BadProof, Row, climb, read_rows
from primitives.state_tree import (
    CHILD_BITS,
    DEPTH_MAX,
    Subtree,
    content_of,
    depth_of,
    first_below,
    grow,
    key_hash,
    node_at,
    root_hash,
)

CHUNK_BYTES_MAX = 4 * 1024 * 1024  # a leaf has less: 16 keys of 512 bytes, values of 64 KiB
_NODE_BYTES_MAX = 1 + DIGEST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChunk:
    """All (key, value) pairs below `node`, in order of their key hashes, and the way to the root.

    `count` is how many keys the state has; `rows` are the siblings from the node up.
    """

    count: int
    node: int
    pairs: tuple[tuple[bytes, bytes], ...]
    rows: tuple[Row, ...]

    def encode(self) -> bytes:
        """Return the canonical bytes of [count, node, pairs, rows]."""
        return encode((self.count, node_name(self.node), self.pairs, self.rows))


def check_chunk(chunk: StateChunk, *, state_root: Digest) -> None:
    """Check that under `state_root` the pairs are all that the state has below the node.

    Raises:
        BadProof: it is not so, or the chunk shows nothing; names what.
    """
    depth = depth_of(chunk.node)
    if len(chunk.rows) != depth:
        raise BadProof(f"{len(chunk.rows)} rows to a node at depth {depth}")
    hashes = [key_hash(key) for key, _value in chunk.pairs]
    if any(a >= b for a, b in pairwise(hashes)):
        raise BadProof("the chunk's pairs are not in order of their key hashes and distinct")
    if any(node_at(hashed, depth) != chunk.node for hashed in hashes):
        raise BadProof("a key of the chunk is not below its node")
    pairs = zip(hashes, chunk.pairs, strict=True)
    entries = [hashed + content_of(value) for hashed, (_key, value) in pairs]
    top = climb(grow(entries, chunk.node, Subtree()), chunk.node, chunk.rows)
    if root_hash(chunk.count, top) != state_root:
        raise BadProof("the chunk leads to another state root")


def node_name(node: int) -> bytes:
    """Return a node's depth in one byte, then its bits in as few bytes as hold them."""
    depth = depth_of(node)
    return bytes([depth]) + first_below(node)[: _prefix_bytes(depth)]


def read_node(name: bytes) -> int:
    """Return the node that `node_name` named. Raises BadShape."""
    depth = name[0] if name else DEPTH_MAX + 1
    if depth > DEPTH_MAX or len(name) != 1 + _prefix_bytes(depth):
        raise BadShape(f"node {name.hex()} is not a depth and its bits", field="node")
    node = node_at(name[1:].ljust(DIGEST_BYTES, b"\0"), depth)
    if node_name(node) != name:
        raise BadShape(f"node {name.hex()} has bits beyond its depth", field="node")
    return node


def read_chunk(data: bytes) -> StateChunk:
    """Return the chunk that `data` encodes; nothing is verified.

    Raises:
        TooLarge, NotCanonical, BadShape: it is none.
    """
    value = decode(data, bytes_max=CHUNK_BYTES_MAX, items_max=CHUNK_BYTES_MAX)
    count, node, pairs, rows = fields_of(value, name="chunk", count=4)
    return StateChunk(
        count=uint_of(count, name="count"),
        node=read_node(blob_of(node, name="node", length_max=_NODE_BYTES_MAX)),
        pairs=tuple(
            _pair(fields_of(item, name="pair", count=2))
            for item in array_of(pairs, name="pairs", count_max=CHUNK_BYTES_MAX)
        ),
        rows=read_rows(rows),
    )


def _pair(fields: Sequence[Value]) -> tuple[bytes, bytes]:
    key, value = fields
    return (
        blob_of(key, name="key", length_max=CHUNK_BYTES_MAX),
        blob_of(value, name="value", length_max=CHUNK_BYTES_MAX),
    )


def _prefix_bytes(depth: int) -> int:
    return (CHILD_BITS * depth + 7) // 8
