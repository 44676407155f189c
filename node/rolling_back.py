"""Undoes committed blocks of this node only: executes those that stay into a new store.

Where blocks are pruned it begins with the newest snapshot that is not above the height.
For diagnosis after a wrong state root, and before a restart statement is applied. The old store
is read, never written, and moved aside when the new one is whole. Killed at any moment, the same
command goes on where it was. Who may sign above what stays as it is.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from genesis.schema import Genesis
from node.config import STORE, NodeConfig
from node.files import ROLLBACK, stopped
from node.ledger import LedgerOverStore, LedgerSettings, init_ledger, open_ledger
from node.secret_files import private_files
from node.snapshots import Place, restore
from node.snapshotting import snapshots_of
from node.store import migrations
from node.store.chain_store import ChainStore
from node.store.faults import StoreMissing, disk_faults
from node.store.folders import put_in_place, remove_tree, set_aside
from node.store.kv import LevelKv, open_kv
from node.store.opening import DATABASE, has_store
from node.store.schema import META_NOTE
from node.store_settings import store_settings_of
from primitives.certificate import check_certificate
from primitives.crypto import verify
from primitives.errors import LocalFault
from primitives.ids import Height


class CannotRollBack(LocalFault):
    """The blocks that are to stay cannot be executed again from this store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """From which height to which, and where the old store is kept (None: removed).

    `from_height` is None when only the last step of an earlier run was missing.
    """

    from_height: Height | None
    height: Height
    aside: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    config: NodeConfig
    genesis: Genesis
    height: Height
    executed: Callable[[Height], None]

    @property
    def old(self) -> Path:
        return self.config.data_dir / STORE

    @property
    def fresh(self) -> Path:
        return self.config.data_dir / ROLLBACK

    @property
    def settings(self) -> LedgerSettings:
        return LedgerSettings(store=store_settings_of(self.config))


@private_files()
def roll_back(
    config: NodeConfig,
    genesis: Genesis,
    height: Height,
    *,
    remove: bool,
    executed: Callable[[Height], None] = lambda _height: None,
) -> RolledBack:
    """Put a store of the blocks up to `height` in the place of the node's.

    `executed` is told each height that was executed again.

    Raises:
        StoreLocked: the node runs.
        CannotRollBack: `height` is not below the head, blocks are pruned, or one executes to
            something else than its header says.
        LocalFault: there is no store, it is damaged, or the disk refuses.
    """
    plan = _Plan(config=config, genesis=genesis, height=height, executed=executed)
    with stopped(config):
        if not has_store(plan.old):
            _require_whole(plan)
            from_height, aside = None, None
        else:
            from_height = _make_fresh(plan)
            aside = set_aside(plan.old, remove=remove)
        put_in_place(plan.fresh, plan.old)
    return RolledBack(from_height=from_height, height=height, aside=aside)


def _require_whole(plan: _Plan) -> None:
    """Take the new store of a run that was killed between its last two steps."""
    if not has_store(plan.fresh):
        raise StoreMissing(f"there is no store at {plan.old}")
    with closing(open_ledger(plan.genesis, plan.fresh, settings=plan.settings)) as ledger:
        found = ledger.head().header.height
    if found != plan.height:
        raise CannotRollBack(f"an earlier rollback was to height {found}: run it again to that")


def _make_fresh(plan: _Plan) -> Height:
    """Execute blocks 1 to the height into the new store; return the old store's height."""
    with closing(open_kv(plan.old / DATABASE)) as kv:
        migrations.check_identity(kv, plan.old, plan.genesis.hash)
        chain = ChainStore(kv, plan.old / DATABASE)
        head = chain.head()
        _check_possible(plan, chain, Height(0) if head is None else head[0])
        with closing(_open_fresh(plan, chain)) as ledger:
            for height in range(ledger.head().header.height + 1, plan.height + 1):
                _execute(ledger, chain, Height(height))
                plan.executed(Height(height))
            _keep_note(ledger, kv)
    return Height(0) if head is None else head[0]


def _check_possible(plan: _Plan, chain: ChainStore, head: Height) -> None:
    if plan.height >= head:
        raise CannotRollBack(f"height {plan.height} is not below the head, {head}")
    if chain.first_block > 1:
        base = snapshots_of(plan.config).newest(plan.height)
        if base is None or base.height + 1 < chain.first_block:
            raise CannotRollBack(
                f"blocks below {chain.first_block} are pruned here, so the state of height "
                f"{plan.height} cannot be made again: use `sapha node rebuild`"
            )


def _open_fresh(plan: _Plan, chain: ChainStore) -> LedgerOverStore:
    """Open the new store where an earlier run left it, or make it."""
    if has_store(plan.fresh):
        ledger = open_ledger(plan.genesis, plan.fresh, settings=plan.settings)
        head = ledger.head()
        known = chain.block_at(head.header.height)
        if head.header.height <= plan.height and known and known.hash == head.block_hash:
            return ledger
        ledger.close()
    remove_tree(plan.fresh)
    if chain.first_block > 1:
        _restore_base(plan)
    else:
        with disk_faults(plan.fresh, "make"):
            plan.fresh.mkdir(mode=0o700)
        init_ledger(plan.genesis, plan.fresh, settings=plan.settings)
    return open_ledger(plan.genesis, plan.fresh, settings=plan.settings)


def _restore_base(plan: _Plan) -> None:
    """Make the new store of the newest snapshot of at most the height."""
    base = snapshots_of(plan.config).newest(plan.height)
    if base is None:
        raise CannotRollBack(f"there is no snapshot of height {plan.height} or below")
    settings = plan.settings.store
    restore(base, Place(folder=plan.fresh, genesis=plan.genesis, settings=settings))


def _execute(ledger: LedgerOverStore, chain: ChainStore, height: Height) -> None:
    block, unchecked = chain.block_at(height), chain.certificate_at(height)
    if block is None or unchecked is None:
        raise CannotRollBack(f"block {height} or its certificate is missing")
    head = ledger.head()
    certificate = check_certificate(
        unchecked,
        chain_id=head.header.chain_id,
        restart=block.header.restart,
        validators=head.validators,
        verify_seal=verify,
    )
    difference = ledger.validate(block)
    if difference is not None:
        raise CannotRollBack(f"block {height} executes to something else: {difference}")
    ledger.commit(block, certificate)


def _keep_note(ledger: LedgerOverStore, kv: LevelKv) -> None:
    """Take over who was seen to sign what: a store without its note would count as lost."""
    note = kv.get(META_NOTE)
    if note is not None:
        ledger.store.write_note(note)
