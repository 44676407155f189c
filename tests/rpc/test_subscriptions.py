"""Subscriptions over the WebSocket, and what happens to one that does not read."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest

from node.rpc.render import Renderer
from node.rpc.schemas import SubscribeParams, read_params
from node.rpc.subscriptions import Outbox, Publisher, topic_of
from node.rpc.values import hex_of
from primitives.ids import address_of, show_address
from tests.builders import key
from tests.execution.chain import ALICE, BANK, BOB
from tests.mempool.builders import until
from tests.rpc.described import DESCRIBED, validator

ITEMS = validator({"anyOf": [*DESCRIBED["events_subscribe"]["x-items"].values()]})
ALICE_SHOWN = show_address(address_of(ALICE.public_key))


class Socket:
    """A client's WebSocket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def ask(self, method: str, **params: object) -> dict:
        """Send one call and return the next frame."""
        await self.ws.send_str(
            json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        )
        return await self.next()

    async def next(self) -> dict:
        """Return the next frame."""
        frame = json.loads(await self.ws.receive_str(timeout=5))
        if frame.get("method") == "events_notify":
            ITEMS.validate(frame["params"]["item"])
        return frame


@asynccontextmanager
async def connected(node):
    async with node.session.ws_connect(f"{node.url}/ws") as ws:
        yield Socket(ws)


async def commit_transfer(node, amount: int = 5):
    item = node.chain.transfer(ALICE, BOB, amount)
    await node.mempool.admission.submit([item.raw])
    return item, node.commit()


async def test_calls_are_answered_on_the_socket_too(node):
    async with connected(node) as ws:
        answer = await ws.ask("chain_getStatus")
        refusal = await ws.ask("nothing")

    assert answer["result"]["height"] == 1
    assert refusal["error"]["data"]["code"] == "UNKNOWN_RPC_METHOD"


async def test_subscribers_to_blocks_are_told_of_each_block_in_order(node):
    async with connected(node) as ws:
        answer = await ws.ask("events_subscribe", kind="blocks")
        committed = [await commit_transfer(node) for _ in range(3)]
        items = [(await ws.next())["params"] for _ in range(3)]

    assert [item["subscription"] for item in items] == [answer["result"]] * 3
    assert [item["item"]["height"] for item in items] == [2, 3, 4]
    assert items[0]["item"]["transaction_ids"] == [hex_of(committed[0][0].transaction_id)]
    assert items[0]["item"]["hash"] == hex_of(committed[0][1].block.hash)


@pytest.mark.parametrize(
    "chosen", [{}, {"contract": "cbdc"}, {"contract": "cbdc", "event": "Transferred"}]
)
async def test_subscribers_to_events_are_told_of_those_they_chose(node, chosen):
    async with connected(node) as ws:
        await ws.ask("events_subscribe", kind="events", filter=chosen)
        item, _committed = await commit_transfer(node, 7)
        told = (await ws.next())["params"]["item"]

    assert (told["contract"], told["name"], told["height"]) == ("cbdc", "Transferred", 2)
    assert told["fields"]["amount"] == 7
    assert told["transaction_id"] == hex_of(item.transaction_id)


async def test_subscribers_to_an_address_are_told_of_what_it_sends_and_receives(node):
    async with connected(node) as ws:
        await ws.ask("events_subscribe", kind="address", filter={"address": ALICE_SHOWN})
        others = node.chain.issue(BOB, 5)
        sent = node.chain.transfer(ALICE, BOB, 7)
        received = node.chain.issue(ALICE, 9)
        await node.mempool.admission.submit([others.raw, sent.raw, received.raw])
        node.commit()
        told = [(await ws.next())["params"]["item"]["transaction_id"] for _ in range(2)]

    assert told == [hex_of(sent.transaction_id), hex_of(received.transaction_id)]
    assert BANK.public_key == received.signatures[0][0]


async def test_an_ended_subscription_is_told_nothing(node):
    async with connected(node) as ws:
        subscription = (await ws.ask("events_subscribe", kind="blocks"))["result"]
        ended = await ws.ask("events_unsubscribe", subscription=subscription)
        again = await ws.ask("events_unsubscribe", subscription=subscription)
        await commit_transfer(node)
        after = await ws.ask("chain_getStatus")

    assert (ended["result"], again["result"]) == (True, False)
    assert after["result"]["height"] == 2


async def test_a_closed_socket_leaves_no_subscription(node):
    async with connected(node) as ws:
        await ws.ask("events_subscribe", kind="blocks")
    await until(lambda: not node.server._publisher._subscribers)

    _item, committed = await commit_transfer(node)

    assert committed.block.height == 2


