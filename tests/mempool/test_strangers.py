"""Senders that no contract knows: what they may bring, and that others are not kept waiting."""

import pytest

from node.mempool import Pool, PoolLimits, StrangerLimits, Strangers, Submitted
from primitives.ids import address_of
from tests.builders import key, transaction
from tests.execution.chain import ALICE, BANK, BOB, Chain
from tests.mempool.builders import Mempool

PEER = key(77).public_key
NOBODY = [key(2_000 + number) for number in range(20)]


@pytest.fixture
def mempool(tmp_path):
    chain = Chain(tmp_path / "store")
    chain.commit(chain.issue(ALICE, 1_000_000))
    made = Mempool(chain, tmp_path)
    yield made
    made.close()
    chain.ledger.close()


def configure(chain: Chain, signer):
    """Return what anybody may send: the sender's account under one more key."""
    keys = (signer.public_key, BOB.public_key)
    return chain.transaction(signer, "configure", keys, 1, contract="accounts")


async def test_what_a_stranger_sends_is_refused_at_once_if_a_block_would_refuse_it(mempool):
    (outcome,) = await mempool.admission.submit([mempool.chain.transfer(BOB, ALICE, 1).raw])

    assert outcome.code == "INSUFFICIENT_FUNDS"
    assert len(mempool.pool) == 0


async def test_a_stranger_is_known_once_it_has_money_and_not_by_an_account_that_is_free(mempool):
    chain, were_strangers = mempool.chain, []

    for paid in ([], [], [chain.transfer(ALICE, NOBODY[0], 5)]):
        mine = configure(chain, NOBODY[0])
        (outcome,) = await mempool.admission.submit([mine.raw])
        were_strangers.append(mempool.pool.find(mine.transaction_id).is_stranger)
        await mempool.admission.submit([one.raw for one in paid])
        mempool.commit_waiting()
        assert isinstance(outcome, Submitted)
    last = configure(chain, NOBODY[0])
    await mempool.admission.submit([last.raw])

    assert were_strangers == [True, True, True]
    assert not mempool.pool.find(last.transaction_id).is_stranger


async def test_known_senders_may_send_what_depends_on_what_is_pending(mempool):
    items = [mempool.chain.transfer(ALICE, BOB, 900_000) for _ in range(2)]

    outcomes = await mempool.admission.submit([item.raw for item in items])

    assert [type(outcome) for outcome in outcomes] == [Submitted, Submitted]
    assert mempool.pool.strangers_waiting == 0


async def test_an_administrator_is_known_before_its_first_transaction(mempool):
    issue = mempool.chain.issue(BOB, 5)

    await mempool.admission.submit([issue.raw])

    assert address_of(BANK.public_key) == issue.body.sender
    assert not mempool.pool.find(issue.transaction_id).is_stranger


@pytest.mark.parametrize("source", [None, PEER])
async def test_strangers_are_bounded_a_second_wherever_they_come_from(tmp_path, source):
    chain = Chain(tmp_path / "store")
    limits = StrangerLimits(per_second=1, burst=2)
    mempool = Mempool(chain, tmp_path, strangers=Strangers(limits, clock=lambda: 0.0))
    raws = [configure(chain, signer).raw for signer in NOBODY]

    if source is None:
        outcomes = await mempool.admission.submit(raws)
    else:
        outcomes = await mempool.admission.admit_batch(raws, source)

    allowed = 2 if source is None else 4  # a member's clock and bursts differ from ours
    assert sum(isinstance(outcome, Submitted) for outcome in outcomes) == allowed
    assert {outcome.code for outcome in outcomes[allowed:]} == {"TOO_MANY_STRANGERS"}
    assert all(("retry_after_s", 1) in outcome.details for outcome in outcomes[allowed:])
    mempool.close()
    chain.ledger.close()


async def test_strangers_that_wait_are_bounded(tmp_path):
    chain = Chain(tmp_path / "store")
    mempool = Mempool(chain, tmp_path, limits=PoolLimits(strangers_max=3))

    outcomes = await mempool.admission.submit([configure(chain, item).raw for item in NOBODY[:4]])

    assert [type(outcome) for outcome in outcomes[:3]] == [Submitted] * 3
    assert outcomes[3].code == "TOO_MANY_STRANGERS"
    mempool.close()
    chain.ledger.close()


def test_the_bytes_of_strangers_are_bounded_and_come_back_with_time():
    now = [0.0]
    limits = StrangerLimits(bytes_per_second=100, bytes_burst=250)
    strangers = Strangers(limits, clock=lambda: now[0])
    first = [strangers.take(None, 100) for _ in range(3)]

    now[0] = 0.5

    assert [refused is None for refused in first] == [True, True, False]
    assert strangers.take(None, 100) is None


def pool_of(known: int, strangers: int) -> tuple[Pool, list, list]:
    pool = Pool()
    lanes = []
    for count, is_stranger in ((known, False), (strangers, True)):
        items = [transaction(nonce=number + 1_000 * is_stranger) for number in range(count)]
        for item in items:
            pool.add(item, None, is_stranger=is_stranger)
        lanes.append(items)
    return pool, *lanes


def test_strangers_have_at_most_a_tenth_of_a_block():
    pool, _known, strangers = pool_of(100, 100)

    chosen = pool.select(50, 10**9)

    assert len(chosen) == 50
    assert sum(item in strangers for item in chosen) == 5


def test_any_part_of_a_block_holds_a_tenth_of_strangers_so_that_they_are_not_put_off():
    pool, _known, strangers = pool_of(100, 100)

    chosen = pool.select(100, 10**9)

    assert [place for place, item in enumerate(chosen) if item in strangers][:3] == [0, 10, 20]


def test_known_senders_take_turns_when_more_waits_than_fits():
    pool = Pool()
    many = [transaction(sender=address_of(key(1).public_key), nonce=number) for number in range(20)]
    few = [transaction(sender=address_of(key(2).public_key), nonce=number) for number in range(2)]
    for item in (*many, *few):
        pool.add(item, None)

    crowded = pool.select(6, 10**9)
    everything = pool.select(100, 10**9)

    assert crowded == [many[0], few[0], many[1], few[1], many[2], many[3]]
    assert everything == [*many, *few]


def test_lanes_are_empty_when_nothing_waits():
    pool, known, strangers = pool_of(5, 5)

    pool.remove_committed([item.transaction_id for item in (*known, *strangers)])

    assert len(pool) == pool.strangers_waiting == 0
    assert not pool._by_sender
    assert pool.select(10, 10**9) == []
