"""Makes a store of a snapshot: every part verified, and the whole against the state root.

Nothing is a store until all is in it: the head mark, without which there is none, comes last.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from genesis.following import RESTART, Step
from genesis.schema import Genesis
from node.snapshots.folder import SnapshotUnusable, Stored
from node.snapshots.proving import WholeSnapshot, prove_stored
from node.store import migrations, schema
from node.store.chain_store import BlockRecord, ChainStore
from node.store.faults import StoreDamaged, disk_faults
from node.store.folders import remove_tree
from node.store.opening import DATABASE, NodeStore, StoreSettings, open_store
from node.store.ports import KeyValue, Put
from primitives.block import Block, decode_header
from primitives.codec import encode
from primitives.errors import Rejected
from primitives.ids import Height, TransactionId
from primitives.restart_proof import read_restart_proof
from primitives.set_change import read_set_change
from primitives.snapshot import Pair
from primitives.state_tree import content_of, is_hashed, key_hash
from primitives.transaction import decode_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a store is made, and of which network."""

    folder: Path
    genesis: Genesis
    settings: StoreSettings


def restore(stored: Stored, place: Place) -> Height:
    """Make a store of a stored snapshot; return the height of its head.

    Raises:
        SnapshotUnusable: it does not follow from the genesis, or a part is wrong; names which.
        StoreFull, StoreFailed: the disk refuses. No store is left.
    """
    proven = prove_stored(stored, place.genesis)
    try:
        return make_store(WholeSnapshot(proven=proven, part=stored.part), place)
    except Rejected as error:
        raise SnapshotUnusable(f"{stored.folder}: {error.code}: {error.message}") from error


def make_store(snapshot: WholeSnapshot, place: Place) -> Height:
    """Make a store of a proved snapshot; return the height of its head.

    Raises:
        Rejected: a part is not what it has to be, or they are not the whole.
        StoreFull, StoreFailed: the disk refuses. No store is left.
    """
    folder = place.folder
    remove_tree(folder)
    with disk_faults(folder, "make"):
        folder.mkdir(parents=True, mode=0o700)
    try:
        with closing(place.settings.create(folder / DATABASE)) as kv:
            _fill(kv, snapshot, place)
        _finish(snapshot, place)
    except BaseException:
        remove_tree(folder)
        raise
    return snapshot.proven.manifest.header.height


def verify(stored: Stored, genesis: Genesis) -> int:
    """Look at every part of a stored snapshot; return how many keys the state has.

    Raises:
        SnapshotUnusable: it does not follow from the genesis, or a part is wrong; names which.
    """
    whole = WholeSnapshot(proven=prove_stored(stored, genesis), part=stored.part)
    try:
        keys = sum(len(pairs) for pairs in whole.state())
        for _block, _certificate in whole.certified(genesis):
            pass
    except Rejected as error:
        raise SnapshotUnusable(f"{stored.folder}: {error.code}: {error.message}") from error
    return keys


def _fill(kv: KeyValue, snapshot: WholeSnapshot, place: Place) -> None:
    chain = ChainStore(kv, place.folder)
    kv.write(migrations.identity_puts(place.genesis.hash))
    for pairs in snapshot.state():
        kv.write(_state_puts(pairs))
    first = Height(0)
    for found, certificate in snapshot.certified(place.genesis):
        block = found.block
        record = BlockRecord(
            block=block,
            certificate=certificate,
            receipts=found.receipts,
            transaction_ids=_ids_of(block),
            next_validators=snapshot.proven.set_of(block.header.next_validators_hash),
        )
        kv.write(chain.puts(record))
        first = block.height
    kv.write(_head_puts(snapshot, first))


def _finish(snapshot: WholeSnapshot, place: Place) -> None:
    """Write the head mark, and open the store as a start does: it compares the state root."""
    header = snapshot.proven.manifest.header
    with closing(place.settings.open(place.folder / DATABASE)) as kv:
        NodeStore(kv, place.folder, place.settings).move_mark(header.height, header.hash)
    try:
        store, _head = open_store(place.folder, place.genesis.hash, place.settings)
    except StoreDamaged as error:
        raise SnapshotUnusable(f"the snapshot gives a damaged store: {error}") from error
    store.close()


def _state_puts(pairs: tuple[Pair, ...]) -> Iterator[Put]:
    for key, value in pairs:
        content = content_of(value)
        yield schema.ENTRIES + key_hash(key), content
        yield schema.STATE + key, value if is_hashed(content) else b""


def _ids_of(block: Block) -> tuple[TransactionId, ...]:
    return tuple(decode_transaction(raw).transaction_id for raw in block.transactions)


def _head_puts(snapshot: WholeSnapshot, first: Height) -> Iterator[Put]:
    """Yield what is not of one block: the head, where blocks begin, and what led here."""
    header = snapshot.proven.manifest.header
    yield schema.META_HEAD, schema.head_value(header.height, header.hash)
    yield schema.META_CERTIFICATE, snapshot.proven.certificate.encode()
    yield schema.META_FIRST_BLOCK, schema.number_value(first)
    yield schema.META_FIRST_INDEX, schema.number_value(first)
    for validators in snapshot.proven.sets.values():
        yield schema.VALIDATORS + validators.hash, encode(validators.to_value())
    for step in snapshot.proven.steps:
        yield _step_key(step), step.proof


def _step_key(step: Step) -> bytes:
    if step.kind == RESTART:
        below = decode_header(read_restart_proof(step.proof).header)
        return schema.at_height(schema.RESTARTS, below.height + 1)
    at = decode_header(read_set_change(step.proof).header)
    return schema.at_height(schema.SET_CHANGES, at.height)
