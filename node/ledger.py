"""The ledger over its store: implements node.ports.Ledger for ordering, and reads for RPC.

One owner: everything but `CostlyCalls.run` is called from one task. A block is executed once: the
result is kept until its height is committed. Source: docs/protocol.md#execution.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contracts.registry import CONTRACTS, find_contract
from contracts.sdk.dispatch import Contracts
from contracts.sdk.errors import EndOfBlockFailed
from genesis.schema import Genesis
from node.execution import admissible, headers
from node.execution.admissible import Rules
from node.execution.executions import Executions
from node.execution.genesis_block import make_genesis_block
from node.execution.prechecks import CostlyCalls
from node.execution.proposer import BuildLimits, building
from node.execution.reads import LedgerReads
from node.execution.replay import replay_horizon_ms
from node.execution.restarts import Pending
from node.execution.slices import Sliced, in_one_piece
from node.execution.standing import Standing
from node.execution.tip import Tip
from node.execution.verified import VerifiedCache
from node.execution.versions import NO_VERSIONS, Find, Shelf
from node.ports import BuildRequest, CommittedBlock, CommittedHead
from node.store.opening import StoreSettings, create_store, open_store
from node.store.scrub import ScrubReport, scrub
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.codec import Value
from primitives.crypto import Digest
from primitives.errors import InvariantBroken, Rejected
from primitives.ids import Height, TransactionId
from primitives.state_proof import StateProof
from primitives.transaction import Transaction

BUILD_MS_MAX = 200  # others execute it again within a view's time, on slower machines too


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings:
    """This node's own choices; none of them changes what a block does."""

    store: StoreSettings = field(default_factory=StoreSettings)
    build_ms_max: int = BUILD_MS_MAX
    pending: Pending = field(default_factory=Pending)  # restart statements applied to this node
    find: Find = find_contract  # contracts in other versions than the newest


def init_ledger(
    genesis: Genesis,
    store_dir: Path,
    contracts: Contracts = CONTRACTS,
    settings: LedgerSettings | None = None,
) -> Digest:
    """Make the store of a new node in `store_dir` and return the hash of block 0.

    After a crash before its end, call it again (`store.opening.has_store` says whether it reached
    the end).

    Raises:
        StoreExists: there is one already.
        LocalFault: a contract of genesis is not shipped, or in other versions only; or its
            configuration is wrong.
    """
    chosen = settings or LedgerSettings()
    active = Shelf(genesis=genesis, newest=contracts, find=chosen.find).founding()
    store = create_store(store_dir, genesis.hash, chosen.store)
    try:
        made = make_genesis_block(genesis, active, store.state)
        horizon_ms = replay_horizon_ms(genesis.time_ms)
        store.commit(made.record, made.state, replay_from_ms=horizon_ms)
    finally:
        store.close()
    return made.record.block.hash


def open_ledger(
    genesis: Genesis,
    store_dir: Path,
    contracts: Contracts = CONTRACTS,
    settings: LedgerSettings | None = None,
) -> "LedgerOverStore":
    """Open the store that `init_ledger` made, check it against its head, and return the ledger.

    Raises:
        StoreMissing, StoreLocked, StoreSchema, StoreOfOtherNetwork, StoreDamaged: each says what
            to do.
        CodeMissing: another release executes the block after the head.
    """
    chosen = settings or LedgerSettings()
    shelf = Shelf(genesis=genesis, newest=contracts, find=chosen.find)
    rules = Rules(
        contracts=NO_VERSIONS.contracts,  # the state says which
        chain_id=genesis.chain_id,
        calendar_ms=genesis.calendar_ms,
        verified=VerifiedCache(),
    )
    store, head = open_store(store_dir, genesis.hash, chosen.store)
    limits = BuildLimits(
        transactions_max=genesis.parameters.block_transactions_max,
        build_ms_max=chosen.build_ms_max,
    )
    try:
        return LedgerOverStore(Tip(rules, store, head, chosen.pending, shelf), limits)
    except BaseException:
        store.close()
        raise


