"""Who took part: counted from the certificates in blocks, by the set of each height."""

import pytest

from tests.execution.chain import ALICE, VALIDATORS

SIGNED = VALIDATORS[:3]  # whose seals Chain puts into certificates


@pytest.fixture
def five(chain):
    for amount in range(1, 6):
        chain.commit(chain.issue(ALICE, amount))
    return chain


def counts(found):
    return {one.public_key: (one.signed, one.certificates) for one in found.validators}


def test_each_validator_is_counted_over_the_certificates_that_blocks_carry(five):
    found = five.ledger.reads.participation(1, 4)

    assert (found.first, found.last) == (1, 4)
    expected = {key.public_key: (4 * (key in SIGNED), 4) for key in VALIDATORS}
    assert counts(found) == expected


def test_the_last_height_that_each_signed_is_known(five):
    found = five.ledger.reads.participation(1, 3)

    last = {one.public_key: one.last_signed for one in found.validators}
    assert last == {key.public_key: 3 if key in SIGNED else None for key in VALIDATORS}


def test_a_seal_that_comes_late_is_counted_when_the_next_block_carries_it(chain):
    first = chain.build(chain.issue(ALICE, 1))
    chain.ledger.commit(first, chain.seal(first, VALIDATORS))
    chain.commit(chain.issue(ALICE, 2))

    found = chain.ledger.reads.participation(1, 1)

    assert counts(found) == {key.public_key: (1, 1) for key in VALIDATORS}


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [(-95, 4, (1, 4)), (3, 99, (3, 4)), (5, 9, (5, 4)), (4, 2, (4, 3))],
    ids=["before block 1", "beyond the head", "the head alone", "backwards"],
)
def test_heights_without_a_certificate_in_a_block_are_left_out(five, first, last, counted):
    found = five.ledger.reads.participation(first, last)

    assert (found.first, found.last) == counted


def test_nothing_is_counted_at_height_zero(chain):
    assert chain.ledger.reads.participation(-100, -1).validators == ()
