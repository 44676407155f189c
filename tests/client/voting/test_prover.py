"""The prover: fresh numbers in every proof, and randomness that may come from a seed."""

from dataclasses import replace

import pytest

from client.voting import prover
from client.voting.prover import (
    Truth,
    encrypt,
    prove_claim,
    prove_knowledge,
    random_scalar,
    seal_ballot,
)
from contracts.sdk.group import ORDER, BadPoint, decode_scalar, multiply_base
from contracts.voting.crypto.ballots import verify_ballot
from contracts.voting.crypto.elgamal import is_count, opens_to
from contracts.voting.crypto.proofs import zero_one_claim
from contracts.voting.crypto.questions import SINGLE
from primitives.errors import InvariantBroken
from tests.contracts.voting.crypto.attacks import BAD_POINTS
from tests.contracts.voting.crypto.builders import KEY, SECRET, VOTER, contest, first, statement

ROW = [(0, 1, 0)]


def test_random_scalars_differ_and_are_never_0():
    drawn = [random_scalar() for _ in range(50)]

    assert len(set(drawn)) == 50
    assert all(0 < scalar < ORDER for scalar in drawn)


def test_a_ciphertext_opens_to_its_number_only():
    ciphertext = encrypt(KEY, 5, 123)

    assert opens_to(KEY, ciphertext, 5, 123)
    assert not opens_to(KEY, ciphertext, 6, 123)
    assert not opens_to(KEY, ciphertext, 5, 124)
    assert is_count(ciphertext, multiply_base(SECRET * 123), 5)
    assert not is_count(ciphertext, multiply_base(SECRET * 123), 0)
    assert is_count(encrypt(KEY, 0, 123), multiply_base(SECRET * 123), 0)


def test_randomness_may_be_given_and_proofs_are_fresh_all_the_same():
    stated = statement(contest(SINGLE))

    made = [seal_ballot(stated, ROW, VOTER, iter((7, 8, 9)).__next__) for _ in range(2)]

    one, other = (first(each.ballot) for each in made)
    assert one.choices == other.choices
    assert [decode_scalar(opening) for opening in made[0].openings[0]] == [7, 8, 9]
    assert not set(one.proofs) & set(other.proofs)
    assert [verify_ballot(stated, each.ballot) for each in made] == [None, None]


def test_a_proof_with_a_scalar_of_0_is_made_again(monkeypatch):
    claim = zero_one_claim((), KEY, encrypt(KEY, 1, 9))
    simulated, wanted = 6, 8
    hashes = iter([simulated, wanted])  # the first leaves 0 for the true branch
    monkeypatch.setattr(prover, "random_scalar", lambda: simulated)
    monkeypatch.setattr(prover, "challenge", lambda _tag, _fields: next(hashes))

    proof = prove_claim(claim, KEY, Truth(1, (9,)))

    scalars = [decode_scalar(proof[place : place + 32]) for place in range(0, 128, 32)]
    assert scalars[:2] == [simulated, wanted - simulated]


def test_a_generator_that_gives_nothing_stops_the_proof(monkeypatch):
    monkeypatch.setattr(prover, "challenge", lambda _tag, _fields: 0)

    with pytest.raises(InvariantBroken):
        prove_knowledge("pok", (), 5)


@pytest.mark.parametrize("name", BAD_POINTS)
def test_nothing_is_encrypted_to_a_bad_key(name):
    stated = replace(statement(contest(SINGLE)), key=BAD_POINTS[name])

    with pytest.raises(BadPoint):
        seal_ballot(stated, ROW, VOTER)
