"""Many transactions at once: handed to all validators, waited for on every one of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from client.contract import Actor
from client.follow import Follower
from client.load import Loader
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from commands.temporary import fund_holders
from primitives.receipt import OK
from primitives.transaction import Transaction
from scenes.kit.chain import height_of

_WINDOW = 2_000
_SETTLE_S = 180.0


async def funded_holders(devnet: Devnet, rpc: RpcClient, count: int, satang: int) -> list[Actor]:
    """Return so many holders with fresh keys, each with so much money on every validator."""
    wallets = [Wallet.generate() for _ in range(count)]
    return await fund_holders(devnet, rpc, wallets, satang)


@asynccontextmanager
async def loading(urls: Sequence[str]) -> AsyncIterator[tuple[Follower, Loader]]:
    """Follow the blocks that come from now on, with a loader that sends to all these nodes."""
    async with RpcClient(urls) as rpc:
        start = await height_of(rpc)
    async with (
        Follower(urls, from_height=start) as follower,
        Loader(urls, follower) as loader,
    ):
        yield follower, loader


async def settle(act: str, loader: Loader, follower: Follower) -> None:
    """Wait until all that was acknowledged is on every validator.

    Raises:
        CheckFailed: it is not in time, or validators differ; names `act`.
    """
    is_settled = await loader.settle(_SETTLE_S)
    if follower.differences:
        raise CheckFailed(f"{act}: {'; '.join(follower.differences)}")
    if not is_settled:
        open_matters = loader.open_matters()
        raise CheckFailed(f"{act}: not on every validator after {_SETTLE_S:.0f} s: {open_matters}")


async def send_together(act: str, devnet: Devnet, transactions: Sequence[Transaction]) -> list[str]:
    """Return the code of each transaction once every validator has it, in order.

    Raises:
        CheckFailed: some are in no block in time, or validators differ; names `act`.
    """
    async with loading(devnet.urls) as (follower, loader):
        await loader.saturate(transactions, window=_WINDOW)
        await settle(act, loader, follower)
        refused, placed = loader.sent.refused, follower.placed
        return [
            refused[key] if key in refused else placed[key].code
            for key in (transaction.transaction_id for transaction in transactions)
        ]


async def all_together(act: str, devnet: Devnet, transactions: Sequence[Transaction]) -> None:
    """Send transactions that all have to take effect. Raises CheckFailed with their codes."""
    codes = set(await send_together(act, devnet, transactions)) - {OK}
    if codes:
        raise CheckFailed(f"{act}: {', '.join(sorted(codes))}")
