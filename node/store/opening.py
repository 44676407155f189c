"""Makes and opens a node's store: identity, head mark, state root; repairs one kind of crash.

A crash between the database batch and the head mark leaves the database one block ahead; the
mark is then moved up. A database behind its mark has lost a block that was acknowledged.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from node.store import migrations, schema
from node.store.chain_store import BlockRecord, ChainStore
from node.store.faults import StoreExists, StoreFull, StoreMissing, damaged_store
from node.store.files import Files, OsFiles
from node.store.head_mark import HeadMark, HeadMarkFile
from node.store.kv import create_kv, open_kv
from node.store.ports import KeyValue, Put, Reading
from node.store.pruning import Bounds, Retention, prune
from node.store.state_chunks import FrozenState
from node.store.state_store import StateCaches, StatePlan, StateStore
from primitives.block import Block, Header
from primitives.crypto import Digest
from primitives.ids import Height

DATABASE = "db"
HEAD_MARK = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """How a store is opened; `files`, `create` and `open` are replaced in tests."""

    retention: Retention = field(default_factory=Retention)
    kept_from: Height | None = None  # of the newest snapshot: nothing from it on is pruned
    caches: StateCaches = field(default_factory=StateCaches)
    files: Files = field(default_factory=OsFiles)
    create: Callable[[Path], KeyValue] = create_kv
    open: Callable[[Path], KeyValue] = open_kv


class NodeStore:
    """Chain, state and head mark of one node, committed together."""

    def __init__(self, kv: KeyValue, folder: Path, settings: StoreSettings) -> None:
        self.database = folder / DATABASE
        self.chain = ChainStore(kv, self.database)
        self.state = StateStore(kv, self.database, settings.caches)
        self._kv = kv
        self.mark = HeadMarkFile(folder / HEAD_MARK, settings.files)
        self._settings = settings
        self._due_mark: HeadMark | None = None
        self.kept_from = settings.kept_from  # the newest snapshot: no block from it on is removed
        self.evidence_from: Height | None = None  # the lowest height that evidence is about

    def commit(
        self, record: BlockRecord, plan: StatePlan, *, replay_from_ms: int, note: bytes = b""
    ) -> None:
        """Make a block, its state and `note` durable in one batch, then move the head mark.

        An empty note leaves the one that is there. The mark may stay one block behind when there
        is no room for it: opening allows that, and it is moved before the next block.

        Raises:
            StoreFull: the block is not stored; it may be given again once there is room.
            StoreFailed: the disk refused; the node must stop.
        """
        self._move_due_mark()
        chain = self.chain
        first_kept = chain.first_block, chain.first_index
        try:
            self._kv.write(self._batch(record, plan, replay_from_ms, note))
        except StoreFull:
            chain.first_block, chain.first_index = first_kept
            raise
        self.chain.stored(record.block.height)
        self.state.applied(plan)
        self._due_mark = HeadMark(record.block.height, record.block.hash)
        with suppress(StoreFull):
            self._move_due_mark()

    def restart_proofs(self, above: Height, count_max: int) -> tuple[tuple[Height, bytes], ...]:
        """Return the first blocks above a height that carry restart statements, with the proofs."""
        after = schema.at_height(schema.RESTARTS, above)
        found = islice(self._kv.scan(schema.RESTARTS, after=after), count_max)
        return tuple((Height(int.from_bytes(key[1:], "big")), proof) for key, proof in found)

    def set_changes(self, above: Height, count_max: int) -> tuple[tuple[Height, bytes], ...]:
        """Return the first blocks above a height after which others decide, with the proofs."""
        after = schema.at_height(schema.SET_CHANGES, above)
        found = islice(self._kv.scan(schema.SET_CHANGES, after=after), count_max)
        return tuple((Height(int.from_bytes(key[1:], "big")), proof) for key, proof in found)

    def frozen(self) -> tuple[Reading, FrozenState]:
        """Return database and state of this moment, for another thread. Raises StoreFull."""
        kv = self._kv.frozen()
        return kv, self.state.frozen(kv)

    def note(self) -> bytes | None:
        """Return the note of the last commit or start, None in a store that never had one."""
        return self._kv.get(schema.META_NOTE)

    def write_note(self, note: bytes) -> None:
        """Make `note` durable by itself, at a start. Raises StoreFull, StoreFailed."""
        self._kv.write([(schema.META_NOTE, note)])

    def move_mark(self, height: Height, block_hash: Digest) -> None:
        """Make the head mark durable."""
        self.mark.write(HeadMark(height, block_hash))

    def head_block(self, height: Height, block_hash: Digest) -> Block:
        """Return the head's block. Raises StoreDamaged when it is not the one of the hash."""
        block = self.chain.block_at(height)
        if block is None or block.hash != block_hash:
            raise damaged_store(self.database, f"block {height} is not the head's")
        return block

    def close(self) -> None:
        """Release the database and the head mark."""
        self.mark.close()
        self._kv.close()

    def prune_all(self, head: Header, replay_from_ms: int) -> None:
        """Remove all that the retention lets go below `head`, and give its place back.

        Raises StoreFull, StoreFailed.
        """
        bounds = self._bounds(head, replay_from_ms)
        while puts := prune(self.chain, self._settings.retention, bounds):
            self._kv.write(puts)
        self._kv.compact()

    def _move_due_mark(self) -> None:
        if self._due_mark is not None:
            self.mark.write(self._due_mark)
            self._due_mark = None

    def _batch(
        self, record: BlockRecord, plan: StatePlan, replay_from_ms: int, note: bytes
    ) -> Iterator[Put]:
        yield from self.chain.puts(record)
        yield from self.state.puts(plan)
        if note:
            yield schema.META_NOTE, note
        header = record.block.header
        yield from prune(self.chain, self._settings.retention, self._bounds(header, replay_from_ms))

    def _bounds(self, head: Header, replay_from_ms: int) -> Bounds:
        kept_from = min(
            (one for one in (self.kept_from, self.evidence_from) if one is not None), default=None
        )
        return Bounds(
            head=head.height, head_ms=head.time_ms, below_ms=replay_from_ms, kept_from=kept_from
        )


