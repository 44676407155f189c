"""A client is read in its turn: what it sends can hold nobody up, and waits in its own buffers."""

import asyncio
import logging
import time
from contextlib import asynccontextmanager, suppress
from time import thread_time

import pytest

from node.rpc import ConnectionLimits, RpcSettings
from node.rpc.intake import Intake
from node.rpc.line import Client, ShareLimits
from node.rpc.share import SLICE_S, Share
from tests.mempool.builders import until
from tests.rpc.node import running_node
from tests.rpc.test_connections import waiting_for
from tests.rpc.test_server import STATUS, request_of, upgrade

FLOODER = "127.0.0.2"
MASK = b"\x80\x00\x00\x00\x00"  # masked, no bytes, a mask of zeros
PING, EMPTY_FRAGMENT = b"\x89" + MASK, b"\x00" + MASK
FIRST_FRAGMENT = b"\x01" + MASK
CHUNK = b"1\r\n \r\n"
FLOOD_BYTES = 6 * 1024 * 1024  # more than the buffers of a connection hold
READ_BYTES_MAX = 512 * 1024  # while the others are answered; before it was all of the flood
CALLS = 20
PINGS = 20_000


@asynccontextmanager
async def flooder(node, opening: bytes):
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", node.server.port, local_addr=(FLOODER, 0)
    )
    writer.write(opening)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def chunked() -> bytes:
    return b"POST /rpc HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


def count_of_flooder(node) -> int:
    guards = node.server.public.connections._guards.values()
    return sum(guard.client.address == FLOODER for guard in guards)


async def swallow(reader: asyncio.StreamReader) -> None:
    """Take whatever comes, as a client does that wants no mercy for not reading."""
    with suppress(ConnectionError):
        while await reader.read(65_536):
            pass


FLOODS = {
    "pings": (upgrade(), PING),
    "fragments": (upgrade() + FIRST_FRAGMENT, EMPTY_FRAGMENT),
    "chunks": (chunked(), CHUNK),
}


