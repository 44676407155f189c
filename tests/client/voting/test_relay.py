"""The relay: what it takes, how it mixes, what it passes on and what it keeps to itself."""

import logging
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from client.errors import RpcRefused
from client.outcome import submit
from client.rpc import RpcClient
from client.voting.errors import RelayRefused
from client.voting.relay import Pool, RelayPolicy, forward
from client.voting.relay_server import CannotListen, RelayPlace, RelayServer
from primitives.crypto import SigningKey
from primitives.errors import BadSignature, NotCanonical
from primitives.ids import address_of
from primitives.submission import Outcome
from primitives.transaction import Body, Transaction, sign_body
from tests.client.peers import Ledger, LedgerPeer, running

NOW = 1_800_000_000_000
POLICY = RelayPolicy(
    chain_id="devnet-1", methods=frozenset({"cast"}), batch_min=3, round_ms_min=1, round_ms_max=2
)
KEY = SigningKey(b"v" * 32)


def ballot(nonce: int = 0, **changes: object) -> Transaction:
    body = Body(
        chain_id="devnet-1",
        sender=address_of(KEY.public_key),
        nonce=nonce,
        expires_at_ms=NOW + 600_000,
        contract="voting",
        method="cast",
        args=(),
    )
    return sign_body(replace(body, **changes), [KEY])


def pool_of(count: int, **changes: object) -> Pool:
    pool = Pool(replace(POLICY, **changes))
    for nonce in range(count):
        pool.accept(ballot(nonce).raw, NOW)
    return pool


@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": "devnet-2"},
        {"contract": "cbdc"},
        {"method": "transfer"},
        {"expires_at_ms": NOW + 120_000},
    ],
)
def test_only_ballots_of_this_chain_that_live_long_enough_are_taken(changes):
    pool = Pool(POLICY)

    with pytest.raises(RelayRefused):
        pool.accept(ballot(**changes).raw, NOW)

    assert len(pool) == 0


def test_what_is_no_signed_transaction_is_refused():
    unsigned = replace(ballot().body, nonce=9)
    forged = ballot().raw.replace(ballot().body_bytes, unsigned.encode())
    pool = Pool(POLICY)

    for raw, refusal in ((b"junk", NotCanonical), (forged, BadSignature)):
        with pytest.raises(refusal):
            pool.accept(raw, NOW)


def test_few_ballots_wait_for_others_but_not_for_ever():
    pool = pool_of(2)

    early, late = pool.take(NOW + 119_999), pool.take(NOW + 120_000)

    assert (early, len(late)) == ([], 2)


def test_a_batch_is_in_another_order_than_it_came():
    pool = pool_of(40)

    batch = pool.take(NOW)

    came = [ballot(nonce).raw for nonce in range(40)]
    assert sorted(batch) == sorted(came)
    assert batch != came


def test_a_full_relay_says_so_and_the_same_ballot_again_changes_nothing():
    pool = pool_of(2, waiting_max=2)

    pool.accept(ballot(0).raw, NOW)

    with pytest.raises(RelayRefused, match="another relay"):
        pool.accept(ballot(2).raw, NOW)
    assert len(pool) == 2


def test_rounds_are_of_random_length_within_the_policy():
    pool = pool_of(0, round_ms_min=100, round_ms_max=900)

    pauses = {pool.pause_s() for _ in range(50)}

    assert len(pauses) > 1
    assert all(0.1 <= pause <= 0.9 for pause in pauses)


async def test_ballots_reach_a_node_and_a_refused_one_is_told():
    pool, peer = pool_of(3), LedgerPeer(Ledger())
    peer.refuse_next = [Outcome(transaction_id=None, word="OUTSIDE_WINDOW", message="no")]
    async with running([peer]) as urls, RpcClient(urls) as rpc:
        taken = await forward(rpc, pool, NOW)

    fates = [pool.status(ballot(nonce).transaction_id) for nonce in range(3)]
    assert (taken, len(pool)) == (2, 0)
    assert sorted(fates) == ["OUTSIDE_WINDOW", "forwarded", "forwarded"]


