"""Members that misbehave after the handshake, and what it costs them."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from p2p.envelope import CONTROL
from p2p.faults import FaultRules
from p2p.ports import Channel
from p2p.settings import SessionSettings
from tests.p2p.builders import FAST, RawMember

NOW_MS = 1_800_000_000_000
PING, PONG = b"\x01", b"\x02" + NOW_MS.to_bytes(8, "big")


def with_session(**changes):
    return replace(FAST, session=replace(FAST.session, **changes))


@pytest.fixture
def members(pair):
    return [pair[0].member, pair[1].member]


BROKEN = {
    "an unknown channel": b"\x00\x00\x00\x01\x09x",
    "a frame of 4 GiB": b"\xff\xff\xff\xff\x01",
    "an unknown control frame": b"\x00\x00\x00\x01\x00\x63",
    "an answer to a ping without a time": b"\x00\x00\x00\x01\x00\x02",
    "an answer to a ping with too long a time": b"\x00\x00\x00\x0a\x00\x02" + bytes(9),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_broken_framing_ends_the_session_and_is_a_fault(start, pair, members, case):
    node = await start(pair[1], members)
    raw = await RawMember.greet(pair[0], node)

    raw.writer.write(BROKEN[case])
    await raw.until_closed()

    await node.seen.until(lambda seen: seen.disconnected)
    assert node.seen.frames == []
    assert node.transport.peers()[0].faults == 1


async def test_a_member_that_repeats_faults_is_cut_off_and_refused_while_it_lasts(
    start, pair, members, log
):
    node = await start(pair[1], members, settings=replace(FAST, faults=FaultRules(faults_max=2)))
    raw = await RawMember.greet(pair[0], node)

    for _ in range(3):
        node.transport.penalise(pair[0].member.public_key, "a vote by nobody")
    await raw.until_closed()
    again = RawMember.greet(pair[0], node)
    with suppress(ConnectionResetError, OSError):
        await again

    await log.until("agency-0 is cut off for")
    assert len(log.having('peer_fault peer=agency-0 reason="a vote by nobody"')) == 1
    assert len(node.seen.connected) == 1
    assert node.transport.peers()[0].banned_s > 0


async def test_a_member_comes_back_by_itself_when_the_ban_is_over(start, pair, members):
    settings = replace(FAST, faults=FaultRules(faults_max=0, ban_s=0.1))
    first = await start(pair[0], members, settings=settings)
    second = await start(pair[1], members)
    await first.until_connected()

    first.transport.penalise(second.key, "a vote by nobody")

    await first.seen.until(lambda seen: len(seen.connected) == 2)
    assert "cut off after repeated faults" in first.seen.disconnected[0][1]


async def test_faults_of_strangers_are_not_kept(start, pair, members):
    node = await start(pair[1], members)

    node.transport.penalise(b"\x99" * 32, "nobody")

    assert [peer.faults for peer in node.transport.peers()] == [0]


async def test_a_quiet_member_is_pinged_and_its_round_trip_is_known(start, pair, members):
    node = await start(pair[1], members, settings=with_session(ping_s=0.02))
    raw = await RawMember.greet(pair[0], node)

    for _ in range(2):
        assert await raw.read() == (CONTROL, PING)
        raw.write(CONTROL, PONG)

    assert node.transport.peers()[0].round_trip_ms > 0


async def test_a_ping_is_answered(start, pair, members):
    node = await start(pair[1], members, settings=replace(FAST, now_ms=lambda: NOW_MS))
    raw = await RawMember.greet(pair[0], node)
    assert await raw.read() == (CONTROL, PING)

    raw.write(CONTROL, PING)

    assert await raw.read() == (CONTROL, PONG)


async def test_a_member_with_another_clock_is_seen_with_the_first_ping(start, pair, members):
    ahead = replace(FAST, now_ms=lambda: NOW_MS + 5_000)
    first = await start(pair[0], members, settings=ahead)
    second = await start(pair[1], members, settings=replace(FAST, now_ms=lambda: NOW_MS))
    nodes = (first, second)

    async with asyncio.timeout(10):
        while any(  # noqa: ASYNC110 - a pong has no event
            node.transport.peers()[0].clock_offset_ms is None for node in nodes
        ):
            await asyncio.sleep(0.002)

    # The clocks stand still, so that half a round trip is all that may be added.
    seen_by_first, seen_by_second = (node.transport.peers()[0] for node in nodes)
    for seen, offset_ms in ((seen_by_first, -5_000), (seen_by_second, 5_000)):
        assert seen.clock_offset_ms == pytest.approx(offset_ms + seen.round_trip_ms / 2)


async def test_a_silent_member_is_given_up(start, pair, members):
    settings = with_session(ping_s=0.02, silence_s_max=0.1)
    node = await start(pair[1], members, settings=settings)
    raw = await RawMember.greet(pair[0], node)

    await raw.until_closed()

    await node.seen.until(lambda seen: seen.disconnected)
    assert node.seen.disconnected == [(pair[0].member.public_key, "silent for 0.1 s")]


async def test_a_member_that_takes_no_bytes_is_evicted(start, pair, members):
    settings = with_session(ping_s=0.02, write_stall_s_max=0.1)
    node = await start(pair[1], members, settings=settings)
    raw = await RawMember.greet(pair[0], node)
    raw.writer.transport.pause_reading()

    accepted = [
        node.transport.send(pair[0].member.public_key, Channel.SYNC, bytes(1_000_000))
        for _ in range(64)
    ]

    await node.seen.until(lambda seen: seen.disconnected)
    assert not all(accepted)
    assert node.seen.disconnected == [(pair[0].member.public_key, "takes no bytes for 0.1 s")]


async def test_a_handler_that_fails_costs_the_session_and_is_logged(start, pair, members, log):
    node = await start(pair[1], members)
    raw = await RawMember.greet(pair[0], node)

    def fail(peer, channel, payload):
        raise ValueError("a bug")

    node.seen.on_frame = fail
    raw.write(Channel.CONSENSUS, b"vote")
    await raw.until_closed()

    assert await log.until("frame_handler_failed peer=agency-0")
    assert node.seen.disconnected[0][1] == "our frame handler failed"
    assert node.transport.peers()[0].faults == 0


async def test_frames_behind_a_broken_one_are_not_handed_on(start, pair, members):
    node = await start(pair[1], members)
    raw = await RawMember.greet(pair[0], node)

    raw.write(Channel.CONSENSUS, b"before")
    raw.writer.write(BROKEN["an unknown channel"])
    raw.write(Channel.CONSENSUS, b"behind")
    await raw.until_closed()

    await node.seen.until(lambda seen: seen.disconnected)
    assert [payload for _peer, _channel, payload in node.seen.frames] == [b"before"]


def test_default_bounds_fit_each_other():
    settings = SessionSettings()

    assert settings.ping_s * 2 < settings.silence_s_max
