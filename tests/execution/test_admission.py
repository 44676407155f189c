"""Every way in which a transaction may not be in a block: at admission, as proposer, as judge."""

from dataclasses import replace

import pytest

from primitives import errors
from primitives.block import transactions_root_of
from primitives.codec import encode
from primitives.crypto import Signature
from primitives.ids import address_of
from primitives.transaction import Transaction, decode_transaction, sign_body
from tests.execution.chain import ALICE, BANK, BOB, Chain

TO_BOB = address_of(BOB.public_key)


def resigned(transaction: Transaction, signatures: tuple) -> Transaction:
    """Return the same body under other signatures."""
    return decode_transaction(encode((transaction.body_bytes, signatures)))


def with_bad_signature(chain: Chain) -> Transaction:
    transaction = chain.transfer(ALICE, BOB, 5)
    key, signature = transaction.signatures[0]
    flipped = Signature(signature[:-1] + bytes([signature[-1] ^ 1]))
    return resigned(transaction, ((key, flipped),))


def with_signature_of_another_body(chain: Chain) -> Transaction:
    other = chain.transfer(ALICE, BOB, 6)
    return resigned(chain.transfer(ALICE, BOB, 5), other.signatures)


def committed(chain: Chain) -> Transaction:
    transaction = chain.transfer(ALICE, BOB, 5)
    chain.commit(transaction)
    return transaction


def with_two_keys(chain: Chain) -> Transaction:
    return sign_body(chain.transfer(ALICE, BOB, 5).body, [ALICE, BOB])


CASES = {
    "other chain": (
        errors.WrongChain,
        lambda chain: chain.transfer(ALICE, BOB, 5, chain_id="othernet-00"),
    ),
    "expires at the block's time": (
        errors.Expired,
        lambda chain: chain.transfer(ALICE, BOB, 5, expires_at_ms=chain.next_ms),
    ),
    "expires too far ahead": (
        errors.ExpiryTooFar,
        lambda chain: chain.transfer(ALICE, BOB, 5, expires_at_ms=chain.next_ms + 600_001),
    ),
    "replayed": (errors.Replayed, committed),
    "replayed under other signatures": (
        errors.Replayed,
        lambda chain: resigned(committed(chain), ()),
    ),
    "no such contract": (
        errors.UnknownContract,
        lambda chain: chain.transfer(ALICE, BOB, 5, contract="casino"),
    ),
    "no such method": (errors.UnknownMethod, lambda chain: chain.transaction(ALICE, "burn")),
    "too few arguments": (
        errors.WrongArgumentCount,
        lambda chain: chain.transaction(ALICE, "transfer", TO_BOB, 5),
    ),
    "argument of another type": (
        errors.WrongArgumentType,
        lambda chain: chain.transaction(ALICE, "transfer", TO_BOB, "5", ""),
    ),
    "argument out of bounds": (
        errors.ArgumentOutOfBounds,
        lambda chain: chain.transaction(ALICE, "transfer", TO_BOB, 0, ""),
    ),
    "control character in a text": (
        errors.BadText,
        lambda chain: chain.transaction(ALICE, "transfer", TO_BOB, 5, "\x07"),
    ),
    "not allowed": (
        errors.NotAllowed,
        lambda chain: chain.transaction(ALICE, "issue", TO_BOB, 5, "R"),
    ),
    "bad signature": (errors.BadSignature, with_bad_signature),
    "signature of another body": (errors.BadSignature, with_signature_of_another_body),
    "no signature": (
        errors.MissingSignature,
        lambda chain: resigned(chain.transfer(ALICE, BOB, 5), ()),
    ),
    "signature by a stranger": (
        errors.KeyNotInAccount,
        lambda chain: sign_body(chain.transfer(ALICE, BOB, 5).body, [BOB]),
    ),
    "a stranger's signature besides": (errors.ForeignSignature, with_two_keys),
}
TABLE = pytest.mark.parametrize(("error", "make"), CASES.values(), ids=CASES.keys())


@pytest.fixture
def funded(chain):
    """Return a chain where Alice has money."""
    chain.commit(chain.issue(ALICE, 1_000))
    return chain


@TABLE
def test_admission_refuses_with_its_own_error_and_state_stays(funded, error, make):
    bad = make(funded)
    root = funded.ledger.head().header.state_root

    with pytest.raises(error):
        funded.ledger.check(bad, now_ms=funded.next_ms)

    assert funded.ledger._tip.store.state.root == root


@TABLE
def test_a_proposer_leaves_it_out(funded, error, make):
    bad = make(funded)
    good = funded.transfer(ALICE, BOB, 7)

    block = funded.build(bad, good)

    assert block.transactions == (good.raw,)
    left_out = [(known, type(reason)) for known, reason in funded.ledger.left_out]
    assert left_out == [(bad.transaction_id, error)]