class LedgerOverStore:
    """The replicated state machine over `store`; `reads` is what clients see of it."""

    def __init__(self, tip: Tip, limits: BuildLimits) -> None:
        self.reads = LedgerReads(tip)
        self.first_height = self.reads.first_height
        self.left_out: tuple[tuple[TransactionId, Rejected], ...] = ()  # by the last `build`
        self.costly = CostlyCalls(tip)
        self.standing = Standing(tip)
        self.store = tip.store
        self._tip = tip
        self._limits = limits
        self._executions = Executions(tip, limits.transactions_max)

    @property
    def verified(self) -> VerifiedCache:
        """The transactions whose signatures need not be verified again."""
        return self._tip.rules.verified

    def head(self) -> CommittedHead:
        """Return the last committed block."""
        return self._tip.head

    def is_recent(self, transaction_id: TransactionId) -> bool:
        """Return whether a block of the last ten minutes holds the transaction; from memory."""
        return transaction_id in self._tip.replay

    def is_committed(self, transaction_id: TransactionId) -> bool:
        """Return whether a block holds the transaction, as far back as this node's index goes."""
        if transaction_id in self._tip.replay:
            return True
        return self._tip.store.chain.place_of(transaction_id) is not None

    def check(self, transaction: Transaction, *, now_ms: int, is_cheap: bool = False) -> None:
        """Check everything that admission checks but quotas, at the committed head.

        A cheap check leaves the costly checks for later.

        In order: chain id, expiry, replay, contract and method, arguments, the rule of who may
        call, costly checks, signatures (cached), account keys and threshold.

        Raises:
            Rejected: the first check that fails.
        """
        tip, rules = self._tip, self._tip.rules
        block = tip.next_block(now_ms)
        state = tip.committed
        admissible.check_envelope(transaction, block, tip.replay)
        check_call = admissible.check_cheaply if is_cheap else admissible.check_call
        check_call(rules, rules.verified.call_of(transaction), state, block)
        admissible.check_signers(rules, transaction, state)

    def build(self, request: BuildRequest, candidates: Sequence[Transaction]) -> Block:
        """Execute candidates on an overlay in order and return the block of those that fit.

        Candidates that may not be in it are left out and named in `left_out`.

        Raises:
            EndOfBlockFailed: a contract's hook fails at the end of it.
        """
        return in_one_piece(self.building(request, candidates))

    def building(self, request: BuildRequest, candidates: Sequence[Transaction]) -> Sliced[Block]:
        """Build as `build` does, in pieces. The head must stay meanwhile."""
        tip = self._tip
        info = tip.next_block(request.time_ms)
        try:
            built = yield from building(
                tip.base,
                info,
                request=request,
                candidates=candidates,
                limits=self._limits,
            )
        except EndOfBlockFailed as fault:
            tip.hook_fault = fault
            raise
        executed = built.executed
        header = headers.header_of(tip.head, info, request, executed)
        block = Block(
            header,
            executed.transactions,
            executed.evidence,
            request.last_certificate,
            executed.restarts,
        )
        self.left_out = built.left_out
        self._executions.keep(block, executed)
        return block

    def validate(self, block: Block) -> str | None:
        """Execute `block` on an overlay; return None, or the first difference in words.

        The clock is not looked at. The result is kept for `commit`.
        """
        return in_one_piece(self.validating(block))

    def validating(self, block: Block) -> Sliced[str | None]:
        """Validate as `validate` does, in pieces. The head must stay meanwhile."""
        outcome = yield from self._executions.executing(block)
        return outcome if isinstance(outcome, str) else None

    def commit(self, block: Block, certificate: Certificate, note: bytes = b"") -> CommittedBlock:
        """Commit an executed block and ordering's `note` in one synced batch.

        An empty note leaves the one that is stored.

        Raises:
            InvariantBroken: it differs from this node's own execution.
            StoreFull: nothing was committed; the same call may succeed once there is room.
            LocalFault: the disk refused; the node must stop.
            CodeMissing: it is committed, but another release executes the next block.
        """
        if certificate.block_hash != block.hash or certificate.height != block.height:
            raise InvariantBroken(f"the certificate is not that of block {block.height}")
        executed = in_one_piece(self._executions.executing(block))
        if isinstance(executed, str):
            raise InvariantBroken(f"block {block.height} is decided but differs: {executed}")
        self._tip.advance(block, certificate, executed, note)
        self._executions.clear()
        self.verified.forget(block.transactions)
        return CommittedBlock(block=block, certificate=certificate, receipts=executed.receipts)

    def query(self, contract: str, name: str, args: tuple[Value, ...]) -> Value:
        """Return a contract query's answer at the committed head. Raises Rejected."""
        return self.reads.query(contract, name, args)

    def prove(self, key: bytes) -> tuple[bytes | None, StateProof]:
        """Return the value of `key` (None: absent) at the committed head, with its proof."""
        return self.reads.prove(key)

    def block_at(self, height: Height) -> CommittedBlock | None:
        """Return a stored block, None when absent or pruned, and at height 0 (no votes)."""
        return self.reads.block_at(height)

    def scrub(self) -> ScrubReport:
        """Read the whole store, which takes long, and return what was found whole.

        Raises:
            StoreDamaged: at the first thing that is not as it was written.
        """
        return scrub(self._tip.store)

    def close(self) -> None:
        """Release the store."""
        self._tip.store.close()
