"""What waits at a relay: which acts it takes, how it mixes them, and when they go out."""

from dataclasses import replace

import pytest

from client.relay.errors import NotRelayed, RelayBusy, RelayRefused
from client.relay.pool import Pool, forward
from client.rpc import RpcClient
from primitives.errors import BadSignature, NotCanonical
from primitives.submission import Outcome
from tests.client.peers import Ledger, LedgerPeer, running
from tests.client.relay.acts import NOW, POLICY, act, deposit


def pool_of(count: int, **changes: object) -> Pool:
    pool = Pool(replace(POLICY, **changes))
    for number in range(count):
        pool.accept(act(number).raw, NOW)
    return pool


@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": "devnet-2"},
        {"contract": "cbdc"},
        {"method": "transfer"},
        {"contract": "identity"},
        {"method": "deposit"},
    ],
)
def test_what_is_no_act_of_a_kind_of_this_chain_is_refused(changes):
    pool = Pool(POLICY)

    with pytest.raises(NotRelayed):
        pool.accept(act(**changes).raw, NOW)

    assert len(pool) == 0


def test_an_act_that_would_expire_while_it_waits_is_refused():
    with pytest.raises(RelayRefused, match="120000 ms"):
        Pool(POLICY).accept(act(expires_at_ms=NOW + 120_000).raw, NOW)


def test_what_is_no_signed_transaction_is_refused():
    unsigned = replace(act().body, nonce=9)
    forged = act().raw.replace(act().body_bytes, unsigned.encode())
    pool = Pool(POLICY)

    for raw, refusal in ((b"junk", NotCanonical), (forged, BadSignature)):
        with pytest.raises(refusal):
            pool.accept(raw, NOW)


def test_few_acts_wait_for_others_but_not_for_ever():
    pool = pool_of(2)

    early, late = pool.take(NOW + 119_999), pool.take(NOW + 120_000)

    assert (early, len(late)) == ([], 2)


def test_a_batch_is_in_another_order_than_it_came():
    pool = pool_of(40)

    batch = pool.take(NOW)

    came = [act(number).raw for number in range(40)]
    assert sorted(batch) == sorted(came)
    assert batch != came


def test_acts_of_another_service_are_mixed_with_ballots():
    pool = pool_of(2)

    pool.accept(deposit(7).raw, NOW)

    assert deposit(7).raw in pool.take(NOW)


def test_a_full_relay_says_so_and_the_same_act_again_changes_nothing():
    pool = pool_of(2, waiting_max=2)

    pool.accept(act(0).raw, NOW)

    with pytest.raises(RelayBusy, match="another relay"):
        pool.accept(act(2).raw, NOW)
    assert len(pool) == 2


def test_one_pseudonym_has_few_places_until_its_acts_went_out():
    pool = Pool(POLICY)
    for number in range(4):
        pool.accept(act(number, sender=1).raw, NOW)

    with pytest.raises(RelayBusy, match="4 acts of this sender"):
        pool.accept(act(4, sender=1).raw, NOW)
    pool.accept(act(5, sender=2).raw, NOW)
    for raw in pool.take(NOW):
        pool.settle(raw, "forwarded")
    pool.accept(act(4, sender=1).raw, NOW)

    assert len(pool) == 1


def test_rounds_are_of_random_length_within_the_policy():
    pool = pool_of(0, round_ms_min=100, round_ms_max=900)

    pauses = {pool.pause_s() for _ in range(50)}

    assert len(pauses) > 1
    assert all(0.1 <= pause <= 0.9 for pause in pauses)


async def test_acts_reach_a_node_and_a_refused_one_is_told():
    pool, peer = pool_of(3), LedgerPeer(Ledger())
    peer.refuse_next = [Outcome(transaction_id=None, word="OUTSIDE_WINDOW", message="no")]
    async with running([peer]) as urls, RpcClient(urls) as rpc:
        taken = await forward(rpc, pool, NOW)

    fates = [pool.status(act(number).transaction_id) for number in range(3)]
    assert (taken, len(pool)) == (2, 0)
    assert sorted(fates) == ["OUTSIDE_WINDOW", "forwarded", "forwarded"]


async def test_acts_stay_while_no_node_answers():
    pool, peer = pool_of(3), LedgerPeer(Ledger())
    peer.is_away = True
    async with running([peer]) as urls, RpcClient(urls) as rpc:
        assert await forward(rpc, pool, NOW) == 0

    assert len(pool) == 3
