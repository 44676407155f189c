"""How much of a processor the loop is given, of what it asks for. IO.

Source: sched-stats.rst of the Linux kernel: /proc/thread-self/schedstat holds the nanoseconds that
a thread ran, those that it was ready and waited, and how often it ran.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

_SCHEDSTAT = Path("/proc/thread-self/schedstat")
_READ_EVERY_S = 0.1
_MEMORY = 0.9  # of a reading: what was a second ago counts a third


class Processor:
    """The loop's place beside other processes. Owned by the loop: its own thread is measured."""

    def __init__(
        self,
        read: Callable[[], tuple[int, int]] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`read` returns the nanoseconds that this thread ran, and those that it waited to run."""
        self._read = read or _ran_and_waited
        self._clock = clock
        self._last = self._read()
        self._next_s = clock() + _READ_EVERY_S
        self._ran = self._waited = 0.0

    def given(self) -> float:
        """Return the part that the loop got of the time in which it could run: 1 if it is alone."""
        now_s = self._clock()
        if now_s >= self._next_s:
            self._next_s = now_s + _READ_EVERY_S
            ran, waited = self._read()
            self._ran = self._ran * _MEMORY + ran - self._last[0]
            self._waited = self._waited * _MEMORY + waited - self._last[1]
            self._last = ran, waited
        asked = self._ran + self._waited
        return self._ran / asked if asked > 0 else 1.0


def _ran_and_waited() -> tuple[int, int]:
    try:
        ran, waited, _times = _SCHEDSTAT.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return 0, 0  # another system: nothing is known of others
    return int(ran), int(waited)
