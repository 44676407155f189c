"""How long to wait before dialling a member again. No IO, no clock."""

from collections.abc import Callable

from p2p.settings import BackoffSettings


class Backoff:
    """Waits that grow by a factor to a cap, each shortened at random by up to a half.

    The randomness keeps members that lost one peer together from dialling it together.
    """

    __slots__ = ("_failures", "_random", "_settings")

    def __init__(self, settings: BackoffSettings, random: Callable[[], float]) -> None:
        """Take `random`, which returns floats from 0.0 to 1.0."""
        self._settings = settings
        self._random = random
        self._failures = 0

    def next_wait_s(self) -> float:
        """Return the seconds to wait before the next attempt."""
        settings = self._settings
        whole_s = settings.first_s
        for _ in range(self._failures):
            whole_s = min(whole_s * settings.factor, settings.max_s)
        if whole_s < settings.max_s:
            self._failures += 1
        return min(whole_s, settings.max_s) * (0.5 + 0.5 * self._random())

    def session_ended(self, lasted_s: float) -> None:
        """Start the waits afresh after a session that was stable."""
        if lasted_s >= self._settings.stable_s:
            self._failures = 0
