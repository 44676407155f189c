"""Blocks are executed by the versions that the state before them says; state moves in pages."""

import pytest

from contracts.registry import CONTRACTS
from contracts.sdk.errors import ContractMigrating, EndOfBlockFailed
from node.execution.executor import Work, applying
from node.execution.slices import in_one_piece
from node.execution.versions import CodeMissing
from node.ledger import LedgerSettings
from node.store.faults import StoreOfOtherNetwork
from primitives.errors import InvariantBroken, Rejected, UnknownMethod
from tests.execution import upgraded
from tests.execution.agencies import applied, signed, statement
from tests.execution.chain import ALICE, VALIDATORS, Chain
from tests.execution.upgraded import (
    CODES,
    Tune,
    accept_upgrade,
    act,
    announce,
    chain_with_bells,
    commit_until,
    events_of,
    find,
    genesis,
    ring_once,
)


@pytest.fixture(autouse=True)
def _shipped(monkeypatch):
    """The newest toy is version 2."""
    monkeypatch.setattr("tests.execution.chain.CONTRACTS", {**CONTRACTS, "bell": upgraded.two})


@pytest.fixture
def chain(tmp_path):
    made = chain_with_bells(tmp_path / "one")
    yield made
    made.ledger.close()


def rung(chain, name="a"):
    return chain.ledger.query("bell", "rung", (name,))


def ring_bells(chain, count):
    """Ring bells of this many names, each once."""
    return chain.commit(*(ring_once(chain, f"bell {number}") for number in range(count)))


def activate(chain, *, bells=1):
    """Ring, and go to the block that decides for version 2: the last of version 1."""
    ring_bells(chain, bells)
    begins_ms = accept_upgrade(chain)
    announce(chain, 0, 1, 2)
    return commit_until(chain, begins_ms)


def follow(late: Chain, chain: Chain, up_to: int | None = None) -> None:
    """Let a node execute and commit the blocks that it lacks."""
    last = chain.ledger.head().header.height if up_to is None else up_to
    for height in range(late.ledger.head().header.height + 1, last + 1):
        found = chain.ledger.block_at(height)
        assert late.ledger.validate(found.block) is None
        late.ledger.commit(found.block, found.certificate)


def replayed(chain, folder) -> Chain:
    """Another node that executes the same blocks from the genesis on."""
    other = chain_with_bells(folder)
    follow(other, chain)
    return other


def lacking(version: int) -> LedgerSettings:
    """What a node has that does not carry the toy of this version."""
    return LedgerSettings(find=lambda *facts: None if facts[1] == version else find(*facts))


def test_a_block_after_the_decision_is_executed_by_the_new_version_and_those_before_by_the_old(
    chain,
):
    decided = activate(chain)
    assert "UpgradeActivated" in events_of(decided)
    assert rung(chain, "bell 0") == 1

    first = chain.commit(ring_once(chain, "bell 0"))

    assert events_of(first) == ["BellMoved"]
    assert rung(chain, "bell 0") == 11
    assert chain.ledger.query("bell", "tone_of", ("bell 0",)) == 7
    assert chain.commit(act(chain, ALICE, Tune("bell 0"), contract="bell")).receipts[0].is_ok


def test_until_then_a_method_of_the_new_version_is_unknown(chain):
    accept_upgrade(chain)
    announce(chain, 0, 1, 2)

    with pytest.raises(UnknownMethod):
        chain.ledger.check(act(chain, ALICE, Tune("a"), contract="bell"), now_ms=chain.next_ms)


def test_queries_at_the_head_are_answered_by_the_version_that_made_it(chain):
    activate(chain)

    assert rung(chain, "bell 0") == 1  # version 2 finds none before its migration
    assert chain.ledger.reads.contracts()["bell"] is upgraded.one
    chain.commit()
    assert rung(chain, "bell 0") == 1
    assert chain.ledger.reads.contracts()["bell"] is upgraded.two


def test_another_node_executes_the_old_blocks_by_the_old_version_and_gets_the_same_state(
    chain, tmp_path
):
    activate(chain, bells=5)
    for _ in range(4):
        chain.commit()
    chain.commit(ring_once(chain, "bell 1"))

    other = replayed(chain, tmp_path / "two")

    assert other.ledger.head().block_hash == chain.ledger.head().block_hash
    assert rung(other, "bell 1") == 11
    other.ledger.close()


def test_a_large_state_moves_a_page_a_block_and_nobody_calls_the_contract_meanwhile(chain):
    activate(chain, bells=5)
    before = ring_once(chain, "bell 0")
    chain.ledger.check(before, now_ms=chain.next_ms)

    first = chain.commit(before, chain.transfer(ALICE, ALICE, 1))
    left_out = dict(chain.ledger.left_out)

    assert events_of(first) == ["BellMoved", "BellMoved"]
    assert isinstance(left_out[before.transaction_id], ContractMigrating)
    assert len(first.block.transactions) == 1  # others go on
    with pytest.raises(ContractMigrating):
        rung(chain)
    with pytest.raises(ContractMigrating):
        chain.ledger.check(ring_once(chain, "x"), now_ms=chain.next_ms)
    assert chain.ledger.head().is_work_left
    assert events_of(chain.commit()) == ["BellMoved", "BellMoved"]
    assert events_of(chain.commit()) == ["BellMoved"]
    assert not chain.ledger.head().is_work_left
    assert chain.commit(before).receipts[0].is_ok
    assert rung(chain, "bell 0") == 11


