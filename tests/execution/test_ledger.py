"""The ledger: blocks built, judged, committed, found again and proved."""

from dataclasses import replace

import pytest

from contracts.registry import CONTRACTS
from node.ledger import LedgerSettings, init_ledger, open_ledger
from node.store.faults import StoreExists, StoreMissing, StoreOfOtherNetwork
from node.store.opening import StoreSettings
from node.store.pruning import Retention
from primitives.block import Block, transactions_root_of
from primitives.certificate import check_certificate, read_certificate
from primitives.crypto import ZERO_DIGEST, digest
from primitives.errors import InvariantBroken, UnknownQuery
from primitives.ids import Height, address_of
from primitives.merkle import root_from_path
from primitives.receipt import OK
from primitives.state_proof import check_proof
from tests.execution.chain import ALICE, BANK, BOB, Chain, genesis


@pytest.fixture
def funded(chain):
    """Return a chain at height 1 where Alice has 1,000 satang."""
    chain.commit(chain.issue(ALICE, 1_000))
    return chain


def test_block_zero_follows_from_genesis_alone(chain, tmp_path):
    other = Chain(tmp_path / "other")

    assert other.ledger.head() == chain.ledger.head()
    header = chain.ledger.head().header
    assert (header.height, header.parent_hash) == (0, ZERO_DIGEST)
    assert header.state_root == chain.ledger._tip.store.state.root
    assert chain.ledger.head().validators == chain.genesis.validators
    other.ledger.close()


def test_a_committed_transfer_moves_money_and_the_head(funded):
    committed = funded.commit(funded.transfer(ALICE, BOB, 300))

    assert committed.receipts[0].code == OK
    assert (funded.balance(ALICE), funded.balance(BOB)) == (700, 300)
    head = funded.ledger.head()
    assert head.header.height == 2
    assert head.block_hash == committed.block.hash
    assert head.certificate is committed.certificate


def test_every_validator_gets_the_roots_of_the_proposer(funded, tmp_path):
    block = funded.build(funded.transfer(ALICE, BOB, 300), funded.transfer(BOB, ALICE, 1))
    follower = Chain(tmp_path / "follower")
    follower.commit(follower.issue(ALICE, 1_000))

    difference = follower.ledger.validate(block)

    follower.ledger.close()
    assert difference is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain_id", "othernet-00"),
        ("height", 3),
        ("time_ms", 0),
        ("parent_hash", ZERO_DIGEST),
        ("transactions_root", ZERO_DIGEST),
        ("receipts_root", ZERO_DIGEST),
        ("state_root", ZERO_DIGEST),
        ("validators_hash", ZERO_DIGEST),
        ("next_validators_hash", ZERO_DIGEST),
        ("app_version", 2),
        ("last_certificate_hash", ZERO_DIGEST),
        ("restart", ZERO_DIGEST),
        ("proposer", BANK.public_key),
    ],
)
def test_a_wrong_header_field_is_the_difference_that_is_named(funded, field, value):
    block = funded.build(funded.transfer(ALICE, BOB, 300))
    forged = replace(block, header=replace(block.header, **{field: value}))

    difference = funded.ledger.validate(forged)

    assert difference is not None
    assert field.removesuffix("_hash") in difference


def test_a_header_with_other_transactions_is_not_taken_from_the_cache(funded):
    block = funded.build(funded.transfer(ALICE, BOB, 300))
    assert funded.ledger.validate(block) is None

    difference = funded.ledger.validate(replace(block, transactions=()))

    assert difference is not None
    assert "transactions_root" in difference


def test_block_one_carries_no_certificate(chain):
    block = chain.build()
    header = replace(block.header, last_certificate_hash=digest("test", b""))

    assert "last_certificate_hash" in str(chain.ledger.validate(Block(header, ())))


def test_more_transactions_than_genesis_allows_are_refused(tmp_path):
    small = Chain(tmp_path / "small", document=genesis(transactions_max=1))
    issues = [small.issue(ALICE, 1), small.issue(BOB, 1)]
    block = small.build(*issues)
    both = tuple(item.raw for item in issues)
    header = replace(block.header, transactions_root=transactions_root_of(both, ()))

    difference = small.ledger.validate(Block(header, both))

    small.ledger.close()
    assert len(block.transactions) == 1
    assert difference == "2 transactions, at most 1"


