"""How long the first view waits for its proposal: what this replica has seen lately. Rule R3.5.

Local knowledge, which decides only when this replica asks for another view.
"""

from collections import deque
from dataclasses import dataclass, field

from consensus.config import EngineConfig
from primitives.ids import Height

WAITS_KEPT = 100
WAITS_RECENT = 10  # fewer say little
BASE_HEIGHTS = 100
LOST_IN_A_ROW_MAX = 3
_MEDIANS = 4
_LONGEST = 2


@dataclass(slots=True)
class Pace:
    """Waits of the last heights that were decided in view 0, from their opening, in milliseconds.

    `lost` heights in a row needed a view above 0. Up to and including `base_until` the base
    time-out counts. `idle_since_ms` is the time of the last commit, None before the first.
    """

    waits_ms: deque[int] = field(default_factory=lambda: deque(maxlen=WAITS_KEPT))
    lost: int = 0
    base_until: int = 0
    idle_since_ms: int | None = None

    def note_opened(self, config: EngineConfig, height: Height, now_ms: int) -> None:
        """A height opens: after more than a heartbeat of idling old waits say nothing.

        A heartbeat itself comes a little late; the base time-out is its allowance.
        """
        since_ms = self.idle_since_ms
        quiet_ms_max = config.heartbeat_ms + config.timeout_base_ms
        if since_ms is not None and now_ms - since_ms > quiet_ms_max:
            self.base_until = height + BASE_HEIGHTS - 1

    def note_decided(self, height: Height, *, wait_ms: int | None, has_moved_on: bool) -> None:
        """A height is over: `has_moved_on` to a view above 0, or its proposal came in `wait_ms`."""
        if has_moved_on:
            self.lost += 1
        else:
            self.lost = 0
            if wait_ms is not None:
                self.waits_ms.append(wait_ms)
        if self.lost >= LOST_IN_A_ROW_MAX:
            self.base_until = height + BASE_HEIGHTS

    def first_timeout_ms(self, config: EngineConfig, height: Height) -> int:
        """Return the time that view 0 of `height` waits for its proposal, in milliseconds.

        It is never less than twice the longest of the last ten waits: after a quiet time full
        blocks would need fifty heights to move the median.
        """
        base_ms, waits_ms = config.timeout_base_ms, tuple(self.waits_ms)
        if len(waits_ms) < WAITS_RECENT or height <= self.base_until:
            return base_ms
        median_ms = sorted(waits_ms)[len(waits_ms) // 2]
        recent_ms = max(waits_ms[-WAITS_RECENT:])
        asked_ms = max(_MEDIANS * median_ms, _LONGEST * recent_ms, config.first_timeout_ms_min)
        return min(asked_ms, base_ms)
