"""Three of a development network's four vouchers, at work while it is up; its epochs are minutes.

Each is the service that `sapha id voucher run` runs, but that it believes its node and takes what
wallets hand in from <dir>/vouchers/NAME/inbox. Who recovers in such a network waits for a quarter
of a year.
"""

import asyncio
import logging
from pathlib import Path

from client.contract import Actor
from client.identity.vouching.carrier import INBOX
from client.identity.vouching.service import VoucherService
from client.identity.vouching.voucher import Voucher
from client.keystore import read_secret
from client.rpc import RpcClient
from client.vault import Vault
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.nodes import open_for_server
from commands.services.cast import VOUCHERS, cast_folder
from primitives.errors import PeerFault

log = logging.getLogger("sapha.devnet")

AT_WORK = 3
LIST_ID = 1
_PAUSE_S = 1.0


def voucher_folder(directory: Path, name: str) -> Path:
    """Return where a voucher of a network takes and publishes."""
    return directory / "vouchers" / name


def ways_to(directory: Path) -> tuple[str, ...]:
    """Return the ways to the vouchers at work, as `sapha id certificates enrol` takes them."""
    return tuple(
        f"{number}={voucher_folder(directory, name)}"
        for number, name in enumerate(VOUCHERS[:AT_WORK], start=1)
    )


async def vouch(devnet: Devnet) -> None:
    """Run the vouchers of a network until cancelled."""
    async with open_for_server(devnet.urls) as rpc:
        await asyncio.gather(*(_work(devnet, rpc, name) for name in VOUCHERS[:AT_WORK]))


async def _work(devnet: Devnet, rpc: RpcClient, name: str) -> None:
    folder = voucher_folder(devnet.directory, name)
    service = VoucherService(_voucher(devnet, rpc, name), devnet.genesis)
    while True:
        try:
            for path in await service.voucher.take_all(folder / INBOX):
                path.unlink()
            await service.step()
        except PeerFault as fault:
            log.info("%s: %s", name, fault)
        await asyncio.sleep(_PAUSE_S)


def _voucher(devnet: Devnet, rpc: RpcClient, name: str) -> Voucher:
    keys, folder = cast_folder(devnet.directory), voucher_folder(devnet.directory, name)
    folder.mkdir(parents=True, exist_ok=True)
    wallet = Wallet.from_seed(_secret(keys / f"{name}.key"))
    actor = Actor(rpc=rpc, wallet=wallet, chain_id=devnet.genesis.chain_id)
    return Voucher(actor, Vault(folder, _secret(keys / f"{name}.vault")), name, folder)


def _secret(path: Path) -> bytes:
    return bytes.fromhex(read_secret(path).strip())
