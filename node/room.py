"""What a full disk does to a node: it waits, and goes on by itself.

Whoever writes gives its act here. Until it is done nothing that comes after it happens, so that
nothing is voted, sent or acknowledged that is not on disk. A refusal for another reason than room
is not waited for.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from node.store.faults import StoreFull

log = logging.getLogger("sapha.node")

RETRY_S = 1.0
T = TypeVar("T")


class DiskRoom:
    """One a node; `fault` says what the disk has no room for, None while nothing waits."""

    def __init__(self, retry_s: float = RETRY_S) -> None:
        self._retry_s = retry_s
        self._waiting: dict[object, str] = {}

    @property
    def fault(self) -> str | None:
        """What waits for room, in an operator's words."""
        return next(iter(self._waiting.values()), None)

    async def until_done(self, act: Callable[[], Awaitable[T]]) -> T:
        """Return what `act` returns, doing it again for as long as the disk is full.

        Raises whatever else `act` raises.
        """
        place = object()
        try:
            while True:
                try:
                    return await act()
                except StoreFull as full:
                    if place not in self._waiting:
                        log.error("disk_full", extra={"reason": full})  # noqa: TRY400 - no bug
                    self._waiting[place] = str(full)
                await asyncio.sleep(self._retry_s)
        finally:
            if self._waiting.pop(place, None) is not None:
                log.info("disk_has_room_again")
