"""Which old blocks and index entries are removed, a few with each commit."""

from dataclasses import dataclass

from node.store import schema
from node.store.chain_store import ChainStore
from node.store.ports import Put
from primitives.block import Header
from primitives.ids import Height

_PRUNED_A_BLOCK_MAX = 4
_PER_HEIGHT = (
    schema.BLOCKS,
    schema.HEADERS,
    schema.RECEIPTS,
    schema.SIGNERS,
    schema.TRANSACTION_IDS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many blocks, or of how long, this node keeps; of how many it can find transactions.

    None: all. With both bounds of blocks, one goes only when both let it.
    """

    blocks: int | None = None
    age_ms: int | None = None  # of block time
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The head, and what must stay below it, whatever the retention says.

    Blocks from `below_ms` (block time) on stay, and the last before: replay protection is rebuilt
    from them, and a snapshot shows by the last that none is missing. So do those from the height
    `kept_from` on.
    """

    head: Height
    head_ms: int
    below_ms: int
    kept_from: Height | None = None


def prune(chain: ChainStore, retention: Retention, bounds: Bounds) -> list[Put]:
    """Return the removals that follow from `retention`, a few blocks at a time."""
    puts: list[Put] = []
    for _ in range(_PRUNED_A_BLOCK_MAX):
        height = Height(chain.first_block)
        header = chain.header_at(height)
        if header is None or not _may_go(chain, retention, bounds, header):
            break
        puts += _block_removals(chain, height, header)
    return puts + _index_removals(chain, retention, bounds.head)


def _may_go(chain: ChainStore, retention: Retention, bounds: Bounds, header: Header) -> bool:
    height, blocks, age_ms = header.height, retention.blocks, retention.age_ms
    if blocks is None and age_ms is None:
        return False
    if blocks is not None and height + blocks > bounds.head:
        return False
    if age_ms is not None and header.time_ms >= bounds.head_ms - age_ms:
        return False
    if bounds.kept_from is not None and height >= bounds.kept_from:
        return False
    following = chain.header_at(Height(height + 1))  # None: it is the head's that is stored now
    return following is not None and following.time_ms < bounds.below_ms


def _block_removals(chain: ChainStore, height: Height, header: Header) -> list[Put]:
    puts: list[Put] = [(schema.TRANSACTIONS + known, None) for known in chain.ids_at(height)]
    puts += [(schema.at_height(prefix, height), None) for prefix in _PER_HEIGHT]
    puts.append((schema.HEIGHTS + header.hash, None))
    chain.first_block = height + 1
    chain.first_index = max(chain.first_index, chain.first_block)
    puts.append((schema.META_FIRST_BLOCK, schema.number_value(chain.first_block)))
    puts.append((schema.META_FIRST_INDEX, schema.number_value(chain.first_index)))
    return puts


def _index_removals(chain: ChainStore, retention: Retention, head: Height) -> list[Put]:
    puts: list[Put] = []
    for _ in range(_PRUNED_A_BLOCK_MAX):
        height = Height(chain.first_index)
        if retention.index is None or height + retention.index > head:
            break
        puts += [(schema.TRANSACTIONS + known, None) for known in chain.ids_at(height)]
        chain.first_index = height + 1
        puts.append((schema.META_FIRST_INDEX, schema.number_value(chain.first_index)))
    return puts
