"""Restart statements in the ledger: what a block must carry, what it does, who refuses it."""

from dataclasses import replace

import pytest

from client.head_memory import HeadMemory
from client.light import LightClient
from genesis.restarts import RestartConflict, VoidBlock
from node.execution import system
from node.execution.restarts import Pending
from primitives.block import Block, transactions_root_of
from primitives.errors import InvariantBroken
from primitives.ids import Height
from primitives.restart import RestartRefused, SignedRestart
from primitives.restart_proof import read_restart_proof
from primitives.state_proof import BadProof
from tests.execution.agencies import AGENCIES, administrator, applied, founded, signed, statement
from tests.execution.chain import ALICE, BANK, Chain


@pytest.fixture
def chain(tmp_path):
    """A chain of three blocks whose validators belong to agencies."""
    made = Chain(tmp_path, document=founded())
    for _ in range(3):
        made.commit(made.issue(ALICE, 100))
    yield made
    made.ledger.close()


@pytest.fixture
def twin(tmp_path, chain):
    """Another node of the same chain at the same head, which applied nothing."""
    other = Chain(tmp_path / "twin", document=founded())
    for height in range(1, 4):
        committed = chain.ledger.block_at(Height(height))
        other.ledger.commit(committed.block, committed.certificate)
    yield other
    other.ledger.close()


def with_restarts(block: Block, *restarts: SignedRestart) -> Block:
    """The block with other restart statements, under a header that commits to them."""
    encoded = tuple(one.encode() for one in restarts)
    header = replace(
        block.header,
        restart=restarts[-1].digest,
        transactions_root=transactions_root_of(block.transactions, block.evidence, encoded),
    )
    return Block(header, block.transactions, block.evidence, block.last_certificate, encoded)


def test_the_next_block_carries_the_statement_and_is_the_first_under_it(chain):
    made = signed(statement(chain.ledger))
    ledger = applied(chain, made)

    first = chain.commit(chain.issue(ALICE, 1)).block
    second = chain.commit().block

    assert ledger.head().restart == made.digest
    assert (first.header.restart, first.restarts) == (made.digest, (made.encode(),))
    assert (second.header.restart, second.restarts) == (made.digest, ())


def test_one_that_was_away_takes_the_block_from_others(chain, twin):
    applied(chain, signed(statement(chain.ledger)))
    committed = chain.commit()

    assert twin.ledger.validate(committed.block) is None
    twin.ledger.commit(committed.block, committed.certificate)
    assert twin.ledger.head().restart == committed.block.header.restart


def test_one_that_applied_it_refuses_a_block_without_it(chain, twin):
    void = twin.build()
    ledger = applied(chain, signed(statement(chain.ledger)))

    assert "it is void: this node goes on above block 3" in ledger.validate(void)


def test_one_that_holds_a_void_block_is_told_to_go_back(chain, twin):
    twin.commit()
    applied(chain, signed(statement(chain.ledger)))
    chain.commit()
    above = chain.commit().block

    difference = twin.ledger.validate(above)

    assert "block 5 follows restart statement" in difference
    assert "sapha node rollback --to-height" in difference


def test_one_that_applied_another_statement_refuses_a_block_that_does_not_name_it(chain, twin):
    applied(chain, signed(statement(chain.ledger, reason="one")))
    applied(twin, signed(statement(twin.ledger, reason="another")))

    difference = twin.ledger.validate(chain.build())

    assert "which the block's statements do not name" in difference


def test_a_statement_that_names_the_one_applied_before_is_taken(chain, twin):
    first = signed(statement(chain.ledger))
    second = signed(statement(chain.ledger, previous=first.digest, reason="once more"))
    applied(twin, first)
    applied(chain, first, second)

    committed = chain.commit()

    assert committed.block.restarts == (first.encode(), second.encode())
    assert twin.ledger.validate(committed.block) is None


def test_a_block_after_the_statements_time_is_refused(chain):
    late = signed(statement(chain.ledger, not_after_ms=chain.next_ms - 1))
    applied(chain, late)
    block = chain.build()

    ledger = applied(chain, late)  # what it has built itself is not executed again

    assert f"is void after {chain.next_ms - 1}" in ledger.validate(block)


@pytest.mark.parametrize(
    ("changes", "signers", "expected"),
    [
        ({}, ("v0", "v1"), "2 of 4 agencies have signed, needed are 3"),
        ({}, ("v0", "v1", "v2", "bank"), "it has no vote"),
        ({"height": Height(2)}, (), "height is 2"),
        ({"previous": bytes(32)}, (), "previous is"),
        ({"block_hash": bytes(32)}, (), "block_hash is"),
        ({"validators": bytes(32)}, (), "validators is"),
    ],
)
def test_a_block_with_a_statement_that_does_not_hold_is_refused(
    chain, twin, changes, signers, expected
):
    base = statement(twin.ledger, **changes)
    made = SignedRestart(base)
    for name in signers or AGENCIES:
        signer = BANK if name == "bank" else administrator(name)
        made = made.signed_by(name, [signer])

    difference = twin.ledger.validate(with_restarts(chain.build(), made))

    assert expected in difference


def test_a_block_whose_header_names_another_digest_is_refused(chain, twin):
    made = signed(statement(chain.ledger))
    block = with_restarts(chain.build(), made)
    forged = Block(
        replace(block.header, restart=bytes(32)),
        block.transactions,
        block.evidence,
        block.last_certificate,
        block.restarts,
    )

    assert "its last statement's is" in twin.ledger.validate(forged)


def test_statements_go_on_above_each_other(chain):
    first = signed(statement(chain.ledger))
    applied(chain, first)
    chain.commit()
    second = signed(statement(chain.ledger))
    ledger = applied(chain, second)

    block = chain.commit().block

    assert second.statement.previous == first.digest
    assert block.restarts == (second.encode(),)
    assert ledger.head().restart == second.digest


