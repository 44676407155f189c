"""How much to read of a connection at once, by what the last piece cost. No IO.

TLS in records of a byte each costs far more to read than the bytes in it.
"""

PIECE_BYTES_MAX = 65_536
_FIRST = 4_096
_MIN = 512
_CHEAP_PART = 4  # of the most that a piece may cost; below it the next may be larger


class PieceSize:
    """Halves after a piece that cost more than a bound of the loop, doubles after cheap ones."""

    __slots__ = ("_cost_s_max", "bytes_max")

    def __init__(self, cost_s_max: float) -> None:
        self._cost_s_max = cost_s_max
        self.bytes_max = _FIRST

    def learn(self, cost_s: float) -> None:
        """Take note of what one piece cost."""
        if cost_s > self._cost_s_max:
            self.bytes_max = max(_MIN, self.bytes_max // 2)
        elif cost_s < self._cost_s_max / _CHEAP_PART:
            self.bytes_max = min(PIECE_BYTES_MAX, self.bytes_max * 2)