async def test_ballots_stay_while_no_node_answers():
    pool, peer = pool_of(3), LedgerPeer(Ledger())
    peer.is_away = True
    async with running([peer]) as urls, RpcClient(urls) as rpc:
        assert await forward(rpc, pool, NOW) == 0

    assert len(pool) == 3


@asynccontextmanager
async def serving(peer: LedgerPeer):
    async with running([peer]) as urls, RpcClient(urls) as nodes:
        server = RelayServer(nodes, Pool(POLICY), now_ms=lambda: NOW)
        await server.start()
        try:
            async with RpcClient([server.url]) as rpc:
                yield server, rpc
        finally:
            await server.stop()


async def test_a_wallet_submits_to_a_relay_as_to_a_node():
    peer = LedgerPeer(Ledger())
    async with serving(peer) as (server, rpc):
        await submit(rpc, ballot())
        identifier = "0x" + ballot().transaction_id.hex()
        status = await rpc.call("relay_get", {"transaction_id": identifier})

    assert status == {"status": "waiting"}
    assert len(server.pool) == 1
    assert peer.ledger.blocks == [[]]


async def test_a_wallet_reads_the_chain_through_the_relay():
    async with serving(LedgerPeer(Ledger())) as (_, rpc):
        assert await rpc.call("chain_getStatus") == {"height": 0}


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tx_wait", {}, "UNKNOWN_RPC_METHOD"),
        ("node_getPeers", {}, "UNKNOWN_RPC_METHOD"),
        ("state_query", {"contract": "voting"}, "UNKNOWN_RPC_METHOD"),
        ("state_getProof", {"key": "0x" + b"voting\0answers\0x".hex()}, "RELAY_REFUSED"),
        ("state_getProof", {"key": "0x" + b"identity\0subjects\0x".hex()}, "RELAY_REFUSED"),
        ("tx_submit", {"transaction": "0x00"}, "BAD_SHAPE"),
        ("tx_submit", {"transaction": "zz"}, "RELAY_REFUSED"),
        ("relay_get", {"transaction_id": "0x00"}, "RELAY_REFUSED"),
    ],
)
async def test_the_relay_does_nothing_else(method, params, code):
    async with serving(LedgerPeer(Ledger())) as (_, rpc):
        with pytest.raises(RpcRefused) as refused:
            await rpc.call(method, params)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/rpc", b"x" * 200_000, 413), ("/rpc", b"[1]", 200), ("/", b"{}", 404)],
)
async def test_what_is_no_call_is_answered_and_harmless(path, body, status):
    async with serving(LedgerPeer(Ledger())) as (server, _), aiohttp.ClientSession() as session:
        response = await session.post(server.url + path, data=body)

        assert response.status == status


async def test_no_address_is_logged(caplog):
    caplog.set_level(logging.INFO)
    peer = LedgerPeer(Ledger())
    async with serving(peer) as (server, rpc), running([peer]) as urls, RpcClient(urls) as nodes:
        for nonce in range(3):
            await submit(rpc, ballot(nonce))
        await forward(nodes, server.pool, NOW)

    said = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    accesses = [record for record in caplog.records if record.name == "aiohttp.access"]
    assert said == ["3 ballots sent on, 0 refused"]
    assert len(accesses) == 1  # the node's, of the one batch


async def test_an_address_in_use_is_named():
    async with serving(LedgerPeer(Ledger())) as (server, _):
        port = int(server.url.rsplit(":", 1)[1])
        async with RpcClient(["http://127.0.0.1:1"]) as rpc:
            second = RelayServer(rpc, Pool(POLICY), RelayPlace(port=port))

            with pytest.raises(CannotListen, match=str(port)):
                await second.start()