def test_a_block_of_large_transactions_stays_within_its_bytes(chain):
    reference = "R" * 64
    huge = [
        chain.transaction(BANK, "issue", address_of(ALICE.public_key), 1, f"{i:04}{reference[4:]}")
        for i in range(3)
    ]
    limits = replace(chain.ledger._limits, bytes_max=2 * len(huge[0].raw))
    chain.ledger._limits = limits

    block = chain.build(*huge)

    assert len(block.transactions) == 2


def test_committing_what_differs_from_the_own_execution_is_a_broken_invariant(funded):
    block = funded.build(funded.transfer(ALICE, BOB, 300))
    forged = replace(block, header=replace(block.header, state_root=ZERO_DIGEST))

    with pytest.raises(InvariantBroken, match="state_root"):
        funded.ledger.commit(forged, funded.seal(forged))

    assert funded.ledger.head().header.height == 1


def test_committing_under_the_certificate_of_another_block_is_a_broken_invariant(funded):
    block, other = funded.build(funded.transfer(ALICE, BOB, 1)), funded.build()

    with pytest.raises(InvariantBroken, match="certificate"):
        funded.ledger.commit(block, funded.seal(other))


def test_commit_after_validate_does_not_execute_again(funded, monkeypatch):
    block = funded.build(funded.transfer(ALICE, BOB, 300))
    funded.ledger._executions.clear()
    assert funded.ledger.validate(block) is None
    monkeypatch.setattr("node.execution.executions.applying", None)

    committed = funded.ledger.commit(block, funded.seal(block))

    assert committed.receipts[0].code == OK


def test_two_blocks_of_one_height_can_be_validated_and_either_committed(funded):
    one = funded.build(funded.transfer(ALICE, BOB, 1))
    two = funded.build(funded.transfer(ALICE, BOB, 2))
    assert funded.ledger.validate(one) is None
    assert funded.ledger.validate(two) is None

    funded.ledger.commit(one, funded.seal(one))

    assert funded.balance(BOB) == 1


def test_a_restart_brings_back_head_state_and_replay_protection(funded):
    transfer = funded.transfer(ALICE, BOB, 300)
    funded.commit(transfer)
    before = funded.ledger.head()

    funded.reopen()

    after = funded.ledger.head()
    assert (after.header, after.block_hash) == (before.header, before.block_hash)
    assert after.certificate is not None
    assert after.certificate.encode() == before.certificate.encode()
    assert funded.balance(BOB) == 300
    assert funded.build(transfer).transactions == ()
    assert funded.ledger.is_committed(transfer.transaction_id)


def test_a_stored_block_comes_back_with_certificate_and_receipts(funded):
    committed = funded.commit(funded.transfer(ALICE, BOB, 300), funded.transfer(BOB, BOB, 1))

    funded.reopen()

    found = funded.ledger.block_at(Height(2))
    assert found is not None
    assert found.block == committed.block
    assert found.receipts == committed.receipts
    assert found.certificate.encode() == committed.certificate.encode()


@pytest.mark.parametrize("height", [0, 3, 2**63])
def test_a_block_that_is_not_there_is_none(funded, height):
    assert funded.ledger.block_at(Height(height)) is None


def test_a_transaction_is_found_with_its_receipt_and_a_proof(funded):
    transfers = [funded.transfer(ALICE, BOB, amount) for amount in (1, 2, 3)]
    funded.commit(*transfers)
    wanted = transfers[1].transaction_id

    found = funded.ledger.reads.transaction(wanted)
    proof = funded.ledger.reads.prove_receipt(wanted)

    assert found is not None
    assert proof is not None
    assert (found.height, found.index, found.receipt.transaction_id) == (2, 1, wanted)
    root = root_from_path(
        proof.receipt_bytes, index=proof.index, count=proof.count, path=proof.path
    )
    assert root == funded.ledger.head().header.receipts_root
    check_certificate(
        read_certificate(proof.certificate.encode()),
        chain_id=funded.genesis.chain_id,
        restart=funded.genesis.hash,
        validators=funded.genesis.validators,
    )


