"""Executes one block on an overlay, transaction by transaction; commits nothing.

The proposer and everyone who validates run this same code. Source: docs/protocol.md#execution.
"""

from dataclasses import dataclass, field, replace

from consensus import misdeed_of
from consensus.turns import FROM_GENESIS, Rota, Since, Turn, Turns, charge, seats_since
from contracts.sdk import dispatch
from contracts.sdk.dispatch import Budget, BudgetExceeded
from contracts.sdk.ports import BlockInfo
from node.execution import admissible, misdeeds, system
from node.execution.admissible import Rules
from node.execution.network_record import SEATS_KEY, set_after
from node.execution.overlay import Overlay
from node.execution.receipts import NO_TRANSACTION, receipts_root
from node.execution.replay import ReplayIndex
from node.execution.slices import Sliced
from node.execution.versions import NO_VERSIONS, Moving, Versions
from node.store.state_store import StatePlan, StateStore
from primitives.crypto import Digest, PublicKey
from primitives.errors import Rejected, Replayed
from primitives.ids import Height, TransactionId
from primitives.receipt import Event, Receipt, accepted, refused
from primitives.restart import read_restart
from primitives.transaction import Transaction
from primitives.validators import ValidatorSet

# What anybody may have tried, in reads, writes, bytes and events: a payment, not a payroll.
_SMALL = {"reads": 200, "writes": 50, "state_bytes": 100_000, "events": 20}


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
    is_history_changed: bool
    turns: Turns
    since: Since


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a block is executed upon: the rules and the committed head.

    `restarts` are the restart statements that a block made here must carry.
    """

    rules: Rules
    state: StateStore
    replay: ReplayIndex
    validators: ValidatorSet
    turns: Turns
    since: Since = field(default_factory=lambda: FROM_GENESIS)
    restarts: tuple[bytes, ...] = ()
    versions: Versions = NO_VERSIONS


class BlockRun:
    """One execution of one block: `begin`, evidence, then transactions, then `finish`."""

    def __init__(self, base: Base, block: BlockInfo, proposer: PublicKey) -> None:
        self._base = base
        self._rules = base.rules
        self._moving = Moving(base.versions, base.rules.contracts)
        self._moved: tuple[Event, ...] = ()
        self._block = block
        self._proposer = proposer
        self._overlay = Overlay(base.state)
        self._ids: dict[TransactionId, None] = {}
        self._transactions: list[bytes] = []
        self._evidence: list[bytes] = []
        self._accused: set[PublicKey] = set()
        self._receipts: list[Receipt] = []
        self._restarts: tuple[bytes, ...] = ()

    def begin(self, restarts: tuple[bytes, ...]) -> None:
        """Begin under checked restart statements: the last says which hooks are suspended.

        Then move what is left of the state of older versions, a page of each contract.

        Raises:
            EndOfBlockFailed: a migration fails.
        """
        self._restarts = restarts
        if restarts:
            suspended = read_restart(restarts[-1]).statement.suspended
            self._overlay.set(system.SUSPENDED_KEY, system.suspended_value(suspended))
            self._overlay.keep()
        self._moved = self._moving.begin(self._overlay, self._block, self._suspended())
        self._overlay.keep()
        if self._moving.contracts is not self._rules.contracts:
            self._rules = replace(self._rules, contracts=self._moving.contracts)

    def add_evidence(self, evidence: bytes) -> None:
        """Record evidence whose proof ordering has checked.

        Raises:
            Rejected: it is too old, its misdeed is recorded, or enough of that validator is.
        """
        misdeed = misdeed_of(evidence)
        if misdeed.validator in self._accused:
            raise misdeeds.EvidenceFull("one piece of a validator a block")
        try:
            misdeeds.record(self._overlay, self._block, misdeed, evidence)
        except Rejected:
            self._overlay.discard()
            raise
        self._overlay.keep()
        self._accused.add(misdeed.validator)
        self._evidence.append(evidence)

    def add(self, transaction: Transaction) -> None:
        """Execute one transaction; a contract's refusal gives a refused receipt.

        Raises:
            Rejected: it may not be in this block; nothing has changed.
        """
        rules = self._rules
        admissible.check_envelope(transaction, self._block, self._base.replay)
        if transaction.transaction_id in self._ids:
            raise Replayed("the transaction is in this block twice")
        admissible.check_signers(rules, transaction, self._overlay)
        self._receipts.append(self._execute(transaction))
        self._ids[transaction.transaction_id] = None
        self._transactions.append(transaction.raw)

    def finish(self) -> Executed:
        """Run the end-of-block hooks, charge missed turns, and return what the block does.

        Raises:
            EndOfBlockFailed: a hook fails.
        """
        events = self.run_hooks()
        next_validators = self._next_validators()
        is_history_changed = self._keep_history(next_validators)
        if events:
            self._receipts.append(accepted(NO_TRANSACTION, "", events))
        turns, since = self._charge(next_validators), self._seat(next_validators)
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
            next_validators=next_validators,
            is_history_changed=is_history_changed,
            turns=turns,
            since=since,
        )

    def run_hooks(self) -> tuple[Event, ...]:
        """Run the end-of-block hooks; return what they and the migrations have emitted.

        Raises:
            EndOfBlockFailed: a hook fails.
        """
        resting = (*self._suspended(), *self._moving.resting)
        events = dispatch.end_block(self._rules.contracts, self._overlay, self._block, resting)
        self._overlay.keep()
        return self._moved + events

    def _suspended(self) -> tuple[str, ...]:
        return system.read_suspended(self._overlay.get(system.SUSPENDED_KEY))

    def _execute(self, transaction: Transaction) -> Receipt:
        rules, overlay = self._rules, self._overlay
        call = rules.verified.call_of(transaction)
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

    def _keep_history(self, next_validators: ValidatorSet) -> bool:
        """Note a new set and a new hour; drop what has grown too old. Return whether any did."""
        overlay, block = self._overlay, self._block
        is_changed = next_validators != self._base.validators
        if is_changed:
            system.set_from(overlay, block.height + 1, next_validators)
        if system.begin_hour(overlay, height=block.height, time_ms=block.time_ms):
            misdeeds.forget_before(overlay, system.first_height(overlay))
            is_changed = True
        overlay.keep()
        return is_changed

    def _seat(self, following: ValidatorSet) -> Since:
        """Write since when each seat is held after this block (S5)."""
        before, validators = self._base.since, self._base.validators
        if following == validators:
            return before
        height = Height(self._block.height)
        after = seats_since(before, height=height, validators=validators, following=following)
        for name in sorted({*before, *after}):
            if after.get(name) != before.get(name):
                value = system.since_value(after[name]) if name in after else None
                self._overlay.set(system.since_key(name), value)
        self._overlay.keep()
        return after

    def _charge(self, following: ValidatorSet) -> dict[str, Turn]:
        """Write the turns after this block (R3.2, R3.3); who leaves the set leaves no entry."""
        base, height = self._base, Height(self._block.height)
        before = base.turns
        rota = Rota(height=height, validators=base.validators, turns=before, since=base.since)
        after = charge(rota, proposer=self._proposer, following=following)
        for name in sorted({*before, *after}):
            turn = after.get(name)
            if turn != before.get(name):
                value = None if turn is None else system.turn_value(turn)
                self._overlay.set(system.turn_key(name), value)
        self._overlay.keep()
        return after

    def _next_validators(self) -> ValidatorSet:
        """Return who decides the next block by the network record; write it where all find it."""
        before = self._base.validators
        written = self._overlay.writes.get(SEATS_KEY)
        if written is None:
            return before
        following = set_after(written, before)
        self._overlay.set(system.VALIDATORS_KEY, system.validators_value(following))
        self._overlay.keep()
        return following


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a block holds, in order, and who made it."""

    transactions: tuple[bytes, ...]
    evidence: tuple[bytes, ...]
    proposer: PublicKey
    restarts: tuple[bytes, ...] = ()


