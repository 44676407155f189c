"""Load counts only what every validator has, and loses nothing when one is away."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from client.contract import Actor
from client.follow import Follower
from client.load import Loader, sign_transfers
from client.rpc import RpcClient
from client.wallet import Wallet
from primitives.ids import TransactionId
from primitives.submission import Outcome
from tests.client.peers import Ledger, LedgerPeer, running

BUSY = Outcome(transaction_id=None, word="MEMPOOL_FULL", message="full")
REFUSED = Outcome(transaction_id=None, word="BAD_SIGNATURE", message="no")


def transfers(count: int):
    wallets = [Wallet.generate() for _ in range(3)]
    rpc = RpcClient(["http://127.0.0.1:9"])
    holders = [Actor(rpc=rpc, wallet=wallet, chain_id="devnet-1") for wallet in wallets]
    return sign_transfers(holders, [wallet.address for wallet in wallets], count)


@asynccontextmanager
async def loading(peers: list[LedgerPeer]):
    async with (
        running(peers) as urls,
        Follower(urls, from_height=0) as follower,
        Loader(urls, follower) as loader,
    ):
        yield loader, follower


def test_transfers_are_distinct_and_never_to_oneself():
    signed = transfers(50)

    assert len({t.transaction_id for t in signed}) == 50
    assert all(t.body.sender != t.body.args[0] for t in signed)


async def test_everything_sent_is_committed_everywhere():
    ledger = Ledger()
    began = time.monotonic()

    async with loading([LedgerPeer(ledger) for _ in range(4)]) as (loader, follower):
        await loader.saturate(transfers(450), window=1_000)
        is_settled = await loader.settle(10.0)

        measured = loader.measure(began, time.monotonic())

    assert is_settled
    assert measured.committed == 450
    assert len(measured.latencies_ms) == 450
    assert measured.latency_ms(0.5) <= measured.latency_ms(0.99)
    assert (follower.repeated, follower.differences) == ([], [])


async def test_what_a_validator_that_is_away_does_not_take_goes_to_the_next():
    ledger = Ledger()
    peers = [LedgerPeer(ledger) for _ in range(4)]
    peers[1].is_away = True

    async with loading(peers) as (loader, follower):
        await loader.saturate(transfers(400), window=1_000)
        counted_while_away = len(follower.committed_everywhere())
        peers[1].is_away = False
        is_settled = await loader.settle(10.0)
        counted = len(follower.committed_everywhere())

    assert loader.sent.resent >= 100
    assert counted_while_away == 0
    assert is_settled
    assert counted == 400


async def test_a_full_mempool_is_asked_again_and_a_refusal_is_not():
    ledger = Ledger()
    peers = [LedgerPeer(ledger) for _ in range(2)]
    peers[0].refuse_next = [BUSY, BUSY, REFUSED]

    async with loading(peers) as (loader, _follower):
        await loader.saturate(transfers(5), window=1_000)
        is_settled = await loader.settle(10.0)

    assert is_settled
    assert len(loader.sent.acknowledged) == 4
    assert list(loader.sent.refused.values()) == ["BAD_SIGNATURE"]


async def test_a_fixed_rate_sends_everything_and_counts_lateness():
    ledger = Ledger()

    async with loading([LedgerPeer(ledger) for _ in range(2)]) as (loader, follower):
        await loader.at_rate(transfers(40), 400.0)
        is_settled = await loader.settle(10.0)

    assert is_settled
    assert len(follower.committed_everywhere()) == 40
    assert sorted(set(loader.sent.due_at.values())) == pytest.approx(
        [min(loader.sent.due_at.values()) + 0.05 * i for i in range(2)]
    )


async def test_an_acknowledged_transaction_that_is_never_committed_is_not_settled():
    peer = LedgerPeer(Ledger())
    peer.commits = False

    async with loading([peer]) as (loader, _follower):
        await loader.saturate(transfers(1), window=1_000)
        is_settled = await loader.settle(0.3)
        said = loader.open_matters()

    assert not is_settled
    assert said == "1 of 1 acknowledged in no block seen; validators at 0"


async def until(follower: Follower, condition) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await follower.changed(0.01)


async def test_a_validator_with_another_block_is_named():
    ledger = Ledger()
    ledger.commit(["0x" + "11" * 32])
    peers = [LedgerPeer(ledger), LedgerPeer(ledger, salt="other")]

    async with running(peers) as urls, Follower(urls, from_height=0) as follower:
        await until(follower, lambda: follower.differences)

    assert "has another block 1" in follower.differences[0]


async def test_a_transaction_in_two_blocks_is_noticed():
    ledger = Ledger()
    ledger.commit(["0x" + "11" * 32])
    ledger.commit(["0x" + "11" * 32])

    async with running([LedgerPeer(ledger)]) as urls, Follower(urls, from_height=0) as follower:
        await until(follower, lambda: follower.height_everywhere == 2)

    assert follower.repeated == [TransactionId(b"\x11" * 32)]


async def test_a_transaction_without_effect_does_not_count():
    ledger = Ledger()
    ledger.commit(["0x" + "11" * 32], code="INSUFFICIENT_FUNDS")

    async with running([LedgerPeer(ledger)]) as urls, Follower(urls, from_height=0) as follower:
        await until(follower, lambda: follower.height_everywhere == 1)

    assert follower.committed_everywhere() == {}
    assert follower.heights() == [1]
