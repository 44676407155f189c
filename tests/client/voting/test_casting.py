"""From a voter's wallet over a real relay to the ledger, and back with the proof."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from client.errors import LedgerRefused
from client.hpke import SealingKey
from client.relay.errors import RelayRefused
from client.relay.mailbox import Mailbox
from client.relay.pool import Pool, RelayPolicy
from client.relay.server import RelayParts, RelayServer
from client.rpc import RpcClient
from client.voting import casting
from client.voting.audit import audit
from client.voting.ballot_kind import BALLOTS
from client.voting.casting import Booth, deliver, until_time
from client.voting.errors import BallotNotSeen
from client.voting.facts import Facts
from client.voting.voter import VoterWallet
from tests.client.voting.election import ID, Vote, seed_of

MARKS = [(1,), (0,)]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(casting, "POLL_S", 0.01)
    monkeypatch.setattr(casting, "WAITING_POLL_S", 0.01)


@asynccontextmanager
async def relayed(vote: Vote, *, forwards: bool = True):
    policy = RelayPolicy(
        chain_id=vote.chain.genesis.chain_id,
        kinds=(BALLOTS,),
        batch_min=1,
        hold_ms_max=1_000,
        round_ms_min=1,
        round_ms_max=5,
    )
    parts = RelayParts(mailbox=Mailbox(SealingKey.generate()), pool=Pool(policy))
    server = RelayServer(vote.chain, parts)
    await server.start()
    running = asyncio.create_task(server.run() if forwards else asyncio.sleep(3600))
    try:
        async with RpcClient([str(server.address)]) as way:
            yield way
    finally:
        running.cancel()
        await server.stop()


async def booth_of(vote: Vote, way, marks=MARKS):
    """A booth that asks nothing under the voter's name: the token was fetched before."""
    vote.chain.to_time(vote.windows["cast_from_ms"])
    named = await vote.wallet("anan")
    ticket = await named.ticket(vote.facts, vote.sids["anan"])
    facts = Facts(way, vote.light)
    wallet = VoterWallet(seed_of("anan"), await facts.election(ID), ticket.class_id)
    ballot = wallet.ballot(ticket.token, marks, await wallet.done(facts))
    return Booth(wallet, facts), ballot


async def test_a_ballot_goes_over_the_relay_and_comes_back_as_a_receipt(issued: Vote):
    async with relayed(issued) as way:
        booth, ballot = await booth_of(issued, way)

        receipt = await booth.cast(ballot)

    assert receipt.tracker == ballot.tracker
    assert receipt.check(issued.light).receipt.is_ok


async def test_casting_again_after_a_crash_gives_the_same_receipt(issued: Vote):
    async with relayed(issued) as way:
        booth, ballot = await booth_of(issued, way)
        first = await booth.cast(ballot)
        height = issued.chain.height

        again = await booth.cast(ballot)

    assert again.transaction_id == first.transaction_id
    assert issued.chain.height == height


async def test_a_ballot_is_spoiled_and_audited_over_the_relay(issued: Vote):
    async with relayed(issued) as way:
        booth, ballot = await booth_of(issued, way)
        await booth.spoil(ballot)

        election = await issued.facts.election(ID)
        found = await audit(Facts(way, issued.light), election, ballot.tracker)

    assert found.said(election) == [["ข"], ["ก"]]


async def test_a_refusal_by_the_ledger_is_named(issued: Vote):
    booth, ballot = await booth_of(issued, issued.chain)
    await booth.announce(ballot)
    await booth.spoil(ballot)

    with pytest.raises(LedgerRefused) as refused:
        await booth.spoil(ballot)

    assert refused.value.code == "ALREADY_SPOILED"


async def test_a_relay_that_keeps_the_ballot_is_noticed(issued: Vote, monkeypatch):
    monkeypatch.setattr(casting, "WAIT_S", 0.05)
    async with relayed(issued, forwards=False) as way:
        booth, ballot = await booth_of(issued, way)

        with pytest.raises(BallotNotSeen):
            await booth.cast(ballot)


async def test_a_nodes_refusal_is_told_by_the_relay(issued: Vote):
    async with relayed(issued, forwards=False) as way:
        booth, ballot = await booth_of(issued, way)
        transaction = booth.wallet.sign(ballot.cast())

        class Refusing:
            witness = None

            async def call(self, method, params=None, **_options):
                if method == "relay_get":
                    return {"status": "OUTSIDE_WINDOW"}
                return await way.call(method, params)

        with pytest.raises(RelayRefused, match="OUTSIDE_WINDOW"):
            await deliver(Refusing(), transaction)


async def test_waiting_ends_when_the_next_block_may_have_the_time(opened: Vote):
    clock, seen = iter([opened.chain.blocks.time_ms + step for step in (0, 1_500, 2_500)]), []
    facts = Facts(opened.chain, opened.light, now_ms=lambda: next(clock))

    await until_time(facts, opened.chain.blocks.time_ms + 2_500, lambda *at: seen.append(at))

    assert seen == [(0, 2), (1, 2), (2, 2)]


async def test_a_quiet_network_keeps_nobody_waiting_for_a_block(opened: Vote):
    late = Facts(opened.chain, opened.light, now_ms=lambda: opened.chain.blocks.time_ms + 99_000)

    election = await late.election(ID)

    assert election.now_ms == opened.chain.blocks.time_ms + 99_000
    assert (await opened.facts.election(ID)).now_ms == opened.chain.blocks.time_ms + 1
