"""The dates of an election in a scene: as far apart as this machine needs, and waited for.

A step is what a block took while the citizens were registered. The parts of an election are some
steps long, so that a slow machine misses no window and a fast one waits little.
"""

import asyncio
import time

from client.rpc import RpcClient
from client.transaction import wall_ms
from genesis.schema import Genesis
from scenes.kit.chain import height_of

_STEP_MS_MIN = 200
_SLACK_S = 0.05


class Clock:
    """Knows the time that contracts see, and how long a step is."""

    def __init__(self, genesis: Genesis, rpc: RpcClient) -> None:
        self._genesis = genesis
        self._rpc = rpc
        self.step_ms = _STEP_MS_MIN
        self.steps = 0  # that the measuring took
        self._began: tuple[float, int] = (0.0, 0)

    def now_ms(self) -> int:
        """Return about what the next block's time will be."""
        return self._genesis.calendar_ms(wall_ms())

    def after(self, steps: int) -> int:
        """Return the date so many steps from now."""
        return self.now_ms() + steps * self.step_ms

    async def begin(self) -> None:
        """Begin to measure a step."""
        self._began = (time.monotonic(), await height_of(self._rpc))

    async def end(self) -> None:
        """Make a step as long as blocks took since `begin`."""
        began, first = self._began
        blocks = max(1, await height_of(self._rpc) - first)
        elapsed_ms = int(1_000 * (time.monotonic() - began))
        self.steps = blocks
        self.step_ms = max(_STEP_MS_MIN, elapsed_ms // blocks)

    async def until(self, time_ms: int) -> None:
        """Return when it is `time_ms`, at once when that is over: who comes late is refused."""
        left_ms = time_ms - self.now_ms()
        if left_ms > 0:
            await asyncio.sleep(left_ms / 1_000 + _SLACK_S)
