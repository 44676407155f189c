"""The relay over HTTP: what goes in and comes back sealed, by itself or over a carrier."""

import json
import logging
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from client.access import RpcSettings
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.outcome import submit
from client.relay.address import RelayAddress
from client.relay.carrier import Carrier
from client.relay.door import CannotListen, Door, DoorPlace
from client.relay.letter import LETTER_BYTES, open_letter, write_letter
from client.relay.pool import forward
from client.relay.way import read_answer
from client.rpc import Request, RpcClient
from tests.client.peers import Ledger, LedgerPeer, running
from tests.client.relay.acts import NOW, OTHER, RELAY, act, deposit, relay

LATEST = NOW + 60_000
SETTINGS = RpcSettings(asks_again=False)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("client.relay.way._now_ms", lambda: NOW)


@asynccontextmanager
async def serving(peer: LedgerPeer, **more):
    async with (
        relay(peer, **more) as server,
        RpcClient([str(server.address)], SETTINGS) as rpc,
    ):
        yield server, rpc


async def post(url: str, raw: bytes, path: str = "/letters") -> tuple[int, dict]:
    """What is answered in the open, and its status."""
    async with aiohttp.ClientSession() as session, session.post(url + path, data=raw) as response:
        body = await response.read()
    return response.status, json.loads(body or b"{}")


def code_of(answer: dict) -> str:
    return answer["error"]["data"]["code"]


async def test_a_wallet_submits_to_a_relay_as_to_a_node_and_hears_what_became_of_it():
    peer = LedgerPeer(Ledger())
    async with serving(peer) as (server, rpc):
        await submit(rpc, act())
        identifier = {"transaction_id": "0x" + act().transaction_id.hex()}
        before = await rpc.call("relay_get", identifier)
        for number in range(1, 3):
            await submit(rpc, deposit(number))
        async with running([peer]) as urls, RpcClient(urls) as nodes:
            taken = await forward(nodes, server.pool, NOW)
        after = await rpc.call("relay_get", identifier)

    assert (before, taken, after) == ({"status": "waiting"}, 3, {"status": "forwarded"})
    assert len(peer.ledger.blocks[1]) == 3


async def test_a_wallet_reads_the_chain_through_the_relay_alone_and_in_batches():
    async with serving(LedgerPeer(Ledger())) as (_, rpc):
        alone = await rpc.call("chain_getStatus")
        batch = await rpc.batch([Request("chain_getStatus", {}), Request("node_getPeers", {})])

    assert (alone, batch[0]) == ({"height": 0}, {"height": 0})
    assert batch[1].code == "UNKNOWN_RPC_METHOD"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tx_wait", {}, "UNKNOWN_RPC_METHOD"),
        ("node_getPeers", {}, "UNKNOWN_RPC_METHOD"),
        ("state_query", {"contract": "voting"}, "UNKNOWN_RPC_METHOD"),
        ("state_getProof", {"key": "0x" + b"voting\0answers\0x".hex()}, "NOT_RELAYED"),
        ("state_getProof", {"key": "0x" + b"identity\0subjects\0x".hex()}, "NOT_RELAYED"),
        ("tx_submit", {"transaction": "0x00"}, "BAD_SHAPE"),
        ("tx_submit", {"transaction": "zz"}, "BAD_SHAPE"),
        ("tx_submit", {"transaction": "0x" + act(method="x").raw.hex()}, "NOT_RELAYED"),
        ("relay_get", {"transaction_id": "0x00"}, "BAD_SHAPE"),
    ],
)
async def test_the_relay_does_nothing_else(method, params, code):
    async with serving(LedgerPeer(Ledger())) as (_, rpc):
        with pytest.raises(RpcRefused) as refused:
            await rpc.call(method, params)

    assert refused.value.code == code
    assert "not sealed" not in refused.value.message


