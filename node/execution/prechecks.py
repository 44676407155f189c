"""Runs the costly checks of calls (proofs, blind signatures) in threads, each once a node.

    admission -> check -> threads -> remembered by transaction id -> execution skips them
    proposal, block sync -> prepare -> the same, for what this node has not seen before

A success holds for ever (contracts.sdk.dispatch.precheck); a refusal is not kept.
"""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, cast

from contracts.sdk import dispatch
from node.execution.overlay import FrozenState, Overlay
from node.execution.precheck_line import CheckLimits, CheckLine
from node.execution.tip import Tip
from node.execution.verified import VerifiedCache
from primitives.errors import Rejected
from primitives.ids import TransactionId
from primitives.transaction import Transaction


class CostlyCalls:
    """Which calls have a costly check, and the check itself, on committed state."""

    def __init__(self, tip: Tip) -> None:
        self.verified = tip.rules.verified
        self._tip = tip
        names = dispatch.costly_methods(tip.rules.contracts)
        self._names = re.compile(b"|".join(re.escape(name.encode()) for name in names) or b"(?!)")

    def may_be_due(self, raw: bytes) -> bool:
        """Return whether the bytes name a method with a costly check: without decoding them.

        A call holds its method's name as it is, so False is certain; True wants a closer look.
        """
        return self._names.search(raw) is not None

    def is_due(self, transaction: Transaction) -> bool:
        """Return whether the call has a costly check that this node has not done."""
        body = transaction.body
        is_costly = dispatch.has_precheck(self._tip.rules.contracts, body.contract, body.method)
        return is_costly and not self.verified.is_prechecked(transaction.transaction_id)

    def run(self, transaction: Transaction) -> None:
        """Do the costly check; any thread may call. Raises Rejected."""
        tip = self._tip
        state = Overlay(FrozenState(tip.store.state))
        call = self.verified.call_of(transaction)
        dispatch.precheck(tip.rules.contracts, state, tip.last_block(), call)


class Costly(Protocol):
    """What `Prechecks` runs: CostlyCalls of the ledger."""

    verified: VerifiedCache  # where successes are remembered

    def may_be_due(self, raw: bytes) -> bool:
        """Return whether a call of these bytes may have a costly check."""

    def is_due(self, transaction: Transaction) -> bool:
        """Return whether the call has a costly check that this node has not done."""

    def run(self, transaction: Transaction) -> None:
        """Do the costly check; callable from any thread. Raises Rejected."""


class Prechecks:
    """Owns the threads; everything but the checks themselves happens on the event loop."""

    def __init__(self, costly: Costly, threads: int = 0, limits: CheckLimits | None = None) -> None:
        self._costly = costly
        self._threads = max(1, threads)
        # One thread more than sources may use: a block's checks wait for one check at most.
        self._pool = ThreadPoolExecutor(self._threads + 1, "precheck")
        self._line = CheckLine(limits)
        self._of_sources = 0  # checks of sources in threads now
        self._answers: dict[TransactionId, asyncio.Future[Rejected | None]] = {}
        self._started: set[TransactionId] = set()

    async def check(
        self, transactions: Sequence[Transaction], source: str | None = None
    ) -> list[Rejected | None]:
        """Return for each transaction, in order, why its costly check refuses it, or None.

        Without a source they are a block's, and wait behind none.
        """
        due = [self._costly.is_due(transaction) for transaction in transactions]
        if not any(due):
            return [None] * len(transactions)
        running = [
            self._answer_of(transaction, source)
            for transaction, is_due in zip(transactions, due, strict=True)
            if is_due
        ]
        answers = iter(await asyncio.gather(*running))
        faults = [next(answers) if is_due else None for is_due in due]
        for transaction, is_due, fault in zip(transactions, due, faults, strict=True):
            if is_due and fault is None:
                self._costly.verified.add_prechecked(transaction.transaction_id)
        return faults

    def prepare(self, raws: Sequence[bytes]) -> Awaitable[None] | None:
        """Return what to wait for before a block of `raws` is executed, None when for nothing.

        It does the costly checks of the block. What is refused there is asked again in execution:
        earlier transactions of the same block may have written what the check reads.
        """
        verified, due = self._costly.verified, []
        for raw in raws:
            if not verified.knows(raw) and not self._costly.may_be_due(raw):
                continue  # execution decodes it anyway; here it need not be
            try:
                transaction = verified.read(raw)
            except Rejected:
                return None  # execution says which, and why the block is wrong
            if self._costly.is_due(transaction):
                due.append(transaction)
        return self._check_all(due) if due else None

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _check_all(self, transactions: Sequence[Transaction]) -> None:
        await self.check(transactions)

    def _answer_of(
        self, transaction: Transaction, source: str | None
    ) -> "asyncio.Future[Rejected | None]":
        """Ask for a check, or join the one asked for: a proposal may overtake admission."""
        name = transaction.transaction_id
        answer = self._answers.get(name)
        if answer is None:
            answer = asyncio.get_running_loop().create_future()
            self._answers[name] = answer
            refused = None if source is None else self._line.join(source, transaction)
            if refused is not None:
                self._finish(name, refused)
        if source is None:
            self._start(transaction, None)
        self._start_next()
        return asyncio.shield(answer)

    def _start_next(self) -> None:
        while self._of_sources < self._threads:
            found = self._line.next()
            if found is None:
                return
            source, transaction = found
            self._start(transaction, source)

    def _start(self, transaction: Transaction, source: str | None) -> None:
        name = transaction.transaction_id
        if name in self._started or name not in self._answers:
            return
        self._started.add(name)
        self._of_sources += source is not None
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._pool, self._fault_of, transaction)
        running.add_done_callback(partial(self._on_done, name, source))

    def _on_done(
        self,
        name: TransactionId,
        source: str | None,
        running: "asyncio.Future[Rejected | None]",
    ) -> None:
        self._started.discard(name)
        answer = self._answers.pop(name)
        self._of_sources -= source is not None
        if running.cancelled():
            answer.cancel()
        elif running.exception() is not None:
            answer.set_exception(cast(BaseException, running.exception()))
        else:
            fault = running.result()
            if fault is not None and source is not None:
                self._line.failed(source)
            answer.set_result(fault)
        self._start_next()

    def _finish(self, name: TransactionId, fault: Rejected) -> None:
        self._answers.pop(name).set_result(fault)

    def _fault_of(self, transaction: Transaction) -> Rejected | None:
        try:
            self._costly.run(transaction)
        except Rejected as fault:
            return fault
        return None
