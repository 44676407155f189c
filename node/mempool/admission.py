"""The way into the mempool, in batches: decode, check, add, keep, offer.

A transaction of this node's clients is acknowledged only after the journal holds it on disk. The
same bytes again, or the same body with other signatures, get the first one's answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from node.execution.prechecks import Prechecks
from node.mempool.journal import Journal, JournalFault
from node.mempool.pool import Pool, Source, Waiting
from node.mempool.ports import AdmissionLedger
from node.mempool.signatures import SignatureChecker
from node.mempool.strangers import RETRY_AFTER_S, Strangers, TooManyStrangers
from node.mempool.turns import Turns
from primitives.errors import MempoolFull, Rejected, Replayed
from primitives.frozen import frozen
from primitives.ids import TransactionId
from primitives.transaction import Transaction

log = logging.getLogger("sapha.mempool")

_HOUSEKEEPING_S = 1.0


@frozen()
class Submitted:
    """The transaction waits for a block, or is in one."""

    transaction_id: TransactionId
    status: Literal["pending", "committed"]


Outcome: TypeAlias = Submitted | Rejected


async def _at_once() -> None:
    """Nobody else waits for a turn."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The client that brings transactions; `breathe` lets others go on, or refuses the rest."""

    client: str = ""
    breathe: Callable[[], Awaitable[None]] = _at_once


@dataclass(frozen=True, slots=True)
class _Came:
    """Where transactions come from, and whom failed costly checks are charged to."""

    source: Source
    checks_of: str | None
    is_replayed: bool = False


