"""Ballots that must be refused: every changed, moved, copied, malformed or false part."""

from dataclasses import replace

import pytest

from client.voting import prover
from client.voting.prover import prove_claim, seal_ballot
from contracts.sdk.group import (
    IDENTITY,
    BadPoint,
    BadScalar,
)
from contracts.voting.crypto.ballots import CAST, cast_hash, ciphertext_digests, verify_ballot
from contracts.voting.crypto.errors import (
    BadBallotProof,
    BadBallotShape,
    BadBallotSignature,
    RepeatedCiphertext,
)
from contracts.voting.crypto.questions import APPROVAL, BORDA, SCHULZE, SCORE, SINGLE
from primitives.crypto import Digest, PublicKey, Signature, SigningKey
from tests.contracts.voting.crypto.attacks import BAD_POINTS, BAD_SCALARS, HONEST
from tests.contracts.voting.crypto.builders import (
    ASKED,
    VOTER,
    contest,
    first,
    flipped,
    sealed,
    statement,
    swapped,
    with_answer,
)

TWO = (contest(SINGLE, 2), contest(SINGLE, 2))


def signed_again(stated, ballot, signer=VOTER):
    """What an attacker who owns the pseudonym sends: everything changed is signed."""
    return replace(ballot, signature=signer.sign(CAST, cast_hash(stated, ballot)))


def refuse(error, stated, ballot):
    with pytest.raises(error):
        verify_ballot(stated, signed_again(stated, ballot))


