"""The way out of a failing end-of-block hook that two thirds of the agencies agree on."""

from dataclasses import replace

import pytest

from contracts.registry import CONTRACTS
from contracts.sdk import Contract, Counter
from genesis.schema import GenesisContract
from primitives.crypto import ZERO_DIGEST
from primitives.errors import InvariantBroken
from tests.execution.agencies import applied, founded, signed, statement
from tests.execution.chain import ALICE, Chain

bell = Contract("bell", version=1)
rings = Counter("rings")


@bell.end_block
def ring(ctx):
    """Count the block, but fail at the end of block 3."""
    if ctx.height == 3:
        raise ValueError("the clapper fell off")
    rings.add(ctx, 1)


@bell.query
def rung(ctx) -> int:
    """How many blocks were counted."""
    return rings.get(ctx)


def genesis():
    document = founded()
    contract = GenesisContract(name="bell", version=1, code_hash=ZERO_DIGEST, config={})
    contracts = sorted((*document.contracts, contract), key=lambda one: one.name)
    return replace(document, contracts=tuple(contracts))


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """A chain at block 2, whose next block nobody can make."""
    monkeypatch.setattr("tests.execution.chain.CONTRACTS", {**CONTRACTS, "bell": bell})
    made = Chain(tmp_path, document=genesis())
    for _ in range(2):
        made.commit()
    yield made
    made.ledger.close()


def test_no_block_can_be_made_while_the_hook_fails_and_the_contract_is_named(chain):
    for transactions in ((), (chain.issue(ALICE, 5),)):
        with pytest.raises(InvariantBroken, match="bell"):
            chain.build(*transactions)

    assert chain.ledger.head().header.height == 2


def test_after_a_statement_that_suspends_the_hook_the_network_goes_on_and_only_it_rests(chain):
    applied(chain, signed(statement(chain.ledger, suspended=("bell",))))

    paid = chain.commit(chain.issue(ALICE, 5))
    chain.commit()

    assert paid.receipts[0].is_ok
    assert chain.balance(ALICE) == 5
    assert chain.ledger.query("bell", "rung", ()) == 2


def test_another_node_executes_such_a_block_alike(chain, tmp_path):
    other = Chain(tmp_path / "other", document=genesis())
    for _ in range(2):
        other.commit()
    applied(chain, signed(statement(chain.ledger, suspended=("bell",))))
    block = chain.commit().block

    assert other.ledger.validate(block) is None
    other.ledger.close()


def test_a_statement_that_suspends_another_hook_is_no_way_out(chain):
    applied(chain, signed(statement(chain.ledger, suspended=("cbdc",))))

    with pytest.raises(InvariantBroken, match="bell"):
        chain.build()


def test_once_the_code_is_mended_a_later_statement_lets_the_hook_run_again(chain):
    applied(chain, signed(statement(chain.ledger, suspended=("bell",))))
    for _ in range(2):
        chain.commit()
    applied(chain, signed(statement(chain.ledger)))

    chain.commit()
    chain.commit()

    assert chain.ledger.query("bell", "rung", ()) == 4
