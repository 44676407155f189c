"""How much work a transfer is on its way into a block: counts, which no busy machine changes."""

from collections import Counter

import pytest

import primitives.block
import primitives.transaction
from contracts.cbdc.core.state import terms
from contracts.sdk import dispatch
from contracts.sdk.fields import Record
from node.store import chain_store
from primitives.block import decode_block
from primitives.crypto import SigningKey
from primitives.ids import address_of
from tests.builders import keys
from tests.execution.chain import ALICE, BOB, VALIDATORS, Chain
from tests.mempool.builders import Mempool

MEMBER = VALIDATORS[1].public_key
COUNT = 20


@pytest.fixture
def replica(chain, tmp_path):
    """Another node of the same network, which has the same first block."""
    other = Chain(tmp_path / "replica")
    first = chain.ledger.block_at(1)
    other.ledger.commit(first.block, first.certificate)
    mempool = Mempool(other, tmp_path / "replica")
    yield mempool
    mempool.close()
    other.ledger.close()


@pytest.fixture
def work(monkeypatch):
    """How often each of some functions was called since the last `clear`."""
    calls: Counter[str] = Counter()

    def count(owner, name):
        real = getattr(owner, name)

        def counted(*args, **named):
            calls[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(owner, name, counted)

    count(primitives.transaction, "check_signature")
    count(primitives.transaction, "_read")
    count(primitives.block, "transactions_root_of")
    count(dispatch, "authorise")
    count(chain_store, "decode_block")
    return calls


def transfers(chain: Chain) -> list:
    return [chain.transfer(ALICE, to, 1) for to in keys(COUNT)]


async def test_a_proposer_reads_and_verifies_each_transaction_once(chain, mempool, work):
    items = transfers(chain)

    await mempool.admission.submit([item.raw for item in items])
    block = chain.build(*mempool.pool.select(100, 1_000_000))
    chain.ledger.commit(block, chain.seal(block))

    assert len(block.transactions) == COUNT
    assert work == {"_read": COUNT, "check_signature": COUNT, "authorise": 1}


async def test_a_validator_reads_and_verifies_once_what_it_was_told_before(chain, replica, work):
    items = transfers(chain)
    block = chain.build(*items)
    work.clear()

    await replica.admission.admit_batch([item.raw for item in items], MEMBER)
    proposed = decode_block(block.encode())
    difference = replica.chain.ledger.validate(proposed)
    replica.chain.ledger.commit(proposed, chain.seal(block))

    assert difference is None
    assert work == {
        "_read": COUNT,
        "check_signature": COUNT,
        "authorise": 1,
        "transactions_root_of": 1,
    }


async def test_a_validator_reads_and_verifies_once_what_a_block_brings_first(chain, replica, work):
    block = chain.build(*transfers(chain))
    work.clear()

    difference = replica.chain.ledger.validate(block)
    replica.chain.ledger.commit(block, chain.seal(block))

    assert difference is None
    assert (work["_read"], work["check_signature"], work["authorise"]) == (COUNT, COUNT, 1)


async def test_what_waits_and_is_offered_again_is_not_read_again(chain, mempool, work):
    item = chain.transfer(ALICE, BOB, 1)

    for _ in range(3):
        await mempool.admission.admit_batch([bytes(bytearray(item.raw))], MEMBER)

    assert (work["_read"], work["check_signature"]) == (1, 1)


async def test_what_a_proposal_brought_first_is_not_verified_again(chain, replica, work):
    items = transfers(chain)
    replica.chain.ledger.validate(chain.build(*items))
    work.clear()

    outcomes = await replica.admission.admit_batch([item.raw for item in items], MEMBER)

    assert {outcome.status for outcome in outcomes} == {"pending"}
    assert not work


def test_a_header_costs_no_read_of_its_block(chain, work):
    chain.commit(*transfers(chain))
    work.clear()

    found = chain.ledger.reads.header_at(2)

    assert found.header == chain.ledger.head().header
    assert not work


def test_terms_that_do_not_change_are_unpacked_once(chain, monkeypatch):
    unpacked = []
    real = Record.read
    kind = terms.schema.value_type
    monkeypatch.setattr(
        Record, "read", lambda self, value: (unpacked.append(self), real(self, value))[1]
    )

    chain.commit(*transfers(chain))
    chain.commit(*transfers(chain))

    assert unpacked.count(kind) <= 1


def rotate(chain: Chain, to: SigningKey):
    return chain.transaction(
        ALICE, "rotate_key", ALICE.public_key, to.public_key, contract="accounts"
    )


@pytest.mark.parametrize("is_same_block", [True, False])
async def test_a_key_that_was_replaced_may_not_act_though_it_just_did(
    chain, mempool, *, is_same_block
):
    await mempool.admission.submit([chain.transfer(ALICE, BOB, 1).raw])
    chain.commit(*mempool.pool.select(100, 1_000_000))
    rotation, late = rotate(chain, keys(1)[0]), chain.transfer(ALICE, BOB, 2)

    if is_same_block:
        block = chain.build(rotation, late).transactions
        refused = dict(chain.ledger.left_out)[late.transaction_id]
        assert block == (rotation.raw,)
    else:
        chain.commit(rotation)
        (refused,) = await mempool.admission.submit([late.raw])

    assert refused.code == "KEY_NOT_IN_ACCOUNT"


async def test_a_new_key_may_act_as_soon_as_it_is_the_account_s(chain, mempool):
    fresh = keys(1)[0]
    as_alice = chain.transaction(
        fresh, "transfer", address_of(BOB.public_key), 1, "", sender=address_of(ALICE.public_key)
    )
    (before,) = await mempool.admission.submit([as_alice.raw])
    chain.commit(rotate(chain, fresh))

    (after,) = await mempool.admission.submit([as_alice.raw])

    assert before.code == "KEY_NOT_IN_ACCOUNT"
    assert after.status == "pending"