@pytest.mark.parametrize(
    "change",
    [
        {"election": b"\xe2" * 64},
        {"key": HONEST},
        {"class_id": 2},
        {"seq": 4},
        {"token": b"\x71" * 48},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_ballot_for_another_election_class_seq_or_token_is_refused(change):
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot

    other = replace(stated, **change)

    refuse(BadBallotProof, other, ballot)
    if "key" not in change:  # the key is in every proof, and in the election's context
        with pytest.raises(BadBallotSignature):
            verify_ballot(other, ballot)


def test_a_copied_ballot_is_refused_under_another_pseudonym():
    stated = statement(contest(APPROVAL, high=3))
    ballot = sealed(stated, (0, 2)).ballot
    thief = SigningKey(b"\x66" * 32)

    copied = replace(stated, voter_key=thief.public_key)

    with pytest.raises(BadBallotSignature):
        verify_ballot(copied, ballot)
    with pytest.raises(BadBallotProof):
        verify_ballot(copied, signed_again(copied, ballot, thief))


def test_a_copied_ciphertext_has_the_digest_by_which_it_is_found():
    ballot = sealed(statement(contest(SINGLE)), (1,)).ballot
    other = sealed(statement(contest(SINGLE)), (1,)).ballot
    copied = with_answer(other, choices=swapped(first(other).choices, 2, first(ballot).choices[0]))

    assert set(ciphertext_digests(copied)) & set(ciphertext_digests(ballot))
    assert not set(ciphertext_digests(other)) & set(ciphertext_digests(ballot))
    assert {len(found) for found in ciphertext_digests(ballot)} == {32}


def test_a_copied_ciphertext_is_refused_among_own_ones():
    stated = statement(contest(APPROVAL, high=3))
    theirs = sealed(stated, (0, 2)).ballot
    own = replace(stated, voter_key=SigningKey(b"\x66" * 32).public_key)
    ballot = seal_ballot(own, [(1, 0, 0)], SigningKey(b"\x66" * 32)).ballot

    choices = swapped(first(ballot).choices, 1, first(theirs).choices[1])
    proofs = swapped(first(ballot).proofs, 1, first(theirs).proofs[1])
    copied = with_answer(ballot, choices=choices, proofs=proofs)

    with pytest.raises(BadBallotProof):
        verify_ballot(own, signed_again(own, copied, SigningKey(b"\x66" * 32)))


def test_a_ciphertext_twice_in_one_ballot_is_refused():
    stated = statement(contest(APPROVAL, high=3))
    ballot = sealed(stated, (0, 2)).ballot
    answer = first(ballot)

    choices = swapped(answer.choices, 1, answer.choices[0])

    refuse(RepeatedCiphertext, stated, with_answer(ballot, choices=choices))


def test_swapped_contests_are_refused():
    stated = statement(*TWO)
    ballot = sealed(stated, (0,), (1,)).ballot
    one, other = ballot.answers

    refuse(BadBallotProof, stated, replace(ballot, answers=(other, one)))
    moved = (replace(one, sums=other.sums), replace(other, sums=one.sums))
    refuse(BadBallotProof, stated, replace(ballot, answers=moved))


@pytest.mark.parametrize("field", ["choices", "proofs"])
def test_swapped_options_are_refused(field):
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (0,)).ballot
    items = getattr(first(ballot), field)

    refuse(BadBallotProof, stated, with_answer(ballot, **{field: (items[1], items[0], items[2])}))


# Pairs of three options that are no ranking: a > b > c > a; a > b > c with a = c; a > b alone.
CYCLE = (1, 0, 0, 1, 1, 0)
TWO_STRICT = (1, 0, 0, 0, 1, 0)
ONE_STRICT = (1, 0, 0, 0, 0, 0)


def test_the_proofs_of_two_sums_do_not_change_places():
    stated = statement(contest(SCORE, 2, grades=2))
    ballot = sealed(stated, (1, 0)).ballot
    sums = first(ballot).sums

    refuse(BadBallotProof, stated, with_answer(ballot, sums=(sums[1], sums[0], *sums[2:])))


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        (contest(SINGLE), (1, 1, 0)),
        (contest(SINGLE), (0, 0, 0)),
        (contest(SINGLE), (2, 0, 0)),
        (contest(SINGLE), (2, -1, 0)),
        (contest(SINGLE, blank=True), (1, 0, 0, 1)),
        (contest(APPROVAL, low=1, high=2), (1, 1, 1)),
        (contest(APPROVAL, high=3), (3, 0, 0)),
        (contest(APPROVAL, low=1, high=2, blank=True), (1, 0, 0, 1)),
        (contest(APPROVAL, low=1, high=2, blank=True), (0, 0, 0, 0)),
        (contest(SCORE, 2, grades=2), (1, 1, 0, 0)),
        (contest(BORDA, 2), (1, 1)),
        (contest(SCHULZE, 2), (2, 0)),
        (contest(SCHULZE, 2), (2, -1)),
        (contest(SCHULZE), CYCLE),
        (contest(SCHULZE), TWO_STRICT),
        (contest(SCHULZE), ONE_STRICT),
        (contest(SCHULZE, blank=True), (1, 0, 1, 0, 0, 0, 1)),
        (contest(SCHULZE, blank=True), (0, 0, 0, 0, 0, 0, 2)),
    ],
)
def test_a_ballot_that_answers_nothing_cannot_be_proven(monkeypatch, asked, values):
    """The cheat has the secrets, and proves whichever branch comes nearest to the truth."""

    def nearest(claim, key, truth):
        branch = min(max(truth.branch, 0), len(claim[2]) - 1)
        return prove_claim(claim, key, replace(truth, branch=branch))

    monkeypatch.setattr(prover, "satisfies", lambda _shape, _values: True)
    monkeypatch.setattr(prover, "prove_claim", nearest)
    stated = statement(asked)

    ballot = seal_ballot(stated, [values], VOTER).ballot

    with pytest.raises(BadBallotProof):
        verify_ballot(stated, ballot)


def changed_fields(ballot):
    """One changed byte in every scalar of every proof, and in each half of a ciphertext."""
    answer = first(ballot)
    for index in range(len(answer.choices)):
        for place in (3, 35):
            choice = flipped(answer.choices[index], place)
            yield with_answer(ballot, choices=swapped(answer.choices, index, choice))
    for name in ("proofs", "sums"):
        for index, proof in enumerate(getattr(answer, name)):
            for place in range(1, len(proof), 32):
                changed = swapped(getattr(answer, name), index, flipped(proof, place))
                yield with_answer(ballot, **{name: changed})
    for place in range(1, len(answer.blank), 32):
        yield with_answer(ballot, blank=flipped(answer.blank, place))


