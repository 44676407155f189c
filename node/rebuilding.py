"""A store that is lost or damaged makes way for one of the newest snapshot, or an empty one.

Who may sign is kept elsewhere.

Works on the directory of a stopped node. Killed at any moment it is run again, or the node simply
started: a start makes an empty store where there is none.
"""

from dataclasses import dataclass
from pathlib import Path

from genesis.schema import Genesis
from node.adopting import adopt
from node.config import STORE, NodeConfig
from node.files import ROLLBACK, open_or_make_ledger, stopped
from node.secret_files import private_files
from node.snapshotting import restore_newest
from node.store.folders import remove_tree, set_aside
from primitives.ids import Height


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """Where the old store is kept (None: there was none, or it was removed), and what is there now.

    `height` is that of the snapshot of which the store is made, None where it is empty;
    `passed_over` says of snapshots why they cannot be used.
    """

    aside: Path | None
    height: Height | None
    passed_over: tuple[str, ...]


@private_files()
def rebuild_store(config: NodeConfig, genesis: Genesis, *, remove: bool) -> Rebuilt:
    """Set the node's store aside, or remove it; make one of its newest sound snapshot, or none.

    The next start listens, fetches the blocks above from the others, and signs above its mark.

    Raises:
        StoreLocked: the node runs.
        StoreFull, StoreFailed: the disk refuses.
    """
    with stopped(config):
        aside = set_aside(config.data_dir / STORE, remove=remove)
        remove_tree(config.data_dir / ROLLBACK)
        passed_over: list[str] = []
        height = restore_newest(
            config, genesis, passed_over=lambda why: passed_over.append(str(why))
        )
        if height is not None:
            adopt(config, remove=True)
        open_or_make_ledger(config, genesis).close()
    return Rebuilt(aside=aside, height=height, passed_over=tuple(passed_over))