async def test_a_letter_has_one_act_and_nothing_with_it():
    call = Request("tx_submit", {"transaction": "0x" + act().raw.hex()})
    async with serving(LedgerPeer(Ledger())) as (server, rpc):
        answers = await rpc.batch([call, call])

    assert [answer.code for answer in answers] == ["NOT_RELAYED"] * 2
    assert len(server.pool) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[1]", None),
        (b"no json", "BAD_REQUEST"),
        (b"[]", "BAD_REQUEST"),
        (json.dumps([{}] * 101).encode(), "BAD_REQUEST"),
        (b"[" * 5000, "BAD_REQUEST"),
    ],
)
async def test_what_is_no_call_is_answered_sealed_and_harmless(body, code):
    sent = write_letter(body, RELAY.public, LATEST)
    async with serving(LedgerPeer(Ledger())) as (server, _), aiohttp.ClientSession() as session:
        posted = await session.post(server.address.url + "/letters", data=sent.raw)
        answer = json.loads(sent.open(await posted.read()))

    first = answer[0] if isinstance(answer, list) else answer
    assert code_of(first) == (code or "BAD_REQUEST")


async def test_each_fault_of_a_letter_is_named_to_whoever_carries_it():
    letter = write_letter(b"{}", RELAY.public, LATEST).raw
    cases = {
        "BAD_LETTER_SIZE": (413, letter + b"x"),
        "WRONG_RELAY": (400, write_letter(b"{}", b"\x09" * 32, LATEST).raw),
        "OLD_RELAY_KEY": (400, write_letter(b"{}", OTHER.public, LATEST).raw),
        "LETTER_NOT_OPENED": (400, letter[:-1] + bytes([letter[-1] ^ 1])),
        "LETTER_OUT_OF_DATE": (400, write_letter(b"{}", RELAY.public, NOW).raw),
        "LETTER_REPEATED": (400, letter),
    }
    async with serving(LedgerPeer(Ledger()), retired=[OTHER.public]) as (server, _):
        url = server.address.url
        async with aiohttp.ClientSession() as session:
            assert (await session.post(url + "/letters", data=letter)).status == 200
        said = {code: await post(url, raw) for code, (_, raw) in cases.items()}

    assert {code: (status, code_of(answer)) for code, (status, answer) in said.items()} == {
        code: (status, code) for code, (status, _) in cases.items()
    }


async def test_a_flood_is_told_when_to_come_again():
    async with serving(LedgerPeer(Ledger())) as (server, rpc):
        server.door._parts.mailbox._opened = 10_000
        server.door._parts.mailbox._second = NOW // 1000

        with pytest.raises(RpcRefused) as busy:
            await rpc.call("chain_getStatus")

    assert (busy.value.code, busy.value.retry_after_s) == ("RELAY_BUSY", 1.0)


async def test_only_letters_are_taken_at_the_door():
    async with serving(LedgerPeer(Ledger())) as (server, _):
        url = server.address.url
        assert (await post(url, b"{}", "/rpc"))[0] == 404
        assert (await post(url, b"x" * 200_000))[0] == 413


@asynccontextmanager
async def carried(peer: LedgerPeer):
    """A relay that is reached over another one, which keeps what it sees."""
    seen: list[bytes] = []

    class Watching(Carrier):
        async def carry(self, letter):
            body, status = await super().carry(letter)
            seen.extend((letter, body))
            return body, status

    async with (
        relay(peer, key=OTHER) as far,
        Watching([far.address], RpcSettings()) as carrier,
        relay(peer, carrier=carrier) as near,
    ):
        yield near, far, seen


async def test_another_relay_carries_letters_and_reads_nothing():
    peer = LedgerPeer(Ledger())
    async with carried(peer) as (near, far, seen):
        address = RelayAddress(near.address.url, OTHER.public)
        async with RpcClient([str(address)]) as rpc:
            await submit(rpc, act())
            status = await rpc.call("chain_getStatus")

    assert (len(near.pool), len(far.pool), status) == (0, 1, {"height": 0})
    assert {len(part) for part in seen} == {LETTER_BYTES}
    for secret in (act().raw, act().raw.hex().encode(), b"chain_getStatus", b"height"):
        assert not any(secret in part for part in seen)


