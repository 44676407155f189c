"""The box: ballots of pseudonyms with a token, and each in place of the one before."""

from dataclasses import replace

import pytest

from contracts.sdk.bls import BadElement
from contracts.tools.testing import Ledger
from contracts.voting.box import handlers as box
from contracts.voting.box.messages import BadToken, SeqNotRising, TooManyBallots
from contracts.voting.core.messages import NoSigningSet, NotOpen, OutsideWindow, WrongClass
from contracts.voting.crypto.ballots import CAST, cast_hash
from contracts.voting.crypto.errors import BadBallotProof, BadBallotSignature
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.make_bls_vectors import plus_order_3
from tests.contracts.test_bls import VECTORS
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import (
    cast,
    pseudonym,
    sealed,
    sender,
    stolen_token,
    token_of,
)
from tests.contracts.voting.manifests import ELECTION, WINDOWS


def resigned(made, msg):
    """`msg` signed again by its pseudonym, so that only what was changed is wrong with it."""
    covered = cast_hash(made.statement, msg.ballot)
    key = next(key for key in map(pseudonym, ("a0", "a1", "d0")) if key.public_key == msg.voter_key)
    return replace(msg, ballot=replace(msg.ballot, signature=key.sign(CAST, covered)))


def in_box(world, who):
    """The voter's ballot in the box."""
    return world.ask("ballot", ELECTION, pseudonym(who).public_key)


def test_a_ballot_comes_from_an_address_that_has_no_account():
    world = scenes.issued()

    made = cast(world, "a0")

    assert in_box(world, "a0")[:3] == (0, 1, made.hash)
    assert world.ask("reconciliation", ELECTION)[0][0] == (6, 4, 3, 1, 1)


def test_nobody_sends_a_ballot_for_another_pseudonym():
    world = scenes.issued()
    msg = sealed(world, "a0").cast()

    for name in ("a1", "commission-admin", "relay"):
        world.refuse_as(Ledger.address(name), NotAllowed, msg)


@pytest.mark.parametrize("now", [WINDOWS.cast_from_ms - 1, WINDOWS.cast_until_ms])
def test_ballots_have_their_window(now):
    world = scenes.issued()
    made = sealed(world, "a0")

    world.at(now)
    for msg in (made.cast(), made.commit(), made.spoil()):
        world.refuse_as(sender("a0"), OutsideWindow, msg)


def test_there_is_no_box_before_the_opening():
    world = scenes.issued()
    msg = sealed(world, "a0").cast()

    scenes.prepared_all().refuse_as(sender("a0"), NotOpen, msg)


# Numbers.


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_the_number_of_a_ballot_must_rise(seq):
    world = scenes.issued()
    cast(world, "a0", seq=3)

    world.refuse_as(sender("a0"), SeqNotRising, sealed(world, "a0", seq=seq).cast())


def test_a_later_ballot_takes_the_place_of_the_earlier():
    world = scenes.issued()
    cast(world, "a0", (0,), (0,))

    last = cast(world, "a0", (1,), (1,), seq=7)

    assert in_box(world, "a0")[1:3] == (7, last.hash)
    assert world.ask("reconciliation", ELECTION)[0][0][3:] == (1, 1)
    assert len(world.ask("box_page", ELECTION, None, 10)) == 1


def test_a_ballot_cannot_be_cast_again():
    world = scenes.issued()
    msg = cast(world, "a0").cast()

    world.refuse_as(sender("a0"), SeqNotRising, msg)


def test_the_number_is_covered_by_the_proofs():
    world = scenes.issued()
    made = sealed(world, "a0")

    world.refuse_as(sender("a0"), BadBallotSignature, replace(made.cast(), seq=2))
    moved = replace(made, statement=replace(made.statement, seq=2))
    world.refuse_as(sender("a0"), BadBallotProof, resigned(moved, moved.cast()))


def test_a_pseudonym_has_so_many_ballots(monkeypatch):
    monkeypatch.setattr(box, "BALLOTS_MAX", 2)
    world = scenes.issued()
    for seq in (1, 2):
        cast(world, "a0", seq=seq)

    world.refuse_as(sender("a0"), TooManyBallots, sealed(world, "a0", seq=3).cast())


# Tokens.


@pytest.mark.parametrize("registrars", [(1,), (1, 2), (1, 2, 4), (2, 3, 4), (1, 2, 3, 4)])
def test_a_token_is_of_exactly_those_who_sign_for_the_class(registrars):
    world = scenes.issued()

    made = sealed(world, "a0", token=stolen_token(world, "a0", registrars=registrars))

    for msg in (made.cast(), made.commit(), made.spoil()):
        world.refuse_as(sender("a0"), BadToken, msg)


def test_a_token_is_for_its_pseudonym():
    world = scenes.issued()

    made = sealed(world, "a0", token=token_of(world, "a1"))

    world.refuse_as(sender("a0"), BadToken, made.cast())


def test_a_token_is_for_its_class():
    world = scenes.issued()

    made = sealed(world, "a0", class_id=1)

    for msg in (made.cast(), made.commit()):
        world.refuse_as(sender("a0"), BadToken, msg)
    world.refuse_as(sender("a0"), NoSigningSet, replace(made.cast(), class_id=2))


def test_a_token_is_for_its_election():
    world = scenes.issued()

    made = sealed(world, "a0", token=stolen_token(world, "a0", election=b"\x07" * 64))

    for msg in (made.cast(), made.commit()):
        world.refuse_as(sender("a0"), BadToken, msg)


@pytest.mark.parametrize("case", VECTORS["refused_g1"])
def test_a_token_has_one_form(case):
    world = scenes.issued()
    data = bytes.fromhex(VECTORS["refused_g1"][case])
    error = ArgumentOutOfBounds if len(data) < 48 else BadElement

    made = sealed(world, "a0")

    for msg in (made.cast(), made.commit(), made.spoil()):
        world.refuse_as(sender("a0"), error, replace(msg, token=data))


def test_a_token_moved_out_of_the_group_is_refused():
    world = scenes.issued()
    moved = plus_order_3(token_of(world, "a0"))

    world.refuse_as(sender("a0"), BadElement, sealed(world, "a0", token=moved).cast())


def test_another_token_does_not_fit_to_a_ballot_that_was_proven_with_this_one():
    world = scenes.issued()
    made = sealed(world, "a0", token=token_of(world, "a1"))

    msg = replace(made.cast(), token=token_of(world, "a0"))

    world.refuse_as(sender("a0"), BadBallotSignature, msg)


def test_the_box_opens_when_it_is_fixed_who_signs():
    world = scenes.issued()
    made = sealed(world, "a0")
    unfixed = scenes.requested().at(WINDOWS.cast_from_ms)

    unfixed.refuse_as(sender("a0"), NoSigningSet, made.cast())


def test_a_pseudonym_takes_a_place_with_a_ballot_and_not_before():
    world = scenes.issued()
    made = sealed(world, "a0")
    world.do_as(sender("a0"), made.commit())
    before = world.ask("reconciliation", ELECTION)[0][0]

    world.do_as(sender("a0"), made.cast())

    assert (before[3:], world.ask("reconciliation", ELECTION)[0][0][3:]) == ((0, 0), (1, 1))


def test_a_pseudonym_stays_in_its_class():
    world = scenes.issued()
    cast(world, "d0")

    made = sealed(world, "d0", token=stolen_token(world, "d0", 0), class_id=0, seq=2)

    world.refuse_as(sender("d0"), WrongClass, made.cast())
