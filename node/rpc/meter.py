"""What one request uses of its client's share: processor time of the loop, step by step."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import Any, TypeVar

from node.rpc.errors import TooBusy, retry_after_s
from node.rpc.line import RETRY_AFTER_S, Client, too_busy
from node.rpc.share import SLICE_S, Share

T = TypeVar("T")


@dataclass(slots=True)
class Meter:
    """What one request uses. `run` drives its coroutine and charges each step of it."""

    share: Share
    client: Client
    used_s: float = 0.0
    turns: int = 0
    waited_s: float = 0.0
    _began_s: float = 0.0  # of the present step
    _slice_s: float = 0.0  # what `used` was at the last turn

    def used(self) -> float:
        """Return the seconds of processor time used so far, those of this step included."""
        return self.used_s + (thread_time() - self._began_s if self._began_s else 0.0)

    async def turn(self, price_s: float) -> None:
        """Wait for a turn worth about `price_s`.

        Raises:
            TooBusy: it does not come in time, or all turns of this request waited too long.
        """
        if self.waited_s > self.share.limits.request_wait_s_max:
            raise too_busy(f"turns did not come within {self.waited_s:.0f} s")
        self.turns += 1
        began_s = monotonic()
        await self.share.turn(self.client, price_s)
        self.waited_s += monotonic() - began_s
        self._slice_s = self.used()

    def another(self) -> "Meter":
        """Return a meter of the same client for work that goes on beside."""
        return Meter(self.share, self.client)

    async def breathe(self) -> None:
        """Let others go on when a slice is used up; work in loops asks after each item.

        Raises:
            TooBusy: the turn for the rest has not come in time.
        """
        if self.is_slice_used:
            await self.turn(SLICE_S)

    async def patient_turn(self, price_s: float) -> None:
        """Wait for a turn however often it is refused: what asks for it is bounded otherwise."""
        while True:
            try:
                await self.share.turn(self.client, price_s)
            except TooBusy as refusal:
                await asyncio.sleep(retry_after_s(refusal) or RETRY_AFTER_S)
            else:
                self._slice_s = self.used()
                return

    @property
    def is_slice_used(self) -> bool:
        """Whether the work since the last turn was a slice."""
        return self.used() - self._slice_s >= SLICE_S

    def run(self, work: Coroutine[Any, Any, T]) -> Awaitable[T]:
        """Return `work` as an awaitable whose every step is charged to the client."""
        return _Stepped(work, self)

    def _begin(self) -> None:
        self._began_s = thread_time()

    def _end(self) -> None:
        used_s = thread_time() - self._began_s
        self._began_s = 0.0
        self.used_s += used_s
        self.share.spend(self.client.address, used_s)


class _Stepped(Awaitable[T]):
    """A coroutine that is measured step by step; between steps it waits and uses nothing."""

    def __init__(self, work: Coroutine[Any, Any, T], meter: Meter) -> None:
        self._work = work
        self._meter = meter

    def __await__(self) -> Generator[Any, Any, T]:
        work, meter = self._work, self._meter
        step: Callable[[], Any] = lambda: work.send(None)  # noqa: E731 - replaced in the loop
        while True:
            meter._begin()
            try:
                waits_for = step()
            except StopIteration as done:
                result: T = done.value
                return result
            finally:
                meter._end()
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001 - it belongs to the coroutine
                step = _thrown(work, error)
            else:
                step = lambda: work.send(None)  # noqa: E731


def _thrown(work: Coroutine[Any, Any, Any], error: BaseException) -> Callable[[], Any]:
    return lambda: work.throw(error)