async def test_a_letter_is_carried_once_and_never_in_a_circle():
    peer = LedgerPeer(Ledger())
    nobody = b"\x09" * 32
    letter = write_letter(b"{}", nobody, LATEST).raw
    async with (
        relay(peer, key=OTHER) as far,
        Carrier([RelayAddress(far.address.url, nobody)], RpcSettings()) as to_far,
        relay(peer, carrier=to_far) as near,
        Carrier([RelayAddress(near.address.url, nobody)], RpcSettings()) as to_near,
    ):
        far.door._parts = replace(far.door._parts, carrier=to_near)
        status, answer = await post(near.address.url, letter)

    assert (status, code_of(answer)) == (400, "WRONG_RELAY")


async def test_a_carrier_whose_relay_is_away_says_so():
    letter = write_letter(b"{}", OTHER.public, LATEST).raw
    async with (
        Carrier([RelayAddress("http://127.0.0.1:1", OTHER.public)], RpcSettings()) as gone,
        relay(LedgerPeer(Ledger()), carrier=gone) as near,
    ):
        status, answer = await post(near.address.url, letter)

    assert (status, code_of(answer)) == (502, "NOT_READY")


@asynccontextmanager
async def lying(answer: bytes):
    """Somebody who carries no letter and answers by themselves."""

    async def handle(_request):
        return web.Response(body=answer)

    app = web.Application()
    app.add_routes([web.post("/letters", handle)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with RpcClient([str(RelayAddress(url, RELAY.public))], SETTINGS) as rpc:
            yield rpc
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "answer",
    [
        b'{"jsonrpc":"2.0","id":1,"result":{"height":7}}',
        b'{"error":5}',
        b"[]",
        b"",
        write_letter(b"{}", RELAY.public, LATEST).raw,
    ],
)
async def test_nothing_that_whoever_carries_answers_is_believed(answer):
    async with lying(answer) as rpc:
        with pytest.raises(BadAnswer, match="not the relay's"):
            await rpc.call("chain_getStatus")


async def test_a_refusal_that_is_not_sealed_settles_nothing():
    error = {"code": -1, "message": "no such relay", "data": {"code": "WRONG_RELAY"}}
    async with lying(json.dumps({"error": error}).encode()) as rpc:
        with pytest.raises(RpcRefused, match=r"WRONG_RELAY: no such relay \(not sealed\)") as said:
            await submit(rpc, act())

    assert said.value.may_have_arrived


async def test_a_second_relay_is_asked_when_the_first_ones_carrier_does_not_carry():
    error = json.dumps({"error": {"code": -1, "message": "no", "data": {}}}).encode()
    async with (
        lying(error) as liar,
        relay(LedgerPeer(Ledger())) as server,
        RpcClient([*liar.urls, str(server.address)], SETTINGS) as rpc,
    ):
        assert await rpc.call("chain_getStatus") == {"height": 0}


async def test_a_relay_is_asked_by_letters_alone():
    async with serving(LedgerPeer(Ledger())) as (_, rpc):
        with pytest.raises(NodeUnreachable, match="letters alone"):
            async for _item in rpc.subscribe("blocks"):
                pass
        with pytest.raises(NodeUnreachable, match="letters alone"):
            await rpc._live().get(rpc.urls[0], "/metrics")


async def test_no_address_is_logged(caplog):
    caplog.set_level(logging.INFO)
    peer = LedgerPeer(Ledger())
    async with serving(peer) as (server, rpc), running([peer]) as urls, RpcClient(urls) as nodes:
        for number in range(3):
            await submit(rpc, act(number))
        await forward(nodes, server.pool, NOW)

    said = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    accesses = [record for record in caplog.records if record.name == "aiohttp.access"]
    assert said == ["3 acts sent on, 0 refused"]
    assert len(accesses) == 1  # the node's, of the one batch


async def test_an_address_in_use_is_named():
    async with serving(LedgerPeer(Ledger())) as (server, _):
        port = int(server.address.url.rsplit(":", 1)[1])
        second = Door(server.door._parts, DoorPlace(port=port))

        with pytest.raises(CannotListen, match=str(port)):
            await second.start()


def test_an_answer_to_another_letter_is_not_believed():
    first, second = (write_letter(b"{}", RELAY.public, LATEST) for _ in range(2))
    answer = open_letter(first.raw, RELAY).answer(b'{"result":1}')

    assert read_answer(first, answer, "relay") == b'{"result":1}'
    with pytest.raises(BadAnswer):
        read_answer(second, answer, "relay")
