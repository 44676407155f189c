"""How many connections there are, and who makes room for whom."""

import asyncio
import json
import socket
from itertools import pairwise

import aiohttp
import pytest

from node.rpc import ConnectionLimits, RpcSettings
from tests.mempool.builders import until
from tests.rpc.node import running_node
from tests.rpc.test_server import STATUS, connection, everything, request_of, upgrade


def waiting_for(transaction_id: str) -> bytes:
    params = {"transaction_id": transaction_id, "timeout_ms": 60_000}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tx_wait", "params": params}
    return request_of(json.dumps(call))


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


async def test_waiting_connections_are_taken_one_a_turn_and_charged_to_their_address(
    tmp_path, monkeypatch
):
    async with running_node(tmp_path) as node:
        server, charged = node.server, []
        monkeypatch.setattr(server.share, "spend", lambda address, *_more: charged.append(address))
        sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        counts = [len(charged)]
        while counts[-1] < len(sockets):
            await asyncio.sleep(0)
            counts.append(len(charged))
        for client in sockets:
            client.close()

    assert {later - earlier for earlier, later in pairwise(counts)} <= {0, 1}
    assert set(charged) == {"127.0.0.1"}


async def test_one_that_may_not_stay_is_answered_before_anything_is_made_for_it(
    tmp_path, monkeypatch
):
    settings = RpcSettings(limits=ConnectionLimits(sockets_per_ip_max=1))
    async with running_node(tmp_path, settings) as node, connection(node) as (_reader, writer):
        writer.write(waiting_for("0x" + "00" * 32))
        await until(lambda: node.server._services.waiters._futures)
        connections, made, charged = node.server.public.connections, [], []
        monkeypatch.setattr(connections, "guard", lambda: made.append(1))
        monkeypatch.setattr(connections.share, "spend", lambda *spent: charged.append(spent))
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
