"""Follows the blocks of every validator and says which transactions all of them have committed.

One validator gives the receipts of a block; the others must have the same block hash at that
height, which covers the receipts and the state root.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from client.access import RpcSettings
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.node import BlockSeen, Node, NodeMaker, SaphaNode
from primitives.ids import TransactionId
from primitives.limits import RPC_BATCH_MAX
from primitives.receipt import OK

_POLL_S = 0.2
_RETRY_S = 0.2
_AWAY = (NodeUnreachable, RpcRefused)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a transaction was committed, with what code, and when its receipt was seen."""

    height: int
    code: str
    seen_at: float  # time.monotonic of the follower

    @property
    def is_ok(self) -> bool:
        """Whether it took effect."""
        return self.code == OK


@dataclass(slots=True)
class _Followed:
    """One validator, and the last height of which it was compared."""

    node: Node
    height: int
    lock: asyncio.Lock


class Follower:
    """Use it as `async with Follower(urls) as follower`; it follows until the block ends."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        from_height: int,
        settings: RpcSettings | None = None,
        node_of: NodeMaker = SaphaNode,
    ) -> None:
        """Follow the blocks above `from_height`."""
        self._nodes = [
            _Followed(node_of(url, settings), from_height, asyncio.Lock()) for url in urls
        ]
        self._hashes: dict[int, bytes] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self.placed: dict[TransactionId, Placed] = {}
        self.repeated: list[TransactionId] = []
        self.differences: list[str] = []

    async def __aenter__(self) -> "Follower":
        for followed in self._nodes:
            await followed.node.open()
            self._tasks.append(asyncio.create_task(self._poll(followed)))
        self._tasks.append(asyncio.create_task(self._listen()))
        return self

    async def __aexit__(self, *_error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for followed in self._nodes:
            await followed.node.close()

    @property
    def height_everywhere(self) -> int:
        """The height that every validator has been seen at."""
        return min(node.height for node in self._nodes)

    def heights(self) -> list[int]:
        """Return the height that each validator has been seen at."""
        return [node.height for node in self._nodes]

    def committed_everywhere(self) -> dict[TransactionId, Placed]:
        """Return the transactions that took effect in a block that every validator has."""
        limit = self.height_everywhere
        return {
            transaction_id: placed
            for transaction_id, placed in self.placed.items()
            if placed.height <= limit and placed.is_ok
        }

    async def changed(self, timeout_s: float) -> None:
        """Return when a block has come, or after `timeout_s`."""
        self._changed.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _poll(self, followed: _Followed) -> None:
        while True:
            try:
                await self._advance(followed, await followed.node.height())
            except _AWAY:
                await asyncio.sleep(_RETRY_S)
            except BadAnswer as error:
                self._differ(f"{followed.node.url}: {error}")
            await asyncio.sleep(_POLL_S)

    async def _listen(self) -> None:
        """Take the announcements of one validator at a time, so that receipts are seen at once."""
        turn = 0
        while True:
            followed = self._nodes[turn % len(self._nodes)]
            try:
                async for height in followed.node.announced():
                    await self._advance(followed, height)
            except (*_AWAY, BadAnswer):
                turn += 1
                await asyncio.sleep(_RETRY_S)

    async def _advance(self, followed: _Followed, height: int) -> None:
        async with followed.lock:
            while followed.height < height:
                await self._compare(followed, height)
                await self._read_next(followed, height)

    async def _read_next(self, followed: _Followed, height: int) -> None:
        """Read receipts of the next height unless another validator has given them."""
        following = followed.height + 1
        if following > height or following in self._hashes:
            return
        block = await followed.node.block(following)
        if following in self._hashes:
            return  # another validator's answer came first; compare with it
        self._hashes[following] = block.block_hash
        self._place(block, following)
        followed.height = following
        self._changed.set()

    async def _compare(self, followed: _Followed, height: int) -> None:
        """Compare this validator's hashes with the known ones, as far as they are known."""
        start = followed.height + 1
        known = [
            at for at in range(start, min(height + 1, start + RPC_BATCH_MAX)) if at in self._hashes
        ]
        if not known:
            return
        for at, block_hash in zip(known, await followed.node.hashes(known), strict=True):
            if block_hash != self._hashes[at]:
                self._differ(f"{followed.node.url} has another block {at} than the others")
            followed.height = at
        self._changed.set()

    def _place(self, block: BlockSeen, height: int) -> None:
        now = time.monotonic()
        for transaction_id, code in block.codes:
            if transaction_id in self.placed:
                self.repeated.append(transaction_id)
            self.placed[transaction_id] = Placed(height, code, now)

    def _differ(self, difference: str) -> None:
        if difference not in self.differences:
            self.differences.append(difference)
