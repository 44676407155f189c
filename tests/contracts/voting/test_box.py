"""The box: ballots of pseudonyms with enough tokens, and each in place of the one before."""

from dataclasses import replace

import pytest

from contracts.tools.testing import Ledger, key_of
from contracts.voting.box import handlers as box
from contracts.voting.box.messages import BadTokens, MoreThanIssued, SeqNotRising, TooManyBallots
from contracts.voting.core.messages import NotOpen, OutsideWindow, WrongClass
from contracts.voting.crypto.ballots import CAST, cast_hash
from contracts.voting.crypto.errors import BadBallotProof, BadBallotSignature
from primitives.errors import NotAllowed
from primitives.ids import address_of
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import (
    cast,
    pseudonym,
    sealed,
    sender,
    stolen_token,
    token,
    tokens_of,
)
from tests.contracts.voting.manifests import ELECTION, WINDOWS
from tests.contracts.voting.world import REGISTRARS


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


@pytest.mark.parametrize("height", [WINDOWS.cast_from - 1, WINDOWS.cast_until])
def test_ballots_have_their_window(height):
    world = scenes.issued()
    made = sealed(world, "a0")

    world.at(height)
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


def test_fewer_tokens_than_needed_are_refused():
    world = scenes.issued()

    made = sealed(world, "a0", tokens=tokens_of(world, "a0", (1, 2)))

    for msg in (made.cast(), made.commit()):
        world.refuse_as(sender("a0"), BadTokens, msg)


def test_one_registrar_does_not_count_twice():
    world = scenes.issued()
    one, two, _ = tokens_of(world, "a0")

    for shown in ((one, one, two), (one, two, two), (two, one, tokens_of(world, "a0")[2])):
        made = sealed(world, "a0", tokens=shown)
        world.refuse_as(sender("a0"), BadTokens, made.cast())


def test_more_tokens_than_needed_are_refused_too():
    world = scenes.requested()
    for number in (1, 2, 3, 4):
        world.do(REGISTRARS[number - 1], acts.issue(world, "a0", number))
    world.at(WINDOWS.cast_from)

    made = sealed(world, "a0", tokens=tokens_of(world, "a0", (1, 2, 3, 4)))

    world.refuse_as(sender("a0"), BadTokens, made.cast())
    cast(world, "a0", tokens=tokens_of(world, "a0", (1, 3, 4)))
    assert in_box(world, "a0") is not None


def test_a_token_is_for_its_pseudonym():
    world = scenes.issued()

    made = sealed(world, "a0", tokens=tokens_of(world, "a1"))

    world.refuse_as(sender("a0"), BadTokens, made.cast())


def test_a_token_is_for_its_class():
    world = scenes.issued()

    made = sealed(world, "a0", class_id=1)

    for msg in (made.cast(), made.commit()):
        world.refuse_as(sender("a0"), BadTokens, msg)
    world.refuse_as(sender("a0"), WrongClass, replace(made.cast(), class_id=2))


def test_a_token_is_for_its_election():
    world = scenes.issued()
    elsewhere = tuple(
        stolen_token(world, "a0", number, 0, election=b"\x07" * 64) for number in (1, 2, 3)
    )

    made = sealed(world, "a0", tokens=elsewhere)

    for msg in (made.cast(), made.commit()):
        world.refuse_as(sender("a0"), BadTokens, msg)


def test_a_token_names_a_registrar_of_the_manifest():
    world = scenes.issued()
    one, two, three = tokens_of(world, "a0")

    made = sealed(world, "a0", tokens=(one, two, replace(three, registrar=5)))

    world.refuse_as(sender("a0"), BadTokens, made.cast())


@pytest.mark.parametrize("field", ["prefix", "signature"])
def test_every_byte_of_a_token_counts(field):
    world = scenes.issued()
    one, two, three = tokens_of(world, "a0")
    data = getattr(one, field)
    bad = replace(one, **{field: data[:-1] + bytes([data[-1] ^ 1])})

    made = sealed(world, "a0", tokens=(bad, two, three))

    world.refuse_as(sender("a0"), BadTokens, made.cast())


def test_other_tokens_do_not_fit_to_a_ballot_that_was_proven_with_these():
    world = scenes.requested()
    for number in (1, 2, 3, 4):
        world.do(REGISTRARS[number - 1], acts.issue(world, "a0", number))
    world.at(WINDOWS.cast_from)
    made = sealed(world, "a0")

    msg = replace(made.cast(), tokens=tokens_of(world, "a0", (1, 2, 4)))

    world.refuse_as(sender("a0"), BadBallotSignature, msg)


def test_registrars_who_stuff_the_box_are_stopped_where_the_issued_tokens_end():
    world = scenes.issued()
    for who in ("a0", "a1", "a2"):
        cast(world, who)
    ghost = key_of("ghost-pseudonym")
    tokens = tuple(stolen_token(world, "ghost", number, 0) for number in (1, 2, 3))

    made = sealed(world, "ghost", tokens=tokens)

    for msg in (made.cast(), made.commit()):
        refusal = world.refuse_as(address_of(ghost.public_key), MoreThanIssued, msg)
        assert dict(refusal.details) == {"issued": 3}


def test_a_voter_with_one_token_does_not_vote():
    world = scenes.issued()

    made = sealed(world, "a3", tokens=(token(world, "a3", 1),))

    world.refuse_as(sender("a3"), BadTokens, made.cast())


def test_a_pseudonym_stays_in_its_class():
    world = scenes.issued()
    cast(world, "d0")
    tokens = tuple(stolen_token(world, "d0", number, 0) for number in (1, 2, 3))

    made = sealed(world, "d0", tokens=tokens, class_id=0, seq=2)

    world.refuse_as(sender("d0"), WrongClass, made.cast())
