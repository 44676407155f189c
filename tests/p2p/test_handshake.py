"""Who is refused. Each is cut off before any frame is handed on, with one line that says why."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from p2p.envelope import CONTROL, frame_bytes
from p2p.hello import make_hello
from p2p.ports import Channel
from p2p.tls import make_contexts
from primitives.codec import encode
from tests.p2p.builders import (
    CHAIN_ID,
    FAST,
    WAIT_S,
    actor,
    at,
    certificate_issued_by,
    client_context,
    dial_raw,
    free_port,
)

VOTE = frame_bytes(Channel.CONSENSUS, b"vote")


def hello(chain_id, name):
    return frame_bytes(CONTROL, make_hello(chain_id, name))


async def knock(node, context, payload):
    """Dial `node`, send `payload`, and return once the node has closed the connection."""
    with suppress(OSError, ssl.SSLError):
        reader, writer = await dial_raw(node.actor.member, context)
        writer.write(payload)
        await asyncio.wait_for(reader.read(), WAIT_S)


async def refusal(node, log):
    """Return the one line about a refused peer; nothing was handed to the node."""
    line = await log.until("peer_refused")
    assert node.seen.frames == []
    assert node.seen.connected == []
    assert len(log.having("peer_refused")) == 1
    return line


@pytest.fixture
async def server(start, pair):
    """A node that does not dial: it has the higher name of the pair."""
    return await start(pair[1], [pair[0].member, pair[1].member])


HELLOS = {
    "another member's name": (
        lambda own, other: hello(CHAIN_ID, other.name),
        "certificate of agency-0 with the name 'agency-1'",
    ),
    "another chain": (
        lambda own, other: hello("othernet-1", own.name),
        f"is on chain othernet-1, this node on {CHAIN_ID}",
    ),
    "another version": (
        lambda own, other: frame_bytes(CONTROL, encode((3, "new", "fields", 1))),
        "speaks version 3, this node 2",
    ),
    "no msgpack": (lambda own, other: frame_bytes(CONTROL, b"\xff"), "hello is malformed"),
    "no array": (lambda own, other: frame_bytes(CONTROL, encode(1)), "hello is malformed"),
    "a field too few": (
        lambda own, other: frame_bytes(CONTROL, encode((2, CHAIN_ID))),
        "hello is malformed",
    ),
    "a frame before the hello": (lambda own, other: b"", "channel 1, which is not open"),
    "a hello too long": (
        lambda own, other: frame_bytes(CONTROL, bytes(257)),
        "a frame above 256 bytes on channel 0",
    ),
}


@pytest.mark.parametrize("case", HELLOS)
async def test_a_hello_that_disagrees_is_refused(server, pair, log, case):
    make, reason = HELLOS[case]
    payload = make(pair[0].member, pair[1].member) + VOTE

    await knock(server, client_context(pair[0], pair[1].member), payload)

    assert reason in await refusal(server, log)


async def test_a_certificate_of_no_member_is_refused(server, pair, tmp_path, log):
    stranger = actor(tmp_path, 2)

    await knock(server, client_context(stranger, pair[1].member), VOTE)

    assert "certificate refused: self-signed certificate" in await refusal(server, log)


async def test_a_stranger_with_a_members_name_is_refused(server, pair, tmp_path, log):
    (tmp_path / "forged").mkdir()
    impostor = actor(tmp_path / "forged", 0)

    payload = hello(CHAIN_ID, pair[0].member.name) + VOTE
    await knock(server, client_context(impostor, pair[1].member), payload)

    assert "certificate refused" in await refusal(server, log)


async def test_a_certificate_that_a_member_issued_to_another_key_is_refused(
    server, pair, tmp_path, log
):
    issued, key = tmp_path / "issued.cert.pem", tmp_path / "issued.key.pem"
    certificate_pem, key_pem = certificate_issued_by(pair[0].identity)
    issued.write_bytes(certificate_pem)
    key.write_bytes(key_pem)
    identity = replace(pair[0].identity, certificate_path=issued, key_path=key)
    context = make_contexts(identity, (pair[1].member,)).client

    await knock(server, context, hello(CHAIN_ID, pair[0].member.name) + VOTE)

    assert "certificate of no member" in await refusal(server, log)


async def test_an_expired_certificate_of_a_member_is_refused(start, tmp_path, log):
    now = datetime.now(UTC)
    old = actor(tmp_path, 0, not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))
    own = actor(tmp_path, 1)
    node = await start(own, [old.member, own.member])

    await knock(node, client_context(old, own.member), hello(CHAIN_ID, old.member.name))

    assert "certificate has expired" in await refusal(node, log)


async def test_no_client_certificate_is_refused(server, pair, log):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=pair[1].member.certificate_der)

    await knock(server, context, hello(CHAIN_ID, pair[0].member.name) + VOTE)

    assert "no client certificate" in await refusal(server, log)


async def test_tls_1_2_is_refused(server, pair, log):
    context = client_context(pair[0], pair[1].member)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    await knock(server, context, VOTE)

    assert "speaks no TLS 1.3" in await refusal(server, log)


@pytest.mark.parametrize("garbage", [bytes(64), b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff"])
async def test_garbage_is_refused(start, pair, log, garbage):
    server = await start(pair[1], [m.member for m in pair], settings=_impatient())

    await knock(server, None, garbage)

    assert "reason=" in await refusal(server, log)


async def test_a_connection_that_never_speaks_is_closed_in_time(start, pair, log):
    server = await start(pair[1], [m.member for m in pair], settings=_impatient())

    await knock(server, None, b"")

    assert "handshake not finished in time" in await refusal(server, log)


async def test_a_member_that_never_says_hello_is_closed_in_time(start, pair, log):
    server = await start(pair[1], [m.member for m in pair], settings=_impatient())

    await knock(server, client_context(pair[0], pair[1].member), b"")

    assert "handshake not finished in time" in await refusal(server, log)


async def test_a_handshake_cut_in_the_middle_is_refused(server, log):
    _reader, writer = await dial_raw(server.actor.member, None)
    writer.write(b"\x16\x03\x01\x00\x80\x01")
    await writer.drain()
    writer.close()

    assert "reason=" in await refusal(server, log)


async def test_a_dial_that_reaches_the_node_itself_is_refused(start, pair, log):
    own, other = pair
    astray = at(other.member, own.member.port)

    node = await start(own, [own.member, astray])

    line = await log.until("peer_not_reached")
    assert "own certificate: a dial to itself or a copy of this node" in line
    assert node.seen.connected == []


async def test_a_copy_of_the_node_with_the_same_key_is_refused_and_named(server, pair, log):
    payload = hello(CHAIN_ID, pair[1].member.name) + VOTE

    await knock(server, client_context(pair[1], pair[1].member), payload)

    assert "own certificate" in await refusal(server, log)


async def test_a_dialled_address_with_another_members_certificate_is_refused(start, trio, log):
    first, second, third = trio
    await start(third, [first.member, third.member])
    astray = at(second.member, third.member.port)

    node = await start(first, [first.member, astray, replace(third.member, port=free_port())])

    line = await log.until("certificate of agency-2 where agency-1 was dialled")
    assert line.startswith("peer_not_reached peer=agency-1")
    assert node.seen.connected == []


async def test_a_dialled_stranger_is_refused(start, pair, tmp_path, log):
    stranger = actor(tmp_path, 2)
    stranger.member = at(stranger.member, pair[1].member.port)
    other = await start(stranger, [pair[0].member, stranger.member])

    node = await start(pair[0], [m.member for m in pair])

    line = await log.until("peer_not_reached")
    assert "certificate refused: self-signed certificate" in line
    assert node.seen.connected == other.seen.connected == []


async def test_the_dialler_learns_that_the_chains_differ(start, pair, log):
    members = [m.member for m in pair]
    await start(pair[1], members, chain_id="othernet-1")

    node = await start(pair[0], members)

    await log.until("is on chain othernet-1, this node on")
    assert node.seen.connected == []


async def test_a_refused_peer_is_logged_once_however_often_it_comes(server, pair, tmp_path, log):
    context = client_context(actor(tmp_path, 2), pair[1].member)

    for _ in range(5):
        await knock(server, context, VOTE)

    await refusal(server, log)


async def test_a_member_is_heard_while_strangers_fill_the_door(start, pair, log):
    settings = replace(FAST, half_open_per_ip_max=4)
    server = await start(pair[1], [m.member for m in pair], settings=settings)
    for _ in range(12):
        await dial_raw(pair[1].member, None)

    client = await start(pair[0], [m.member for m in pair])

    await client.until_connected()
    await server.until_connected()
    assert log.having("too many half-open connections")


async def test_an_address_that_opens_too_many_connections_is_closed_at_once(start, pair, log):
    settings = replace(FAST, accepts_burst=0.0)
    server = await start(pair[1], [m.member for m in pair], settings=settings)

    await knock(server, None, b"")

    assert "opens connections too fast" in await refusal(server, log)


def _impatient():
    return replace(FAST, handshake_s_max=0.3)
