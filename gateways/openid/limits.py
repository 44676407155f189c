"""How often an application may ask: a bucket for each, that fills at a steady rate."""

from collections.abc import Callable
from dataclasses import dataclass

from gateways.openid.errors import TooMany

_KNOWN_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many requests a second in the long run, and how many at once."""

    a_second: float
    at_once: int


class Turns:
    """Counts the requests of applications; `clock` is monotonic, in seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # what is left, and when

    def take(self, client_id: str) -> None:
        """Count one request. Raises TooMany."""
        now, full = self._clock(), float(self._rate.at_once)
        left, then = self._buckets.pop(client_id, (full, now))
        left = min(full, left + (now - then) * self._rate.a_second)
        if len(self._buckets) >= _KNOWN_MAX:
            self._buckets.pop(next(iter(self._buckets)))
        self._buckets[client_id] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise TooMany
