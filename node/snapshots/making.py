"""Makes a snapshot of the head's state, as it was at one moment, while blocks go on.

What is read is frozen by the database, so nothing waits for it; the work is done in pieces, and
whoever does them decides how long to give way in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from genesis.following import RESTART, SET, Step
from node.snapshots.folder import (
    CERTIFICATE,
    MANIFEST,
    STEPS,
    SnapshotFolder,
    part_name,
    steps_bytes,
)
from node.store import schema
from node.store.chain_store import ChainStore
from node.store.faults import damaged_store
from node.store.opening import NodeStore
from node.store.ports import Reading
from node.store.state_chunks import FrozenState, chunks_of
from primitives.block import Header
from primitives.codec import encode
from primitives.crypto import Digest
from primitives.errors import LocalFault
from primitives.ids import Height
from primitives.limits import EXPIRY_AHEAD_MS_MAX
from primitives.snapshot import (
    PART_BYTES_MAX,
    PARTS_MAX,
    Manifest,
    block_records,
    blocks_hash,
    deflate,
)

_CHUNK_BYTES_MAX = 1536 * 1024
_BLOCKS_BYTES = 512 * 1024  # of a part with blocks, about: then it is closed
_SCRATCH = "scratch"


class SnapshotTooLarge(LocalFault):
    """The state or the replay window is larger than a snapshot of this format holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A store as it was when this was taken; `kv` is closed when the snapshot is made."""

    kv: Reading
    state: FrozenState
    chain: ChainStore
    header: Header
    certificate: bytes


def moment_of(store: NodeStore) -> Moment | None:
    """Return the store as it is now; None at height 0, of which no certificate can be."""
    kv, state = store.frozen()
    chain = ChainStore(kv, store.database)
    head = chain.head()
    header = None if head is None else chain.header_at(head[0])
    certificate = None if head is None else chain.certificate_at(head[0])
    if header is None or certificate is None:
        kv.close()
        return None
    return Moment(kv=kv, state=state, chain=chain, header=header, certificate=certificate.encode())


def making(moment: Moment, folder: SnapshotFolder) -> Iterator[None]:
    """Make the snapshot; it is in `folder` when this ends. Yield where others may go on.

    Raises:
        SnapshotTooLarge, StoreDamaged, StoreFull, StoreFailed: nothing was made.
    """
    header = moment.header
    place = folder.begin(header.height)
    scratch = place / _SCRATCH
    scratch.mkdir(mode=0o700)
    writer = _PartWriter(folder, place)
    chunks: list[tuple[int, int]] = []
    for chunk in chunks_of(moment.state, scratch, _CHUNK_BYTES_MAX):
        yield
        if chunk is not None:
            data = chunk.encode()
            chunks.append((chunk.node, len(data)))
            writer.write(data)
    scratch.rmdir()
    blocks: list[tuple[Digest, int]] = []
    for part in _window_parts(moment):
        yield
        if part is not None:
            blocks.append((blocks_hash(part), len(part)))
            writer.write(part)
    manifest = Manifest(header=header, chunks=tuple(chunks), blocks=tuple(blocks))
    folder.write(place, CERTIFICATE, moment.certificate)
    folder.write(place, STEPS, steps_bytes(steps_in(moment.kv)))
    folder.write(place, MANIFEST, manifest.encode())
    folder.finish(place, header.height)


def steps_in(kv: Reading) -> tuple[Step, ...]:
    """Return the proofs that lead from the genesis to the head, in order of the chain."""
    found = [(key[1:], 0, Step(RESTART, proof)) for key, proof in kv.scan(schema.RESTARTS)]
    found += [(key[1:], 1, Step(SET, proof)) for key, proof in kv.scan(schema.SET_CHANGES)]
    return tuple(step for _height, _order, step in sorted(found, key=lambda one: one[:2]))


class _PartWriter:
    """Puts parts into files, in order."""

    def __init__(self, folder: SnapshotFolder, place: Path) -> None:
        self._folder = folder
        self._place = place
        self._count = 0

    def write(self, part: bytes) -> None:
        if self._count >= PARTS_MAX or len(part) > PART_BYTES_MAX:
            raise SnapshotTooLarge(
                f"part {self._count} of {len(part)} bytes: a snapshot has at most {PARTS_MAX}"
                f" parts of {PART_BYTES_MAX}"
            )
        self._folder.write(self._place, part_name(self._count), deflate(part))
        self._count += 1


def _window_parts(moment: Moment) -> Iterator[bytes | None]:
    """Yield parts with the blocks of the replay window, the newest first, and None in between."""
    records: list[bytes] = []
    size = 0
    for block, receipts in _window(moment):
        yield None
        for record in block_records(block, receipts, _BLOCKS_BYTES):
            if records and size + len(record) > _BLOCKS_BYTES:
                yield encode(tuple(records))
                records, size = [], 0
            records.append(record)
            size += len(record)
    yield encode(tuple(records))


def _window(moment: Moment) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    """Yield blocks and receipts from the head down to one below the window, or to block 1."""
    chain, height = moment.chain, moment.header.height
    horizon_ms = moment.header.time_ms - EXPIRY_AHEAD_MS_MAX
    while height >= 1:
        block = chain.block_at(height)
        if block is None:
            raise damaged_store(moment.state.path, f"block {height} is missing")
        yield block.encode(), chain.receipts_at(height)
        if block.header.time_ms < horizon_ms:
            return
        height = Height(height - 1)
