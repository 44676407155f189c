"""The messages of block sync and of snapshots between members. Sans IO.

    ["get_blocks", request_id, from_height, count]
    ["blocks", request_id, [block, ...], certificate of the last or null]
    ["pruned", request_id, first height that is kept]

The blocks are consecutive from from_height, and each proves the one before it. An empty answer
says "I do not have from_height"; "pruned" that the sender had it once.

    ["get_snapshot", request_id]
    ["snapshot", request_id, manifest or empty, certificate]
    ["get_steps", request_id, above height of set changes, above height of restarts]
    ["steps", request_id, [set change, ...], [restart proof, ...]]
    ["get_part", request_id, id of the snapshot, number]
    ["part", request_id, deflated bytes; empty: not kept]

Source: docs/protocol.md#sync.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from primitives.certificate import CERTIFICATE_BYTES_MAX
from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.errors import BadShape, PeerFault, Rejected
from primitives.ids import Height
from primitives.limits import FRAME_BYTES_MAX
from primitives.restart_proof import RESTART_PROOF_BYTES_MAX
from primitives.set_change import SET_CHANGE_BYTES_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of, uint_of
from primitives.snapshot import DEFLATED_BYTES_MAX, MANIFEST_BYTES_MAX, PARTS_MAX

BLOCKS_PER_REQUEST_MAX = 64
STEPS_MAX = 16  # of a kind, in an answer
STEPS_BYTES_MAX = 1024 * 1024  # of an answer's, unless there is only one
REQUEST_BYTES_MAX = 64
BLOCK_OVERHEAD_BYTES = 8  # the length prefix, rounded up
ANSWER_OVERHEAD_BYTES = 64
_HEIGHT_MAX = 2**63 - 1
_ITEMS_MAX = 5 + BLOCKS_PER_REQUEST_MAX
_KIND_CHARS_MAX = 16


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


@dataclass(frozen=True, slots=True)
class PrunedBelow:
    """Answers a GetBlocks: blocks below `first_height` are not kept any more."""

    request_id: int
    first_height: Height

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("pruned", self.request_id, self.first_height))


@dataclass(frozen=True, slots=True)
class GetSnapshot:
    """Asks for the manifest of the newest snapshot."""

    request_id: int

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("get_snapshot", self.request_id))


@dataclass(frozen=True, slots=True)
class SnapshotOffer:
    """Answers a GetSnapshot: a manifest (None: there is none) and its header's certificate."""

    request_id: int
    manifest: bytes | None
    certificate: bytes

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("snapshot", self.request_id, self.manifest or b"", self.certificate))


@dataclass(frozen=True, slots=True)
class GetSteps:
    """Asks for what leads from the genesis on, above what is known of either kind."""

    request_id: int
    above_sets: Height
    above_restarts: Height

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("get_steps", self.request_id, self.above_sets, self.above_restarts))


@dataclass(frozen=True, slots=True)
class StepsFound:
    """Answers a GetSteps: proofs of changes of the set and of restart statements, in order."""

    request_id: int
    sets: tuple[bytes, ...]
    restarts: tuple[bytes, ...]

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("steps", self.request_id, self.sets, self.restarts))


@dataclass(frozen=True, slots=True)
class GetPart:
    """Asks for one part of a snapshot."""

    request_id: int
    snapshot: Digest
    number: int

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("get_part", self.request_id, self.snapshot, self.number))


@dataclass(frozen=True, slots=True)
class PartFound:
    """Answers a GetPart: the deflated bytes, not yet checked; None: the snapshot is not kept."""

    request_id: int
    part: bytes | None

    def encode(self) -> bytes:
        """Return the payload of a SYNC frame."""
        return encode(("part", self.request_id, self.part or b""))


Question: TypeAlias = GetBlocks | GetSnapshot | GetSteps | GetPart
Answer: TypeAlias = Blocks | PrunedBelow | SnapshotOffer | StepsFound | PartFound
SyncMessage: TypeAlias = Question | Answer