BAD_SUBSCRIPTIONS = {
    "address missing": ({"kind": "address"}, "BAD_PARAMETERS"),
    "not an address": ({"kind": "address", "filter": {"address": "sph1x"}}, "BAD_ADDRESS"),
    "address for blocks": (
        {"kind": "blocks", "filter": {"address": ALICE_SHOWN}},
        "BAD_PARAMETERS",
    ),
    "event without contract": ({"kind": "events", "filter": {"event": "X"}}, "BAD_PARAMETERS"),
    "unknown filter": ({"kind": "events", "filter": {"colour": "red"}}, "BAD_PARAMETERS"),
}


@pytest.mark.parametrize("name", BAD_SUBSCRIPTIONS)
async def test_a_bad_subscription_is_refused_by_name(node, name):
    params, code = BAD_SUBSCRIPTIONS[name]

    async with connected(node) as ws:
        answer = await ws.ask("events_subscribe", **params)

    assert answer["error"]["data"]["code"] == code


async def test_subscriptions_of_one_socket_are_bounded(node):
    async with connected(node) as ws:
        names = [show_address(key(number).public_key[:20]) for number in range(33)]
        answers = [
            await ws.ask("events_subscribe", kind="address", filter={"address": name})
            for name in names
        ]

    assert answers[-1]["error"]["data"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
    assert "result" in answers[-2]


async def test_equal_subscriptions_of_a_socket_are_one(node):
    async with connected(node) as ws:
        answers = [await ws.ask("events_subscribe", kind="blocks") for _ in range(40)]
        await commit_transfer(node)
        told = await ws.next()
        answer = await ws.ask("chain_getStatus")

    assert {answer["result"] for answer in answers} == {told["params"]["subscription"]}
    assert answer["result"]["height"] == 2


async def test_subscribing_over_plain_http_is_refused(node):
    assert await node.refusal("events_subscribe", kind="blocks") == (-32600, "BAD_REQUEST")


async def test_a_subscriber_that_never_reads_is_dropped_and_others_are_served(node, monkeypatch):
    monkeypatch.setattr("node.rpc.subscriptions.OUTBOX_BYTES_MAX", 20_000)
    async with connected(node) as good, connected(node) as bad:
        await good.ask("events_subscribe", kind="blocks")
        stuck = bad.ws._conn.transport
        stuck.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        for _ in range(32):
            await bad.ask("events_subscribe", kind="blocks")
        stuck.pause_reading()
        _item, committed = await commit_transfer(node)

        told = [await good.next()]
        while len(node.server.public.connections) == 3:
            node.server.on_committed(committed)
            told.append(await good.next())
        alive = await good.ask("chain_getStatus")
        stuck.resume_reading()

    assert {frame["params"]["item"]["height"] for frame in told} == {2}
    assert alive["result"]["height"] == 2


async def test_stopping_ends_subscribers_and_waiting_calls(node):
    async with connected(node) as ws:
        await ws.ask("events_subscribe", kind="blocks")
        waiting = asyncio.create_task(
            node.answer("tx_wait", {"transaction_id": "0x" + "11" * 32, "timeout_ms": 60_000})
        )
        await until(lambda: node.server._services.waiters._futures)

        await node.server.stop()
        ended = await ws.ws.receive(timeout=5)

    with pytest.raises(aiohttp.ClientError):
        await waiting
    assert ended.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    assert not node.server._publisher._subscribers


async def test_an_outbox_drops_its_socket_once_and_keeps_nothing():
    dropped = []
    outbox = Outbox(lambda: dropped.append(1), bytes_max=10)

    outbox.put("12345")
    outbox.put("1234567")
    outbox.put("1")

    assert dropped == [1]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await outbox.take()


def test_an_outbox_counts_bytes_not_letters():
    dropped = []
    outbox = Outbox(lambda: dropped.append(1), bytes_max=10)

    outbox.put("กขค")
    assert dropped == []
    outbox.put("ก")

    assert dropped == [1]


async def test_when_blocks_come_faster_than_they_are_told_subscribers_are_dropped(node):
    dropped = []
    publisher = Publisher(Renderer(node.view.facts.abis), blocks_max=2)
    outbox = Outbox(lambda: dropped.append(1))
    _item, committed = await commit_transfer(node)

    class Anyone:
        def __init__(self):
            self.outbox = outbox

    publisher.add(Anyone(), 1, topic_of(read_params(SubscribeParams, {"kind": "blocks"})))
    for _ in range(3):
        publisher.publish(committed)

    assert dropped == [1]


async def test_blocks_that_wait_to_be_told_are_bounded_in_bytes(node):
    dropped = []
    outbox = Outbox(lambda: dropped.append(1))
    _item, committed = await commit_transfer(node)
    size = sum(map(len, committed.block.transactions))
    publisher = Publisher(Renderer(node.view.facts.abis), bytes_max=2 * size)

    class Anyone:
        def __init__(self):
            self.outbox = outbox

    publisher.add(Anyone(), 1, topic_of(read_params(SubscribeParams, {"kind": "blocks"})))
    for _ in range(2):
        publisher.publish(committed)
    assert dropped == []
    publisher.publish(committed)

    assert dropped == [1]
