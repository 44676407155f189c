"""The digital baht: minted by two of three, paid by QR, held, bound, frozen, recovered, audited."""

import tempfile
import time
from pathlib import Path
from typing import ClassVar

from client.rpc import RpcClient
from commands.demo import cbdc_books as books
from commands.demo import cbdc_offline as offline
from commands.demo import cbdc_opening as opening
from commands.demo import cbdc_orders as orders
from commands.demo import cbdc_shops as shops
from commands.demo import cbdc_welfare as welfare
from commands.demo.agreement import check_agreement
from commands.demo.cbdc_cast import CALENDAR_RATE, Keys, assemble
from commands.demo.cbdc_story import Story
from commands.demo.stage import Check
from commands.devnet_files import Devnet


class Cbdc:
    """Scene 3."""

    title: ClassVar[str] = "The digital baht in daily life"

    def __init__(self) -> None:
        self._keys = Keys()
        self.plan = self._keys.plan()

    async def run(self, devnet: Devnet) -> tuple[list[tuple[str, str]], list[Check]]:
        """Return the figures to show, as (name, value), and the checks made."""
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sapha-baht-") as directory:
            async with RpcClient(devnet.urls) as rpc:
                town = await assemble(devnet, rpc, self._keys)
                story = Story(town=town, files=Path(directory))
                await _begin(story)
                await _live(story)
                story.checks.append(await check_agreement(devnet))
                await books.count_all(story)
        story.figures += [
            ("the whole story in", f"{time.monotonic() - began:.1f} s"),
            ("calendar of this network", f"{CALENDAR_RATE:,} times as fast as the clock"),
        ]
        return story.figures, story.checks


async def _begin(story: Story) -> None:
    """Give the banks licences and money, and their customers wallets."""
    began = time.monotonic()
    await opening.found(story)
    await opening.mint(story)
    await opening.open_wallets(story)
    await opening.fund(story)
    await opening.redeem(story)
    ready = time.monotonic() - began
    count = len(story.town.citizens) + len(story.town.merchants)
    story.figures.append((f"{count} wallets attested, opened, funded in", f"{ready:.1f} s"))


async def _live(story: Story) -> None:
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
