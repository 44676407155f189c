"""The digital baht: minted by two of three, paid by QR, held, bound, frozen, recovered, audited."""

import tempfile
import time
from pathlib import Path
from typing import ClassVar

from client.rpc import RpcClient
from commands.devnet_files import Devnet
from genesis.schema import Parameters
from scenes.cbdc import books, issuance, offline, orders, shops, welfare
from scenes.cbdc.cast import (
    CALENDAR_RATE,
    Population,
    TownStory,
    assemble,
    baht_agencies,
    baht_plan,
)
from scenes.kit.chain import note_agreement

_POPULATION = Population(citizens=300, merchants=20)


class Cbdc:
    """Scene 3."""

    title: ClassVar[str] = "The digital baht in daily life"

    def __init__(self) -> None:
        self._agencies = baht_agencies()
        self.plan = baht_plan(self._agencies, Parameters(calendar_rate=CALENDAR_RATE))

    async def run(self, devnet: Devnet) -> TownStory:
        """Return what was seen."""
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sapha-baht-") as directory:
            async with RpcClient(devnet.urls) as rpc:
                town = await assemble(devnet, rpc, self._agencies, _POPULATION)
                story = TownStory(town=town, files=Path(directory))
                await _begin(story)
                await _live(story)
                await note_agreement(story, devnet)
                await books.count_all(story)
        story.measured("the whole story in", began)
        rate = f"{CALENDAR_RATE:,} times as fast as the clock"
        story.figures.append(("calendar of this network", rate))
        return story


async def _begin(story: TownStory) -> None:
    """Give the banks licences and money, and their customers wallets."""
    began = time.monotonic()
    await issuance.found(story.town)
    await issuance.mint(story)
    await issuance.open_wallets(story)
    await issuance.fund(story)
    await issuance.redeem(story)
    count = len(story.town.citizens) + len(story.town.merchants)
    story.measured(f"{count} wallets attested, opened, funded in", began)


async def _live(story: TownStory) -> None:
    """Pay, hold, bind, freeze; the waiting time of a recovery passes meanwhile."""
    await shops.pay_by_qr(story)
    recovery = await orders.start_recovery(story)
    await shops.hold(story)
    await shops.reach_the_limit(story)
    await welfare.pay_out(story)
    await welfare.spend_voucher(story)
    await orders.freeze(story)
    await offline.spend_twice(story)
    await books.read_books(story)
    await orders.finish_recovery(story, recovery)
