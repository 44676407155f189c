"""How many connections there are, and who makes room for whom."""

import asyncio
import json
import select
import socket
from contextlib import ExitStack, suppress
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest

from node.rpc import ConnectionLimits, RpcSettings
from node.rpc.auth import Auth
from node.rpc.line import Client, ShareLimits, too_busy
from tests.mempool.builders import until
from tests.rpc.node import running_node
from tests.rpc.test_server import STATUS, connection, everything, request_of, upgrade


def waiting_for(transaction_id: str) -> bytes:
    params = {"transaction_id": transaction_id, "timeout_ms": 60_000}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tx_wait", "params": params}
    return request_of(json.dumps(call))


QUEUE_MAX = int(Path("/proc/sys/net/core/somaxconn").read_text(encoding="ascii"))


async def test_more_sockets_than_allowed_are_refused_by_name_and_others_served(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(sockets_max=1))
    async with running_node(tmp_path, settings) as node, connection(node) as (_, first):
        first.write(waiting_for("0x" + "00" * 32))
        await until(lambda: node.server._services.waiters._futures)
        async with connection(node) as (reader, _writer):
            refused = await everything(reader)

        assert node.server._services.waiters._futures

    assert b" 503 " in refused
    assert b"TOO_MANY_SOCKETS" in refused


@pytest.mark.parametrize("has_sockets", [False, True], ids=["idle", "WebSockets"])
async def test_many_addresses_with_a_socket_each_shut_nobody_out(tmp_path, has_sockets):
    limits = ConnectionLimits(sockets_max=4, idle_s=0.0)
    async with running_node(tmp_path, RpcSettings(limits=limits)) as node:
        held = []
        for number in range(2, 6):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", node.server.port, local_addr=(f"127.0.0.{number}", 0)
            )
            writer.write(upgrade() if has_sockets else b"POST /rpc HTTP/1.1\r\n")
            held.append((reader, writer))
        await until(lambda: len(node.server.public.connections) == 4)

        served = [await node.call("chain_getStatus") for _ in range(2)]
        closed = await everything(held[0][0])

        assert served[0] == served[1]
        assert b" 503 " not in closed
        for _reader, writer in held:
            writer.close()


async def test_a_connection_is_charged_to_its_address_and_waits_for_a_turn(tmp_path, monkeypatch):
    async with running_node(tmp_path) as node:
        share, charged, turns = node.server.public.connections.arrivals, [], []
        monkeypatch.setattr(share, "spend", lambda address, *_more: charged.append(address))

        async def turn(client: Client, _price_s: float) -> None:
            turns.append(client.address)
            raise too_busy("no turn within 2 s")

        monkeypatch.setattr(share, "turn", turn)
        async with connection(node) as (reader, writer):
            writer.write(request_of(STATUS))
            refused = await everything(reader)

        assert len(node.server.public.connections) == 0

    assert b" 429 " in refused
    assert b"Retry-After: 1\r\n" in refused
    assert turns == ["127.0.0.1"]
    assert set(charged) == {"127.0.0.1"}


async def test_who_is_connected_does_not_wait_for_a_flood_of_those_who_come(tmp_path):
    async with running_node(tmp_path) as node:
        await node.call("chain_getStatus")  # on a connection that stays open
        node.server.public.connections.arrivals.spend("10.0.0.9", 1_000.0)

        status = await node.call("chain_getStatus")

    assert status["height"] == 0


async def test_a_connection_from_the_agencys_own_network_waits_for_no_stranger(tmp_path):
    settings = RpcSettings(auth=Auth(own_networks=(ip_network("127.0.0.0/8"),)))
    async with running_node(tmp_path, settings) as node:
        node.server.public.connections.arrivals.spend("127.0.0.1", 1_000.0)
        async with connection(node) as (reader, writer):
            writer.write(request_of(STATUS))
            served = await reader.readuntil(b"}}")

    assert b"200 OK" in served


async def test_whoever_is_turned_out_before_its_turn_is_answered_too(tmp_path):
    limits = ConnectionLimits(half_open_per_ip_max=1)
    share = ShareLimits(part=0.000_001)
    async with running_node(tmp_path, RpcSettings(limits=limits, share=share)) as node:
        node.server.public.connections.arrivals.spend("127.0.0.1", 10.0)
        async with connection(node) as (reader, _), connection(node) as (_reader, _writer):
            refused = await everything(reader)

    assert b" 429 " in refused
    assert b"connections of 127.0.0.1 wait already" in refused