def has_store(folder: Path) -> bool:
    """Return whether a store was made in `folder` to the end."""
    return (folder / HEAD_MARK).exists()


def create_store(folder: Path, genesis_hash: Digest, settings: StoreSettings) -> NodeStore:
    """Make a new, empty store; one whose making was cut off is made anew. Raises StoreExists."""
    if has_store(folder):
        raise StoreExists(f"there is a store in {folder} already")
    kv = settings.create(folder / DATABASE)
    head = ChainStore(kv, folder / DATABASE).head()
    if head is not None and head[0] > 0:
        kv.close()
        raise StoreExists(f"{folder} holds blocks up to height {head[0]}, but no head mark")
    leftovers: list[Put] = [(key, None) for key, _value in kv.scan(b"")]
    kv.write(leftovers + migrations.identity_puts(genesis_hash))
    return NodeStore(kv, folder, settings)


def open_store(
    folder: Path, genesis_hash: Digest, settings: StoreSettings
) -> tuple[NodeStore, Block]:
    """Open a store and check it; return it with its head block.

    Raises:
        StoreMissing, StoreLocked, StoreSchema, StoreOfOtherNetwork: it cannot be used here.
        StoreDamaged: it lost blocks, or its state is not that of the head block.
    """
    kv = settings.open(folder / DATABASE)
    try:
        migrations.check_identity(kv, folder, genesis_hash)
        store = NodeStore(kv, folder, settings)
        return store, _checked_head(store, folder, settings.files)
    except BaseException:
        kv.close()
        raise


def _checked_head(store: NodeStore, folder: Path, files: Files) -> Block:
    head = store.chain.head()
    if head is None:
        raise StoreMissing(
            f"{folder} was not initialised to the end: remove the folder and initialise again"
        )
    height, block_hash = head
    _compare_with_mark(store, folder, files, height, block_hash)
    block = store.head_block(height, block_hash)
    if store.state.load() != block.header.state_root:
        raise damaged_store(folder / DATABASE, f"the state is not that of block {height}")
    return block


def _compare_with_mark(
    store: NodeStore, folder: Path, files: Files, height: Height, block_hash: Digest
) -> None:
    path = folder / HEAD_MARK
    if height == 0 and files.read(path) is None:
        store.move_mark(height, block_hash)  # stopped between the first batch and the first mark
        return
    mark = store.mark.read()
    if mark == HeadMark(height, block_hash):
        return
    if height == mark.height + 1:
        parent = store.head_block(height, block_hash).header.parent_hash
        if parent == mark.block_hash:
            store.move_mark(height, block_hash)
            return
    _refuse(folder, height, mark)


def _refuse(folder: Path, height: Height, mark: HeadMark) -> None:
    if height < mark.height:
        detail = f"it ends at height {height}, but height {mark.height} was committed"
    elif height == mark.height:
        detail = f"its block {height} is not the one that was committed"
    else:
        detail = f"it is at height {height}, the head mark at {mark.height}"
    raise damaged_store(folder / DATABASE, detail)
