"""The two messages of block sync. Sans IO.

    ["get_blocks", request_id, from_height, count]
    ["blocks", request_id, [block, ...], certificate of the last or null]

The blocks are consecutive from from_height, and each proves the one before it. An empty answer
says "I do not have from_height". Source: docs/protocol.md#sync.
"""

from dataclasses import dataclass
from typing import TypeAlias

from primitives.certificate import CERTIFICATE_BYTES_MAX
from primitives.codec import Value, decode, encode
from primitives.errors import BadShape, PeerFault, Rejected
from primitives.ids import Height
from primitives.limits import FRAME_BYTES_MAX
from primitives.shape import array_of, blob_of, fields_of, text_of, uint_of

BLOCKS_PER_REQUEST_MAX = 64
REQUEST_BYTES_MAX = 64
BLOCK_OVERHEAD_BYTES = 8  # the length prefix, rounded up
ANSWER_OVERHEAD_BYTES = 64
_HEIGHT_MAX = 2**63 - 1
_ITEMS_MAX = 5 + BLOCKS_PER_REQUEST_MAX


class SyncFault(PeerFault):
    """A peer's sync message is malformed or a lie."""


@dataclass(frozen=True, slots=True)
class GetBlocks:
    """Asks for at most `count` decided blocks from `from_height` upwards."""

    request_id: int
    from_height: Height
    count: int

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("get_blocks", self.request_id, self.from_height, self.count))


@dataclass(frozen=True, slots=True)
class Blocks:
    """Answers a GetBlocks: the bytes of blocks and the last one's certificate, not yet checked."""

    request_id: int
    blocks: tuple[bytes, ...]
    certificate: bytes | None

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("blocks", self.request_id, self.blocks, self.certificate))


SyncMessage: TypeAlias = GetBlocks | Blocks


def read_sync_message(payload: bytes) -> SyncMessage:
    """Return the message in a SYNC frame. Raises SyncFault."""
    try:
        value = decode(payload, bytes_max=FRAME_BYTES_MAX, items_max=_ITEMS_MAX, depth_max=4)
        kind = value[0] if isinstance(value, tuple) and value else None
        if kind == "get_blocks":
            return _read_get_blocks(value)
        return _read_blocks(value)
    except Rejected as error:
        raise SyncFault(f"malformed sync message: {error}") from error


def _read_get_blocks(value: Value) -> GetBlocks:
    fields = fields_of(value, name="get_blocks", count=4)
    return GetBlocks(
        request_id=uint_of(fields[1], name="request_id"),
        from_height=Height(uint_of(fields[2], name="from_height", value_max=_HEIGHT_MAX)),
        count=uint_of(fields[3], name="count", value_max=BLOCKS_PER_REQUEST_MAX),
    )


def _read_blocks(value: Value) -> Blocks:
    fields = fields_of(value, name="blocks", count=4)
    kind = text_of(fields[0], name="kind", chars_max=16)
    if kind != "blocks":
        raise BadShape(f"kind {kind!r} is unknown")
    blocks = tuple(
        blob_of(item, name="block", length_max=FRAME_BYTES_MAX)
        for item in array_of(fields[2], name="blocks", count_max=BLOCKS_PER_REQUEST_MAX)
    )
    if bool(blocks) == (fields[3] is None):
        raise BadShape(f"{len(blocks)} blocks need the certificate of the last, no blocks none")
    certificate = None
    if fields[3] is not None:
        certificate = blob_of(fields[3], name="certificate", length_max=CERTIFICATE_BYTES_MAX)
    return Blocks(uint_of(fields[1], name="request_id"), blocks, certificate)
