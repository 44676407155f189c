"""Snapshots of a stopped node's directory: made, listed, verified, and a store made of one."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from genesis.schema import Genesis
from node.adopting import adopt, joined_of
from node.config import STORE, NodeConfig
from node.files import open_or_make_ledger, stopped
from node.secret_files import private_files
from node.snapshots import (
    SNAPSHOTS,
    Place,
    SnapshotFolder,
    SnapshotUnusable,
    Stored,
    making,
    moment_of,
    read_snapshot,
    restore,
)
from node.store.opening import has_store
from node.store_settings import store_settings_of
from primitives.errors import LocalFault
from primitives.ids import Height


class NothingToShow(LocalFault):
    """There is no block above the genesis, or no store, so no snapshot can be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The height of the store that was made, and where the old one is kept (None: nowhere)."""

    height: Height
    aside: Path | None


def snapshots_of(config: NodeConfig) -> SnapshotFolder:
    """Return the snapshots of a node's directory."""
    return SnapshotFolder(config.data_dir / SNAPSHOTS)


@private_files()
def create_snapshot(config: NodeConfig, genesis: Genesis) -> Stored:
    """Make a snapshot of a stopped node's head and return it; others are kept.

    Raises:
        StoreLocked: the node runs; it makes snapshots by itself.
        NothingToShow: it has no block above the genesis.
        LocalFault: the store is damaged, or the disk refuses.
    """
    with stopped(config):
        if not has_store(config.data_dir / STORE):
            raise NothingToShow(f"there is no store in {config.data_dir}")
        with closing(open_or_make_ledger(config, genesis)) as ledger:
            moment = moment_of(ledger.store)
            if moment is None:
                raise NothingToShow("there is no block above the genesis")
            with closing(moment.kv):
                for _piece in making(moment, snapshots_of(config)):
                    pass
    return read_snapshot(snapshots_of(config).path / f"{moment.header.height:012}")


def chosen(config: NodeConfig, folder: Path | None, height: int | None) -> Stored:
    """Return the snapshot in `folder`, or the node's of a height, or its newest.

    Raises:
        SnapshotUnusable: there is none.
    """
    if folder is not None:
        return read_snapshot(folder)
    for stored in snapshots_of(config).whole():
        if height is None or stored.height == height:
            return stored
    of = "" if height is None else f" of height {height}"
    raise SnapshotUnusable(f"there is no snapshot{of} in {snapshots_of(config).path}")


@private_files()
def restore_snapshot(
    config: NodeConfig, genesis: Genesis, stored: Stored, *, remove: bool
) -> Restored:
    """Put a store made of a snapshot in the place of a stopped node's.

    Who may sign above what stays as it is. Killed at any moment, it is run again.

    Raises:
        StoreLocked: the node runs.
        SnapshotUnusable: it is not of this network, or a part is wrong; nothing was changed.
        StoreFull, StoreFailed: the disk refuses.
    """
    with stopped(config):
        height = restore(stored, store_place(config, genesis))
        aside = adopt(config, remove=remove)
    return Restored(height=height, aside=aside)


def store_place(config: NodeConfig, genesis: Genesis) -> Place:
    """Return where the node makes a store of a snapshot."""
    settings = store_settings_of(config)
    return Place(folder=joined_of(config), genesis=genesis, settings=settings)


def restore_newest(
    config: NodeConfig,
    genesis: Genesis,
    *,
    height_max: int | None = None,
    passed_over: Callable[[SnapshotUnusable], None] = lambda _why: None,
) -> Height | None:
    """Make a store of the newest snapshot that is sound, where `adopt` finds it; return its height.

    None when there is no sound one; `passed_over` is told of each that is not.
    """
    for stored in snapshots_of(config).whole():
        if height_max is None or stored.height <= height_max:
            try:
                return restore(stored, store_place(config, genesis))
            except SnapshotUnusable as why:
                passed_over(why)
    return None
