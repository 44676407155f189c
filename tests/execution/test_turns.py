"""Turns in the state: written by execution from headers, proven by the root, read at a restart."""

from dataclasses import replace

import pytest

from consensus.turns import Turn, order_of
from node.execution import system
from node.execution.executor import BlockRun
from primitives.block import Block
from primitives.ids import Height
from primitives.validators import validator_set
from tests.execution.chain import VALIDATORS, Chain
from tests.execution.seats import write_seats


@pytest.fixture
def chain(tmp_path):
    made = Chain(tmp_path / "data")
    yield made
    made.ledger.close()


def entry(chain: Chain, name: str) -> Turn:
    return system.read_turn(chain.ledger.prove(system.turn_key(name))[0])


def test_genesis_has_no_turns(chain):
    head = chain.ledger.head()

    assert head.turns == {}
    assert head.order == order_of(head.validators, {}, Height(1))
    assert [entry(chain, m.name) for m in head.validators.members] == [Turn()] * 4


def test_missed_turns_are_in_the_state_that_the_header_proves_and_used_from_the_next_height(chain):
    for _ in range(8):
        chain.commit()

    head = chain.ledger.head()
    held = {m.name: entry(chain, m.name) for m in head.validators.members}
    assert {name: turn for name, turn in held.items() if turn != Turn()} == head.turns
    assert [head.validators.name_of(key) for key in head.passed_over] == [
        name for name, turn in sorted(head.turns.items()) if turn.until > head.header.height
    ]
    assert len(head.passed_over) == 1


def test_a_restart_reads_the_same_turns_and_order(chain):
    for _ in range(9):
        chain.commit()
    before = chain.ledger.head()

    after = chain.reopen().head()

    assert after.turns == before.turns != {}
    assert (after.order, after.passed_over) == (before.order, before.passed_over)


def test_a_node_that_syncs_has_the_order_of_those_who_were_there(chain, tmp_path):
    follower = Chain(tmp_path / "follower")
    for _ in range(9):
        made = chain.commit()
        follower.ledger.commit(made.block, made.certificate)

    ahead, synced = chain.ledger.head(), follower.ledger.head()
    follower.ledger.close()

    assert synced.turns == ahead.turns != {}
    assert synced.order == ahead.order


def test_a_header_that_names_another_proposer_does_not_fit_the_state_root(chain):
    block = chain.build()
    members = chain.ledger.head().validators.members
    other = next(m.public_key for m in members if m.public_key != block.header.proposer)

    changed = Block(
        replace(block.header, proposer=other),
        block.transactions,
        block.evidence,
        block.last_certificate,
    )

    assert "state_root" in str(chain.ledger.validate(changed))


def test_the_turns_of_a_validator_go_with_it(chain):
    for _ in range(9):
        chain.commit()
    tip = chain.ledger._tip
    gone = next(iter(tip.head.turns))
    left = validator_set(m for m in tip.head.validators.members if m.name != gone)

    run = BlockRun(tip.base, tip.next_block(chain.next_ms), VALIDATORS[0].public_key)
    write_seats(run, left)
    executed = run.finish()

    assert gone not in executed.turns
    assert run._overlay.get(system.turn_key(gone)) is None
