"""Bounds in time: a token bucket, and a gate that lets one log line of a kind pass a minute.

Neither reads a clock; the caller passes a monotonic time in seconds.
"""

from collections.abc import Hashable

from primitives.recent import Recent


class TokenBucket:
    """Tokens that refill at a steady rate; may go into debt, which the taker waits off."""

    __slots__ = ("_burst", "_level", "_per_s", "_read_at_s")

    def __init__(self, *, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._level = burst
        self._read_at_s: float | None = None

    def take(self, cost: float, now_s: float) -> float:
        """Take `cost` tokens and return the seconds until the debt is paid off, 0.0 if none."""
        if self._read_at_s is not None:
            refill = max(0.0, now_s - self._read_at_s) * self._per_s
            self._level = min(self._burst, self._level + refill)
        self._read_at_s = now_s
        self._level -= cost
        return max(0.0, -self._level / self._per_s)

    def take_if_full(self, cost: float, now_s: float) -> bool:
        """Take `cost` tokens if that makes no debt; return whether they were taken."""
        if self.take(cost, now_s) == 0.0:
            return True
        self._level += cost
        return False


class LogGate:
    """Says which lines to write: the first of each key, then one an interval with a count.

    Of all keys together at most `lines_max` an interval: who has many addresses fills no log.
    """

    __slots__ = ("_every_s", "_left_out", "_lines", "_lines_max", "_seen", "_since_s")

    def __init__(
        self, *, every_s: float = 60.0, keys_max: int = 1024, lines_max: int = 300
    ) -> None:
        self._every_s = every_s
        self._lines_max = lines_max
        self._seen: Recent[Hashable, tuple[float, int]] = Recent(keys_max)
        self._since_s: float | None = None
        self._lines = 0  # written since then
        self._left_out = 0  # for the bound on all together

    def passes(self, key: Hashable, now_s: float) -> int | None:
        """Return None to stay silent, or how many lines were held back until now.

        They are those of `key`, and those that the bound on all keys held back.
        """
        written_at_s, held_back = self._seen.get(key) or (None, 0)
        if written_at_s is not None and now_s - written_at_s < self._every_s:
            self._seen.put(key, (written_at_s, held_back + 1))
            return None
        if not self._has_room(now_s):
            self._left_out += 1
            return None
        held_back, self._left_out = held_back + self._left_out, 0
        self._seen.put(key, (now_s, 0))
        return held_back

    def _has_room(self, now_s: float) -> bool:
        if self._since_s is None or now_s - self._since_s >= self._every_s:
            self._since_s, self._lines = now_s, 0
        self._lines += 1
        return self._lines <= self._lines_max
