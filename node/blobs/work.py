"""File work off the event loop: in a few threads, in turns a content, and always to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from primitives.crypto import Digest

_LOCKS = 64
_THREADS = 4
_Result = TypeVar("_Result")


class FileWork:
    """Runs what blocks in threads; one content is worked on by one task at a time."""

    def __init__(self) -> None:
        self._locks = [asyncio.Lock() for _ in range(_LOCKS)]
        self._threads = asyncio.Semaphore(_THREADS)
        self._under_way: set[asyncio.Task[object]] = set()

    def turn(self, content: Digest) -> asyncio.Lock:
        """Return the lock that work on `content` holds; a few contents share one."""
        return self._locks[content[0] % _LOCKS]

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Return what `work` returns in a thread."""
        async with self._threads:
            return await asyncio.to_thread(work)

    async def finish(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Let `work` come to its end even if whoever asked for it goes away in the meantime."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Return when all work has ended."""
        while self._under_way:
            await asyncio.wait(self._under_way)
