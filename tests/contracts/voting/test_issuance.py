"""Tokens: one request a voter, answers that anyone can check, refusals that anyone can read."""

from dataclasses import replace

import pytest

from client.voting.blind_rsa import VerifyKey
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from contracts.tools.testing import Ledger, key_of
from contracts.voting.core.messages import OutsideWindow, UnknownVoter, WrongClass
from contracts.voting.tokens.messages import (
    AlreadyAnswered,
    AlreadyRequested,
    BadBlinded,
    BadBlindSignature,
    BadVoterSignature,
    NotVoterKey,
    RefuseToken,
    UnknownReason,
    UnknownRegistrar,
    UnknownRequest,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.identity.signing import name_of
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import issue, moduli, ref_of, requesting, sign_request, signer
from tests.contracts.voting.manifests import ELECTION, WINDOWS
from tests.contracts.voting.world import REGISTRARS


def totals(world, class_id=0):
    """The public numbers of a class."""
    return world.ask("reconciliation", ELECTION)[0][class_id]


def refusing(world, who, registrar, reason="roll-dispute"):
    """A registrar's refusal."""
    return RefuseToken(ELECTION, ref_of(world, who), registrar, reason)


def test_a_voter_s_request_is_recorded_whoever_sends_it():
    world = scenes.opened()
    msg = requesting(world, "a0")

    world.do_as(Ledger.address("relay"), msg)

    assert world.ask("request", ELECTION, msg.voter_ref) == (0, msg.blinded)
    assert world.ask("requests_page", ELECTION, None, 10) == (msg.voter_ref,)
    assert totals(world)[1] == 1


def test_a_voter_requests_once_for_ever():
    world = scenes.requested()
    again = requesting(world, "a0")
    other = requesting(world, "a0", blinded=tuple(reversed(again.blinded)))

    for msg in (again, other):
        world.refuse("commission", AlreadyRequested, msg)
    world.at(WINDOWS.request_until).refuse("commission", OutsideWindow, again)


def test_only_who_is_on_the_roll_may_ask():
    world = scenes.opened()

    world.refuse("commission", UnknownVoter, requesting(world, "outsider"))


def test_a_voter_asks_for_its_own_class():
    world = scenes.opened()

    world.refuse("commission", WrongClass, requesting(world, "a0", class_id=1))
    world.refuse("commission", WrongClass, requesting(world, "d0", class_id=0))


def test_a_request_is_signed_by_a_key_of_the_voter():
    world = scenes.opened()
    msg = requesting(world, "a0")
    stranger = key_of("outsider-1")

    named = replace(msg, key=stranger.public_key)
    world.refuse("commission", NotVoterKey, sign_request(world, named, stranger))
    world.refuse("commission", BadVoterSignature, sign_request(world, msg, stranger))


@pytest.mark.parametrize("field", ["blinded", "signature"])
def test_every_part_of_a_request_is_signed(field):
    world = scenes.opened()
    msg = requesting(world, "a0")
    other = requesting(world, "a1")

    world.refuse("commission", BadVoterSignature, replace(msg, **{field: getattr(other, field)}))


def test_a_frozen_subject_gets_no_token():
    world = scenes.opened()
    world.do("etda", SetSubjectStatus(name_of("a0"), "frozen", ""))

    world.refuse("commission", NotVoterKey, requesting(world, "a0"))


def signed_with(world, who, blinded):
    """A signed request for these messages."""
    return sign_request(world, requesting(world, who, blinded=blinded), key_of(f"{who}-1"))


def test_blinded_messages_are_one_for_each_registrar_that_it_can_sign():
    world = scenes.opened()
    good = requesting(world, "a0").blinded
    keys = moduli(world, 0)
    factor = signer(1, 0).factors[0].to_bytes(384, "big")

    for first in (bytes(384), keys[0], b"\xff" * 384, factor):
        world.refuse("commission", BadBlinded, signed_with(world, "a0", (first, *good[1:])))
    world.refuse("commission", BadBlinded, signed_with(world, "a0", good[:3]))
    world.refuse("commission", BadBlinded, signed_with(world, "a0", (*good, good[0])))


@pytest.mark.parametrize("height", [WINDOWS.issue_from - 1, WINDOWS.request_until])
def test_requests_have_their_window(height):
    world = scenes.opened()

    world.at(height).refuse("commission", OutsideWindow, requesting(world, "a0"))


def test_a_voter_has_enough_tokens_when_the_needed_registrars_have_signed():
    world = scenes.requested()

    counts = []
    for number in (4, 2, 1, 3):
        world.do(REGISTRARS[number - 1], issue(world, "a0", number))
        counts.append(totals(world)[2])

    assert counts == [0, 0, 1, 1]


def test_a_wrong_answer_is_refused_and_attributed():
    world = scenes.requested()
    good = issue(world, "a0", 1)
    modulus = VerifyKey.decode(moduli(world, 0)[0]).modulus
    longer = int.from_bytes(good.blind_signature, "big") + modulus

    wrong = [issue(world, "a1", 1).blind_signature, issue(world, "a0", 2).blind_signature]
    for answer in (*wrong, bytes(384), modulus.to_bytes(384, "big")):
        refusal = world.refuse("reg1", BadBlindSignature, replace(good, blind_signature=answer))
        assert dict(refusal.details) == {"registrar": 1}
    if longer < 1 << 3072:
        again = replace(good, blind_signature=longer.to_bytes(384, "big"))
        world.refuse("reg1", BadBlindSignature, again)


def test_a_registrar_signs_once_and_the_answer_stays_readable():
    world = scenes.requested()
    msg = issue(world, "a0", 1)
    world.do("reg1", msg)

    world.refuse("reg1", AlreadyAnswered, msg)
    world.refuse("reg1", AlreadyAnswered, refusing(world, "a0", 1))

    assert world.ask("answer", ELECTION, msg.voter_ref, 1) == (msg.blind_signature, None)


def test_a_refusal_has_a_reason_that_all_can_read_and_may_be_taken_back():
    world = scenes.requested()
    events = world.do("reg1", refusing(world, "a0", 1))

    assert events[0].fields == (ELECTION, ref_of(world, "a0"), 1, "roll-dispute")
    assert world.ask("answer", ELECTION, ref_of(world, "a0"), 1) == (None, "roll-dispute")
    world.refuse("reg1", AlreadyAnswered, refusing(world, "a0", 1))
    world.do("reg1", issue(world, "a0", 1))
    assert world.ask("answer", ELECTION, ref_of(world, "a0"), 1)[1] is None


def test_a_refusal_names_a_known_reason():
    world = scenes.requested()

    world.refuse("reg1", UnknownReason, refusing(world, "a0", 1, "because"))


def test_a_refused_voter_still_votes_with_the_other_registrars():
    world = scenes.requested()
    world.do("reg4", refusing(world, "a0", 4))

    for number in (1, 2, 3):
        world.do(REGISTRARS[number - 1], issue(world, "a0", number))

    assert totals(world)[2] == 1


def test_only_the_registrar_itself_answers():
    world = scenes.requested()
    msg = issue(world, "a0", 1)

    for answer in (msg, refusing(world, "a0", 1)):
        for agency in ("reg2", "commission", "nobody"):
            world.refuse(agency, NotAllowed, answer)
        world.refuse("reg1", UnknownRegistrar, replace(answer, registrar=5))


def test_nobody_is_answered_who_did_not_ask():
    world = scenes.requested()
    msg = replace(issue(world, "a0", 1), voter_ref=ref_of(world, "a4"))

    world.refuse("reg1", UnknownRequest, msg)
    world.refuse("reg1", UnknownRequest, refusing(world, "a4", 1))


@pytest.mark.parametrize("height", [WINDOWS.issue_until, WINDOWS.cast_from])
def test_no_token_is_issued_when_the_window_is_closed(height):
    world = scenes.requested()
    msg = issue(world, "a0", 1)

    world.at(height).refuse("reg1", OutsideWindow, msg)
    world.refuse("reg1", OutsideWindow, refusing(world, "a0", 1))


def test_a_late_request_can_still_be_answered():
    world = scenes.requested().at(WINDOWS.issue_until - 1)

    world.do("reg1", issue(world, "a0", 1))

    assert world.ask("answer", ELECTION, ref_of(world, "a0"), 1)[1] is None


def test_a_request_of_many_messages_is_refused_by_its_bounds():
    world = scenes.opened()
    msg = requesting(world, "a0")

    world.refuse("commission", ArgumentOutOfBounds, replace(msg, blinded=msg.blinded * 3))
