"""Uploads of accounts that no contract knows: room kept for others, and nobody kept waiting."""

import asyncio

import pytest

from node.blobs.errors import BlobQuota
from node.blobs.settings import BlobSettings
from node.blobs.strangers import StrangersRoom
from primitives.crypto import digest
from primitives.errors import Rejected
from tests.blobs.builders import CITIZEN, OFFICER, OUTSIDER, Content, address, content
from tests.blobs.network import network_of
from tests.mempool.builders import until

FIRST, SECOND = digest("test", b"first"), digest("test", b"second")


def room(now=lambda: 0.0, **bounds) -> StrangersRoom:
    return StrangersRoom(BlobSettings(**bounds), clock=now)


def test_what_strangers_hold_together_is_bounded_until_it_ends():
    made = room(strangers_bytes_max=100)
    made.take(FIRST, 60)

    with pytest.raises(BlobQuota, match="60 bytes of accounts that no contract knows"):
        made.take(SECOND, 60)

    made.give_back(FIRST, 60)
    made.end(FIRST)
    assert made.bytes_held == 0
    assert FIRST not in made


def test_what_strangers_bring_a_minute_is_bounded():
    now = [0.0]
    made = room(lambda: now[0], strangers_bytes_at_once=100, strangers_bytes_per_minute=60)
    made.take(FIRST, 100)
    made.end(FIRST)
    with pytest.raises(BlobQuota, match="a minute"):
        made.take(SECOND, 50)

    now[0] = 50.0

    made.take(SECOND, 50)


def test_the_contents_of_strangers_are_bounded():
    made = room(strangers_contents_max=1)
    made.take(FIRST, 1)
    made.take(FIRST, 1)

    with pytest.raises(BlobQuota, match="1 contents"):
        made.take(SECOND, 1)


async def test_strangers_that_fill_their_room_leave_room_for_who_is_known(tmp_path):
    size = sum(map(len, content(parts=1).blobs))
    settings = BlobSettings(free_bytes_min=0, strangers_bytes_max=size)
    async with network_of(tmp_path, "dopa", settings=settings) as (network, dopa):
        network.ledger.strangers = {address(OUTSIDER), address(CITIZEN)}
        await dopa.upload(OUTSIDER, content("1", parts=1))

        with pytest.raises(BlobQuota):
            await dopa.upload(CITIZEN, content("2", parts=1))
        known = content("3", parts=1)
        await dopa.upload(OFFICER, known)

        assert dopa.has(known)


async def test_an_upload_that_was_refused_counts_for_nothing(tmp_path):
    async with network_of(tmp_path, "dopa") as (network, dopa):
        network.ledger.strangers = {address(OUTSIDER)}

        with pytest.raises(Rejected):
            await dopa.upload(OUTSIDER, Content((b"no head",)))

        assert dopa.blobs._strangers.bytes_held == 0


async def test_contents_that_nobody_has_keep_no_real_one_waiting(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        fetcher, gate, tried = police.blobs._fetcher, asyncio.Event(), []
        really = fetcher._fetch

        async def slow(wanted) -> bool:
            if wanted == real.digest:
                return await really(wanted)
            tried.append(wanted)
            await gate.wait()  # for members that do not answer, one after the other
            return False

        fetcher._fetch = slow
        real = content("real")
        for number in range(20):
            network.ledger.name(content(f"none-{number}"), "dopa", "police")
        network.ledger.name(real, "dopa", "police")
        await until(lambda: tried)
        await dopa.upload(CITIZEN, real)

        await until(lambda: police.has(real))

        assert len(tried) < 20
        gate.set()
