"""Batches out, frames in, and offering again what is not committed."""

import asyncio
from types import SimpleNamespace

import pytest

from node.mempool import Gossip, Pool
from node.mempool.gossip import (
    BATCH_TRANSACTIONS_MAX,
    BYTES_PER_PEER_MAX,
    FRAME_BYTES_MAX,
    FRAMES_PER_PEER_MAX,
    read_frame,
)
from primitives.codec import encode
from primitives.errors import BadSignature, QuotaExceeded, Rejected
from tests.builders import TIME_MS, key, transaction
from tests.mempool.builders import RecordingTransport, until

PEER = key(9).public_key
OTHER = key(8).public_key


@pytest.fixture
def transport():
    return RecordingTransport()


@pytest.fixture
def gossip(transport):
    return Gossip(transport, Pool(), lambda: TIME_MS)


def large(nonce: int):
    return transaction(nonce=nonce, args=(bytes(30_000),))


async def test_a_lone_transaction_is_sent_within_the_delay(gossip, transport):
    item = transaction()

    gossip.offer(item)
    await until(lambda: transport.frames)

    assert [read_frame(frame) for frame in transport.frames] == [(item.raw,)]


async def test_a_batch_is_sent_at_once_when_it_is_full_by_count(gossip, transport):
    small = SimpleNamespace(raw=b"small")

    for _ in range(BATCH_TRANSACTIONS_MAX):
        gossip.offer(small)

    assert [len(read_frame(frame)) for frame in transport.frames] == [BATCH_TRANSACTIONS_MAX]


async def test_a_batch_is_sent_at_once_when_it_is_full_by_bytes(gossip, transport):
    for nonce in range(4):
        gossip.offer(large(nonce))

    assert [len(read_frame(frame)) for frame in transport.frames] == [4]
    assert len(transport.frames[0]) <= FRAME_BYTES_MAX


async def test_inbound_frames_are_admitted_with_their_source(gossip):
    admitted = []

    async def admit(raws, source):
        admitted.append((tuple(raws), source))
        return []

    gossip.on_frame(PEER, encode((b"one", b"two")))
    running = asyncio.create_task(gossip.run(admit))
    await until(lambda: admitted)
    running.cancel()

    assert admitted == [((b"one", b"two"), PEER)]


async def test_members_take_turns_whoever_sends_most(gossip):
    order = []

    async def admit(_raws, source):
        order.append(source)
        return []

    for _ in range(5):
        gossip.on_frame(PEER, encode((b"x",)))
    gossip.on_frame(OTHER, encode((b"x",)))
    running = asyncio.create_task(gossip.run(admit))
    await until(lambda: len(order) == 6)
    running.cancel()

    assert order.index(OTHER) == 1


async def test_a_member_with_too_many_frames_waiting_loses_the_newest(gossip):
    for _ in range(FRAMES_PER_PEER_MAX + 3):
        gossip.on_frame(PEER, encode((b"x",)))

    assert gossip.frames_dropped == 3


def test_a_member_with_too_many_bytes_waiting_loses_the_newest(gossip):
    fits = BYTES_PER_PEER_MAX // FRAME_BYTES_MAX
    assert fits < FRAMES_PER_PEER_MAX

    for _ in range(fits + 2):
        gossip.on_frame(PEER, bytes(FRAME_BYTES_MAX))
    gossip.on_frame(OTHER, bytes(FRAME_BYTES_MAX))

    assert gossip.frames_dropped == 2


BAD_FRAMES = {
    "not canonical": b"\xc1",
    "not an array": encode(b"x"),
    "not bytes": encode(("text",)),
    "nested": encode(((b"x",),)),
    "too many": encode((b"x",) * (BATCH_TRANSACTIONS_MAX + 1)),
    "too large an item": encode((bytes(65_537),)),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_malformed_frame_is_its_senders_fault(gossip, transport, name):
    async def admit(_raws, _source):
        return []

    gossip.on_frame(PEER, BAD_FRAMES[name])
    running = asyncio.create_task(gossip.run(admit))
    await until(lambda: transport.penalties)
    running.cancel()

    assert [peer for peer, _reason in transport.penalties] == [PEER]


def test_an_oversized_frame_is_refused_before_it_is_kept(gossip, transport):
    gossip.on_frame(PEER, bytes(FRAME_BYTES_MAX + 1))

    assert str(FRAME_BYTES_MAX) in transport.penalties[0][1]


@pytest.mark.parametrize(
    ("refusal", "penalties"), [(BadSignature("bad"), 1), (QuotaExceeded("full"), 0)]
)
async def test_only_what_an_honest_member_checks_is_penalised(
    gossip, transport, refusal: Rejected, penalties: int
):
    answered = []

    async def admit(_raws, _source):
        answered.append(1)
        return [refusal]

    gossip.on_frame(PEER, encode((b"x",)))
    running = asyncio.create_task(gossip.run(admit))
    await until(lambda: answered)
    await asyncio.sleep(0)
    running.cancel()

    assert len(transport.penalties) == penalties


async def test_what_stays_uncommitted_is_offered_again(transport):
    pool = Pool()
    gossip = Gossip(transport, pool, lambda: TIME_MS + 5_000)
    own, passed_on = transaction(nonce=1), transaction(nonce=2)
    waiting = pool.add(own, None)
    waiting.is_durable, waiting.offered_ms = True, TIME_MS
    pool.add(passed_on, PEER)

    first, second = gossip.offer_overdue(), gossip.offer_overdue()
    await until(lambda: transport.frames)

    assert (first, second) == (1, 0)
    assert read_frame(transport.frames[0]) == (own.raw,)
