"""Heights of the ledger as the clock of an election: moved on by other work, never waited for.

All windows of an election are block heights. On this network blocks are made when there is work, so
between two acts the central bank issues a satang as often as a height is missing: the scene
then takes as long as the machine needs, and on no machine misses a window.
"""

import asyncio

from client.answers import uint_field
from client.cbdc import CONTRACT as MONEY
from client.cbdc import CentralBank
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from scenes.kit.calls import must

__all__ = ["MONEY", "Clock"]

_POLL_S = 0.02
_WAIT_S = 60.0


class Clock:
    """Knows the height and moves it on."""

    def __init__(self, devnet: Devnet, rpc: RpcClient, builder: TransactionBuilder) -> None:
        self._devnet = devnet
        self._rpc = rpc
        self._bank = CentralBank(rpc, builder, devnet.central_bank)
        self._till = Wallet.generate().address
        self._ticks = 0

    async def height(self) -> int:
        """Return the height of the last block."""
        return uint_field(await self._rpc.call("chain_getStatus"), "height")

    async def until(self, height: int) -> None:
        """Return when the next block has this height, on every validator.

        Raises:
            CheckFailed: it had come before, so that a window may be missed; or not in a minute.
        """
        last = await self.height()
        if last + 1 > height:
            raise CheckFailed(f"height {height} is over: the last block has {last}")
        while last + 1 < height:
            await self._tick()
            last = await self.height()
        await self._everywhere(height - 1)

    async def _tick(self) -> None:
        self._ticks += 1
        await must("a block", self._bank.issue(self._till, 1, f"tick-{self._ticks}"))

    async def _everywhere(self, height: int) -> None:
        try:
            async with asyncio.timeout(_WAIT_S):
                for url in self._devnet.urls:
                    await _reaches(url, height)
        except TimeoutError as error:
            raise CheckFailed(f"not all validators are at height {height}") from error


async def _reaches(url: str, height: int) -> None:
    async with RpcClient([url]) as rpc:
        while True:
            if uint_field(await rpc.call("chain_getStatus"), "height") >= height:
                return
            await asyncio.sleep(_POLL_S)
