"""Executes one block on an overlay, transaction by transaction; commits nothing.

The proposer and everyone who validates run this same code. Source: docs/protocol.md#execution.
"""

from dataclasses import dataclass

from contracts.sdk import dispatch
from contracts.sdk.ports import BlockInfo
from node.execution import admissible, system
from node.execution.admissible import Rules
from node.execution.overlay import Overlay
from node.execution.receipts import NO_TRANSACTION, receipts_root
from node.execution.replay import ReplayIndex
from node.store.state_store import StatePlan, StateStore
from primitives.crypto import Digest
from primitives.errors import Rejected, Replayed
from primitives.ids import TransactionId
from primitives.receipt import Receipt, accepted, refused
from primitives.restart import read_restart
from primitives.transaction import Transaction
from primitives.validators import ValidatorSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What a block does: all that its header commits to and all that a commit stores."""

    transactions: tuple[bytes, ...]
    evidence: tuple[bytes, ...]
    restarts: tuple[bytes, ...]
    transaction_ids: tuple[TransactionId, ...]
    receipts: tuple[Receipt, ...]
    encoded_receipts: tuple[bytes, ...]
    receipts_root: Digest
    state: StatePlan
    next_validators: ValidatorSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a block is executed upon: the rules and the committed head.

    `restarts` are the restart statements that a block made here must carry.
    """

    rules: Rules
    state: StateStore
    replay: ReplayIndex
    validators: ValidatorSet
    restarts: tuple[bytes, ...] = ()


class BlockRun:
    """One execution of one block: restarts and evidence, then transactions, then `finish`."""

    def __init__(self, base: Base, block: BlockInfo) -> None:
        self._base = base
        self._block = block
        self._overlay = Overlay(base.state)
        self._ids: dict[TransactionId, None] = {}
        self._transactions: list[bytes] = []
        self._evidence: list[bytes] = []
        self._receipts: list[Receipt] = []
        self._restarts: tuple[bytes, ...] = ()

    def restart(self, restarts: tuple[bytes, ...]) -> None:
        """Begin under checked restart statements: the last says which hooks are suspended."""
        self._restarts = restarts
        if restarts:
            suspended = read_restart(restarts[-1]).statement.suspended
            self._overlay.set(system.SUSPENDED_KEY, system.suspended_value(suspended))
            self._overlay.keep()

    def add_evidence(self, evidence: bytes) -> None:
        """Record evidence. Raises Replayed when a block holds it already."""
        key = system.evidence_key(evidence)
        if self._overlay.get(key) is not None:
            raise Replayed("the evidence is in a block already")
        self._overlay.set(key, system.evidence_value(self._block.height))
        self._overlay.keep()
        self._evidence.append(evidence)

    def add(self, transaction: Transaction) -> None:
        """Execute one transaction; a contract's refusal gives a refused receipt.

        Raises:
            Rejected: it may not be in this block; nothing has changed.
        """
        rules = self._base.rules
        admissible.check_envelope(transaction, self._block, self._base.replay)
        if transaction.transaction_id in self._ids:
            raise Replayed("the transaction is in this block twice")
        admissible.check_signers(rules, transaction, self._overlay)
        self._receipts.append(self._execute(transaction))
        self._ids[transaction.transaction_id] = None
        self._transactions.append(transaction.raw)

    def finish(self) -> Executed:
        """Run the end-of-block hooks and return what the block does."""
        suspended = system.read_suspended(self._overlay.get(system.SUSPENDED_KEY))
        events = dispatch.end_block(
            self._base.rules.contracts, self._overlay, self._block, suspended
        )
        self._overlay.keep()
        if events:
            self._receipts.append(accepted(NO_TRANSACTION, "", events))
        encoded = tuple(receipt.encode() for receipt in self._receipts)
        return Executed(
            transactions=tuple(self._transactions),
            evidence=tuple(self._evidence),
            restarts=self._restarts,
            transaction_ids=tuple(self._ids),
            receipts=tuple(self._receipts),
            encoded_receipts=encoded,
            receipts_root=receipts_root(encoded),
            state=self._base.state.plan(self._overlay.writes),
            next_validators=self._next_validators(),
        )

    def _execute(self, transaction: Transaction) -> Receipt:
        rules, overlay = self._base.rules, self._overlay
        call = admissible.call_of(transaction)
        try:
            events = dispatch.execute(
                rules.contracts,
                overlay,
                self._block,
                call,
                is_prechecked=rules.verified.is_prechecked(call.transaction_id),
            )
        except Rejected as error:
            overlay.discard()
            admissible.check_call(rules, call, overlay, self._block)
            return refused(call.transaction_id, call.contract, error)
        overlay.keep()
        return accepted(call.transaction_id, call.contract, events)

    def _next_validators(self) -> ValidatorSet:
        if system.VALIDATORS_KEY not in self._overlay.writes:
            return self._base.validators
        return system.read_validators(self._overlay.writes[system.VALIDATORS_KEY])


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a block holds, in order."""

    transactions: tuple[bytes, ...]
    evidence: tuple[bytes, ...]
    restarts: tuple[bytes, ...] = ()


def apply_block(base: Base, block: BlockInfo, work: Work) -> Executed | str:
    """Execute everything of `work`; return the result, or the first thing that may not be there."""
    run = BlockRun(base, block)
    run.restart(work.restarts)
    for index, evidence in enumerate(work.evidence):
        try:
            run.add_evidence(evidence)
        except Rejected as error:
            return f"evidence {index}: {error.code}: {error.message}"
    for index, raw in enumerate(work.transactions):
        try:
            run.add(base.rules.verified.read(raw))
        except Rejected as error:
            return f"transaction {index}: {error.code}: {error.message}"
    return run.finish()


def simulate(base: Base, block: BlockInfo, transaction: Transaction) -> Receipt:
    """Return the receipt of the call in `block`; signatures, expiry and replay are not checked."""
    call = admissible.call_of(transaction)
    try:
        admissible.check_chain(transaction, block)
        events = dispatch.execute(base.rules.contracts, Overlay(base.state), block, call)
    except Rejected as error:
        return refused(call.transaction_id, call.contract, error)
    return accepted(call.transaction_id, call.contract, events)
