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


@dataclass(slots=True)
class _Source:
    """What a source has waiting, and how many of its checks may still fail."""

    failures_left: float
    filled_s: float
    waiting: deque[Transaction] = field(default_factory=deque)


class CheckLine:
    """Checks that wait for a thread, one of each source in turn. Owned by the event loop."""

    def __init__(
        self, limits: CheckLimits | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limits = limits or CheckLimits()
        self._clock = clock
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._turns: deque[str] = deque()  # sources that have something waiting
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def join(self, source: str, transaction: Transaction) -> TooManyChecks | None:
        """Let a check wait; return why it may not, or None."""
        found, limits = self._source(source), self._limits
        if found.failures_left < 1:
            return _too_many(f"costly checks of {source} failed lately")
        if len(found.waiting) >= limits.per_source_max:
            return _too_many(f"{len(found.waiting)} costly checks of {source} wait")
        if self._count >= limits.waiting_max:
            return _too_many(f"{self._count} costly checks wait")
        if not found.waiting:
            self._turns.append(source)
        found.waiting.append(transaction)
        self._count += 1
        return None

    def next(self) -> tuple[str, Transaction] | None:
        """Take out the next check, None when none waits."""
        if not self._turns:
            return None
        source = self._turns.popleft()
        waiting = self._sources[source].waiting
        transaction = waiting.popleft()
        self._count -= 1
        if waiting:
            self._turns.append(source)
        return source, transaction

    def failed(self, source: str) -> None:
        """Charge a failed check to who brought it."""
        self._source(source).failures_left -= 1

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
