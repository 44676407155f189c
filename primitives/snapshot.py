"""Snapshots: what proves a state and the blocks of its replay window, and their parts. Pure.

    manifest = [1, header, [[node, size], ...], [[hash, size], ...]]
    id       = H("snapshot", manifest)
    steps    = [[kind, proof], ...]

The header is that of the block whose state it is. First in a snapshot come the chunks of the
state, one for each node, in order of key hashes; each is proved alone against the header's state
root. Then come parts with the blocks, from the header's down to one that is older than any
transaction may be, or to block 1; `hash` is H("snapshot-blocks", part). Parts travel and lie on
disk deflated (RFC 1950); `size` is of the part itself. Two nodes make the same manifest of a
height. Source: docs/protocol.md#snapshots.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from primitives.block import Block, Header, decode_block, decode_header
from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES, Digest, digest
from primitives.errors import BadVersion, Rejected
from primitives.limits import EXPIRY_AHEAD_MS_MAX, FRAME_BYTES_MAX, RECEIPT_BYTES_MAX
from primitives.merkle import root_of
from primitives.shape import array_of, blob_of, bytes_of, fields_of, uint_of
from primitives.state_chunk import check_chunk, node_name, read_chunk, read_node
from primitives.state_tree import end_below, first_below

SNAPSHOT_FORMAT = 1
PART_BYTES_MAX = FRAME_BYTES_MAX - 16 * 1024  # deflated, and in a frame, it has room in one too
DEFLATED_BYTES_MAX = PART_BYTES_MAX + 4 * 1024
PARTS_MAX = 16 * 1024
MANIFEST_BYTES_MAX = FRAME_BYTES_MAX - 64 * 1024
_HEADER_BYTES_MAX = 64 * 1024
_NODE_BYTES_MAX = 1 + DIGEST_BYTES
_ITEMS_MAX = 8 + 3 * PARTS_MAX
_BLOCK, _RECEIPTS = 0, 1  # kinds of records
_RECEIPTS_BYTES_MAX = 256 * 1024 * 1024  # of one block, held while they are read
_RECORDS_MAX = 64 * 1024

Pair = tuple[bytes, bytes]


class BadSnapshot(Rejected):
    """The snapshot, or a part of it, is not what it has to be; names what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot consists of; sizes are of parts that are not deflated."""

    header: Header
    chunks: tuple[tuple[int, int], ...]  # node, size
    blocks: tuple[tuple[Digest, int], ...]  # hash, size

    @property
    def sizes(self) -> tuple[int, ...]:
        """The size of each part, in order."""
        return tuple(size for _of, size in (*self.chunks, *self.blocks))

    @property
    def id(self) -> Digest:
        """What names the snapshot: equal at all nodes that made it of the same block."""
        return digest("snapshot", self.encode())

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        chunks = tuple((node_name(node), size) for node, size in self.chunks)
        return encode((SNAPSHOT_FORMAT, self.header.encode(), chunks, self.blocks))


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest that `data` encodes; the header is not verified.

    Raises:
        Rejected: it is none, its nodes overlap or do not ascend, or it is beyond a bound.
    """
    value = decode(data, bytes_max=MANIFEST_BYTES_MAX, items_max=_ITEMS_MAX)
    version, header, chunks, blocks = fields_of(value, name="manifest", count=4)
    if type(version) is not int or version != SNAPSHOT_FORMAT:
        raise BadVersion(f"snapshot format {version!r:.40}, known is {SNAPSHOT_FORMAT}")
    manifest = Manifest(
        header=decode_header(blob_of(header, name="header", length_max=_HEADER_BYTES_MAX)),
        chunks=tuple(
            (read_node(blob_of(node, name="node", length_max=_NODE_BYTES_MAX)), _size(size))
            for node, size in (
                fields_of(item, name="chunk", count=2)
                for item in array_of(chunks, name="chunks", count_max=PARTS_MAX)
            )
        ),
        blocks=tuple(
            (Digest(bytes_of(hashed, name="hash", length=DIGEST_BYTES)), _size(size))
            for hashed, size in (
                fields_of(item, name="blocks", count=2)
                for item in array_of(blocks, name="blocks", count_max=PARTS_MAX)
            )
        ),
    )
    _check_order(manifest)
    return manifest


def _size(value: Value) -> int:
    return uint_of(value, name="size", value_max=PART_BYTES_MAX)


def _check_order(manifest: Manifest) -> None:
    end: bytes | None = b""
    for node, _ in manifest.chunks:
        if end is None or first_below(node) < end:
            raise BadSnapshot("nodes of its chunks overlap or do not ascend")
        end = end_below(node)
    if not manifest.blocks or manifest.header.height == 0:
        raise BadSnapshot("it has no blocks")


def deflate(part: bytes) -> bytes:
    """Return a part as it travels and lies on disk."""
    return zlib.compress(part, 1)