async def test_a_client_behind_a_flood_of_connections_stands_in_the_queue_and_need_not_ask_again(
    tmp_path,
):
    queued = min(600, QUEUE_MAX)
    async with running_node(tmp_path) as node:
        # No turn of the loop passes meanwhile: nothing is taken out of the queue.
        with ExitStack() as clients:
            for _ in range(queued):
                client = socket.socket()
                clients.enter_context(client)
                client.settimeout(0.0)
                with suppress(BlockingIOError):
                    client.connect(("127.0.0.1", node.server.port))
                _, connected, _ = select.select([], [client], [], 0.5)
                assert connected


async def test_one_that_may_not_stay_is_answered_before_anything_is_made_for_it(
    tmp_path, monkeypatch
):
    settings = RpcSettings(limits=ConnectionLimits(sockets_per_ip_max=1))
    async with running_node(tmp_path, settings) as node, connection(node) as (_reader, writer):
        writer.write(waiting_for("0x" + "00" * 32))
        await until(lambda: node.server._services.waiters._futures)
        connections, made, charged = node.server.public.connections, [], []
        monkeypatch.setattr(connections, "guard", lambda: made.append(1))
        monkeypatch.setattr(connections.arrivals, "spend", lambda *spent: charged.append(spent))
        answers = []
        for _ in range(20):
            async with connection(node) as (reader, other):
                other.write(request_of(STATUS))
                answers.append(await everything(reader))

    assert all(b"TOO_MANY_SOCKETS" in answer for answer in answers)
    assert b"Retry-After: 5" in answers[0]
    assert made == []
    assert len(charged) >= len(answers)
    assert {address for address, *_ in charged} == {"127.0.0.1"}


async def test_one_address_may_not_take_all_sockets(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(sockets_per_ip_max=1))
    async with running_node(tmp_path, settings) as node, connection(node) as (_reader, writer):
        writer.write(waiting_for("0x" + "00" * 32))
        await until(lambda: node.server._services.waiters._futures)
        async with connection(node) as (reader, _writer):
            refused = await everything(reader)

    assert b"127.0.0.1" in refused
    assert b"TOO_MANY_SOCKETS" in refused


async def test_the_idle_socket_that_was_used_least_lately_makes_room(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(sockets_per_ip_max=2, idle_s=0.0))
    async with (
        running_node(tmp_path, settings) as node,
        connection(node) as (first_reader, first_writer),
        connection(node) as (second_reader, _second_writer),
    ):
        await until(lambda: len(node.server.public.connections) == 2)
        first_writer.write(request_of(STATUS))
        await first_reader.readuntil(b"}}")

        async with connection(node) as (third_reader, third_writer):
            third_writer.write(request_of(STATUS))
            served = await third_reader.readuntil(b"}}")
            closed = await everything(second_reader)
            first_writer.write(request_of(STATUS))
            again = await first_reader.readuntil(b"}}")

    assert closed == b""
    assert b"200 OK" in served
    assert b"200 OK" in again


async def test_who_opens_more_sockets_than_it_may_does_not_close_its_own_lately_used_ones(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(sockets_per_ip_max=1))
    async with running_node(tmp_path, settings) as node, connection(node) as (first, writer):
        writer.write(request_of(STATUS))
        await first.readuntil(b"}}")
        async with connection(node) as (reader, _writer):
            refused = await everything(reader)
        writer.write(request_of(STATUS))
        again = await first.readuntil(b"}}")

    assert b" 503 " in refused
    assert b"200 OK" in again


async def test_sockets_of_one_address_that_do_nothing_shut_nobody_out(tmp_path):
    limits = ConnectionLimits(sockets_max=3, sockets_per_ip_max=3)
    async with running_node(tmp_path, RpcSettings(limits=limits)) as node:
        url = f"ws://127.0.0.1:{node.server.port}/ws"
        sockets = [await node.session.ws_connect(url) for _ in range(3)]
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", node.server.port, local_addr=("127.0.0.2", 0)
        )
        writer.write(request_of(STATUS))
        served = await reader.readuntil(b"}}")
        writer.close()
        first = await sockets[0].receive(timeout=5)

    assert b"200 OK" in served
    assert first.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE}
