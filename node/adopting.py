"""A store made of a snapshot takes the place of the node's; who may sign stays as it is.

It is made beside the node's, under a name of its own. Killed at any moment, the next start
finishes: a store that is whole is taken, one that is not is removed.
"""

import logging
from contextlib import closing
from pathlib import Path

from node.config import STORE, NodeConfig
from node.store.chain_store import ChainStore
from node.store.faults import StoreDamaged, StoreMissing
from node.store.folders import put_in_place, remove_tree, set_aside
from node.store.kv import open_kv
from node.store.opening import DATABASE, has_store
from node.store.schema import META_NOTE

log = logging.getLogger("sapha.node")

JOINED = "store.joined"


def joined_of(config: NodeConfig) -> Path:
    """Return where a store is made of a snapshot."""
    return config.data_dir / JOINED


def adopt(config: NodeConfig, *, remove: bool) -> Path | None:
    """Put the store that was made of a snapshot in the node's place; return where the old one is.

    Who was seen to sign what is taken over: without its note a store would count as lost.

    Raises:
        StoreMissing: none was made.
        StoreFull, StoreFailed: the disk refuses; the same call may succeed later.
    """
    joined, store = joined_of(config), config.data_dir / STORE
    if not has_store(joined):
        raise StoreMissing(f"there is no store at {joined}")
    if has_store(store):
        note = _note_in(store)
        if note is not None:
            with closing(open_kv(joined / DATABASE)) as kv:
                kv.write([(META_NOTE, note)])
    aside = set_aside(store, remove=remove)
    put_in_place(joined, store)
    return aside


def settle_joined(config: NodeConfig) -> None:
    """At a start: take a store that was made of a snapshot, if it is whole and ahead; else drop it.

    Raises:
        StoreFull, StoreFailed: the disk refuses.
    """
    joined, store = joined_of(config), config.data_dir / STORE
    if not joined.exists():
        return
    if has_store(joined) and (not has_store(store) or _height_in(joined) > _height_in(store)):
        log.info("joined_store_taken", extra={"height": _height_in(joined)})
        adopt(config, remove=True)
        return
    remove_tree(joined)


def _height_in(store: Path) -> int:
    with closing(open_kv(store / DATABASE)) as kv:
        head = ChainStore(kv, store).head()
    return -1 if head is None else head[0]


def _note_in(store: Path) -> bytes | None:
    try:
        with closing(open_kv(store / DATABASE)) as kv:
            return kv.get(META_NOTE)
    except (StoreDamaged, StoreMissing):
        return None
