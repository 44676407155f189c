"""What the end of a block adds: events under the zero id, and the next validators."""

import sys

import pytest

from contracts.registry import CONTRACTS
from contracts.sdk import Contract, emit, event
from node.execution import system
from node.execution.executor import BlockRun
from node.execution.receipts import NO_TRANSACTION
from primitives.ids import Height
from tests.builders import validators
from tests.execution.chain import ALICE, BOB, Chain, genesis
from tests.execution.seats import one_more, write_seats


@event
class BlockEnded:
    """A block ended."""

    height: int


bell = Contract("bell", version=1)
bell.adopt(sys.modules[__name__])


@bell.end_block
def ring(ctx):
    """Say that the block ended."""
    emit(ctx, BlockEnded(ctx.height))


@pytest.fixture
def ringing(tmp_path):
    """Return a chain with a contract that says something at the end of every block."""
    made = Chain(
        tmp_path / "data", document=genesis(names=("accounts", "bell", "cbdc", "governance"))
    )
    yield made
    made.ledger.close()


@pytest.fixture(autouse=True)
def _with_bell(monkeypatch):
    contracts = {**CONTRACTS, "bell": bell}
    monkeypatch.setattr("tests.execution.chain.CONTRACTS", contracts)


def test_events_of_the_end_of_a_block_get_a_receipt_without_a_transaction(ringing):
    transfer = ringing.transfer(ALICE, BOB, 1)

    committed = ringing.commit(ringing.issue(ALICE, 10), transfer)

    last = committed.receipts[-1]
    assert (last.transaction_id, last.code, last.contract) == (NO_TRANSACTION, "OK", "")
    assert [item.fields for item in last.events] == [(1,)]
    assert len(committed.receipts) == 3
    proof = ringing.ledger.reads.prove_receipt(transfer.transaction_id)
    assert proof is not None
    assert (proof.index, proof.count) == (1, 3)


def test_an_empty_block_still_ends(ringing):
    ringing.commit()

    found = ringing.reopen().block_at(Height(1))

    assert found is not None
    assert [receipt.transaction_id for receipt in found.receipts] == [NO_TRANSACTION]


def test_validators_that_a_block_sets_decide_the_next(ringing):
    tip = ringing.ledger._tip
    run = BlockRun(tip.base, tip.next_block(ringing.next_ms), validators(4).members[0].public_key)
    chosen = one_more(tip.head.validators)
    write_seats(run, chosen)

    executed = run.finish()

    assert executed.next_validators == chosen
    assert system.read_validators(run._overlay.get(system.VALIDATORS_KEY)) == chosen
    assert executed.since == {"v9": 2}
    assert executed.next_validators.hash != tip.head.validators.hash
