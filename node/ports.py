"""The ledger port: all that ordering needs of the state machine, and nothing of who orders.

Block time and proposer are passed in. The built-in engine drives it; another consensus engine
could (docs/adr/0011-ledger-port.md).
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from consensus.turns import FROM_GENESIS, Since, Turns, order_of, passed_over
from primitives.block import Block, Header
from primitives.certificate import Certificate, SealedBlock, UncheckedCertificate
from primitives.codec import Value
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height
from primitives.receipt import Receipt
from primitives.set_history import NOTHING_KNOWN, SetHistory
from primitives.state_proof import StateProof
from primitives.transaction import Transaction
from primitives.validators import ValidatorSet


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedHead:
    """The last committed block, the validators of the next, and whose turn is when."""

    header: Header
    block_hash: Digest
    certificate: Certificate | None  # None only at height 0
    validators: ValidatorSet  # the set that decides header.height + 1
    decided_by: ValidatorSet | None  # the set that decided this block; None only at height 0
    restart: Digest  # of header.height + 1: the restart statement in force, or the genesis hash
    history: SetHistory = NOTHING_KNOWN  # who decided the heights whose evidence counts
    superseded: frozenset[Digest] = (
        frozenset()
    )  # restarts that were in force: their blocks are void

    turns: Turns = field(default_factory=dict)  # as the state after this block has them
    since: Since = field(default_factory=lambda: FROM_GENESIS)  # likewise, of the seats
    is_work_left: bool = False  # the next block has work of its own: none waits for transactions

    @property
    def restarts_known(self) -> frozenset[Digest]:
        """The genesis and every restart statement that the chain or this node knows."""
        return self.superseded | {self.restart, self.header.restart}

    @property
    def sealed(self) -> SealedBlock | None:
        """This block as the next one must prove it; None at height 0."""
        if self.decided_by is None:
            return None
        return SealedBlock(
            chain_id=self.header.chain_id,
            restart=self.header.restart,
            height=self.header.height,
            block_hash=self.block_hash,
            validators=self.decided_by,
        )

    @property
    def order(self) -> tuple[PublicKey, ...]:
        """Who proposes at the next height, by view (R3.1)."""
        height = Height(self.header.height + 1)
        return order_of(self.validators, self.turns, height, self.since)

    @property
    def passed_over(self) -> tuple[PublicKey, ...]:
        """Who stands last in `order` for having missed turns."""
        height = Height(self.header.height + 1)
        return passed_over(self.validators, self.turns, height, self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What ordering passes in for a fresh block."""

    time_ms: int
    proposer: PublicKey
    last_certificate: UncheckedCertificate | None  # of the parent; None only for block 1
    evidence: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedBlock:
    """A block after commit, with what its transactions did, in order."""

    block: Block
    certificate: Certificate
    receipts: tuple[Receipt, ...]


class Ledger(Protocol):
    """The replicated state machine over its store."""

    def head(self) -> CommittedHead:
        """Return the last committed block."""

    def check(self, transaction: Transaction, *, now_ms: int) -> None:
        """Check everything that admission checks but quotas.

        In order: chain id, expiry, replay, contract and method, argument count, types and
        bounds, signatures (cached), account keys and threshold, the rule of who may call.

        Raises:
            Rejected: the first check that fails.
        """

    def build(self, request: BuildRequest, candidates: Sequence[Transaction]) -> Block:
        """Execute candidates on an overlay in order and return the block of those that fit.

        Candidates that are no longer admissible (expired, replayed, keys changed) are left out.

        Raises:
            EndOfBlockFailed: a contract's hook fails at the end of it; nobody can make a block.
        """

    def building(
        self, request: BuildRequest, candidates: Sequence[Transaction]
    ) -> Generator[None, None, Block]:
        """Build as `build` does, yielding where others may go on while the head stays."""

    def validating(self, block: Block) -> Generator[None, None, str | None]:
        """Validate as `validate` does, yielding where others may go on while the head stays."""

    def validate(self, block: Block) -> str | None:
        """Execute `block` on an overlay; return None, or the first difference in words.

        Checks height, parent, chain id, time_ms > parent's, transactions, roots and validator
        hashes. Not the clock: that is ordering's. Keeps the result for `commit`.
        """

    def commit(self, block: Block, certificate: Certificate, note: bytes) -> CommittedBlock:
        """Commit an executed block in one synced batch and move the head mark.

        `note` is ordering's own, kept in the same batch: the bytes of the last one are given back
        at the next start.

        Raises:
            InvariantBroken: it differs from this node's own execution.
            StoreFull: nothing was committed; the same call may succeed once there is room.
            LocalFault: the disk refused; the node must stop.
        """

    def query(self, contract: str, name: str, args: tuple[Value, ...]) -> Value:
        """Return a contract query's answer at the committed head. Raises Rejected."""

    def prove(self, key: bytes) -> tuple[bytes | None, StateProof]:
        """Return the value of `key` (None: absent) at the committed head, with its proof."""

    def block_at(self, height: Height) -> CommittedBlock | None:
        """Return a stored block with certificate and receipts, None when absent or pruned."""

    def first_height(self) -> Height:
        """Return the first height of which the block is kept: 0 where nothing was removed."""