def inflate(data: bytes, size: int) -> bytes:
    """Return the part of which `data` are the deflated bytes, without making more than `size`.

    Raises:
        BadSnapshot: they are none of a part of `size` bytes.
    """
    inflater = zlib.decompressobj()
    try:
        part = inflater.decompress(data, size + 1)
    except zlib.error as error:
        raise BadSnapshot(f"a part is not deflated: {error}") from error
    if len(part) != size or not inflater.eof or inflater.unused_data:
        raise BadSnapshot(f"a part has not the {size} bytes that the manifest says")
    return part


def read_pairs(part: bytes, node: int, state_root: Digest) -> tuple[int, tuple[Pair, ...]]:
    """Return how many keys the state has, and all below `node` with their values, verified.

    Raises:
        BadSnapshot, Rejected: the part is not that.
    """
    chunk = read_chunk(part)
    if chunk.node != node:
        raise BadSnapshot("a chunk is of another node than the manifest says")
    check_chunk(chunk, state_root=state_root)
    return chunk.count, chunk.pairs


def blocks_hash(part: bytes) -> Digest:
    """Return the hash by which a manifest names a part with blocks."""
    return digest("snapshot-blocks", part)


def block_records(block: bytes, receipts: tuple[bytes, ...], bytes_max: int) -> Iterator[bytes]:
    """Yield the records of a block and its receipts; those of receipts have `bytes_max` or one."""
    yield encode((_BLOCK, block))
    piece: list[bytes] = []
    size = 0
    for receipt in receipts:
        if piece and size + len(receipt) > bytes_max:
            yield encode((_RECEIPTS, tuple(piece)))
            piece, size = [], 0
        piece.append(receipt)
        size += len(receipt) + 8
    if piece:
        yield encode((_RECEIPTS, tuple(piece)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowBlock:
    """A block of the replay window and what its transactions did, encoded."""

    block: Block
    receipts: tuple[bytes, ...]


class WindowReader:
    """Verifies parts with blocks in order: each block is the parent of the one before it.

    So all of them are what the certificate of the snapshot's header proves.
    """

    def __init__(self, header: Header) -> None:
        self._horizon_ms = header.time_ms - EXPIRY_AHEAD_MS_MAX
        self._expected = header.hash
        self._block: Block | None = None
        self._receipts: list[bytes] = []
        self._receipts_bytes = 0

    def take(self, part: bytes) -> Iterator[WindowBlock]:
        """Yield the blocks that the part completes, the newest first.

        Raises:
            BadSnapshot, Rejected: it is no part, or a block or its receipts are not those.
        """
        value = decode(part, bytes_max=PART_BYTES_MAX, items_max=PART_BYTES_MAX)
        for item in array_of(value, name="records", count_max=_RECORDS_MAX):
            record = decode(
                blob_of(item, name="record", length_max=PART_BYTES_MAX),
                bytes_max=PART_BYTES_MAX,
                items_max=PART_BYTES_MAX,
            )
            kind, content = fields_of(record, name="record", count=2)
            if uint_of(kind, name="kind", value_max=1) == _RECEIPTS:
                self._add(array_of(content, name="receipts", count_max=PART_BYTES_MAX))
                continue
            yield from self._finished()
            self._begin(decode_block(blob_of(content, name="block", length_max=PART_BYTES_MAX)))

    def finish(self) -> Iterator[WindowBlock]:
        """Yield the last block. Raises BadSnapshot when older ones are missing."""
        last = self._block
        yield from self._finished()
        if last is None or (last.height > 1 and last.header.time_ms >= self._horizon_ms):
            raise BadSnapshot("its blocks do not reach back as far as transactions may")

    def _begin(self, block: Block) -> None:
        if block.hash != self._expected:
            raise BadSnapshot(f"its block {block.height} is not the parent of the next")
        self._block, self._expected = block, block.header.parent_hash

    def _add(self, receipts: tuple[Value, ...]) -> None:
        self._receipts += [
            blob_of(each, name="receipt", length_max=RECEIPT_BYTES_MAX) for each in receipts
        ]
        self._receipts_bytes += sum(map(len, self._receipts[-len(receipts) :]))
        if self._receipts_bytes > _RECEIPTS_BYTES_MAX:
            raise BadSnapshot(f"receipts of more than {_RECEIPTS_BYTES_MAX} bytes for one block")

    def _finished(self) -> Iterator[WindowBlock]:
        block, receipts = self._block, tuple(self._receipts)
        if block is None:
            if receipts:
                raise BadSnapshot("receipts come before their block")
            return
        if root_of(receipts) != block.header.receipts_root:
            raise BadSnapshot(f"the receipts of its block {block.height} are not its header's")
        self._block, self._receipts, self._receipts_bytes = None, [], 0
        yield WindowBlock(block=block, receipts=receipts)
