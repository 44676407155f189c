"""Ballots that were copied, put together of parts, or proven for something else."""

from dataclasses import replace

import pytest

from contracts.sdk.group import ORDER, BadPoint, BadScalar
from contracts.voting.box.messages import CiphertextReused
from contracts.voting.crypto.ballots import CAST, cast_hash
from contracts.voting.crypto.errors import (
    BadBallotProof,
    BadBallotShape,
    BadBallotSignature,
    RepeatedCiphertext,
)
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import (
    cast,
    pseudonym,
    sealed,
    sender,
)

IDENTITY = b"\x01" + bytes(31)
ORDER_TWO = b"\xec" + b"\xff" * 30 + b"\x7f"
ORDER_FOUR = bytes(32)
NON_CANONICAL = b"\xff" * 32


def with_answer(made, contest=0, **changes):
    """The casting message with other parts of one answer."""
    answers = list(made.ballot.answers)
    answers[contest] = replace(answers[contest], **changes)
    return replace(made.cast(), ballot=replace(made.ballot, answers=tuple(answers)))


def resigned(made, msg):
    """`msg` signed again by its pseudonym, so that only what was changed is wrong with it."""
    covered = cast_hash(made.statement, msg.ballot)
    key = next(key for key in map(pseudonym, ("a0", "a1", "d0")) if key.public_key == msg.voter_key)
    return replace(msg, ballot=replace(msg.ballot, signature=key.sign(CAST, covered)))


def swapped(items, index, item):
    """The items with another one at a place."""
    return (*items[:index], item, *items[index + 1 :])


# Copies.


def test_a_copied_ballot_is_no_other_pseudonym_s():
    world = scenes.issued()
    victim = cast(world, "a0")
    thief = sealed(world, "a1")

    copied = replace(thief.cast(), ballot=victim.ballot)
    world.refuse_as(sender("a1"), BadBallotSignature, copied)
    taken = replace(thief, ballot=victim.ballot)
    world.refuse_as(sender("a1"), BadBallotProof, resigned(taken, taken.cast()))


def test_a_voter_cannot_use_a_ciphertext_again_in_a_revote():
    world = scenes.issued()
    made = cast(world, "a0")
    again = reproven(world, made, seq=2)

    world.refuse_as(sender("a0"), CiphertextReused, again.cast())


def reproven(world, made, **changes):
    """A valid ballot of the same ciphertexts under another statement."""
    numbers = iter(int.from_bytes(one, "little") for contest in made.openings for one in contest)
    stated = replace(made.statement, **changes)
    values = [(1, 0, 0), (1, 0, 0)]
    fresh = acts.seal_ballot(stated, values, pseudonym("a0"), lambda: next(numbers))
    return replace(made, statement=stated, ballot=fresh.ballot, openings=fresh.openings)


def test_a_ballot_holds_no_ciphertext_twice():
    world = scenes.issued()
    made = sealed(world, "a0")
    first = made.ballot.answers[0]

    msg = with_answer(made, choices=swapped(first.choices, 1, first.choices[0]))

    world.refuse_as(sender("a0"), RepeatedCiphertext, resigned(made, msg))


# Forgeries. Each is signed again by the pseudonym, so that the proofs must find it.


def test_an_unsigned_ballot_is_refused():
    world = scenes.issued()
    made = sealed(world, "a0")
    other = sealed(world, "a0")

    msg = replace(made.cast(), ballot=replace(made.ballot, signature=other.ballot.signature))

    world.refuse_as(sender("a0"), BadBallotSignature, msg)


def test_answers_of_two_contests_cannot_be_swapped():
    world = scenes.issued()
    made = sealed(world, "a0")
    one, two = made.ballot.answers

    world.refuse_as(
        sender("a0"),
        BadBallotShape,
        replace(made.cast(), ballot=replace(made.ballot, answers=(two, one))),
    )
    moved = with_answer(made, choices=two.choices, proofs=two.proofs)
    world.refuse_as(sender("a0"), RepeatedCiphertext, moved)


def test_proofs_of_two_contests_cannot_be_swapped():
    world = scenes.issued()
    made = sealed(world, "a0")

    msg = with_answer(made, proofs=made.ballot.answers[1].proofs)

    world.refuse_as(sender("a0"), BadBallotProof, resigned(made, msg))


@pytest.mark.parametrize("changes", [{"election": b"\x07" * 64}, {"seq": 9}, {"class_id": 1}])
def test_proofs_of_another_election_number_or_class_do_not_hold(changes):
    world = scenes.issued()
    foreign = sealed(world, "a0", **changes)
    here = replace(foreign, statement=sealed(world, "a0").statement)

    world.refuse_as(sender("a0"), BadBallotProof, resigned(here, here.cast()))


def test_a_ballot_answers_every_contest():
    world = scenes.issued()
    made = sealed(world, "a0")
    short = replace(made.cast(), ballot=replace(made.ballot, answers=made.ballot.answers[:1]))

    world.refuse_as(sender("a0"), BadBallotShape, short)


@pytest.mark.parametrize("field", ["choices", "proofs"])
def test_a_ballot_has_as_many_ciphertexts_and_proofs_as_options(field):
    world = scenes.issued()
    made = sealed(world, "a0")

    msg = with_answer(made, **{field: getattr(made.ballot.answers[0], field)[:-1]})

    world.refuse_as(sender("a0"), BadBallotShape, msg)


@pytest.mark.parametrize(
    "point", [IDENTITY, ORDER_TWO, ORDER_FOUR, NON_CANONICAL], ids=["0", "2", "4", "ff"]
)
@pytest.mark.parametrize("half", ["A", "B"])
def test_points_outside_the_group_are_refused(point, half):
    world = scenes.issued()
    made = sealed(world, "a0")
    choices = made.ballot.answers[0].choices
    left, right = choices[0][:32], choices[0][32:]
    bad = point + right if half == "A" else left + point

    msg = with_answer(made, choices=swapped(choices, 0, bad))

    world.refuse_as(sender("a0"), BadPoint, resigned(made, msg))


@pytest.mark.parametrize("place", range(4))
def test_a_scalar_has_one_form(place):
    world = scenes.issued()
    made = sealed(world, "a0")
    proofs = made.ballot.answers[0].proofs
    at = slice(32 * place, 32 * place + 32)
    longer = int.from_bytes(proofs[0][at], "little") + ORDER

    for form in (longer.to_bytes(32, "little"), bytes(32)):
        proof = proofs[0][: at.start] + form + proofs[0][at.stop :]
        msg = with_answer(made, proofs=swapped(proofs, 0, proof))
        world.refuse_as(sender("a0"), BadScalar, resigned(made, msg))


def test_a_sum_is_proven_of_this_ballot_s_ciphertexts():
    world = scenes.issued()
    made = sealed(world, "a0")
    other = sealed(world, "a0", (0,), (0, 1))

    msg = with_answer(made, 1, sums=other.ballot.answers[1].sums)

    world.refuse_as(sender("a0"), BadBallotProof, resigned(made, msg))


def test_a_ballot_larger_than_a_transaction_is_refused_by_its_bounds():
    world = scenes.issued()
    made = sealed(world, "a0")

    msg = with_answer(made, choices=made.ballot.answers[0].choices * 100)

    world.refuse_as(sender("a0"), ArgumentOutOfBounds, msg)


def test_the_hash_of_a_ballot_covers_its_token():
    world = scenes.issued()
    made = sealed(world, "a0")

    moved = replace(made.statement, token=sealed(world, "a1").token)

    assert cast_hash(moved, made.ballot) != made.hash
