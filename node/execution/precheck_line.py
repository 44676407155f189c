"""The line of costly checks before the threads: bounded, in fair turns, and dear for who fails.

Blocks' checks do not stand in it. A source is a client's address or a member.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from primitives.errors import Rejected
from primitives.transaction import Transaction

RETRY_AFTER_S = 1
_SOURCES_MAX = 4_096


class TooManyChecks(Rejected):
    """Too many costly checks wait, or of this source too many failed; try again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """How many checks wait, and how many of a source may fail: at once, and a second."""

    waiting_max: int = 512
    per_source_max: int = 64
    failures_burst: int = 5
    failures_per_second: float = 0.2
    paced_burst: int = 12  # of one pseudonym, which may announce, cast and spoil: at once
    paced_per_second: float = 0.1


@dataclass(slots=True)
class _Source:
    """What a source has waiting, and how many of its checks may still fail."""

    failures_left: float
    filled_s: float
    waiting: deque[Transaction] = field(default_factory=deque)


@dataclass(slots=True)
class _Sender:
    """How many checks of a paced sender may still fail, and how many it may still ask for."""

    failures_left: float
    paced_left: float
    filled_s: float


class CheckLine:
    """Checks that wait for a thread, one of each source in turn. Owned by the event loop."""

    def __init__(
        self, limits: CheckLimits | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limits = limits or CheckLimits()
        self._clock = clock
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._senders: OrderedDict[bytes, _Sender] = OrderedDict()
        self._turns: deque[str] = deque()  # sources that have something waiting
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def join(
        self, source: str, transaction: Transaction, *, is_paced: bool = False
    ) -> TooManyChecks | None:
        """Let a check wait; return why it may not, or None.

        A paced one counts for its sender as well, by whatever ways it comes: one token cannot burn
        processor time without end.
        """
        found, limits = self._source(source), self._limits
        if found.failures_left < 1:
            return _too_many(f"costly checks of {source} failed lately")
        if is_paced and (refused := self._pace(transaction)) is not None:
            return refused
        if len(found.waiting) >= limits.per_source_max:
            return _too_many(f"{len(found.waiting)} costly checks of {source} wait")
        if self._count >= limits.waiting_max:
            return _too_many(f"{self._count} costly checks wait")
        if not found.waiting:
            self._turns.append(source)
        found.waiting.append(transaction)
        self._count += 1
        return None

    def next(
        self, is_wanted: Callable[[Transaction], bool] | None = None
    ) -> tuple[str, Transaction] | None:
        """Take out the next check, None when none waits, or the next one is not wanted."""
        if not self._turns:
            return None
        if is_wanted is not None and not is_wanted(self._sources[self._turns[0]].waiting[0]):
            return None
        source = self._turns.popleft()
        waiting = self._sources[source].waiting
        transaction = waiting.popleft()
        self._count -= 1
        if waiting:
            self._turns.append(source)
        return source, transaction

    def failed(self, source: str, transaction: Transaction) -> None:
        """Charge a failed check to who brought it, and to a paced sender."""
        self._source(source).failures_left -= 1
        sender = self._senders.get(transaction.body.sender)
        if sender is not None:
            sender.failures_left -= 1

    def _pace(self, transaction: Transaction) -> TooManyChecks | None:
        """Count one more check of its sender; return why it must wait, or None."""
        limits, now_s, name = self._limits, self._clock(), transaction.body.sender
        found = self._senders.get(name)
        if found is None:
            full = (limits.failures_burst, limits.paced_burst)
            found = self._senders[name] = _Sender(*full, now_s)
            if len(self._senders) > _SOURCES_MAX:
                self._senders.popitem(last=False)
        gone_s, found.filled_s = now_s - found.filled_s, now_s
        failures = found.failures_left + gone_s * limits.failures_per_second
        found.failures_left = min(limits.failures_burst, failures)
        paced = found.paced_left + gone_s * limits.paced_per_second
        found.paced_left = min(limits.paced_burst, paced)
        if found.failures_left < 1:
            return _too_many("costly checks of this sender failed lately")
        if found.paced_left < 1:
            return _too_many("this sender has sent as many ballots as one may at a time")
        found.paced_left -= 1
        return None

    def _source(self, name: str) -> _Source:
        limits, now_s = self._limits, self._clock()
        found = self._sources.get(name)
        if found is None:
            found = self._sources[name] = _Source(limits.failures_burst, now_s)
            if len(self._sources) > _SOURCES_MAX:
                self._forget_one()
        gained = (now_s - found.filled_s) * limits.failures_per_second
        found.failures_left = min(limits.failures_burst, found.failures_left + gained)
        found.filled_s = now_s
        return found

    def _forget_one(self) -> None:
        for name, source in self._sources.items():
            if not source.waiting:
                del self._sources[name]
                return


def _too_many(why: str) -> TooManyChecks:
    return TooManyChecks(f"{why}; try again in {RETRY_AFTER_S} s", retry_after_s=RETRY_AFTER_S)
