"""Serving blocks: bounded in count, bytes and rate, and fair."""

import asyncio

import pytest

from node.sync import SyncSettings
from node.sync.wire import Blocks, GetBlocks, read_sync_message
from primitives.limits import FRAME_BYTES_MAX
from tests.sync.builders import (
    FAST,
    WAIT_S,
    Catcher,
    FakeNetwork,
    MemoryLedger,
    chain,
    silent,
)

CHAIN = chain(10)


async def answers_to(ledger, *frames, settings=FAST, until=1):
    """The network after `frames` of (peer name, payload) were taken and `until` answers sent."""
    network = FakeNetwork(peer=silent, other=silent)
    catcher = Catcher(ledger, network, settings)
    running = asyncio.create_task(catcher.sync.run())
    for name, payload in frames:
        catcher.sync.on_frame(network.keys[name], payload)
    async with asyncio.timeout(WAIT_S):
        while len(network.sent) < until:
            network.has_sent.clear()
            await network.has_sent.wait()
    running.cancel()
    await asyncio.wait([running])
    return network


async def answer_to(ledger, request, settings=FAST) -> Blocks:
    network = await answers_to(ledger, ("peer", request.encode()), settings=settings)
    return read_sync_message(network.sent[0][1])


@pytest.mark.parametrize(
    ("first", "count", "heights"),
    [(1, 3, [1, 2, 3]), (9, 5, [9, 10]), (11, 5, []), (0, 5, []), (1, 0, []), (2**62, 64, [])],
)
async def test_answers_hold_the_consecutive_blocks_it_has(first, count, heights):
    answer = await answer_to(MemoryLedger(CHAIN), GetBlocks(7, first, count))

    assert answer.request_id == 7
    assert answer.blocks == tuple(CHAIN[h - 1].block.encode() for h in heights)
    proof = CHAIN[heights[-1] - 1].certificate.encode() if heights else None
    assert answer.certificate == proof


async def test_answers_fit_a_frame_and_hold_at_least_one_block():
    large = chain(3, 60_000)
    one_block = len(large[0].block.encode()) + 1000

    answer = await answer_to(
        MemoryLedger(large), GetBlocks(1, 1, 64), SyncSettings(answer_bytes_max=one_block)
    )

    assert len(answer.blocks) == 1
    assert len(answer.encode()) <= one_block <= FRAME_BYTES_MAX


async def test_a_peer_that_asks_too_fast_is_reported():
    settings = SyncSettings(requests_per_s_max=2.0)
    frames = [("peer", GetBlocks(n, 1, 1).encode()) for n in range(1, 4)]

    network = await answers_to(MemoryLedger(CHAIN), *frames, settings=settings)

    assert network.penalised == [("peer", "more than 2 sync requests a second")]


async def test_only_the_newest_request_of_a_peer_waits_so_that_others_get_their_turn():
    frames = [("peer", GetBlocks(n, 1, 1).encode()) for n in range(1, 9)]
    frames.append(("other", GetBlocks(1, 1, 1).encode()))

    network = await answers_to(MemoryLedger(CHAIN), *frames, until=2)

    sent = [(name, read_sync_message(payload).request_id) for name, payload in network.sent]
    assert sent == [("peer", 8), ("other", 1)]


async def test_blocks_that_nobody_asked_for_are_reported_undecoded():
    frames = [("peer", b"\xff" * 1000), ("other", GetBlocks(1, 1, 1).encode())]

    network = await answers_to(MemoryLedger(CHAIN), *frames)

    assert network.penalised == [("peer", "sent blocks that nobody asked for")]
