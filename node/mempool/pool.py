"""The transactions that wait for a block: bounded, in fair order, indexed by id.

Known senders take turns once more waits than fits a block; strangers have a lane of their own, at
most a tenth of a block. Owns bounds and order; what may enter is decided by `admission`. One
owner: the event loop.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from primitives.crypto import PublicKey
from primitives.errors import Expired, MempoolFull, QuotaExceeded, Rejected
from primitives.ids import Address, TransactionId, show_address
from primitives.recent import Recent
from primitives.transaction import Transaction

Source = PublicKey | None  # the member that sent it; None: this node's own clients

_Key = TypeVar("_Key")
_DROPPED_MAX = 10_000
_SECOND_MS = 1_000
_STRANGERS_PART = 10  # one in so many of a block


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """How much may wait, in all, for each sender account, and from each source."""

    transactions_max: int = 50_000
    bytes_max: int = 64 * 1024 * 1024
    per_sender_max: int = 5_000
    per_source_max: int = 50_000
    strangers_max: int = 2_000


@dataclass(slots=True)
class Waiting:
    """A transaction in the pool and what has been done for it.

    `is_kept`: its journal entry is written or on its way. `is_durable`: that entry is on disk, so
    that the transaction may be acknowledged. `offered_ms`: when members were last sent it.
    """

    transaction: Transaction
    source: Source
    is_kept: bool = False
    is_durable: bool = False
    offered_ms: int = 0
    is_stranger: bool = False


def _ignore() -> None:
    """Nobody waits for transactions yet."""


def _ignore_dropped(_transaction_id: TransactionId) -> None:
    """Nobody waits for this one."""


class Pool:
    """Waiting transactions in order of arrival, by sender, and those of strangers apart.

    `on_waiting` is called by admission after each batch that added something, `on_dropped` for
    each transaction that will be in no block.
    """

    def __init__(self, limits: PoolLimits | None = None) -> None:
        self.limits = limits or PoolLimits()
        self.on_waiting: Callable[[], None] = _ignore
        self.on_dropped: Callable[[TransactionId], None] = _ignore_dropped
        self.bytes_waiting = 0
        self._waiting: dict[TransactionId, Waiting] = {}
        self._by_sender: dict[Address, dict[TransactionId, Waiting]] = {}  # known senders
        self._strangers: dict[TransactionId, Waiting] = {}
        self._count_by_sender: Counter[Address] = Counter()
        self._count_by_source: Counter[Source] = Counter()
        self._ids_by_second: dict[int, set[TransactionId]] = {}
        self._dropped: Recent[TransactionId, str] = Recent(_DROPPED_MAX)

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, transaction_id: TransactionId) -> bool:
        return transaction_id in self._waiting

    def find(self, transaction_id: TransactionId) -> Waiting | None:
        """Return the waiting transaction of this id, None when it does not wait."""
        return self._waiting.get(transaction_id)

    @property
    def strangers_waiting(self) -> int:
        """How many transactions of strangers wait."""
        return len(self._strangers)

    def refusal(self, transaction: Transaction, source: Source) -> Rejected | None:
        """Return why `transaction` has no room, None when it has."""
        limits, sender = self.limits, transaction.body.sender
        if len(self._waiting) >= limits.transactions_max:
            return MempoolFull(f"{len(self._waiting)} wait, at most {limits.transactions_max}")
        if self.bytes_waiting + len(transaction.raw) > limits.bytes_max:
            return MempoolFull(f"{self.bytes_waiting} bytes wait, at most {limits.bytes_max}")
        if self._count_by_sender.get(sender, 0) >= limits.per_sender_max:
            name = show_address(sender)
            return QuotaExceeded(f"{limits.per_sender_max} transactions of {name} wait already")
        if self._count_by_source.get(source, 0) >= limits.per_source_max:
            name = "this node's clients" if source is None else f"member {source.hex()[:16]}"
            return QuotaExceeded(f"{limits.per_source_max} transactions from {name} wait already")
        return None

    def add(
        self, transaction: Transaction, source: Source, *, is_stranger: bool = False
    ) -> Waiting:
        """Add an admitted transaction; a known id stays as it is.

        Raises:
            MempoolFull: the count or the bytes are at their limit.
            QuotaExceeded: too many of this sender or from this source wait.
        """
        known = self._waiting.get(transaction.transaction_id)
        if known is not None:
            return known
        refusal = self.refusal(transaction, source)
        if refusal is not None:
            raise refusal
        waiting = Waiting(transaction, source, is_stranger=is_stranger)
        self._waiting[transaction.transaction_id] = waiting
        self._lane_of(waiting)[transaction.transaction_id] = waiting
        self.bytes_waiting += len(transaction.raw)
        self._count_by_sender[transaction.body.sender] += 1
        self._count_by_source[source] += 1
        second = transaction.body.expires_at_ms // _SECOND_MS
        self._ids_by_second.setdefault(second, set()).add(transaction.transaction_id)
        self._dropped.pop(transaction.transaction_id)
        return waiting

    def select(self, count_max: int, bytes_max: int) -> list[Transaction]:
        """Return the next transactions, at most `count_max` and `bytes_max` bytes together.

        All in order of arrival while they fit; else known senders in turn. Every tenth place at
        most is a stranger's.
        """
        chosen: list[Transaction] = []
        size = 0
        for waiting in islice(self._in_order(count_max), count_max):
            size += len(waiting.transaction.raw)
            if size > bytes_max:
                break
            chosen.append(waiting.transaction)
        return chosen

    def remove_committed(self, ids: Iterable[TransactionId]) -> None:
        """Forget transactions that are in a committed block."""
        for transaction_id in ids:
            self._remove(transaction_id)

    def drop(self, transaction_id: TransactionId, code: str) -> None:
        """Forget a transaction that can no longer be in a block, and remember why."""
        if self._remove(transaction_id):
            self._dropped.put(transaction_id, code)
            self.on_dropped(transaction_id)

    def dropped_as(self, transaction_id: TransactionId) -> str | None:
        """Return the code with which a transaction was lately dropped, None if it was not."""
        return self._dropped.get(transaction_id)

    def expire(self, now_ms: int) -> int:
        """Drop what expired at or before `now_ms`; return how many."""
        due = [second for second in self._ids_by_second if second <= now_ms // _SECOND_MS]
        expired = [
            transaction_id
            for second in due
            for transaction_id in self._ids_by_second[second]
            if self._waiting[transaction_id].transaction.body.expires_at_ms <= now_ms
        ]
        for transaction_id in expired:
            self.drop(transaction_id, Expired.code)
        return len(expired)

    def not_offered_since(self, before_ms: int, count_max: int) -> list[Waiting]:
        """Return the oldest of this node's clients' that members were last sent before then."""
        own = (
            waiting
            for waiting in self._waiting.values()
            if waiting.source is None and waiting.is_durable and waiting.offered_ms < before_ms
        )
        return list(islice(own, count_max))

    def kept(self) -> Iterator[bytes]:
        """Yield the raw bytes of every waiting transaction that the journal must keep."""
        for waiting in self._waiting.values():
            if waiting.is_kept:
                yield waiting.transaction.raw

    def _in_order(self, count_max: int) -> Iterator[Waiting]:
        strangers = islice(self._strangers.values(), max(1, count_max // _STRANGERS_PART))
        for place, waiting in enumerate(self._known_in_order(count_max)):
            if place % (_STRANGERS_PART - 1) == 0:
                yield from islice(strangers, 1)
            yield waiting
        yield from strangers

    def _known_in_order(self, count_max: int) -> Iterator[Waiting]:
        if len(self._waiting) <= count_max:
            return (waiting for waiting in self._waiting.values() if not waiting.is_stranger)
        return _in_turn(self._by_sender.values())

    def _lane_of(self, waiting: Waiting) -> dict[TransactionId, Waiting]:
        if waiting.is_stranger:
            return self._strangers
        return self._by_sender.setdefault(waiting.transaction.body.sender, {})

    def _remove(self, transaction_id: TransactionId) -> bool:
        waiting = self._waiting.pop(transaction_id, None)
        if waiting is None:
            return False
        body = waiting.transaction.body
        lane = self._lane_of(waiting)
        del lane[transaction_id]
        if not lane and not waiting.is_stranger:
            del self._by_sender[body.sender]
        self.bytes_waiting -= len(waiting.transaction.raw)
        _count_down(self._count_by_sender, body.sender)
        _count_down(self._count_by_source, waiting.source)
        second = body.expires_at_ms // _SECOND_MS
        self._ids_by_second[second].discard(transaction_id)
        if not self._ids_by_second[second]:
            del self._ids_by_second[second]
        return True


def _in_turn(senders: Iterable[dict[TransactionId, Waiting]]) -> Iterator[Waiting]:
    """Yield one of each sender, then the second of each, and so on."""
    lines = [iter(line.values()) for line in senders]
    while lines:
        still = []
        for line in lines:
            waiting = next(line, None)
            if waiting is not None:
                yield waiting
                still.append(line)
        lines = still


def _count_down(counts: Counter[_Key], key: _Key) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]  # so that the index is bounded by what waits