_REPLAYED = _Came(None, None, is_replayed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionParts:
    """What admission works with; `offer` queues a transaction for the other members."""

    ledger: AdmissionLedger
    pool: Pool
    journal: Journal
    signatures: SignatureChecker
    prechecks: Prechecks
    offer: Callable[[Transaction], None]
    now_ms: Callable[[], int]
    strangers: Strangers = field(default_factory=Strangers)


class Admission:
    """Decides what enters the pool. Owned by the event loop."""

    def __init__(self, parts: AdmissionParts) -> None:
        self._parts = parts
        # One chunk at a time: ordering is not kept waiting by many clients at once, and what
        # two of them send at once is verified once.
        self._turns = Turns()

    async def submit(self, raws: Sequence[bytes], origin: Origin | None = None) -> list[Outcome]:
        """Admit clients' raw transactions; return for each, in order, Submitted or why not.

        What is submitted is on disk when this returns.

        Raises:
            JournalFault: the disk refused; none of them is acknowledged.
        """
        origin = origin or Origin()
        came = _Came(None, f"client {origin.client}")
        outcomes: list[Outcome] = []
        for chunk in _chunks(raws, self._parts.signatures.together):
            try:
                await origin.breathe()
            except Rejected as busy:
                outcomes += [busy] * (len(raws) - len(outcomes))
                break
            outcomes.extend(await self._admit(chunk, came))
        await self._keep(outcomes)
        return outcomes

    async def admit_batch(self, raws: Sequence[bytes], source: Source) -> list[Outcome]:
        """Admit what a member sent; that member keeps it on its own disk."""
        came = _Came(source, "member" if source is None else f"member {source.hex()[:16]}")
        outcomes: list[Outcome] = []
        for chunk in _chunks(raws, self._parts.signatures.together):
            outcomes.extend(await self._admit(chunk, came))
        return outcomes

    async def replay(self, raws: Sequence[bytes]) -> int:
        """Admit again what the journal kept; return how many still wait."""
        count = 0
        for chunk in _chunks(raws, self._parts.signatures.together):
            for waiting in _waiting_of(self._parts.pool, await self._admit(chunk, _REPLAYED)):
                waiting.is_kept = waiting.is_durable = True
                count += 1
        return count

    def recheck(self, transactions: Sequence[Transaction]) -> int:
        """Drop those that may no longer be in a block; return how many.

        For candidates that a fresh block left out: their keys or rights may have changed.
        """
        pool, count = self._parts.pool, 0
        for transaction in transactions:
            try:
                self._parts.ledger.check(transaction, now_ms=self._parts.now_ms())
            except Replayed:
                pool.remove_committed([transaction.transaction_id])
            except Rejected as refusal:
                pool.drop(transaction.transaction_id, refusal.code)
                count += 1
        return count

    async def run(self) -> None:
        """Expire what is too old and keep the journal small, for ever."""
        parts = self._parts
        while True:
            await asyncio.sleep(_HOUSEKEEPING_S)
            expired = parts.pool.expire(parts.now_ms())
            if expired:
                log.info("transactions_expired", extra={"count": expired})
            if parts.journal.is_worth_compacting(parts.pool.bytes_waiting):
                await self._compact()

    async def _compact(self) -> None:
        try:
            await self._parts.journal.compact(self._parts.pool.kept)
        except JournalFault as fault:
            # The larger file still serves, and who submits is told when it does not.
            log.error("journal_not_compacted", extra={"reason": fault})  # noqa: TRY400 - no bug of ours

    async def _admit(self, raws: Sequence[bytes], came: _Came) -> list[Outcome]:
        """Admit a chunk. Costly checks are waited for outside of the turn: others go on."""
        is_member = came.source is not None
        async with self._turns.turn(is_member=is_member):
            outcomes, costly = await self._admit_all_but_costly(raws, came)
        if costly:
            faults = await self._parts.prechecks.check(list(costly.values()), came.checks_of)
            async with self._turns.turn(is_member=is_member):
                self._settle(costly, faults, outcomes, came)
        return [outcomes[place] for place in range(len(raws))]

    async def _admit_all_but_costly(
        self, raws: Sequence[bytes], came: _Came
    ) -> tuple[dict[int, Outcome], dict[int, Transaction]]:
        """Return the outcomes by place, and what waits for a costly check."""
        outcomes: dict[int, Outcome] = {}
        fresh: dict[int, Transaction] = {}
        for place, raw in enumerate(raws):
            screened = self._screen(raw, came, len(fresh))
            if isinstance(screened, Transaction):
                fresh[place] = screened
            else:
                outcomes[place] = screened
        faults = await _signature_faults(self._parts, list(fresh.values()))
        costly: dict[int, Transaction] = {}
        for (place, transaction), found in zip(list(fresh.items()), faults, strict=True):
            if found is None and self._parts.ledger.costly.is_due(transaction):
                fault = self._cheap_fault(transaction)
                if fault is None:
                    costly[place] = fresh.pop(place)
                else:
                    outcomes[place] = self._committed_or(fault, fresh.pop(place))
            elif found is not None:
                outcomes[place] = self._committed_or(found, fresh.pop(place))
        self._settle(fresh, [None] * len(fresh), outcomes, came)
        return outcomes, costly

    def _settle(
        self,
        checked: dict[int, Transaction],
        faults: Sequence[Rejected | None],
        outcomes: dict[int, Outcome],
        came: _Came,
    ) -> None:
        """Add what has passed its checks, and write the outcome of each in its place."""
        for (place, transaction), fault in zip(checked.items(), faults, strict=True):
            outcomes[place] = (
                self._add(transaction, came)
                if fault is None
                else self._committed_or(fault, transaction)
            )
        if checked and len(self._parts.pool):
            self._parts.pool.on_waiting()

    def _cheap_fault(self, transaction: Transaction) -> Rejected | None:
        """Return why it is not worth a costly check, or None."""
        parts = self._parts
        parts.ledger.verified.add(transaction)
        try:
            parts.ledger.check(transaction, now_ms=parts.now_ms(), is_cheap=True)
        except Rejected as refusal:
            return refusal
        return None

    def _screen(self, raw: bytes, came: _Came, ahead: int) -> Transaction | Outcome:
        """Return the transaction when its signatures are worth verifying, else the outcome.

        `ahead` counts those of the same chunk that are not in the pool yet.
        """
        pool = self._parts.pool
        try:
            transaction = self._parts.ledger.verified.read(raw)
        except Rejected as refusal:
            return refusal
        if transaction.transaction_id in pool:
            return Submitted(transaction.transaction_id, "pending")
        if self._parts.ledger.is_recent(transaction.transaction_id):
            return Submitted(transaction.transaction_id, "committed")
        refused = _no_room(pool, transaction, came.source, ahead)
        if refused is None and not came.is_replayed:
            refused = self._parts.strangers.too_strange(
                transaction, came.source, self._parts.ledger.standing
            )
        return transaction if refused is None else self._committed_or(refused, transaction)

    def _add(self, transaction: Transaction, came: _Came) -> Outcome:
        """Check and add with nothing awaited between; the world moved while threads verified."""
        parts = self._parts
        if transaction.transaction_id not in parts.pool:
            parts.ledger.verified.add(transaction)
            try:
                parts.ledger.check(transaction, now_ms=parts.now_ms())
                is_stranger = not parts.ledger.standing.knows(transaction)
                if is_stranger and not came.is_replayed:
                    self._try_stranger(transaction, came.source)
                parts.pool.add(transaction, came.source, is_stranger=is_stranger)
            except Rejected as refusal:
                return self._committed_or(refusal, transaction)
        return Submitted(transaction.transaction_id, "pending")

    def _try_stranger(self, transaction: Transaction, source: Source) -> None:
        """Let a stranger's transaction pass if it would take effect now and there is room.

        What a member passes on it has tried itself; its rate bounds what it did not.

        Raises:
            TooManyStrangers: their lane is full, or the source has brought too many lately.
            Rejected: as the receipt would say.
        """
        parts = self._parts
        waiting, most = parts.pool.strangers_waiting, parts.pool.limits.strangers_max
        if waiting >= most:
            raise TooManyStrangers(
                f"{waiting} transactions of senders that no contract knows wait, at most {most}",
                retry_after_s=RETRY_AFTER_S,
            )
        if source is None:
            parts.ledger.standing.trial(transaction, now_ms=parts.now_ms())
        refused = parts.strangers.take(source, len(transaction.raw))
        if refused is not None:
            raise refused

    def _committed_or(self, refusal: Rejected, transaction: Transaction) -> Outcome:
        """Return that a block holds the transaction, else `refusal`.

        Asked only here, because it costs a read of the store and few transactions are refused.
        """
        if self._parts.ledger.is_committed(transaction.transaction_id):
            return Submitted(transaction.transaction_id, "committed")
        return refusal

    async def _keep(self, outcomes: Sequence[Outcome]) -> None:
        """Put what is acknowledged on disk, then offer to the other members what they lack."""
        loose = [
            waiting for waiting in _waiting_of(self._parts.pool, outcomes) if not waiting.is_durable
        ]
        if not loose:
            return
        for waiting in loose:
            waiting.is_kept = True
        await self._parts.journal.append([waiting.transaction.raw for waiting in loose])
        now_ms = self._parts.now_ms()
        for waiting in loose:
            waiting.is_durable = True
            if not waiting.offered_ms:
                waiting.offered_ms = now_ms
                self._parts.offer(waiting.transaction)


async def _signature_faults(
    parts: AdmissionParts, transactions: Sequence[Transaction]
) -> list[Rejected | None]:
    """Return why the signatures of each fail, or None; those of a proposal may be known."""
    verified = parts.ledger.verified
    new = [item for item in transactions if not verified.knows(item.raw)]
    faults = iter(await parts.signatures.check(new))
    is_new = {item.raw for item in new}
    return [next(faults) if item.raw in is_new else None for item in transactions]


def _chunks(raws: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(raws), size):
        yield raws[start : start + size]


def _waiting_of(pool: Pool, outcomes: Sequence[Outcome]) -> list[Waiting]:
    found = (
        pool.find(outcome.transaction_id) for outcome in outcomes if isinstance(outcome, Submitted)
    )
    return list({id(waiting): waiting for waiting in found if waiting is not None}.values())


def _no_room(pool: Pool, transaction: Transaction, source: Source, ahead: int) -> Rejected | None:
    if len(pool) + ahead >= pool.limits.transactions_max:
        return MempoolFull(f"{pool.limits.transactions_max} transactions wait already")
    return pool.refusal(transaction, source)
