"""Simulated time: a queue of what will happen, one random source, and the trace of what did."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Any

MS = 1_000  # microseconds
SECOND = 1_000_000


class Violation(Exception):
    """A promise of the engine does not hold in this run; the message says which."""


@dataclass(slots=True)
class Trace:
    """What happened, as a hash, and as readable lines if `sink` is given."""

    sink: Callable[[str], None] | None = None
    _hash: Any = field(default_factory=lambda: hashlib.blake2b(digest_size=16))

    def add(self, now_us: int, who: str, what: str, data: bytes = b"") -> None:
        """Add one happening to the hash."""
        self._hash.update(b"%d %s %s " % (now_us, who.encode(), what.encode()))
        self._hash.update(data)

    def say(self, now_us: int, who: str, text: str) -> None:
        """Write one readable line; not part of the hash."""
        if self.sink is not None:
            self.sink(f"{now_us / 1000:11.3f} {who:>8} {text}")

    def digest(self) -> str:
        """Return the hash of all happenings so far, as hex."""
        return str(self._hash.hexdigest())


class World:
    """Clock, queue, randomness, trace and counters of one run."""

    def __init__(self, seed: int, sink: Callable[[str], None] | None = None) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.now_us = 0
        self.trace = Trace(sink)
        self.counts: Counter[str] = Counter()
        self.steps = 0
        self._queue: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._sequence = 0

    def after(self, delay_us: float, action: Callable[..., None], *args: Any) -> None:
        """Call `action(*args)` when `delay_us` of simulated time have passed."""
        self._sequence += 1
        due = self.now_us + max(0, int(delay_us))
        heappush(self._queue, (due, self._sequence, action, args))

    def run_until(self, end_us: int, *, is_done: Callable[[], bool]) -> bool:
        """Let happen what is due until `is_done` or `end_us`; return whether it is done."""
        queue = self._queue
        while queue and queue[0][0] <= end_us:
            self.now_us, _sequence, action, args = heappop(queue)
            action(*args)
            if is_done():
                return True
        self.now_us = end_us
        return is_done()

    def chance(self, probability: float) -> bool:
        """Return True with `probability`."""
        return probability > 0 and self.rng.random() < probability

    def between(self, low: float, high: float) -> int:
        """Return a whole number from `low` to `high`."""
        return int(low + (high - low) * self.rng.random())
