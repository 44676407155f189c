"""Removes the blocks of a stopped node that its retention lets go, at once.

A running node removes a few with each block that it commits, by the same rule.
"""

from contextlib import closing
from dataclasses import dataclass

from genesis.schema import Genesis
from node.config import NodeConfig
from node.execution.replay import replay_horizon_ms
from node.files import open_or_make_ledger, stopped
from node.secret_files import private_files
from node.store.pruning import Retention
from node.store_settings import retention_of
from primitives.errors import LocalFault
from primitives.ids import Height


class NothingToPrune(LocalFault):
    """The settings keep all blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedStore:
    """The first heights that were kept before and are now, and the last block."""

    first_before: Height
    first: Height
    head: Height


@private_files()
def prune_store(config: NodeConfig, genesis: Genesis) -> PrunedStore:
    """Remove what `[retention]` lets go, and give its place on disk back.

    Raises:
        NothingToPrune: it keeps all.
        StoreLocked: the node runs.
        LocalFault: the store is damaged, or the disk refuses.
    """
    if retention_of(config) == Retention():
        raise NothingToPrune(
            "[retention] keeps all blocks: set blocks or days in node.toml, or leave it as it is"
        )
    with stopped(config), closing(open_or_make_ledger(config, genesis)) as ledger:
        before = ledger.first_height()
        head = ledger.head().header
        ledger.store.prune_all(head, replay_horizon_ms(head.time_ms))
        return PrunedStore(first_before=before, first=ledger.first_height(), head=head.height)