def test_a_block_with_a_call_of_a_contract_whose_state_moves_is_not_valid(chain):
    activate(chain, bells=5)
    call, tip = ring_once(chain, "bell 0"), chain.ledger._tip
    work = Work(transactions=(call.raw,), evidence=(), proposer=VALIDATORS[0].public_key)

    difference = in_one_piece(applying(tip.base, tip.next_block(chain.next_ms), work))

    assert difference.startswith("transaction 0: CONTRACT_MIGRATING")


def test_hooks_wait_while_state_moves_but_that_of_governance(chain):
    activate(chain, bells=5)

    for _ in range(3):
        chain.commit()
    moved = chain.ledger.query("bell", "ended", ())
    chain.commit()

    assert moved == 1  # of the block in which the last page was done
    assert chain.ledger.query("bell", "ended", ()) == 2


def test_a_node_that_restarts_in_the_midst_goes_on_where_it_was(chain, tmp_path):
    activate(chain, bells=5)
    chain.reopen()
    for _ in range(3):
        chain.commit()
        chain.reopen()

    other = replayed(chain, tmp_path / "two")

    assert rung(chain, "bell 4") == 1
    assert other.ledger.head().block_hash == chain.ledger.head().block_hash
    other.ledger.close()


def test_an_upgrade_that_too_few_carry_is_void_and_the_old_version_runs_on(chain):
    begins_ms = accept_upgrade(chain, lasts_ms=5_000)
    announce(chain, 0, 1)

    last = commit_until(chain, begins_ms + 5_000)

    assert events_of(last) == ["UpgradeVoid"]
    chain.commit(ring_once(chain, "a"))
    assert rung(chain) == 1


@pytest.fixture
def late(tmp_path):
    """A node at block 0 that lacks version 2, as the release before has it."""
    made = chain_with_bells(tmp_path / "late")
    made.settings = lacking(2)
    made.reopen()
    yield made
    made.ledger.close()


def test_a_node_without_the_code_stops_before_the_first_block_that_needs_it(chain, late):
    decided = activate(chain)
    last = decided.block.height
    chain.commit()
    follow(late, chain, up_to=last - 1)

    with pytest.raises(CodeMissing, match=r"release 0\.2\.0") as stopped:
        follow(late, chain, up_to=last)

    assert f"block {last + 1} " in str(stopped.value)
    assert "version 2 of 'bell'" in str(stopped.value)
    assert CODES[2].hex() in str(stopped.value)
    assert late.ledger.head().block_hash == decided.block.hash
    late.ledger.close()
    with pytest.raises(CodeMissing):
        late.open()


def test_once_its_code_is_there_it_goes_on_from_where_it_stopped(chain, late):
    decided = activate(chain)
    for _ in range(3):
        chain.commit(ring_once(chain, "bell 0"))
    with pytest.raises(CodeMissing):
        follow(late, chain, up_to=decided.block.height)

    late.settings = LedgerSettings(find=find)
    late.reopen()
    follow(late, chain)

    assert late.ledger.head().block_hash == chain.ledger.head().block_hash


def test_a_network_past_an_upgrade_needs_the_old_version_no_more(chain):
    activate(chain)
    chain.commit()

    chain.settings = lacking(1)
    chain.reopen()

    assert chain.commit(ring_once(chain, "a")).receipts[0].is_ok


def test_a_founding_version_that_is_not_carried_any_more_is_refused_for_a_new_store(tmp_path):
    with pytest.raises(CodeMissing, match="block 0 is executed by version 1 of 'bell'"):
        chain_with_bells(tmp_path / "late", lacking(1))


def test_a_contract_that_no_release_has_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.execution.chain.CONTRACTS", CONTRACTS)

    with pytest.raises(StoreOfOtherNetwork, match="'bell'"):
        Chain(tmp_path / "none", document=genesis())


def test_costly_checks_that_passed_under_the_old_version_are_forgotten(chain):
    begins_ms = accept_upgrade(chain)
    announce(chain, 0, 1, 2)
    call = ring_once(chain, "a")
    chain.ledger.verified.add_prechecked(call.transaction_id)
    number = chain.ledger.verified.rules_number

    commit_until(chain, begins_ms)

    assert not chain.ledger.verified.is_prechecked(call.transaction_id)
    assert chain.ledger.verified.rules_number == number + 1


def test_a_migration_that_fails_lets_no_block_end_and_names_the_contract(chain, monkeypatch):
    activate(chain)
    monkeypatch.setitem(upgraded.two.migrations, 1, _failing)

    with pytest.raises(InvariantBroken, match="the migration of contract 'bell' failed at height"):
        chain.build()


def test_the_agencies_suspend_a_failing_migration_and_go_on_without_the_contract(
    chain, monkeypatch
):
    activate(chain)
    monkeypatch.setitem(upgraded.two.migrations, 1, _failing)
    with pytest.raises(EndOfBlockFailed):
        chain.build()

    applied(chain, signed(statement(chain.ledger, suspended=("bell",))))
    chain.commit(chain.transfer(ALICE, ALICE, 1))
    chain.commit()

    with pytest.raises(Rejected) as refused:
        rung(chain)
    assert refused.value.code == "CONTRACT_MIGRATING"


def _failing(_ctx):
    raise ValueError("the clapper fell off")
