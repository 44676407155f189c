"""One node as a load and those who count its effect see it: blocks, and a door for transactions.

`SaphaNode` is a validator of ours over its JSON-RPC. Another engine's node that keeps the port
is loaded and counted by the same code: bench/peer_node.py.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from client.access import RpcSettings
from client.answers import field_of, hex_field, list_field, uint_field
from client.errors import RpcRefused
from client.rpc import Request, RpcClient
from primitives.ids import TransactionId
from primitives.submission import Outcome
from primitives.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSeen:
    """A block's hash, and the id and code of each of its transactions in order."""

    block_hash: bytes
    codes: tuple[tuple[TransactionId, str], ...]


class Node(Protocol):
    """A node that is asked. All methods raise NodeUnreachable, RpcRefused, BadAnswer."""

    @property
    def url(self) -> str:
        """Where it is reached."""

    async def open(self) -> None:
        """Prepare to ask; connects to nobody yet."""

    async def close(self) -> None:
        """Close all connections."""

    async def height(self) -> int:
        """Return the height of its last block."""

    def announced(self) -> AsyncIterator[int]:
        """Yield the heights of new blocks as they come."""

    async def block(self, height: int) -> BlockSeen:
        """Return one block."""

    async def hashes(self, heights: Sequence[int]) -> list[bytes]:
        """Return the block hashes of at most 100 heights."""

    async def submit(self, transactions: Sequence[Transaction]) -> Sequence[Outcome]:
        """Hand over at most 100 transactions; return what became of each, in order."""


NodeMaker: TypeAlias = Callable[[str, RpcSettings | None], Node]


class SaphaNode:
    """A node of ours."""

    def __init__(self, url: str, settings: RpcSettings | None = None) -> None:
        self._rpc = RpcClient([url], settings)

    @property
    def url(self) -> str:
        """Where it is reached."""
        return self._rpc.urls[0]

    async def open(self) -> None:
        """Prepare to ask."""
        await self._rpc.__aenter__()

    async def close(self) -> None:
        """Close all connections."""
        await self._rpc.close()

    async def height(self) -> int:
        """Return the height of its last block."""
        return uint_field(await self._rpc.call("chain_getStatus"), "height")

    async def announced(self) -> AsyncIterator[int]:
        """Yield the heights of new blocks as they come."""
        async for item in self._rpc.subscribe("blocks"):
            yield uint_field(item, "height")

    async def block(self, height: int) -> BlockSeen:
        """Return one block."""
        block = await self._rpc.call("chain_getBlock", {"at": height})
        codes = tuple(
            (TransactionId(hex_field(receipt, "transaction_id")), str(field_of(receipt, "code")))
            for receipt in list_field(block, "receipts")
        )
        return BlockSeen(block_hash=hex_field(block, "hash"), codes=codes)

    async def hashes(self, heights: Sequence[int]) -> list[bytes]:
        """Return the block hashes of some heights."""
        requests = [Request("chain_getHeader", {"at": at}) for at in heights]
        hashes = []
        for answer in await self._rpc.batch(requests):
            if isinstance(answer, RpcRefused):
                raise answer
            hashes.append(hex_field(answer, "hash"))
        return hashes

    async def submit(self, transactions: Sequence[Transaction]) -> Sequence[Outcome]:
        """Hand over some transactions as one frame; return what became of each, in order."""
        return await self._rpc.submit([transaction.raw for transaction in transactions])
