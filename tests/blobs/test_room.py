"""The room for contents that no transaction names yet: nobody takes what is left of it."""

import pytest

from node.blobs.errors import BlobQuota
from node.blobs.index import BlobIndex
from node.blobs.settings import BlobSettings
from primitives.crypto import digest
from primitives.errors import Replayed
from tests.blobs.builders import CITIZEN, OFFICER, OUTSIDER, address, content
from tests.blobs.network import network_of
from tests.builders import key

SETTINGS = BlobSettings(
    pending_bytes_max=100_000_000, account_bytes_max=50_000_000, account_contents_max=10_000
)
OFFICERS = {address(OFFICER)}


def index(**bounds) -> BlobIndex:
    return BlobIndex(SETTINGS if not bounds else BlobSettings(**bounds), OFFICERS.__contains__)


def name(label):
    return digest("test-content", repr(label).encode())


def fill(made: BlobIndex, account, *, size: int) -> int:
    """Begin contents of an account until it has no more room; return how many it has."""
    for count in range(100_000):
        try:
            made.reserve(name((account, count)), size, account)
        except BlobQuota:
            return count
        made.begin(name((account, count)), 0, account, 0).sizes[0] = size
    raise AssertionError("no bound")


@pytest.mark.parametrize("hogs", [1, 10, 50])
def test_however_many_accounts_take_what_they_may_the_next_one_has_room_too(hogs):
    made = index()

    for number in range(hogs):
        fill(made, address(key(1_000 + number)), size=40_000)

    assert fill(made, address(CITIZEN), size=100_000) > 0
    assert made.pending_bytes < SETTINGS.pending_bytes_max * 3 // 4


def test_the_number_of_contents_is_shared_like_their_bytes():
    made = index()

    for number in range(50):
        fill(made, address(key(1_000 + number)), size=1)

    assert fill(made, address(CITIZEN), size=1) > 0


def test_a_part_of_the_room_is_kept_for_accounts_of_agencies():
    made = index()
    for number in range(100):
        fill(made, address(key(1_000 + number)), size=40_000)
    before = made.pending_bytes

    fill(made, address(OFFICER), size=10_000)

    kept = SETTINGS.pending_bytes_max * SETTINGS.agencies_percent // 100
    part = SETTINGS.account_percent / (100 + SETTINGS.account_percent)
    assert made.pending_bytes - before > kept * part - 10_000
    assert made.pending_bytes > SETTINGS.pending_bytes_max - kept


def test_who_alone_uses_the_room_has_as_much_as_an_account_may_have():
    made = index(account_bytes_max=1_000_000, pending_bytes_max=100_000_000)

    assert fill(made, address(CITIZEN), size=10_000) == 100


def test_the_room_is_there_again_once_the_ledger_names_what_was_brought():
    made = index()
    count = fill(made, address(CITIZEN), size=10_000)

    for number in range(count):
        made.settle(name((address(CITIZEN), number)))

    assert made.pending_bytes == 0
    assert fill(made, address(CITIZEN), size=9_999) >= count


async def test_who_is_refused_is_told_when_to_come_back_and_may_send_the_same_request(tmp_path):
    first, second = content("1"), content("2")
    settings = BlobSettings(free_bytes_min=0, account_contents_max=1)
    async with network_of(tmp_path, "dopa", settings=settings) as (_network, dopa):
        await dopa.upload(CITIZEN, first)
        signed = dopa.put_request(CITIZEN, second)
        with pytest.raises(BlobQuota) as refusal:
            await dopa.blobs.requests.put(signed, second.blobs[0])
        await dopa.erase(CITIZEN, first)

        assert await dopa.blobs.requests.put(signed, second.blobs[0])
        with pytest.raises(Replayed):
            await dopa.blobs.requests.put(signed, second.blobs[0])

    assert dict(refusal.value.details)["retry_after_s"] > 0


async def test_a_stranger_that_brings_too_much_a_minute_is_told_when_there_is_room(tmp_path):
    size = len(content("1").blobs[0])
    settings = BlobSettings(
        free_bytes_min=0, strangers_bytes_at_once=size, strangers_bytes_per_minute=size * 20
    )
    async with network_of(tmp_path, "dopa", settings=settings) as (network, dopa):
        network.ledger.strangers = {address(OUTSIDER)}
        await dopa.upload(OUTSIDER, content("1"))

        with pytest.raises(BlobQuota) as refusal:
            await dopa.upload(OUTSIDER, content("2"))

    assert dict(refusal.value.details)["retry_after_s"] == 3
