"""What clients read of the committed ledger: blocks, transactions, queries and proofs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.sdk import dispatch
from contracts.sdk.dispatch import Contracts
from contracts.sdk.errors import EndOfBlockFailed
from node.execution import misdeeds
from node.execution.executor import BlockRun, is_signed, simulate
from node.execution.overlay import Overlay
from node.execution.participation import Participation, participation
from node.execution.receipts import ReceiptProof, receipt_path
from node.execution.tip import Tip, certificate_of, stored_block, stored_header
from node.ports import CommittedBlock, CommittedHead
from node.store.state_store import StateStore
from primitives.block import Block, Header
from primitives.certificate import Certificate
from primitives.codec import Value
from primitives.ids import Height, TransactionId
from primitives.receipt import Receipt, read_receipt
from primitives.state_proof import StateProof
from primitives.transaction import Transaction
from primitives.validators import ValidatorSet


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTransaction:
    """Where a committed transaction is, and what it did."""

    height: Height
    index: int
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedHeader:
    """A stored header and what proves it; `certificate` is None only at height 0."""

    header: Header
    certificate: Certificate | None


class LedgerReads:
    """Reads at the committed head. Called by the ledger's owner only."""

    def __init__(self, tip: Tip) -> None:
        self._tip = tip
        # Straight from the store: the height of a block by its hash, encoded receipts, and the
        # first height of which the block is kept.
        self.first_height: Callable[[], Height] = lambda: Height(tip.store.chain.first_block)
        self.height_of = tip.store.chain.height_of
        self.receipts_at = tip.store.chain.receipts_at
        self.find_contract = tip.shelf.find  # by name, version and code; any thread may call

        def contracts() -> Contracts:
            return tip.reading

        self.contracts = contracts  # those that answer queries, by name

    def head(self) -> CommittedHead:
        """Return the last committed block."""
        return self._tip.head

    def block_at(self, height: Height) -> CommittedBlock | None:
        """Return a stored block, None when absent or pruned, and at height 0 (no votes)."""
        store = self._tip.store
        block = stored_block(store, height)
        certificate = None if block is None else certificate_of(store, block.header)
        if block is None or certificate is None:
            return None
        receipts = tuple(read_receipt(item) for item in store.chain.receipts_at(height))
        return CommittedBlock(block=block, certificate=certificate, receipts=receipts)

    def header_at(self, height: Height) -> CertifiedHeader | None:
        """Return a stored header with its certificate, without reading the block."""
        header = stored_header(self._tip.store, height)
        if header is None:
            return None
        return CertifiedHeader(header=header, certificate=certificate_of(self._tip.store, header))

    def plain_block_at(self, height: Height) -> Block | None:
        """Return a stored block alone, also that of height 0; None when absent or pruned."""
        return stored_block(self._tip.store, height)

    def transaction(self, transaction_id: TransactionId) -> FoundTransaction | None:
        """Return a committed transaction's place and receipt, None when not in the index."""
        place = self._tip.store.chain.place_of(transaction_id)
        encoded = () if place is None else self._tip.store.chain.receipts_at(place[0])
        if place is None or not encoded:
            return None  # never committed, or pruned
        height, index = place
        return FoundTransaction(height=height, index=index, receipt=read_receipt(encoded[index]))

    def prove_receipt(self, transaction_id: TransactionId) -> ReceiptProof | None:
        """Return what proves a transaction's receipt, None when it is not (any more) stored."""
        place = self._tip.store.chain.place_of(transaction_id)
        found = None if place is None else self.header_at(place[0])
        if place is None or found is None or found.certificate is None:
            return None
        height, index = place
        encoded = self._tip.store.chain.receipts_at(height)
        return ReceiptProof(
            receipt_bytes=encoded[index],
            index=index,
            count=len(encoded),
            path=receipt_path(encoded, index),
            header_bytes=found.header.encode(),
            certificate=found.certificate,
        )

    def set_changes(self, above: Height, count_max: int) -> tuple[tuple[Height, bytes], ...]:
        """Return the first blocks above a height after which others decide, with the proofs."""
        return self._tip.store.set_changes(above, count_max)

    def restart_proofs(self, above: Height, count_max: int) -> tuple[tuple[Height, bytes], ...]:
        """Return the first blocks above a height that carry restart statements, with proofs."""
        return self._tip.store.restart_proofs(above, count_max)

    def validators_at(self, height: Height) -> ValidatorSet | None:
        """Return the set that decides `height`, None when it is not known (any more, or yet)."""
        if height == self._tip.head.header.height + 1:
            return self._tip.head.validators
        header = stored_header(self._tip.store, height)
        if header is None:
            return None
        return self._tip.store.chain.validators(header.validators_hash)

    def participation(self, first: int, last: int) -> Participation:
        """Return who signed the certificates of `first` to `last`, as far as they are stored."""
        return participation(self._tip.store.chain, first, last)

    def evidence(self, *, after: bytes | None, limit: int) -> list[misdeeds.RecordedEvidence]:
        """Return at most `limit` pieces of recorded evidence, the newest first.

        `after` is the place of the last one of the page before.
        """
        return list(misdeeds.listed(self._tip.store.state, after=after, limit=limit))

    def query(self, contract: str, name: str, args: tuple[Value, ...]) -> Value:
        """Return a contract query's answer at the committed head. Raises Rejected."""
        return self.query_reads(contract, name, args)[0]

    def query_reads(
        self, contract: str, name: str, args: tuple[Value, ...]
    ) -> tuple[Value, tuple[bytes, ...]]:
        """Return a query's answer and the state keys that it read, sorted. Raises Rejected."""
        recorder = _Recorder(self._tip.store.state)
        answer = dispatch.query(
            self._tip.reading,
            Overlay(recorder),
            self._tip.last_block(),
            contract,
            name,
            args,
        )
        return answer, tuple(sorted(recorder.keys))

    def prove(self, key: bytes) -> tuple[bytes | None, StateProof]:
        """Return the value of `key` (None: absent) at the committed head, with its proof."""
        return self._tip.store.state.prove(key)

    def simulate(self, transaction: Transaction, *, is_operator: bool = False) -> Receipt:
        """Return what the transaction would do in the next block; stores nothing.

        Signatures and expiry are not looked at, so that an unsigned draft can be tried; what is
        not signed by a sender that a contract knows may be small only, unless an operator asks.

        Raises:
            SimulationTooDear: it is larger than that.
        """
        tip = self._tip
        block = tip.next_block(tip.head.header.time_ms)
        contracts, sender = tip.rules.contracts, transaction.body.sender
        is_small = not is_operator and not (
            is_signed(tip.base, transaction)
            and dispatch.knows(contracts, tip.overlay(), tip.last_block(), sender)
        )
        return simulate(tip.base, block, transaction, is_small=is_small)


def hook_fault(reads: LedgerReads, *, probe_at_ms: int | None = None) -> EndOfBlockFailed | None:
    """Return the failure of an end-of-block hook that this node met at the open height.

    With a time the hooks of an empty next block are run first, and nothing is stored: a node
    that never proposes finds out in this way why nobody does.
    """
    tip = reads._tip
    if probe_at_ms is not None:
        run = BlockRun(tip.base, tip.next_block(probe_at_ms), tip.head.header.proposer)
        try:
            run.begin(())
            run.run_hooks()
        except EndOfBlockFailed as fault:
            tip.hook_fault = fault
    return tip.hook_fault


class _Recorder:
    """Committed state that notes which keys are read, also of pages."""

    def __init__(self, state: StateStore) -> None:
        self._state = state
        self.keys: set[bytes] = set()

    def get(self, key: bytes) -> bytes | None:
        self.keys.add(key)
        return self._state.get(key)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._state.iterate(prefix, after=after, limit=limit):
            self.keys.add(key)
            yield key, value
