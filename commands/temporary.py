"""A network of real validator processes for as long as a demonstration or a measurement lasts."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from client.contract import Actor
from client.follow import Follower
from client.load import Loader
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.bringing_up import bring_up
from commands.devnet_files import Devnet, DevnetPlan, open_devnet
from commands.output import CheckFailed
from commands.processes import Supervisor
from contracts.cbdc.authority.messages import Issue

_FUND_S = 60.0
_WINDOW = 2_000


@asynccontextmanager
async def temporary_devnet(plan: DevnetPlan | None = None) -> AsyncIterator[Devnet]:
    """Run a network in a temporary directory on free ports; remove both at the end."""
    _stop_on_sigterm()
    with tempfile.TemporaryDirectory(prefix="sapha-") as directory:
        made = replace(plan or DevnetPlan(), base_port=0)
        devnet = open_devnet(Path(directory) / "net", made)
        async with Supervisor(devnet) as supervisor:
            await bring_up(devnet, supervisor)
            yield devnet


def _stop_on_sigterm() -> None:
    """Have SIGTERM cancel this task, so that no validator process outlives it."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def fund_holders(
    devnet: Devnet, rpc: RpcClient, wallets: Sequence[Wallet], satang: int
) -> list[Actor]:
    """Issue `satang` to each wallet, wait until every validator has it, return the holders."""
    bank = await Actor.open(rpc, devnet.central_bank, devnet.genesis.chain_id)
    issues = [
        bank.sign(Issue(to=wallet.address, amount=satang, reference=f"funds-{number}"))
        for number, wallet in enumerate(wallets)
    ]
    async with (
        Follower(devnet.urls, from_height=0) as follower,
        Loader(devnet.urls, follower) as loader,
    ):
        await loader.saturate(issues, window=_WINDOW)
        if loader.sent.refused or not await loader.settle(_FUND_S):
            codes = sorted(set(loader.sent.refused.values())) or ["not committed in time"]
            raise CheckFailed(f"funding the accounts: {', '.join(codes)}")
    return [bank.by(wallet) for wallet in wallets]
