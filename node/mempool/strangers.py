"""How much senders that no contract knows may bring: a rate for each source, of count and bytes.

Owns the rates; whether a sender is known the ledger says, and room in the pool is the pool's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from node.mempool.pool import Source
from node.mempool.ports import SenderStanding
from primitives.errors import Rejected
from primitives.transaction import Transaction

RETRY_AFTER_S = 1
_MEMBERS_FACTOR = 2  # clocks and bursts of members differ a little from ours


class TooManyStrangers(Rejected):
    """Senders that no contract knows bring too much; try again in `retry_after_s` seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerLimits:
    """What strangers may bring to a node a second, and at once after a quiet time."""

    per_second: float = 10.0
    burst: int = 50
    bytes_per_second: int = 500  # of 4 nodes with receipts and indexes under 1 GB a day
    bytes_burst: int = 100_000  # more than one of the largest

    @classmethod
    def of(cls, *, per_second: int, bytes_per_second: int) -> "StrangerLimits":
        """Return the limits of these rates, with what may come at once after a quiet time."""
        return cls(
            per_second=per_second,
            burst=5 * per_second,
            bytes_per_second=bytes_per_second,
            bytes_burst=max(100_000, bytes_per_second),
        )


@dataclass(slots=True)
class _Left:
    """What a source may still bring."""

    count: float
    size: float
    filled_s: float


class Strangers:
    """Takes what a source brings, or says that it is too much."""

    def __init__(
        self, limits: StrangerLimits | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limits = limits or StrangerLimits()
        self._clock = clock
        self._left: dict[Source, _Left] = {}  # members and our own clients: few

    def take(self, source: Source, size: int) -> TooManyStrangers | None:
        """Count one transaction of `size` bytes; return why it is too much, or None."""
        refused = self.too_many(source, size)
        if refused is None:
            left = self._left[source]
            left.count -= 1
            left.size -= size
        return refused

    def too_strange(
        self, transaction: Transaction, source: Source, standing: SenderStanding
    ) -> TooManyStrangers | None:
        """Return why a transaction is not worth a look at its signatures, or None."""
        refused = self.too_many(source, len(transaction.raw))
        return None if refused is None or standing.knows(transaction) else refused

    def too_many(self, source: Source, size: int) -> TooManyStrangers | None:
        """Return why one more of `size` bytes would be too much, or None; counts nothing."""
        known = self._left.get(source)
        if known is not None and known.count >= 1 and known.size >= size:
            return None  # time only adds to it
        left = self._fill(source)
        if left.count >= 1 and left.size >= size:
            return None
        name = "clients" if source is None else f"member {source.hex()[:16]}"
        return TooManyStrangers(
            f"{name} bring more of senders that no contract knows than "
            f"{self._limits.per_second:g} transactions and {self._limits.bytes_per_second} "
            "bytes a second",
            retry_after_s=RETRY_AFTER_S,
        )

    def _fill(self, source: Source) -> _Left:
        limits, now_s = self._limits, self._clock()
        factor = 1 if source is None else _MEMBERS_FACTOR
        count_max, size_max = factor * limits.burst, factor * limits.bytes_burst
        left = self._left.get(source)
        if left is None:
            left = self._left[source] = _Left(count_max, size_max, now_s)
        passed_s = now_s - left.filled_s
        left.count = min(count_max, left.count + factor * limits.per_second * passed_s)
        left.size = min(size_max, left.size + factor * limits.bytes_per_second * passed_s)
        left.filled_s = now_s
        return left
