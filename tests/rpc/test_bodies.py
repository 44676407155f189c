"""The requests of all clients together hold a bounded number of bytes."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import pytest

from node.rpc import RpcSettings
from node.rpc.bodies import Bodies
from node.rpc.errors import TooManyBytes
from tests.mempool.builders import until
from tests.rpc.node import running_node

WAITS = {"jsonrpc": "2.0", "id": 1, "method": "tx_wait"}
WAITED_FOR = bytes([0x11]) * 32
CALL = json.dumps(
    WAITS | {"params": {"transaction_id": "0x" + WAITED_FOR.hex(), "timeout_ms": 60_000}}
).ljust(1_000)
STATUS = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "chain_getStatus"})


@asynccontextmanager
async def full_node(tmp_path):
    """A node for 3,000 bytes of requests, with a call of 1,000 that waits: all of one address."""
    async with running_node(tmp_path, RpcSettings(bodies_bytes_max=3_000)) as node:
        waiting = asyncio.create_task(node.post(CALL))
        await until(lambda: node.server.bodies.bytes_held == 1_000)
        yield node, waiting
        node.server.on_dropped(WAITED_FOR)
        await waiting


async def test_over_the_bound_a_request_is_refused_by_name_and_may_be_sent_again(tmp_path):
    async with full_node(tmp_path) as (node, _waiting):
        status, answer = await node.post(STATUS)

    assert status == 503
    assert answer["error"]["data"]["code"] == "TOO_MANY_BYTES"


async def test_over_the_bound_a_call_on_a_socket_is_refused_and_the_socket_stays(tmp_path):
    async with (
        full_node(tmp_path) as (node, waiting),
        node.session.ws_connect(f"{node.url}/ws") as ws,
    ):
        await ws.send_str(STATUS)
        refused = json.loads(await ws.receive_str(timeout=5))
        node.server.on_dropped(WAITED_FOR)
        await waiting
        await ws.send_str(STATUS)
        answered = json.loads(await ws.receive_str(timeout=5))

    assert refused["error"]["data"]["code"] == "TOO_MANY_BYTES"
    assert "result" in answered


def test_however_much_some_addresses_hold_the_next_one_has_room():
    bodies = Bodies(1_000_000)
    for number in range(20):
        with suppress(TooManyBytes):
            while True:
                bodies.take(f"10.0.0.{number}", 1_000)

    bodies.take("10.0.1.1", 900)

    assert bodies.bytes_held < 1_000_000


async def test_an_answered_request_is_held_no_more(tmp_path):
    async with running_node(tmp_path, RpcSettings(bodies_bytes_max=2_000)) as node:
        for _ in range(50):
            status, _answer = await node.post(STATUS)
            assert status == 200

        assert node.server.bodies.bytes_held == 0


def test_a_request_that_is_refused_half_way_gives_back_what_it_held():
    bodies = Bodies(300)

    with bodies.held("10.0.0.1") as held:
        held.grow(80)
        with pytest.raises(TooManyBytes, match="80 of 10"):
            held.grow(31)
        assert bodies.bytes_held == 80

    assert bodies.bytes_held == 0


async def test_nothing_is_held_for_a_client_that_has_left_while_it_waited(tmp_path):
    async with running_node(tmp_path, RpcSettings()) as node:
        waiting = asyncio.create_task(node.post(CALL))
        await until(lambda: node.server.bodies.bytes_held == 1_000)

        waiting.cancel()

        await until(lambda: node.server.bodies.bytes_held == 0)
        assert not node.server._services.waiters._futures
