"""Three of a development network's four vouchers, at work while it is up; its epochs are minutes.

Each has <dir>/vouchers/NAME/ with inbox, uploads and answers. Generation 0 alone is served:
who recovers in such a network waits for a quarter of a year.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from pathlib import Path

from client.contract import Actor, ask
from client.errors import LedgerRefused, NodeUnreachable, RpcRefused
from client.identity.nodes import places
from client.identity.vouching import facts
from client.identity.vouching.errors import NoCertificates, NoVoucher
from client.identity.vouching.voucher import Voucher
from client.keystore import read_secret
from client.rpc import RpcClient
from client.vault import Vault
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.nodes import open_for_server
from commands.services.cast import VOUCHERS, cast_folder
from commands.services.inbox import take_inbox
from contracts.identity.crypto.certificates import ALIVE, ENROL, Round
from contracts.identity.vouching.handlers import KEYS_AHEAD, plan_of, round_key
from contracts.identity.vouching.messages import PLACES_SUMMED_MAX

log = logging.getLogger("sapha.devnet")

AT_WORK = 3
LIST_ID, EDITION = 1, 1
_PAUSE_S = 1.0
_ANSWERED_LATE = 4  # an epoch is answered in the last quarter of the one before


def voucher_folder(directory: Path, name: str) -> Path:
    """Return where a voucher of a network takes and publishes."""
    return directory / "vouchers" / name


def ways_to(directory: Path) -> tuple[str, ...]:
    """Return the ways to the vouchers at work, as `sapha id certificates enrol` takes them."""
    return tuple(
        f"{number}={voucher_folder(directory, name)}"
        for number, name in enumerate(VOUCHERS[:AT_WORK], start=1)
    )


@dataclass(slots=True, kw_only=True)
class _AtWork:
    """One voucher, and what it has done."""

    voucher: Voucher
    folder: Path
    posted: set[int] = field(default_factory=set)  # epochs
    answered: set[int] = field(default_factory=set)
    is_list_posted: bool = False
    is_list_summed: bool = False


async def vouch(devnet: Devnet) -> None:
    """Run the vouchers of a network until cancelled."""
    async with open_for_server(devnet.urls) as rpc:
        working = [_opened(devnet, rpc, number) for number in range(1, AT_WORK + 1)]
        await asyncio.gather(*map(_work, working))


def _opened(devnet: Devnet, rpc: RpcClient, number: int) -> _AtWork:
    name = VOUCHERS[number - 1]
    keys = cast_folder(devnet.directory)
    wallet = Wallet.from_seed(_secret(keys / f"{name}.key"))
    folder = voucher_folder(devnet.directory, name)
    folder.mkdir(parents=True, exist_ok=True)
    actor = Actor(rpc=rpc, wallet=wallet, chain_id=devnet.genesis.chain_id)
    vault = Vault(folder, _secret(keys / f"{name}.vault"))
    return _AtWork(voucher=Voucher(actor, vault, name, folder), folder=folder)


def _secret(path: Path) -> bytes:
    return bytes.fromhex(read_secret(path).strip())


async def _work(one: _AtWork) -> None:
    while True:
        with contextlib.suppress(NodeUnreachable, NoVoucher, NoCertificates):
            try:
                await _turn(one)
            except (RpcRefused, LedgerRefused) as refused:
                log.info("%s: %s", one.voucher.agency, refused)
        await asyncio.sleep(_PAUSE_S)


async def _turn(one: _AtWork) -> None:
    """Do what is due: keys of the list, keys of the next epochs, answers."""
    rpc = one.voucher.actor.rpc
    now = await facts.now_of(rpc)
    await _list(one, now)
    await take_inbox(one.voucher, one.folder, edition=EDITION)
    for epoch in range(now.epoch + KEYS_AHEAD + 1, now.epoch + KEYS_AHEAD + 3):
        if epoch not in one.posted:
            await one.voucher.post(_day(epoch))
            one.posted.add(epoch)
    epoch = now.epoch + KEYS_AHEAD
    is_late = now.start_of(epoch) - now.time_ms <= now.clock.length_ms // _ANSWERED_LATE
    if is_late and epoch in one.posted and epoch not in one.answered:
        counts = await one.voucher.answer(_day(epoch))
        await one.voucher.state(_day(epoch), counts)
        one.answered.add(epoch)


async def _list(one: _AtWork, now: facts.Now) -> None:
    """Post the keys of the list while they are taken; then add up those of sectors' places."""
    rpc, asked = one.voucher.actor.rpc, _list_round()
    plan = await ask(rpc, plan_of, *round_key(asked))
    is_open = plan is None or now.time_ms < plan.until_ms
    if is_open and not one.is_list_posted:
        await one.voucher.post(asked)
        one.is_list_posted = True
    if one.is_list_summed or is_open:
        return
    numbers = sorted(place for list_id, place in (await places(rpc)).values() if list_id == LIST_ID)
    for first in range(0, len(numbers), PLACES_SUMMED_MAX):
        await one.voucher.sum(asked, tuple(numbers[first : first + PLACES_SUMMED_MAX]))
    one.is_list_summed = True


def _list_round() -> Round:
    return Round(kind=ENROL, period=LIST_ID, edition=EDITION, generation=0)


def _day(epoch: int) -> Round:
    return Round(kind=ALIVE, period=epoch, edition=EDITION, generation=0)