def test_a_statement_for_another_head_waits_until_this_node_is_there(chain, twin):
    applied(chain, signed(statement(chain.ledger)))
    unrelated = replace(signed(statement(chain.ledger)).statement, block_hash=bytes(32))
    ledger = applied(twin, SignedRestart(unrelated))

    assert ledger.head().restart == founded().hash
    assert ledger.validate(twin.build()) is None


def proofs_of(chain):
    return chain.ledger.reads.restart_proofs(Height(0), 10)


def header_of(committed):
    return committed.block.header.encode(), committed.certificate.encode()


def test_a_light_client_with_the_genesis_alone_goes_across(chain):
    applied(chain, signed(statement(chain.ledger)))
    first = chain.commit()
    light = LightClient(chain.genesis)
    [(height, proof)] = proofs_of(chain)

    light.take_restarts(proof)

    assert height == 4
    assert light.check_header(*header_of(first)).header == first.block.header


def test_a_light_client_refuses_void_blocks_once_it_knows_the_statement(chain, twin):
    void = twin.commit()
    applied(chain, signed(statement(chain.ledger)))
    chain.commit()
    light = LightClient(chain.genesis)
    light.take_restarts(proofs_of(chain)[0][1])

    with pytest.raises(VoidBlock):
        light.check_header(*header_of(void))


def test_a_light_client_that_holds_a_certificate_above_refuses_the_statement(chain, twin):
    void = twin.commit()
    applied(chain, signed(statement(chain.ledger)))
    chain.commit()
    light = LightClient(chain.genesis)
    light.check_header(*header_of(void))

    with pytest.raises(RestartConflict, match="block 4 is certified"):
        light.take_restarts(proofs_of(chain)[0][1])


def test_a_light_client_remembers_in_its_next_life_that_it_holds_a_certificate_above(
    chain, twin, tmp_path
):
    void = twin.commit()
    applied(chain, signed(statement(chain.ledger)))
    chain.commit()
    path, chain_id = tmp_path / "head.json", chain.genesis.chain_id
    LightClient(chain.genesis, HeadMemory(path, chain_id)).check_header(*header_of(void))

    light = LightClient(chain.genesis, HeadMemory(path, chain_id))

    with pytest.raises(RestartConflict, match="block 4 is certified"):
        light.take_restarts(proofs_of(chain)[0][1])


def test_a_light_client_learns_in_its_next_life_the_statement_under_what_it_remembers(
    chain, tmp_path
):
    applied(chain, signed(statement(chain.ledger)))
    first = chain.commit()
    path, chain_id = tmp_path / "head.json", chain.genesis.chain_id
    before = LightClient(chain.genesis, HeadMemory(path, chain_id))
    before.take_restarts(proofs_of(chain)[0][1])
    before.check_header(*header_of(first))

    light = LightClient(chain.genesis, HeadMemory(path, chain_id))
    light.take_restarts(proofs_of(chain)[0][1])

    assert light.check_header(*header_of(first)).header == first.block.header


def test_a_light_client_refuses_a_second_statement_beside_the_first(chain, twin):
    applied(chain, signed(statement(chain.ledger)))
    applied(twin, signed(statement(twin.ledger, reason="another")))
    chain.commit()
    twin.commit()
    light = LightClient(chain.genesis)
    light.take_restarts(proofs_of(chain)[0][1])

    with pytest.raises(RestartConflict, match="do not know each other"):
        light.take_restarts(proofs_of(twin)[0][1])


def test_a_light_client_believes_neither_missing_nor_changed_entries(chain):
    applied(chain, signed(statement(chain.ledger)))
    chain.commit()
    proof = read_restart_proof(proofs_of(chain)[0][1])

    for index, entry in enumerate(proof.entries):
        rest = proof.entries[:index] + proof.entries[index + 1 :]
        changed = replace(entry, value=b"\x01" if entry.value is None else None)
        for entries in (rest, (*rest, changed)):
            with pytest.raises(BadProof):
                LightClient(chain.genesis).take_restarts(replace(proof, entries=entries).encode())


def test_a_light_client_refuses_statements_that_too_few_signed(chain):
    made = signed(statement(chain.ledger))
    applied(chain, made)
    chain.commit()
    proof = read_restart_proof(proofs_of(chain)[0][1])
    few = replace(proof, restarts=(made.only(["v0", "v1"]).encode(),))

    with pytest.raises(RestartRefused, match="2 of 4"):
        LightClient(chain.genesis).take_restarts(few.encode())


def test_a_committed_block_under_another_statement_is_no_block_of_this_node(chain, twin):
    applied(chain, signed(statement(chain.ledger, reason="one")))
    applied(twin, signed(statement(twin.ledger, reason="another")))
    committed = chain.commit()

    with pytest.raises(InvariantBroken, match="is decided but differs"):
        twin.ledger.commit(committed.block, committed.certificate)


def test_nothing_applied_changes_nothing(chain):
    assert Pending().carried_above(chain.ledger.head().block_hash) == ()
    assert chain.commit().block.restarts == ()
    assert proofs_of(chain) == ()


def test_a_statement_says_which_hooks_rest_until_a_later_one_does_not(chain):
    applied(chain, signed(statement(chain.ledger, suspended=("cbdc", "complaints"))))
    chain.commit()
    chain.commit()
    during = system.read_suspended(chain.ledger.prove(system.SUSPENDED_KEY)[0])
    applied(chain, signed(statement(chain.ledger, suspended=())))
    chain.commit()

    assert during == ("cbdc", "complaints")
    assert chain.ledger.prove(system.SUSPENDED_KEY)[0] is None