def applying(base: Base, block: BlockInfo, work: Work) -> Sliced[Executed | str]:
    """Execute everything of `work`; return the result, or the first thing that may not be there.

    It yields after each transaction. Whoever lets others go on there sees to it that the base
    stays the same.

    Raises:
        EndOfBlockFailed: a hook fails at the end of it.
    """
    run = BlockRun(base, block, work.proposer)
    run.begin(work.restarts)
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
        yield
    return run.finish()


class SimulationTooDear(Rejected):
    """A trial of this size wants the signature of a sender that a contract knows."""


def is_signed(base: Base, transaction: Transaction) -> bool:
    """Return whether its keys may act for the sender, and their signatures verify."""
    try:
        admissible.check_signers(base.rules, transaction, Overlay(base.state))
    except Rejected:
        return False
    return True


def simulate(
    base: Base, block: BlockInfo, transaction: Transaction, *, is_small: bool = False
) -> Receipt:
    """Return the receipt of the call in `block`; signatures, expiry and replay are not checked.

    Raises:
        SimulationTooDear: it has a costly check, or uses more than a small trial may.
    """
    call, contracts = base.rules.verified.call_of(transaction), base.rules.contracts
    if is_small and dispatch.has_precheck(contracts, call.contract, call.method):
        raise SimulationTooDear(f"{call.contract}.{call.method} has a costly check")
    budget = Budget(**_SMALL) if is_small else None
    try:
        admissible.check_chain(transaction, block)
        events = dispatch.execute(contracts, Overlay(base.state), block, call, budget=budget)
    except BudgetExceeded as error:
        if is_small:
            raise SimulationTooDear(f"{call.contract}.{call.method}: {error.message}") from error
        return refused(call.transaction_id, call.contract, error)
    except Rejected as error:
        return refused(call.transaction_id, call.contract, error)
    return accepted(call.transaction_id, call.contract, events)
