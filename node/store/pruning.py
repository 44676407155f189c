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
    """How many blocks this node keeps, and of how many it can find transactions. None: all."""

    blocks: int | None = None
    index: int | None = None


def prune(chain: ChainStore, retention: Retention, *, head: Height, below_ms: int) -> list[Put]:
    """Return the removals that follow from `retention`, a few blocks at a time.

    Blocks from `below_ms` (block time) on are kept: replay protection is rebuilt from them. So
    is the head.
    """
    puts: list[Put] = []
    for _ in range(_PRUNED_A_BLOCK_MAX):
        height = Height(chain.first_block)
        if retention.blocks is None or height + retention.blocks > head or height == head:
            break
        header = chain.header_at(height)
        if header is not None and header.time_ms >= below_ms:
            break
        puts += _block_removals(chain, height, header)
    return puts + _index_removals(chain, retention, head)


def _block_removals(chain: ChainStore, height: Height, header: Header | None) -> list[Put]:
    puts: list[Put] = [(schema.TRANSACTIONS + known, None) for known in chain.ids_at(height)]
    puts += [(schema.at_height(prefix, height), None) for prefix in _PER_HEIGHT]
    if header is not None:
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
