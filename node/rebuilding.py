"""A store that is lost or damaged makes way for an empty one; who may sign is kept elsewhere.

Works on the directory of a stopped node. Killed at any moment it is run again, or the node simply
started: a start makes an empty store where there is none.
"""

from dataclasses import dataclass
from pathlib import Path

from genesis.schema import Genesis
from node.config import STORE, NodeConfig
from node.files import ROLLBACK, open_or_make_ledger, stopped
from node.secret_files import private_files
from node.store.folders import remove_tree, set_aside


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Where the old store is kept; None: there was none, or it was removed."""

    aside: Path | None


@private_files()
def rebuild_store(config: NodeConfig, genesis: Genesis, *, remove: bool) -> Rebuilt:
    """Set the node's store aside, or remove it, and make an empty one.

    The next start listens, fetches every block from the others, and signs above its mark.

    Raises:
        StoreLocked: the node runs.
        StoreFull, StoreFailed: the disk refuses.
    """
    with stopped(config):
        aside = set_aside(config.data_dir / STORE, remove=remove)
        remove_tree(config.data_dir / ROLLBACK)
        open_or_make_ledger(config, genesis).close()
    return Rebuilt(aside)
