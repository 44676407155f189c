"""Follows the blocks of every validator and says which transactions all of them have committed.

One validator gives the receipts of a block; the others must have the same block hash at that
height, which covers the receipts and the state root.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from client.access import RpcSettings
from client.answers import field_of, hex_field, list_field, uint_field
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.rpc import Request, RpcClient
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
class _Node:
    """One validator: its client, and the last height of which it was compared."""

    rpc: RpcClient
    height: int
    lock: asyncio.Lock


class Follower:
    """Use it as `async with Follower(urls) as follower`; it follows until the block ends."""

    def __init__(
        self, urls: Sequence[str], *, from_height: int, settings: RpcSettings | None = None
    ) -> None:
        """Follow the blocks above `from_height`."""
        self._nodes = [
            _Node(RpcClient([url], settings), from_height, asyncio.Lock()) for url in urls
        ]
        self._hashes: dict[int, bytes] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self.placed: dict[TransactionId, Placed] = {}
        self.repeated: list[TransactionId] = []
        self.differences: list[str] = []

    async def __aenter__(self) -> "Follower":
        for node in self._nodes:
            await node.rpc.__aenter__()
            self._tasks.append(asyncio.create_task(self._poll(node)))
        self._tasks.append(asyncio.create_task(self._listen()))
        return self

    async def __aexit__(self, *_error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for node in self._nodes:
            await node.rpc.close()

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

    async def _poll(self, node: _Node) -> None:
        while True:
            try:
                status = await node.rpc.call("chain_getStatus")
                await self._advance(node, uint_field(status, "height"))
            except _AWAY:
                await asyncio.sleep(_RETRY_S)
            except BadAnswer as error:
                self._differ(f"{node.rpc.urls[0]}: {error}")
            await asyncio.sleep(_POLL_S)

    async def _listen(self) -> None:
        """Take the announcements of one validator at a time, so that receipts are seen at once."""
        turn = 0
        while True:
            node = self._nodes[turn % len(self._nodes)]
            try:
                async for item in node.rpc.subscribe("blocks"):
                    await self._advance(node, uint_field(item, "height"))
            except (*_AWAY, BadAnswer):
                turn += 1
                await asyncio.sleep(_RETRY_S)

    async def _advance(self, node: _Node, height: int) -> None:
        async with node.lock:
            while node.height < height:
                await self._compare(node, height)
                await self._read_next(node, height)

    async def _read_next(self, node: _Node, height: int) -> None:
        """Read receipts of the next height unless another validator has given them."""
        following = node.height + 1
        if following > height or following in self._hashes:
            return
        block = await node.rpc.call("chain_getBlock", {"at": following})
        if following in self._hashes:
            return  # another validator's answer came first; compare with it
        self._hashes[following] = hex_field(block, "hash")
        self._place(list_field(block, "receipts"), following)
        node.height = following
        self._changed.set()

    async def _compare(self, node: _Node, height: int) -> None:
        """Compare this validator's hashes with the known ones, as far as they are known."""
        known = [
            at
            for at in range(node.height + 1, min(height, node.height + RPC_BATCH_MAX) + 1)
            if at in self._hashes
        ]
        if not known:
            return
        answers = await node.rpc.batch([Request("chain_getHeader", {"at": at}) for at in known])
        for at, answer in zip(known, answers, strict=True):
            if isinstance(answer, RpcRefused):
                raise answer
            if hex_field(answer, "hash") != self._hashes[at]:
                self._differ(f"{node.rpc.urls[0]} has another block {at} than the others")
            node.height = at
        self._changed.set()

    def _place(self, receipts: list[object], height: int) -> None:
        now = time.monotonic()
        for receipt in receipts:
            transaction_id = TransactionId(hex_field(receipt, "transaction_id"))
            if transaction_id in self.placed:
                self.repeated.append(transaction_id)
            self.placed[transaction_id] = Placed(height, str(field_of(receipt, "code")), now)

    def _differ(self, difference: str) -> None:
        if difference not in self.differences:
            self.differences.append(difference)
