"""Runs the costly checks of calls (proofs, blind signatures) in threads, each once a node.

    admission -> check -> threads -> remembered by transaction id -> execution skips them
    proposal, block sync -> prepare -> the same, for what this node has not seen before

A success holds for ever (contracts.sdk.dispatch.precheck), but for another version of a contract:
what was begun before is not kept then. A refusal is never kept.
"""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast

from contracts.sdk import dispatch
from contracts.sdk.dispatch import Contracts
from node.execution.overlay import FrozenState, Overlay
from node.execution.precheck_line import CheckLimits, CheckLine
from node.execution.tip import Tip
from node.execution.verified import VerifiedCache
from primitives.errors import Rejected
from primitives.ids import TransactionId
from primitives.transaction import Transaction

_TOGETHER_MAX = 16  # calls in one thread's turn: a block's checks wait behind none of them

_Asked = tuple[str | None, Transaction]  # the source, none for a block's, and the call


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a check says, once it is done, and of which contracts."""

    fault: "asyncio.Future[Rejected | None]"
    rules_number: int


class CostlyCalls:
    """Which calls have a costly check, and the check itself, on committed state."""

    def __init__(self, tip: Tip) -> None:
        self.verified = tip.rules.verified
        self._tip = tip
        self._contracts: Contracts | None = None  # whose names these are
        self._names = re.compile(b"(?!)")

    def may_be_due(self, raw: bytes) -> bool:
        """Return whether the bytes name a method with a costly check: without decoding them.

        A call holds its method's name as it is, so False is certain; True wants a closer look.
        """
        contracts = self._tip.rules.contracts
        if contracts is not self._contracts:
            names = [re.escape(name.encode()) for name in dispatch.costly_methods(contracts)]
            self._contracts, self._names = contracts, re.compile(b"|".join(names) or b"(?!)")
        return self._names.search(raw) is not None

    def is_due(self, transaction: Transaction) -> bool:
        """Return whether the call has a costly check that this node has not done."""
        body = transaction.body
        is_costly = dispatch.has_precheck(self._tip.rules.contracts, body.contract, body.method)
        return is_costly and not self.verified.is_prechecked(transaction.transaction_id)

    def is_shared(self, transaction: Transaction) -> bool:
        """Return whether a part of the check is done for many calls together, cheaper."""
        body = transaction.body
        return dispatch.is_shared(self._tip.rules.contracts, body.contract, body.method)

    def run(self, transactions: Sequence[Transaction]) -> list[Rejected | None]:
        """Do the costly checks; any thread may call. Return why each is refused, or None."""
        tip = self._tip
        state = Overlay(FrozenState(tip.store.state))
        calls = [self.verified.call_of(transaction) for transaction in transactions]
        return dispatch.precheck_each(tip.rules.contracts, state, tip.last_block(), calls)


class Costly(Protocol):
    """What `Prechecks` runs: CostlyCalls of the ledger."""

    verified: VerifiedCache  # where successes are remembered

    def may_be_due(self, raw: bytes) -> bool:
        """Return whether a call of these bytes may have a costly check."""

    def is_due(self, transaction: Transaction) -> bool:
        """Return whether the call has a costly check that this node has not done."""

    def is_shared(self, transaction: Transaction) -> bool:
        """Return whether a part of the check is done for many calls together, cheaper."""

    def run(self, transactions: Sequence[Transaction]) -> list[Rejected | None]:
        """Do the costly checks; callable from any thread. Return why each is refused, or None."""


class Prechecks:
    """Owns the threads; everything but the checks themselves happens on the event loop."""

    def __init__(self, costly: Costly, threads: int = 0, limits: CheckLimits | None = None) -> None:
        self._costly = costly
        self._threads = max(1, threads)
        # One thread more than sources may use: a block's checks wait for one check at most.
        self._pool = ThreadPoolExecutor(self._threads + 1, "precheck")
        self._line = CheckLine(limits)
        self._of_sources = 0  # checks of sources in threads now
        self._answers: dict[TransactionId, _Answer] = {}
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
        found = await asyncio.gather(*[asyncio.shield(answer.fault) for answer in running])
        answers = iter(zip(running, found, strict=True))
        verified, faults = self._costly.verified, []
        for transaction, is_due in zip(transactions, due, strict=True):
            answer, fault = next(answers) if is_due else (None, None)
            faults.append(fault)
            is_of_now = answer is not None and answer.rules_number == verified.rules_number
            if is_of_now and fault is None:
                verified.add_prechecked(transaction.transaction_id)
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

    def _answer_of(self, transaction: Transaction, source: str | None) -> _Answer:
        """Ask for a check, or join the one asked for: a proposal may overtake admission."""
        name = transaction.transaction_id
        answer = self._answers.get(name)
        if answer is None:
            future = asyncio.get_running_loop().create_future()
            answer = _Answer(future, self._costly.verified.rules_number)
            self._answers[name] = answer
            is_paced = source is not None and self._costly.is_shared(transaction)
            refused = (
                None if source is None else self._line.join(source, transaction, is_paced=is_paced)
            )
            if refused is not None:
                self._finish(name, refused)
        if source is None:
            self._start([(None, transaction)])
        self._start_next()
        return answer

    def _start_next(self) -> None:
        while self._of_sources < self._threads:
            group = self._next_group()
            if not group:
                return
            self._start(group)

    def _next_group(self) -> list[_Asked]:
        """Take out the next check, with those that wait next and share a part of it.

        Other threads that are free get their part of what waits.
        """
        found = self._line.next()
        group: list[_Asked] = [] if found is None else [found]
        if found is not None and self._costly.is_shared(found[1]):
            free = self._threads - self._of_sources
            most = min(_TOGETHER_MAX, 1 + len(self._line) // free)
            while len(group) < most and (more := self._line.next(self._costly.is_shared)):
                group.append(more)
        return group

    def _start(self, group: list[_Asked]) -> None:
        due = [
            each
            for each in group
            if each[1].transaction_id in self._answers
            and each[1].transaction_id not in self._started
        ]
        if not due:
            return
        self._started.update(transaction.transaction_id for _, transaction in due)
        self._of_sources += due[0][0] is not None
        loop = asyncio.get_running_loop()
        transactions = [transaction for _, transaction in due]
        running = loop.run_in_executor(self._pool, self._costly.run, transactions)
        running.add_done_callback(partial(self._on_done, due))

    def _on_done(
        self, group: list[_Asked], running: "asyncio.Future[list[Rejected | None]]"
    ) -> None:
        self._of_sources -= group[0][0] is not None
        for place, (source, transaction) in enumerate(group):
            self._started.discard(transaction.transaction_id)
            answer = self._answers.pop(transaction.transaction_id).fault
            if running.cancelled():
                answer.cancel()
            elif running.exception() is not None:
                answer.set_exception(cast(BaseException, running.exception()))
            else:
                fault = running.result()[place]
                if fault is not None and source is not None:
                    self._line.failed(source, transaction)
                answer.set_result(fault)
        self._start_next()

    def _finish(self, name: TransactionId, fault: Rejected) -> None:
        self._answers.pop(name).fault.set_result(fault)
