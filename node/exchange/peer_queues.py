"""What members sent and this node has not looked at yet: bounded for each, taken in turns."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from primitives.crypto import PublicKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of one member may wait; of more the newest is dropped, since it is sent again."""

    items_max: int
    bytes_max: int


@dataclass(slots=True)
class _Queue(Generic[T]):
    items: deque[tuple[T, int]] = field(default_factory=deque)
    bytes_held: int = 0


class PeerQueues(Generic[T]):
    """One queue a member, so that a flood of one costs it its own share and nobody else's."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._queues: OrderedDict[PublicKey, _Queue[T]] = OrderedDict()
        self._filled = asyncio.Event()

    def put(self, peer: PublicKey, item: T, size: int) -> bool:
        """Queue an item of `size` bytes; False when the member's share has no room for it."""
        queue = self._queues.get(peer)
        held = 0 if queue is None else queue.bytes_held
        count = 0 if queue is None else len(queue.items)
        if count >= self._share.items_max or held + size > self._share.bytes_max:
            return False
        if queue is None:
            queue = self._queues[peer] = _Queue()
        queue.items.append((item, size))
        queue.bytes_held += size
        self._filled.set()
        return True

    def forget(self, peer: PublicKey) -> None:
        """Drop what waits of a member that is gone."""
        self._queues.pop(peer, None)

    async def take(self) -> tuple[PublicKey, T]:
        """Return the oldest item of the member whose turn it is; wait until there is one."""
        while not self._queues:
            self._filled.clear()
            await self._filled.wait()
        peer, queue = self._queues.popitem(last=False)
        item, size = queue.items.popleft()
        queue.bytes_held -= size
        if queue.items:
            self._queues[peer] = queue
        return peer, item
