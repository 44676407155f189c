"""How far a peer's clock is from this node's, from pings and the times that come back. No IO.

The peer's time was read about half a round trip before it arrived. What a peer says of its clock is
its claim: it moves only what is shown of that peer, and the median of all (node.observe.clocks).
"""

from collections import deque
from statistics import median
from struct import Struct

_SAMPLES_MAX = 9
_TIME = Struct(">Q")
TIME_BYTES = _TIME.size


def time_bytes(time_ms: int) -> bytes:
    """Return a wall clock's milliseconds as they go over the wire."""
    return _TIME.pack(time_ms)


def read_time_ms(data: bytes) -> int:
    """Return the milliseconds of `time_bytes`; `data` has its length."""
    (time_ms,) = _TIME.unpack(data)
    return int(time_ms)


class ClockComparison:
    """The last few samples of one session; their median bears a late one or two."""

    __slots__ = ("_offsets_ms",)

    def __init__(self) -> None:
        self._offsets_ms: deque[float] = deque(maxlen=_SAMPLES_MAX)

    def add(self, *, own_ms: int, peer_ms: int, round_trip_ms: float) -> None:
        """Take the peer's time that arrived at `own_ms` of this node's clock."""
        self._offsets_ms.append(peer_ms - (own_ms - round_trip_ms / 2))

    @property
    def offset_ms(self) -> float | None:
        """How far the peer's clock is ahead of this node's; None before the first sample."""
        return median(self._offsets_ms) if self._offsets_ms else None
