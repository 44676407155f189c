"""A block is made ready beside the event loop: what it holds is checked once, and no rule is there.

Counts are of this process, which the event loop of a node would be.
"""

import pytest

from node.execution.prechecks import Prechecks
from node.mempool import SignatureChecker
from node.transaction_checks import TransactionChecks
from primitives.block import Block
from tests.builders import keys
from tests.execution.chain import ALICE, Chain
from tests.mempool.test_signatures import forged

COUNT = 30


@pytest.fixture
def chain(tmp_path):
    """A node of a network in which ALICE has money."""
    made = Chain(tmp_path / "first")
    made.commit(made.issue(ALICE, 1_000_000))
    yield made
    made.ledger.close()


@pytest.fixture
def replica(chain, tmp_path):
    """Another node of the same network, which has the same first block."""
    other = Chain(tmp_path / "replica")
    first = chain.ledger.block_at(1)
    other.ledger.commit(first.block, first.certificate)
    yield other
    other.ledger.close()


@pytest.fixture(params=[0, 1])
def checks(request, replica):
    """What the other node checks with, without and with a process."""
    costly = replica.ledger.costly
    made = TransactionChecks(
        signatures=SignatureChecker(request.param),
        prechecks=Prechecks(costly),
        verified=replica.ledger.verified,
    )
    yield made
    made.close()


def built(chain: Chain) -> Block:
    return chain.build(*[chain.transfer(ALICE, to, 1) for to in keys(COUNT)])


async def ready(checks: TransactionChecks, block: Block) -> None:
    awaited = checks.prepare(block.transactions)
    if awaited is not None:
        await awaited


async def test_a_block_nobody_told_of_is_verified_once_and_beside_where_there_is_a_process(
    chain, replica, checks, verified_here
):
    block = built(chain)
    verified_here.clear()

    await ready(checks, block)
    difference = replica.ledger.validate(block)

    assert difference is None
    assert len(verified_here) == (0 if checks.signatures.is_beside else COUNT)


async def test_a_block_that_is_known_waits_for_nothing(chain, replica, checks):
    block = built(chain)
    await ready(checks, block)
    replica.ledger.validate(block)

    assert checks.prepare(block.transactions) is None


async def test_what_does_not_verify_or_decode_is_left_to_execution(chain, replica, checks):
    items = [chain.transfer(ALICE, to, 1) for to in keys(COUNT)]
    raws = tuple(item.raw for item in items)
    broken = (*raws[:3], forged(items[3]).raw, b"\xc1", *raws[5:])
    good = built(chain)
    block = Block(good.header, broken, (), good.last_certificate)

    await ready(checks, block)

    assert replica.ledger.validate(block) is not None
    assert not replica.ledger.verified.knows(broken[3])