def test_an_unknown_transaction_is_not_found(funded):
    unknown = funded.transfer(ALICE, BOB, 1).transaction_id

    assert funded.ledger.reads.transaction(unknown) is None
    assert funded.ledger.reads.prove_receipt(unknown) is None
    assert not funded.ledger.is_committed(unknown)


def test_a_query_names_the_keys_it_read_and_each_can_be_proved(funded):
    owner = (address_of(ALICE.public_key),)

    answer, keys = funded.ledger.reads.query_reads("cbdc", "balance", owner)

    assert answer == 1_000
    assert len(keys) == 1
    value, proof = funded.ledger.prove(keys[0])
    root = funded.ledger.head().header.state_root
    check_proof(proof, state_root=root, key=keys[0], value=value)


def test_an_absent_key_is_proved_absent(funded):
    value, proof = funded.ledger.prove(b"cbdc\0balances\0nobody")

    assert value is None
    root = funded.ledger.head().header.state_root
    check_proof(proof, state_root=root, key=b"cbdc\0balances\0nobody", value=None)


def test_an_unknown_query_is_refused(funded):
    with pytest.raises(UnknownQuery):
        funded.ledger.query("cbdc", "richest", ())


def test_a_simulation_gives_the_receipt_and_changes_nothing(funded):
    root = funded.ledger._tip.store.state.root

    fine = funded.ledger.reads.simulate(funded.transfer(ALICE, BOB, 300))
    refused = funded.ledger.reads.simulate(funded.transfer(ALICE, BOB, 5_000))

    assert (fine.code, refused.code) == (OK, "INSUFFICIENT_FUNDS")
    assert funded.ledger._tip.store.state.root == root
    assert funded.balance(BOB) == 0


def test_heights_hashes_and_validators_are_found(funded):
    reads = funded.ledger.reads

    assert reads.height_of(funded.ledger.head().block_hash) == 1
    assert reads.height_of(ZERO_DIGEST) is None
    assert [reads.validators_at(Height(h)) for h in (0, 1, 2)] == [funded.genesis.validators] * 3
    assert reads.validators_at(Height(3)) is None
    block_0 = reads.plain_block_at(Height(0))
    assert block_0 is not None
    assert block_0.hash == funded.ledger.block_at(Height(1)).block.header.parent_hash


def test_a_second_init_is_refused_and_the_first_store_stays(funded):
    funded.ledger.close()

    with pytest.raises(StoreExists):
        init_ledger(funded.genesis, funded.folder)

    assert funded.open().head().header.height == 1


def test_init_does_not_wipe_blocks_whose_head_mark_is_gone(funded):
    funded.ledger.close()
    (funded.folder / "head").unlink()

    with pytest.raises(StoreExists, match="up to height 1"):
        init_ledger(funded.genesis, funded.folder)


def test_opening_makes_no_store(tmp_path):
    with pytest.raises(StoreMissing):
        open_ledger(genesis(), tmp_path / "nothing")

    assert not (tmp_path / "nothing").exists()


def test_the_store_of_another_network_is_refused(funded):
    funded.ledger.close()

    with pytest.raises(StoreOfOtherNetwork, match=r"genesis\.json"):
        open_ledger(genesis(transactions_max=10), funded.folder)

    funded.open()


def test_a_contract_that_this_node_lacks_is_refused(tmp_path):
    contracts = {"accounts": CONTRACTS["accounts"]}

    with pytest.raises(StoreOfOtherNetwork, match="cbdc"):
        init_ledger(genesis(), tmp_path / "data", contracts)


def test_pruning_keeps_the_window_of_replay_and_answers_none_for_what_is_gone(tmp_path):
    retention = Retention(blocks=3, index=3)
    settings = LedgerSettings(store=StoreSettings(retention=retention))
    pruned = Chain(tmp_path / "pruned", settings)
    first = pruned.issue(ALICE, 10)
    pruned.commit(first)
    for _ in range(5):
        pruned.commit()
    assert pruned.ledger.block_at(Height(1)) is not None

    for _ in range(605):
        pruned.commit()
    pruned.reopen()

    height = pruned.ledger.head().header.height
    assert pruned.ledger.block_at(Height(1)) is None
    assert pruned.ledger.reads.transaction(first.transaction_id) is None
    assert pruned.ledger.block_at(height) is not None
    assert pruned.balance(ALICE) == 10
    pruned.ledger.close()
