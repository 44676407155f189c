"""Sessions between honest members."""

import asyncio
from dataclasses import replace

import pytest

from p2p.ports import Channel
from primitives.errors import InvariantBroken
from primitives.limits import FRAME_BYTES_MAX
from tests.p2p.builders import FAST, WAIT_S, client_context, dial_raw, free_port

CHANNELS = [Channel.CONSENSUS, Channel.SYNC, Channel.TRANSACTIONS]


async def started_pair(start, pair):
    members = [pair[0].member, pair[1].member]
    first = await start(pair[0], members)
    second = await start(pair[1], members)
    await first.until_connected()
    await second.until_connected()
    return first, second


async def test_members_connect_and_exchange_frames_on_every_channel(start, pair):
    first, second = await started_pair(start, pair)

    for channel in CHANNELS:
        assert first.transport.send(second.key, channel, b"to the second")
        assert second.transport.send(first.key, channel, b"to the first")

    await second.seen.until(lambda seen: len(seen.frames) == 3)
    await first.seen.until(lambda seen: len(seen.frames) == 3)
    assert second.seen.frames == [(first.key, c, b"to the second") for c in CHANNELS]
    assert first.seen.frames == [(second.key, c, b"to the first") for c in CHANNELS]


async def test_the_lower_key_dials_so_that_a_pair_has_one_session(start, trio):
    members = [actor.member for actor in trio]

    nodes = [await start(actor, members) for actor in trio]
    for node in nodes:
        await node.until_connected(2)

    dialled = [[peer.is_dialled for peer in node.transport.peers()] for node in nodes]
    assert dialled == [[True, True], [False, True], [False, False]]
    assert all(len(node.seen.connected) == 2 for node in nodes)


async def test_broadcast_reaches_every_connected_member(start, trio):
    members = [actor.member for actor in trio]
    nodes = [await start(actor, members) for actor in trio]
    for node in nodes:
        await node.until_connected(2)

    nodes[0].transport.broadcast(Channel.CONSENSUS, b"vote")

    for node in nodes[1:]:
        await node.seen.until(lambda seen: seen.frames)
        assert node.seen.frames == [(nodes[0].key, Channel.CONSENSUS, b"vote")]


async def test_the_largest_frame_arrives_whole(start, pair):
    first, second = await started_pair(start, pair)
    block = bytes(range(256)) * (FRAME_BYTES_MAX // 256)

    first.transport.send(second.key, Channel.SYNC, block)

    await second.seen.until(lambda seen: seen.frames)
    assert second.seen.frames == [(first.key, Channel.SYNC, block)]


async def test_a_vote_overtakes_the_blocks_queued_before_it(start, pair):
    first, second = await started_pair(start, pair)

    for _ in range(3):
        first.transport.send(second.key, Channel.SYNC, bytes(FRAME_BYTES_MAX))
    first.transport.send(second.key, Channel.CONSENSUS, b"vote")

    await second.seen.until(lambda seen: len(seen.frames) == 4)
    assert second.seen.frames[0] == (first.key, Channel.CONSENSUS, b"vote")


async def test_an_own_frame_above_the_limit_is_our_bug(start, pair):
    first, second = await started_pair(start, pair)

    with pytest.raises(InvariantBroken, match="at most"):
        first.transport.send(second.key, Channel.CONSENSUS, bytes(FRAME_BYTES_MAX + 1))


async def test_nothing_is_sent_to_a_member_that_is_not_connected(start, pair):
    first = await start(pair[0], [pair[0].member, pair[1].member])

    assert not first.transport.send(pair[1].member.public_key, Channel.CONSENSUS, b"vote")


async def test_a_session_comes_back_after_the_other_side_restarts(start, pair):
    first, second = await started_pair(start, pair)

    await second.transport.stop()
    await first.seen.until(lambda seen: len(seen.disconnected) == 1)
    again = await start(pair[1], [pair[0].member, pair[1].member])
    await again.until_connected()
    await first.seen.until(lambda seen: len(seen.connected) == 2)
    first.transport.send(again.key, Channel.CONSENSUS, b"vote")

    await again.seen.until(lambda seen: seen.frames)
    assert first.seen.connected == [again.key, again.key]


async def test_the_newest_session_of_a_member_wins(start, pair, log):
    first, second = await started_pair(start, pair)

    twin = await start(pair[0], [pair[0].member, pair[1].member], settings=_other_port())
    await twin.until_connected()

    await second.seen.until(lambda seen: len(seen.connected) == 2)
    assert second.seen.disconnected == [(first.key, "replaced by a newer session")]
    assert second.transport.connected() == (first.key,)


async def test_stop_ends_sessions_on_both_sides(start, pair):
    first, second = await started_pair(start, pair)

    await second.transport.stop()

    await first.seen.until(lambda seen: seen.disconnected)
    assert second.seen.disconnected == [(first.key, "this node is stopping")]
    assert second.transport.connected() == ()


async def test_waiting_for_the_end_returns_when_it_was_stopped(start, pair):
    first = await start(pair[0], [pair[0].member])
    waiting = asyncio.create_task(first.transport.wait_stopped())
    await asyncio.sleep(0)  # let it begin to wait

    await first.transport.stop()

    assert await asyncio.wait_for(waiting, WAIT_S) is None


async def test_a_transport_starts_once(start, pair):
    first = await start(pair[0], [pair[0].member])

    with pytest.raises(InvariantBroken, match="started twice"):
        await first.transport.start()


async def test_a_second_listener_on_the_address_is_a_clear_local_fault(start, pair):
    await start(pair[0], [pair[0].member])

    with pytest.raises(Exception, match=f"cannot listen on 127.0.0.1:{pair[0].member.port}"):
        await start(pair[0], [pair[0].member])


async def test_operators_see_each_member_and_its_session(start, trio):
    members = [actor.member for actor in trio]
    first = await start(trio[0], members)
    second = await start(trio[1], members)
    await first.until_connected()
    second.transport.broadcast(Channel.TRANSACTIONS, b"transactions")
    await first.seen.until(lambda seen: seen.frames)

    connected, absent = first.transport.peers()

    assert (connected.name, connected.is_connected) == ("agency-1", True)
    assert connected.frames_in > 0
    assert connected.bytes_in > len(b"transactions")
    assert (absent.name, absent.is_connected, absent.is_dialled) == ("agency-2", False, None)


async def test_a_session_over_tls_names_tls_1_3_and_resumes_nothing(start, pair):
    second = await start(pair[1], [pair[0].member, pair[1].member])
    context = client_context(pair[0], second.actor.member)

    reader, writer = await dial_raw(second.actor.member, context)
    await asyncio.wait_for(reader.readexactly(1), WAIT_S)  # session tickets would come before

    tls = writer.get_extra_info("ssl_object")
    assert tls.version() == "TLSv1.3"
    assert tls.session is None or not tls.session.has_ticket


def _other_port():
    return replace(FAST, listen_port=free_port())
