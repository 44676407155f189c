"""Named one-shot timers on the loop's monotonic clock, for the consensus engine."""

import asyncio
from collections.abc import Callable

from consensus.events import TimerFired


class Timers:
    """At most one timer a name; starting a name again replaces it."""

    def __init__(self, fired: Callable[[TimerFired], None]) -> None:
        """Give each expiry to `fired`, on the event loop."""
        self._fired = fired
        self._handles: dict[str, asyncio.TimerHandle] = {}

    def start(self, name: str, token: int, delay_ms: int) -> None:
        """Let `TimerFired(name, token)` happen in `delay_ms`, unless cancelled or replaced."""
        self.cancel(name)
        loop = asyncio.get_running_loop()
        self._handles[name] = loop.call_later(delay_ms / 1000, self._fire, name, token)

    def cancel(self, name: str) -> None:
        """Forget the timer `name`, if it runs."""
        handle = self._handles.pop(name, None)
        if handle is not None:
            handle.cancel()

    def cancel_all(self) -> None:
        """Forget every timer."""
        for name in tuple(self._handles):
            self.cancel(name)

    def _fire(self, name: str, token: int) -> None:
        self._handles.pop(name, None)
        self._fired(TimerFired(name, token))