@pytest.mark.parametrize("kind", sorted(FLOODS))
async def test_a_client_over_its_share_is_not_read_while_others_are_answered(
    node, kind, monkeypatch
):
    opening, piece = FLOODS[kind]
    read = 0

    def passed_on(given):
        nonlocal read
        read += len(given)

    async with flooder(node, opening) as (reader, writer):
        await until(lambda: len(node.server.public.connections) == 1)
        [guard] = node.server.public.connections._guards.values()
        take = guard.intake._take
        guard.intake._take = lambda given: (passed_on(given), take(given))
        taking = asyncio.ensure_future(swallow(reader))
        share, now_s = node.server.share, time.monotonic()
        monkeypatch.setattr(share, "_clock", lambda: now_s)  # nothing is gained meanwhile
        monkeypatch.setattr(share._line, "_clock", lambda: now_s)
        share.spend(FLOODER, share.limits.burst_s + 0.01)  # it is over its share already

        writer.write(piece * (FLOOD_BYTES // len(piece)))
        answers = [await node.answer("chain_getStatus") for _ in range(CALLS)]

        assert all("result" in answer for answer in answers)
        assert read < READ_BYTES_MAX
        await until(lambda: not guard._transport.is_reading())
        taking.cancel()


async def test_pings_are_answered_a_slice_of_them_in_a_turn(node):
    held_s = []
    spend = node.server.share.spend

    def spent(address, used_s, *held) -> None:
        held_s.append(used_s)
        spend(address, used_s, *held)

    node.server.share.spend = spent
    async with flooder(node, upgrade() + PING * PINGS) as (reader, _writer):
        await reader.readuntil(b"\r\n\r\n")
        pongs = await reader.readexactly(2 * PINGS)

    assert pongs == b"\x8a\x00" * PINGS
    assert len(held_s) > PINGS / 1_000  # steps, of which none answers them all


async def test_a_body_that_comes_in_many_pieces_is_read_whole(node):
    padded = STATUS + " " * 900_000

    status, answer = await node.post(padded)

    assert status == 200
    assert "result" in answer


class Transport:
    """A transport as far as its reading goes."""

    def __init__(self) -> None:
        self.is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def is_closing(self) -> bool:
        return False


async def test_a_connection_is_read_again_only_when_the_last_reason_against_it_is_gone():
    transport = Transport()
    client = Client("10.0.0.1", 1)
    intake = Intake(transport, lambda _piece: None, client, Share(), lambda _fault: True)

    intake.pause("rest")
    intake.pause("taker")
    intake.resume("taker")

    assert not transport.is_read
    intake.resume("rest")
    assert transport.is_read


async def test_what_reading_costs_is_charged_and_the_next_piece_is_smaller():
    client, share = Client("10.0.0.1", 1), Share()
    intake = Intake(Transport(), lambda _piece: None, client, share, lambda _fault: True)

    first = intake.begin()
    end_s = thread_time() + SLICE_S
    while thread_time() < end_s:  # as TLS does, in records of a byte each
        pass
    intake.put(b"x")

    assert intake.begin() == first // 2
    assert share._line._accounts[client.address].used_s >= SLICE_S


@pytest.mark.parametrize("opening", ["a call that waits", "a body that does not come"])
async def test_calls_that_wait_and_slow_bodies_shut_nobody_out(tmp_path, opening):
    limits = ConnectionLimits(sockets_max=3, sockets_per_ip_max=3)
    first = waiting_for("0x" + "00" * 32)
    if opening == "a body that does not come":
        first = request_of(STATUS)[:-1]
    async with running_node(tmp_path, RpcSettings(limits=limits)) as node:
        async with flooder(node, first) as (_, _), flooder(node, first), flooder(node, first):
            connections = node.server.public.connections
            await until(lambda: len(connections) == 3)
            await until(lambda: not any(guard.is_idle for guard in connections._guards.values()))

            answer = await node.answer("chain_getStatus")

        assert "result" in answer


async def test_a_message_that_is_not_whole_is_counted_and_its_socket_dropped_without_room(
    tmp_path, caplog
):
    caplog.set_level(logging.INFO)
    half = b"\x01\xff" + (1_000_000).to_bytes(8) + bytes(4) + b" " * 90_000
    async with running_node(tmp_path, RpcSettings(bodies_bytes_max=300_000)) as node:
        bodies = node.server.bodies
        async with flooder(node, upgrade()) as (_, first), flooder(node, upgrade()) as (_, second):
            await until(lambda: count_of_flooder(node) == 2)
            first.write(half)
            await until(lambda: bodies.bytes_held >= len(half))
            second.write(half)
            await until(lambda: count_of_flooder(node) == 1)
            answered = await node.answer("chain_getStatus")

        assert "result" in answered
        [entry] = [entry for entry in caplog.records if entry.msg == "socket_dropped"]
        assert entry.reason == "a message without an end"
        await until(lambda: bodies.bytes_held == 0)


async def test_a_request_that_gets_no_turn_to_be_read_is_answered_429(tmp_path):
    dry = ShareLimits(part=0.000_001, burst_s=0.001, wait_s_max=0.01)
    async with running_node(tmp_path, RpcSettings(share=dry)) as node:
        node.server.share.spend("10.0.0.9", 1.0)

        status, answer = await node.post(STATUS)

    assert status == 429
    assert answer["error"]["data"]["code"] == "TOO_BUSY"


@pytest.mark.parametrize("kind", ["a body", "chunks", "pings"])
async def test_a_client_that_leaves_in_the_middle_is_no_entry_in_the_log(node, caplog, kind):
    caplog.set_level(logging.INFO)
    opening = {
        "a body": request_of(STATUS)[:-5],
        "chunks": chunked() + CHUNK * 100,
        "pings": upgrade(),
    }[kind]

    for _ in range(5):
        async with flooder(node, opening) as (reader, writer):
            await until(lambda: count_of_flooder(node) == 1)
            if kind == "pings":
                await reader.readuntil(b"\r\n\r\n")
                writer.write(PING * 2_000)
            await node.answer("chain_getStatus")
        await until(lambda: count_of_flooder(node) == 0)

    assert [entry.getMessage() for entry in caplog.records if entry.name != "asyncio"] == []
    assert not [entry for entry in caplog.records if entry.exc_info]


async def test_what_waits_of_a_lost_connection_touches_its_transport_no_more():
    share = Share(ShareLimits(part=0.000_001, wait_s_max=0.0))
    share.spend("10.0.0.9", 1.0)
    transport = LostTransport()
    intake = Intake(transport, lambda _piece: None, Client("10.0.0.1", 1), share, lambda _f: True)

    intake.end()
    intake.pause("taker")
    intake.resume("taker")
    intake.rest(0.0)

    assert intake._rest is None


class LostTransport:
    """One whose client is gone, and that does not say so: uvloop's raises."""

    def is_closing(self):
        return False

    def pause_reading(self):
        raise RuntimeError("the handler is closed")

    resume_reading = pause_reading
