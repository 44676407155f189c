"""How late the event loop runs what is due."""

import asyncio
from collections.abc import Callable
from time import perf_counter

_EVERY_S = 0.1


async def watch_loop_lag(tell: Callable[[float], None]) -> None:
    """Tell how late, in seconds, the event loop runs what is due, ten times a second for ever."""
    while True:
        due = perf_counter() + _EVERY_S
        await asyncio.sleep(_EVERY_S)
        tell(max(0.0, perf_counter() - due))
