"""Tokens by themselves: for one election, class and key; batches as singles; who signs."""

from dataclasses import replace
from random import Random

import pytest

from client.bls_blind import SignerKey
from contracts.sdk.bls import BASE_G2, ORDER, add_g1, add_g2, multiply_g1, multiply_g2
from contracts.sdk.bls_blind import Signed, are_signatures, is_signature
from contracts.voting.crypto.tokens import (
    AnswerStatement,
    answers_seed,
    mask_of,
    ranked_sets,
    token_hash,
    tokens_seed,
)
from primitives.crypto import PublicKey

ELECTION = b"\xe1" * 64
SIGNER = SignerKey(1_000_003)
VOTERS = [PublicKey(bytes([number]) * 32) for number in range(1, 9)]
QUICK, MANY = 100, 10_000


def signed(voter, class_id=0, election=ELECTION, signer=SIGNER):
    """A pseudonym with its token."""
    hashed = token_hash(election, class_id, voter)
    return Signed(hashed=hashed, signature=signer.sign(hashed))


def test_a_token_of_one_class_is_none_of_another_though_the_keys_differ_by_a_known_shift():
    shift = 77
    other = add_g2([SIGNER.public, multiply_g2(shift, BASE_G2)])
    mine = signed(VOTERS[0], 0)
    moved = add_g1([mine.signature, multiply_g1(shift, mine.hashed)])  # signs class 0 under `other`

    assert is_signature(other, mine.hashed, moved)
    for signature in (mine.signature, moved):
        assert not is_signature(other, token_hash(ELECTION, 1, VOTERS[0]), signature)


@pytest.mark.parametrize(
    "other",
    [
        signed(VOTERS[1]),
        signed(VOTERS[0], class_id=1),
        signed(VOTERS[0], election=b"\xe2" * 64),
        signed(VOTERS[0], signer=SignerKey(5)),
    ],
    ids=["key", "class", "election or chain", "registrars"],
)
def test_a_token_of_another_key_class_election_or_registrar_is_none(other):
    assert not is_signature(SIGNER.public, token_hash(ELECTION, 0, VOTERS[0]), other.signature)


def check_verdicts(count):
    """Compare the verdict on random batches with those on each of their tokens."""
    random = Random(count)
    good = [(voter, signed(voter)) for voter in VOTERS]
    wrong = [
        (voter, replace(one, signature=multiply_g1(random.randrange(2, ORDER), one.signature)))
        for voter, one in good[:3]
    ]
    pool = [*good, *wrong]
    verdicts = [is_signature(SIGNER.public, one.hashed, one.signature) for _, one in pool]
    for _ in range(count):
        places = [random.randrange(len(pool)) for _ in range(random.randint(1, 5))]
        shown = tuple((pool[at][0], pool[at][1].signature.encoded) for at in places)
        seed = tokens_seed((ELECTION, 0, SIGNER.public), shown)
        verdict = are_signatures(SIGNER.public, seed, [pool[at][1] for at in places])
        assert verdict == all(verdicts[at] for at in places)


def test_several_tokens_are_judged_as_each_alone():
    check_verdicts(QUICK)


@pytest.mark.soak
def test_ten_thousand_batches_of_tokens_are_judged_as_each_alone():
    check_verdicts(MANY)


STATED = AnswerStatement(
    chain_id="chain", election=ELECTION, class_id=1, registrar=2, key=b"\x82" * 96
)
REFS, BLINDED, GIVEN = (b"\x01" * 64,), (b"\x02" * 48,), (b"\x03" * 48,)


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": "other"},
        {"election": bytes(64)},
        {"class_id": 2},
        {"registrar": 3},
        {"key": b"\x83" * 96},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_coefficients_of_a_batch_rest_on_who_answers_what(change):
    seed = answers_seed(STATED, REFS, (BLINDED, GIVEN))

    assert answers_seed(replace(STATED, **change), REFS, (BLINDED, GIVEN)) != seed


def test_the_coefficients_of_a_batch_rest_on_requests_and_answers():
    seeds = {
        answers_seed(STATED, refs, (blinded, given))
        for refs in (REFS, (bytes(64),))
        for blinded in (BLINDED, (bytes(48),))
        for given in (GIVEN, (bytes(48),))
    }

    assert len(seeds) == 8


def test_the_best_set_covers_most_and_of_equals_has_the_lowest_numbers():
    coverage = {mask_of((1, 2)): 3, mask_of((2, 3)): 3, mask_of((1, 2, 3)): 2, mask_of((4,)): 9}

    ranked = ranked_sets((1, 2, 3, 4), 2, coverage)

    assert ranked[:2] == ((5, (1, 2)), (5, (2, 3)))
    assert len(ranked) == 6
    assert ranked_sets((2, 4), 2, {}) == ((0, (2, 4)),)
