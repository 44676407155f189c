"""Whose chunk is admitted next: members' before clients', and clients' at least every few.

What members send was admitted elsewhere and will be in a block soon; a node that lags behind
them verifies inside blocks, where everyone waits for it. Clients slow down instead.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MEMBERS_IN_A_ROW_MAX = 8


class Turns:
    """A lock with two queues, each served in order of arrival. Owned by the event loop."""

    def __init__(self) -> None:
        self._is_taken = False
        self._members: deque[asyncio.Future[None]] = deque()
        self._clients: deque[asyncio.Future[None]] = deque()
        self._members_in_a_row = 0

    @asynccontextmanager
    async def turn(self, *, is_member: bool) -> AsyncIterator[None]:
        """Wait for the turn; it ends with the block."""
        if self._is_taken:
            waiting = asyncio.get_running_loop().create_future()
            queue = self._members if is_member else self._clients
            queue.append(waiting)
            try:
                await waiting
            except asyncio.CancelledError:
                if waiting.done() and not waiting.cancelled():
                    self._pass_on()  # the turn had come in the same moment
                raise
        self._is_taken = True
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        """Give the turn to the next that still waits; it stays taken until that one ends it."""
        while self._members or self._clients:
            is_members = bool(self._members) and (
                not self._clients or self._members_in_a_row < MEMBERS_IN_A_ROW_MAX
            )
            waiting = (self._members if is_members else self._clients).popleft()
            if not waiting.done():
                self._members_in_a_row = self._members_in_a_row + 1 if is_members else 0
                waiting.set_result(None)
                return
        self._is_taken = False