@pytest.mark.parametrize(
    "name", ["single or blank", "approval or blank", "score", "borda", "schulze, all equal"]
)
def test_no_byte_of_a_ballot_may_change(name):
    asked, marks = ASKED[name]
    stated = statement(asked)
    ballot = sealed(stated, marks).ballot

    for changed in changed_fields(ballot):
        with pytest.raises(BadBallotSignature):
            verify_ballot(stated, changed)
        refuse((BadBallotProof, BadPoint), stated, changed)


@pytest.mark.parametrize(
    "signature",
    [bytes(64), b"\xff" * 64],
)
def test_an_unsigned_ballot_is_refused(signature):
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot

    with pytest.raises(BadBallotSignature):
        verify_ballot(stated, replace(ballot, signature=Signature(signature)))


def test_a_signature_over_the_tracker_under_another_tag_is_refused():
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot

    other = VOTER.sign("transaction", Digest(cast_hash(stated, ballot)))

    with pytest.raises(BadBallotSignature):
        verify_ballot(stated, replace(ballot, signature=other))


@pytest.mark.parametrize("name", BAD_POINTS)
@pytest.mark.parametrize("side", [0, 1])
def test_no_bad_point_is_in_a_ballot(name, side):
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot
    points = [first(ballot).choices[0][:32], first(ballot).choices[0][32:]]
    points[side] = BAD_POINTS[name]

    changed = with_answer(ballot, choices=swapped(first(ballot).choices, 0, b"".join(points)))

    refuse(BadPoint, stated, changed)


def test_a_ciphertext_without_randomness_is_refused():
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot

    bare = IDENTITY.encoded + HONEST

    changed = with_answer(ballot, choices=swapped(first(ballot).choices, 0, bare))
    refuse(BadPoint, stated, changed)


@pytest.mark.parametrize("name", [name for name, data in BAD_SCALARS.items() if len(data) == 32])
def test_no_bad_scalar_is_in_a_ballot(name):
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot
    answer = first(ballot)
    bad = BAD_SCALARS[name]

    proof = answer.proofs[0][:96] + bad
    refuse(BadScalar, stated, with_answer(ballot, proofs=swapped(answer.proofs, 0, proof)))
    refuse(BadScalar, stated, with_answer(ballot, sums=(bad + answer.sums[0][32:],)))


@pytest.mark.parametrize(
    "change",
    [
        lambda a: {"choices": a.choices[1:]},
        lambda a: {"choices": a.choices[1:], "proofs": a.proofs[1:]},
        lambda a: {"choices": a.choices * 2, "proofs": a.proofs * 2},
        lambda a: {"proofs": a.proofs[1:]},
        lambda a: {"sums": ()},
        lambda a: {"sums": a.sums * 2},
        lambda a: {"sums": (a.sums[0] * 2,)},
        lambda _: {"blank": bytes(64)},
    ],
)
def test_a_ballot_of_another_shape_is_refused(change):
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot

    refuse(BadBallotShape, stated, with_answer(ballot, **change(first(ballot))))


def test_a_ballot_answers_every_contest_once():
    stated = statement(*TWO)
    ballot = sealed(stated, (0,), (1,)).ballot

    for answers in (ballot.answers[:1], ballot.answers * 2, ()):
        with pytest.raises(BadBallotShape):
            verify_ballot(stated, replace(ballot, answers=answers))


def test_a_missing_blank_proof_is_refused():
    asked, marks = ASKED["approval or blank"]
    stated = statement(asked)
    ballot = sealed(stated, marks).ballot

    for blank in (b"", first(ballot).blank[:-64]):
        refuse(BadBallotShape, stated, with_answer(ballot, blank=blank))


def test_an_election_key_that_is_nothing_is_refused():
    stated = replace(statement(contest(SINGLE)), key=IDENTITY.encoded)
    ballot = sealed(statement(contest(SINGLE)), (1,)).ballot

    refuse(BadPoint, stated, ballot)


def test_a_pseudonym_that_is_no_key_signs_nothing():
    stated = statement(contest(SINGLE))
    ballot = sealed(stated, (1,)).ballot

    for key in (BAD_POINTS["order 4"], IDENTITY.encoded):
        with pytest.raises(BadBallotSignature):
            verify_ballot(replace(stated, voter_key=PublicKey(key)), ballot)
