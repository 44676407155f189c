"""A full check of a store at rest: every byte of state and every block against the head.

Finds damage before it is asked for; run weekly, or by `sapha node check` on a stopped node.
"""

from dataclasses import dataclass

from node.store.faults import damaged_store
from node.store.opening import NodeStore
from primitives.block import Block, transactions_root_of
from primitives.certificate import check_certificate
from primitives.errors import Rejected
from primitives.ids import Height
from primitives.merkle import root_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubReport:
    """How much was read and found whole."""

    blocks: int
    state_values: int


def scrub(store: NodeStore) -> ScrubReport:
    """Read everything. Raises StoreDamaged at the first thing that is not as it was written.

    Blocks must chain by parent hash from the head down to the first kept, with the transactions,
    receipts and ids that their headers commit to and certificates whose every seal verifies;
    every state value must have the hash that the state tree holds, and none may be missing.
    """
    head = store.chain.head()
    if head is None:
        raise damaged_store(store.database, "it holds no block")
    count = 0
    expected_hash = head[1]
    for height in range(head[0], store.chain.first_block - 1, -1):
        block = _checked_block(store, Height(height))
        if block.hash != expected_hash:
            raise damaged_store(store.database, f"block {height} is not the parent of the next")
        expected_hash = block.header.parent_hash
        count += 1
    return ScrubReport(blocks=count, state_values=store.state.scrub())


def _checked_block(store: NodeStore, height: Height) -> Block:
    block = store.chain.block_at(height)
    if block is None:
        raise damaged_store(store.database, f"block {height} is missing")
    header = block.header
    if store.chain.header_at(height) != header:
        raise damaged_store(store.database, f"the header kept of block {height} is another")
    if root_of(store.chain.receipts_at(height)) != header.receipts_root:
        raise damaged_store(store.database, f"the receipts of block {height} are not its header's")
    root = transactions_root_of(block.transactions, block.evidence, block.restarts)
    if root != header.transactions_root:
        raise damaged_store(store.database, f"the transactions of block {height} changed")
    if len(store.chain.ids_at(height)) != len(block.transactions):
        raise damaged_store(store.database, f"the ids of block {height} are incomplete")
    if height > 0:
        _check_seals(store, block)
    _check_signers(store, block)
    return block


def _check_signers(store: NodeStore, block: Block) -> None:
    last = block.last_certificate
    signers = b"" if last is None else last.signers
    if store.chain.signers_at(block.height) != (block.header.validators_hash, signers):
        raise damaged_store(store.database, f"who signed block {block.height - 1} changed")


def _check_seals(store: NodeStore, block: Block) -> None:
    header = block.header
    unchecked = store.chain.certificate_at(header.height)
    if unchecked is None or unchecked.block_hash != block.hash:
        raise damaged_store(store.database, f"block {header.height} has no certificate of its own")
    validators = store.chain.validators(header.validators_hash)
    try:
        check_certificate(
            unchecked, chain_id=header.chain_id, restart=header.restart, validators=validators
        )
    except Rejected as error:
        detail = f"certificate {header.height}: {error.message}"
        raise damaged_store(store.database, detail) from error