def read_sync_message(payload: bytes) -> SyncMessage:
    """Return the message in a SYNC frame. Raises SyncFault."""
    try:
        value = decode(payload, bytes_max=FRAME_BYTES_MAX, items_max=_ITEMS_MAX, depth_max=4)
        first = value[0] if isinstance(value, tuple) and value else None
        kind = text_of(first, name="kind", chars_max=_KIND_CHARS_MAX)
        known = _READERS.get(kind)
        if known is None:
            raise BadShape(f"kind {kind!r} is unknown")
        count, read = known
        return read(fields_of(value, name=kind, count=count))
    except Rejected as error:
        raise SyncFault(f"malformed sync message: {error}") from error


Fields: TypeAlias = tuple[Value, ...]


def _id_of(fields: Fields) -> int:
    return uint_of(fields[1], name="request_id")


def _height_of(value: Value, name: str) -> Height:
    return Height(uint_of(value, name=name, value_max=_HEIGHT_MAX))


def _read_get_blocks(fields: Fields) -> GetBlocks:
    return GetBlocks(
        request_id=_id_of(fields),
        from_height=_height_of(fields[2], "from_height"),
        count=uint_of(fields[3], name="count", value_max=BLOCKS_PER_REQUEST_MAX),
    )


def _read_blocks(fields: Fields) -> Blocks:
    blocks = tuple(
        blob_of(item, name="block", length_max=FRAME_BYTES_MAX)
        for item in array_of(fields[2], name="blocks", count_max=BLOCKS_PER_REQUEST_MAX)
    )
    if bool(blocks) == (fields[3] is None):
        raise BadShape(f"{len(blocks)} blocks need the certificate of the last, no blocks none")
    certificate = None
    if fields[3] is not None:
        certificate = blob_of(fields[3], name="certificate", length_max=CERTIFICATE_BYTES_MAX)
    return Blocks(_id_of(fields), blocks, certificate)


def _read_pruned(fields: Fields) -> PrunedBelow:
    return PrunedBelow(_id_of(fields), _height_of(fields[2], "first_height"))


def _read_get_snapshot(fields: Fields) -> GetSnapshot:
    return GetSnapshot(_id_of(fields))


def _read_offer(fields: Fields) -> SnapshotOffer:
    manifest = blob_of(fields[2], name="manifest", length_max=MANIFEST_BYTES_MAX)
    certificate = blob_of(fields[3], name="certificate", length_max=CERTIFICATE_BYTES_MAX)
    return SnapshotOffer(_id_of(fields), manifest or None, certificate)


def _read_get_steps(fields: Fields) -> GetSteps:
    above_sets = _height_of(fields[2], "above_sets")
    return GetSteps(_id_of(fields), above_sets, _height_of(fields[3], "above_restarts"))


def _read_steps(fields: Fields) -> StepsFound:
    sets = array_of(fields[2], name="sets", count_max=STEPS_MAX)
    restarts = array_of(fields[3], name="restarts", count_max=STEPS_MAX)
    return StepsFound(
        _id_of(fields),
        tuple(blob_of(item, name="set", length_max=SET_CHANGE_BYTES_MAX) for item in sets),
        tuple(
            blob_of(item, name="restart", length_max=RESTART_PROOF_BYTES_MAX) for item in restarts
        ),
    )


def _read_get_part(fields: Fields) -> GetPart:
    snapshot = Digest(bytes_of(fields[2], name="snapshot", length=DIGEST_BYTES))
    number = uint_of(fields[3], name="number", value_max=PARTS_MAX)
    return GetPart(_id_of(fields), snapshot, number)


def _read_part(fields: Fields) -> PartFound:
    part = blob_of(fields[2], name="part", length_max=DEFLATED_BYTES_MAX)
    return PartFound(_id_of(fields), part or None)


_READERS: Mapping[str, tuple[int, Callable[[Fields], SyncMessage]]] = {
    "get_blocks": (4, _read_get_blocks),
    "blocks": (4, _read_blocks),
    "pruned": (3, _read_pruned),
    "get_snapshot": (2, _read_get_snapshot),
    "snapshot": (4, _read_offer),
    "get_steps": (4, _read_get_steps),
    "steps": (4, _read_steps),
    "get_part": (4, _read_get_part),
    "part": (3, _read_part),
}
