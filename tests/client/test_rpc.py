"""The RPC client against a small real server: failover, refusals, limits on waiting."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web

from client.access import RpcSettings
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.rpc import Request, RpcClient

QUICK = RpcSettings(connect_timeout_s=1.0, answer_timeout_s=0.3)
CLOSED = "http://127.0.0.1:9"
REFUSAL = {
    "code": -32000,
    "message": "too little",
    "data": {"code": "INSUFFICIENT", "contract": "cbdc", "details": {"have": 1}},
}
NOT_READY = {"code": -32003, "message": "syncing", "data": {"code": "NOT_READY"}}


class Peer:
    """Answers as `script` says and keeps what it was asked."""

    def __init__(self, script):
        self.script = script
        self.asked = []
        self.headers = []

    async def post(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        self.headers.append(request.headers)
        answer = self.script(asked)
        if asyncio.iscoroutine(answer):
            answer = await answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(text=text, content_type="application/json")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                asked = json.loads(message.data)
                self.asked.append(asked)
                if (answers := self.script(asked)) is None:
                    continue
                for answer in answers:
                    await socket.send_str(json.dumps(answer))
                break
        await socket.close()
        return socket


@asynccontextmanager
async def serving(script):
    peer = Peer(script)
    app = web.Application()
    app.add_routes([web.post("/rpc", peer.post), web.get("/ws", peer.socket)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield peer
    finally:
        await runner.cleanup()


def result(value):
    return lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "result": value}


def error(value):
    return lambda asked: {"jsonrpc": "2.0", "id": asked["id"], "error": value}


async def test_a_call_sends_named_parameters_and_returns_the_result():
    async with serving(result({"height": 5})) as peer, RpcClient([peer.url]) as rpc:
        answer = await rpc.call("chain_getBlock", {"at": "latest"})

    assert answer == {"height": 5}
    assert peer.asked[0]["method"] == "chain_getBlock"
    assert peer.asked[0]["params"] == {"at": "latest"}


async def test_a_refusal_carries_its_stable_code():
    async with serving(error(REFUSAL)) as peer, RpcClient([peer.url, CLOSED]) as rpc:
        with pytest.raises(RpcRefused, match="INSUFFICIENT: too little") as caught:
            await rpc.call("tx_submit")

    refused = caught.value
    assert (refused.code, refused.contract, refused.rpc_code) == ("INSUFFICIENT", "cbdc", -32000)
    assert refused.details == {"have": 1}


async def test_a_node_that_is_down_is_followed_by_the_next_which_is_then_preferred():
    async with serving(result(1)) as peer, RpcClient([CLOSED, peer.url], QUICK) as rpc:
        first = await rpc.call("a")
        second = await rpc.call("b")

    assert (first, second) == (1, 1)
    assert [asked["method"] for asked in peer.asked] == ["a", "b"]


async def test_the_same_bytes_go_to_the_next_node():
    async def hang(_asked):
        await asyncio.sleep(5)

    async with (
        serving(hang) as slow,
        serving(result(1)) as peer,
        RpcClient([slow.url, peer.url], QUICK) as rpc,
    ):
        await rpc.call("tx_submit", {"transaction": "0x00"})

    assert slow.asked == peer.asked


async def test_a_node_that_is_not_ready_is_followed_by_the_next():
    async with (
        serving(error(NOT_READY)) as busy,
        serving(result(1)) as peer,
        RpcClient([busy.url, peer.url]) as rpc,
    ):
        answer = await rpc.call("a")

    assert answer == 1


async def test_when_no_node_answers_each_is_named():
    async with RpcClient([CLOSED, "http://127.0.0.1:7"], QUICK) as rpc:
        with pytest.raises(NodeUnreachable) as caught:
            await rpc.call("a")

    assert "127.0.0.1:9" in str(caught.value)
    assert "127.0.0.1:7" in str(caught.value)


async def test_a_node_that_does_not_answer_in_time_is_unreachable():
    async def hang(_asked):
        await asyncio.sleep(5)

    async with serving(hang) as peer, RpcClient([peer.url], QUICK) as rpc:
        with pytest.raises(NodeUnreachable):
            await rpc.call("a")


@pytest.mark.parametrize(
    "script",
    [
        lambda _asked: "not json",
        lambda _asked: "[" * 100_000,
        lambda _asked: [],
        lambda _asked: {},
        lambda _asked: {"id": -7, "result": 1},
        lambda asked: {"id": asked["id"], "error": "bad"},
        lambda asked: {"id": asked["id"], "error": {"code": "x"}},
    ],
)
async def test_an_answer_of_another_form_is_the_nodes_fault(script):
    async with serving(script) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadAnswer):
            await rpc.call("a")


async def test_a_batch_gives_results_and_refusals_in_the_order_asked():
    def script(asked):
        return [
            {"id": asked[1]["id"], "error": REFUSAL},
            {"id": asked[0]["id"], "result": "first"},
        ]

    async with serving(script) as peer, RpcClient([peer.url]) as rpc:
        answers = await rpc.batch([Request("a", {}), Request("b", {})])

    assert answers[0] == "first"
    assert answers[1].code == "INSUFFICIENT"


@pytest.mark.parametrize(
    "script",
    [
        lambda _asked: [],
        lambda asked: [{"id": asked[0]["id"], "result": 1}],
        lambda _asked: {"id": -1, "result": 1},
        lambda _asked: 5,
    ],
)
async def test_a_batch_with_answers_missing_is_the_nodes_fault(script):
    async with serving(script) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadAnswer):
            await rpc.batch([Request("a", {}), Request("b", {})])


async def test_a_batch_refused_as_a_whole_is_a_refusal():
    def script(_asked):
        return {"id": None, "error": {"code": -32002, "message": "no", "data": {"code": "LIMIT"}}}

    async with serving(script) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(RpcRefused, match="LIMIT"):
            await rpc.batch([Request("a", {})])


async def test_a_batch_has_1_to_100_requests():
    async with RpcClient([CLOSED]) as rpc:
        with pytest.raises(ValueError, match="0 requests"):
            await rpc.batch([])
        with pytest.raises(ValueError, match="101 requests"):
            await rpc.batch([Request("a", {})] * 101)


async def test_a_subscription_yields_items_until_the_connection_ends():
    def script(asked):
        yield {"id": asked["id"], "result": "s1"}
        yield {"method": "events_notify", "params": {"subscription": "s1", "item": {"height": 1}}}
        yield {"method": "events_notify", "params": {"subscription": "s1", "item": {"height": 2}}}

    async with serving(script) as peer, RpcClient([CLOSED, peer.url], QUICK) as rpc:
        blocks = rpc.subscribe("blocks")
        heights = [(await anext(blocks))["height"], (await anext(blocks))["height"]]
        with pytest.raises(NodeUnreachable, match="the subscription ended"):
            await anext(blocks)

    assert heights == [1, 2]
    assert peer.asked[0]["params"] == {"kind": "blocks", "filter": {}}


async def test_a_refused_subscription_is_a_refusal():
    def script(asked):
        yield {"id": asked["id"], "error": REFUSAL}

    async with serving(script) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(RpcRefused):
            await anext(rpc.subscribe("gold"))


async def test_a_node_that_never_answers_a_subscription_is_unreachable():
    settings = RpcSettings(connect_timeout_s=1.0, answer_timeout_s=0.05)
    async with serving(lambda _asked: None) as peer, RpcClient([peer.url], settings) as rpc:
        with pytest.raises(NodeUnreachable, match="no answer"):
            await anext(rpc.subscribe("blocks"))


async def test_a_subscription_without_any_node_is_unreachable():
    async with RpcClient([CLOSED], QUICK) as rpc:
        with pytest.raises(NodeUnreachable):
            await anext(rpc.subscribe("blocks"))


async def test_an_operator_token_is_sent_as_a_bearer_token():
    settings = RpcSettings(token="secret")
    async with serving(result(1)) as peer, RpcClient([peer.url], settings) as rpc:
        await rpc.call("node_getPeers")

    assert peer.headers[0]["Authorization"] == "Bearer secret"


async def test_a_client_needs_a_url_and_an_open_session():
    with pytest.raises(ValueError, match="at least one"):
        RpcClient([])
    with pytest.raises(RuntimeError, match="async with"):
        await RpcClient([CLOSED]).call("a")


BUSY = {
    "code": -32005,
    "message": "busy",
    "data": {"code": "TOO_BUSY", "details": {"retry_after_s": 0}},
}


async def test_a_busy_node_is_asked_again_after_the_pause_that_it_wants():
    refusals = [BUSY, BUSY]

    def script(asked):
        if refusals:
            return {"id": asked["id"], "error": refusals.pop()}
        return {"id": asked["id"], "result": 7}

    async with serving(script) as peer, RpcClient([peer.url], QUICK) as rpc:
        answer = await rpc.call("chain_getStatus")

    assert answer == 7
    assert len(peer.asked) == 3


async def test_of_a_batch_only_what_was_refused_is_asked_again():
    def script(asked):
        return [
            {"id": one["id"], "error": BUSY}
            if len(asked) == 2 and one["method"] == "b"
            else {"id": one["id"], "result": one["method"]}
            for one in asked
        ]

    async with serving(script) as peer, RpcClient([peer.url], QUICK) as rpc:
        answers = await rpc.batch([Request("a", {}), Request("b", {})])

    assert answers == ["a", "b"]
    assert [[one["method"] for one in asked] for asked in peer.asked] == [["a", "b"], ["b"]]


async def test_a_node_that_stays_busy_is_left_when_time_is_up():
    wants = {"code": "TOO_BUSY", "details": {"retry_after_s": 1}}

    def script(asked):
        return {"id": asked["id"], "error": {"code": -32005, "message": "busy", "data": wants}}

    async with serving(script) as peer, RpcClient([peer.url], QUICK) as rpc:
        with pytest.raises(RpcRefused, match="TOO_BUSY"):
            await rpc.call("chain_getStatus")

    assert len(peer.asked) == 1