@TABLE
def test_a_block_that_holds_it_is_refused_and_named(funded, error, make):
    bad = make(funded)
    block = funded.build(funded.transfer(ALICE, BOB, 7))
    transactions = (*block.transactions, bad.raw)
    root = transactions_root_of(transactions, ())
    header = replace(block.header, transactions_root=root)
    forged = replace(block, header=header, transactions=transactions)

    difference = funded.ledger.validate(forged)

    assert difference is not None
    assert difference.startswith(f"transaction 1: {error.code}")


def test_bytes_that_are_no_transaction_make_a_block_invalid(funded):
    block = funded.build()
    transactions = (b"\x00garbage",)
    root = transactions_root_of(transactions, ())

    difference = funded.ledger.validate(
        replace(
            block,
            header=replace(block.header, transactions_root=root),
            transactions=transactions,
        )
    )

    assert difference is not None
    assert difference.startswith("transaction 0: NOT_CANONICAL")


def test_a_transaction_twice_in_one_block_is_refused(funded):
    once = funded.transfer(ALICE, BOB, 7)
    block = funded.build(once, once)
    twice = (once.raw, once.raw)
    root = transactions_root_of(twice, ())

    header = replace(block.header, transactions_root=root)
    difference = funded.ledger.validate(replace(block, header=header, transactions=twice))

    assert block.transactions == (once.raw,)
    assert difference is not None
    assert difference.startswith("transaction 1: REPLAYED")


def test_transactions_of_one_account_take_effect_in_any_order(funded):
    first, second = funded.transfer(ALICE, BOB, 7), funded.transfer(ALICE, BOB, 11)

    receipts = [funded.commit(one).receipts[0] for one in (second, first)]

    assert [receipt.code for receipt in receipts] == ["OK", "OK"]
    assert funded.balance(BOB) == 18


def test_admission_accepts_what_a_block_accepts(funded):
    good = funded.transfer(ALICE, BOB, 7)

    funded.ledger.check(good, now_ms=funded.next_ms)

    assert funded.build(good).transactions == (good.raw,)


def test_a_signature_that_admission_verified_is_not_verified_again(funded, monkeypatch):
    good = funded.transfer(ALICE, BOB, 7)
    funded.ledger.verified.add(good)
    monkeypatch.setattr(Transaction, "check_signatures", None)

    funded.ledger.check(good, now_ms=funded.next_ms)

    assert funded.build(good).transactions == (good.raw,)


def test_a_block_with_unseen_transactions_has_their_signatures_verified(funded, monkeypatch):
    block = funded.build(funded.transfer(ALICE, BOB, 7))
    other = Chain(funded.folder.parent / "other")
    other.commit(other.issue(ALICE, 1_000))
    seen = []
    monkeypatch.setattr(Transaction, "check_signatures", lambda item: seen.append(item.raw))

    difference = other.ledger.validate(block)

    other.ledger.close()
    assert difference is None
    assert seen == list(block.transactions)


def test_signatures_that_a_block_has_verified_are_counted_and_known_ones_are_not(funded):
    counted: list[int] = []
    funded.ledger.verified.on_checked = counted.append
    fresh = funded.transfer(ALICE, BOB, 7)

    funded.ledger.check(fresh, now_ms=funded.next_ms)
    funded.build(fresh)

    assert counted == [1]


def test_what_a_contract_refuses_is_in_the_block_with_a_refused_receipt(funded):
    broke = funded.transfer(BOB, ALICE, 5)

    committed_block = funded.commit(broke)

    receipt = committed_block.receipts[0]
    assert receipt.code == "INSUFFICIENT_FUNDS"
    assert receipt.transaction_id == broke.transaction_id
    assert funded.balance(ALICE) == 1_000


def test_a_key_rotated_in_the_same_block_no_longer_signs(funded):
    rotate = funded.transaction(
        ALICE, "rotate_key", ALICE.public_key, BOB.public_key, contract="accounts"
    )
    late = funded.transfer(ALICE, BOB, 7)

    block = funded.build(rotate, late)

    assert block.transactions == (rotate.raw,)
    assert isinstance(funded.ledger.left_out[0][1], errors.KeyNotInAccount)


def test_expiry_counts_from_the_block_and_not_from_admission(funded):
    short = funded.transfer(ALICE, BOB, 7, expires_at_ms=funded.next_ms + 1)
    funded.ledger.check(short, now_ms=funded.next_ms)
    funded.commit()

    block = funded.build(short)

    assert block.transactions == ()
    assert isinstance(funded.ledger.left_out[0][1], errors.Expired)


def test_the_bank_signs_for_itself_only(funded):
    stolen = sign_body(funded.issue(ALICE, 5).body, [ALICE])

    with pytest.raises(errors.KeyNotInAccount):
        funded.ledger.check(stolen, now_ms=funded.next_ms)

    assert BANK.public_key != ALICE.public_key
