"""Wallets of citizens over a ledger with four vouchers, with folders between them."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pytest

from client.identity.keys import CitizenKeys
from client.identity.nodes import places
from client.identity.vouching.carrier import INBOX, FolderCarrier
from client.identity.vouching.folder import Holder, WalletFolder
from client.identity.vouching.roots import Roots
from client.identity.vouching.seed import VouchingSeed
from client.identity.vouching.voucher import Voucher
from contracts.identity.crypto.certificates import ENROL, Round
from contracts.tools.testing import key_of
from tests.client.identity.vouching.test_voucher import OverLedger, voucher
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.identity.vouching import (
    LIST,
    NOW,
    VOUCHERS,
    YEAR,
    Vouching,
    day,
    short_lists,
)

EPOCH = NOW + 10
ASKED = day(EPOCH)


class Node(OverLedger):
    """A node that says which chain it is on, and when it is there."""

    async def call(self, method, params=None, *, timeout_s=None):
        return await super().call(method, params or {}, timeout_s=timeout_s)

    def chain_getStatus(self):  # noqa: N802 - the method's name
        block = self.ledger.block
        return {"chain_id": CHAIN, "height": block.height, "contract_time_ms": block.time_ms}


def keys_of(who):
    """A citizen's keys; the subject key is the one that tests put on the ledger."""
    keys = CitizenKeys(name_of(f"{who}-seed"))
    keys.subject = key_of(f"{who}-1")
    return keys


@dataclass(kw_only=True)
class Vouchers:
    """Four vouchers at work, each with its folder."""

    world: Vouching
    vouchers: dict[int, Voucher]
    folders: dict

    async def take(self):
        """Let each take what was handed in, and answer lists."""
        with short_lists():
            for number, each in self.vouchers.items():
                for path in await each.take_all(self.folders[number] / INBOX):
                    path.unlink()
                for list_id, generation in each.intake.lists():
                    await each.answer_places(
                        Round(kind=ENROL, period=list_id, edition=1, generation=generation)
                    )

    async def answer(self, asked=ASKED):
        """Let each answer an epoch."""
        for each in self.vouchers.values():
            await each.answer(asked)

    async def begin(self, epoch, generation=0):
        """Have an epoch's keys posted, everybody answered, and go to its morning."""
        asked = day(epoch, generation)
        for each in self.vouchers.values():
            await each.post(asked)
        self.world.go_to(epoch, hours=-6)
        await self.take()
        await self.answer(asked)
        self.world.go_to(epoch, hours=8)


def vouchers_of(world, folder):
    made = {number: voucher(world, number, folder) for number in (1, 2, 3, 4)}
    return Vouchers(
        world=world,
        vouchers=made,
        folders={number: folder / VOUCHERS[number - 1] for number in made},
    )


async def holder_of(world, who, vouchers, folder):
    """A citizen's wallet, with the ways to four vouchers."""
    rpc = Node(world)
    kept = WalletFolder(
        path=folder / f"{who}.certificates",
        sid=name_of(who),
        ways={number: str(path) for number, path in vouchers.folders.items()},
    )
    return Holder(
        keys=keys_of(who).placed(await places(rpc)),
        chain_id=CHAIN,
        rpc=rpc,
        folder=kept,
        carrier=FolderCarrier(vouchers.folders),
    )


async def enrolled(tmp_path, *people):
    """Citizens who enrolled and deposited; it is the morning of an epoch whose answers are there.

    Returns the world, the vouchers and the citizens' wallets.
    """
    world = Vouching(*people)
    vouchers = vouchers_of(world, tmp_path)
    holders = {who: await holder_of(world, who, vouchers, tmp_path) for who in people}
    with short_lists():
        for each in vouchers.vouchers.values():
            await each.post(LIST)
        for holder in holders.values():
            world.do_as("anyone", await Roots(holder).enrolment(1))
            world.do_as("anyone", await Roots(holder).deposit(YEAR))
            await Roots(holder).hand_in_list(1)
            await Roots(holder).hand_in_year(YEAR)
        await vouchers.take()
    world.go_to(EPOCH, hours=-48)
    world.sum(LIST)
    await vouchers.begin(EPOCH)
    return world, vouchers, holders


@contextmanager
def quick():
    """Short lists; keys of a year made once for all tests; files that no power cut threatens."""
    with short_lists(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(VouchingSeed, "year_elements", _elements)
        patch.setattr("client.files.os.fsync", lambda _descriptor: None)
        yield


def _elements(seed, year, generation):
    return _cached(seed._secret, year, generation)


_made = VouchingSeed.year_elements


@cache
def _cached(secret, year, generation):
    return _made(VouchingSeed(secret, CHAIN), year, generation)
