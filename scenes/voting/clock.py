"""Heights of the ledger as the clock of an election: moved on by other work, never waited for.

All windows of an election are block heights. On this network blocks are made when there is work, so
between two acts the central bank issues a satang as often as a height is missing: the scene
then takes as long as the machine needs, and on no machine misses a window.
"""

from client.contract import Actor
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from contracts.cbdc.authority.messages import Issue
from scenes.kit.calls import must
from scenes.kit.chain import height_of, until_height


class Clock:
    """Knows the height and moves it on."""

    def __init__(self, devnet: Devnet, rpc: RpcClient, chain_id: str) -> None:
        self._devnet = devnet
        self._rpc = rpc
        self._bank = Actor(rpc=rpc, wallet=devnet.central_bank, chain_id=chain_id)
        self._till = Wallet.generate().address
        self._ticks = 0

    async def height(self) -> int:
        """Return the height of the last block."""
        return await height_of(self._rpc)

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
        await until_height(self._devnet.urls, height - 1)

    async def _tick(self) -> None:
        self._ticks += 1
        issue = Issue(to=self._till, amount=1, reference=f"tick-{self._ticks}")
        await must("a block", self._bank.send(issue))
