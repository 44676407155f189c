"""Block sync across a restart statement, over real ledgers."""

import pytest

from primitives.ids import Height
from tests.execution.agencies import applied, founded, signed, statement
from tests.execution.chain import Chain
from tests.sync.builders import Catcher, FakeNetwork, honest


@pytest.fixture
def restarted(tmp_path):
    """A chain that goes on above block 2 by a statement, up to block 4."""
    chain = Chain(tmp_path / "restarted", document=founded())
    for _ in range(2):
        chain.commit()
    applied(chain, signed(statement(chain.ledger)))
    for _ in range(2):
        chain.commit()
    yield chain
    chain.ledger.close()


@pytest.fixture
def other(tmp_path, restarted):
    """Another node of that chain at block 2, which has applied nothing."""
    chain = Chain(tmp_path / "other", document=founded())
    take(chain, blocks_of(restarted)[:2])
    yield chain
    chain.ledger.close()


def blocks_of(chain):
    head = chain.ledger.head().header.height
    return [chain.ledger.block_at(Height(height)) for height in range(1, head + 1)]


def take(chain, blocks):
    for block in blocks:
        chain.ledger.commit(block.block, block.certificate)


async def test_one_that_was_away_crosses_the_statement(restarted, other):
    network = FakeNetwork(peer=honest(blocks_of(restarted)))
    catcher = Catcher(other.ledger, network)

    await catcher.catch_up(4, "peer")

    ours, theirs = other.ledger.head(), restarted.ledger.head()
    assert (ours.block_hash, ours.restart) == (theirs.block_hash, theirs.restart)
    assert (catcher.halts, network.penalised) == ([], [])


async def test_one_that_holds_a_void_block_stops_and_says_how_to_go_back(restarted, other):
    other.commit()
    catcher = Catcher(other.ledger, FakeNetwork(peer=honest(blocks_of(restarted))))

    await catcher.catch_up(4, "peer")

    assert other.ledger.head().header.height == 3
    assert "sapha node rollback --to-height" in catcher.halts[0]


async def test_a_void_block_is_passed_over_by_who_applied_the_statement(restarted, other):
    made = signed(statement(other.ledger))
    void = [*blocks_of(restarted)[:2], other.commit()]
    other.ledger.close()
    fresh = Chain(other.folder.parent / "fresh", document=founded())
    take(fresh, void[:2])
    applied(fresh, made)
    network = FakeNetwork(holder=honest(void))
    catcher = Catcher(fresh.ledger, network)

    await catcher.catch_up(3, "holder")

    assert fresh.ledger.head().header.height == 2
    assert (catcher.halts, network.penalised) == ([], [])
    fresh.ledger.close()
    other.open()


async def test_a_void_block_is_passed_over_long_after_the_restart(restarted, other):
    void = [*blocks_of(restarted)[:2], other.commit(), other.commit(), other.commit()]
    network = FakeNetwork(holder=honest(void))
    catcher = Catcher(restarted.ledger, network)

    await catcher.catch_up(5, "holder")

    assert restarted.ledger.head().header.height == 4
    assert (catcher.halts, network.penalised) == ([], [])
