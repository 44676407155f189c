"""How a node's store is opened: its memory, and what it keeps."""

from functools import partial

from node.config import NodeConfig
from node.snapshots.folder import SNAPSHOTS, SnapshotFolder
from node.store.kv import KvMemory, create_kv, open_kv
from node.store.opening import StoreSettings
from node.store.pruning import Retention
from node.store.state_store import StateCaches
from primitives.ids import Height

_DAY_MS = 24 * 3_600_000


def store_settings_of(config: NodeConfig) -> StoreSettings:
    """Return how the store is opened."""
    own = config.store
    caches = StateCaches(values_max=own.values_max, leaf_bytes_max=own.leaf_bytes_max)
    memory = KvMemory(
        block_cache_bytes=own.block_cache_bytes, write_buffer_bytes=own.write_buffer_bytes
    )
    return StoreSettings(
        retention=retention_of(config),
        kept_from=_kept_from(config),
        caches=caches,
        create=partial(create_kv, memory=memory),
        open=partial(open_kv, memory=memory),
    )


def retention_of(config: NodeConfig) -> Retention:
    """Return how much to keep; the 0 of node.toml means all."""
    kept = config.retention
    return Retention(
        blocks=kept.blocks or None,
        age_ms=kept.days * _DAY_MS or None,
        index=kept.index or None,
    )


def _kept_from(config: NodeConfig) -> Height | None:
    """Return the height of the newest snapshot, 0 before the first; None where none are made."""
    if not config.snapshots.every:
        return None
    newest = SnapshotFolder(config.data_dir / SNAPSHOTS).newest_height()
    return Height(newest or 0)
