"""Tokens: one request a voter, answers that anyone can check, refusals that anyone can read."""

from dataclasses import replace
from importlib import import_module

import pytest

from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.sdk.bls import ORDER, BadElement, decode_g1, multiply_g1, sum_products_g1
from contracts.tools.testing import Ledger, key_of
from contracts.voting.core.messages import NoSigningSet, OutsideWindow, UnknownVoter, WrongClass
from contracts.voting.tokens.messages import (
    AlreadyAnswered,
    AlreadyRequested,
    BadBlindSignature,
    BadVoterSignature,
    CloseIssuing,
    IssuingAlreadyClosed,
    NotVoterKey,
    RefuseToken,
    UnknownReason,
    UnknownRegistrar,
    UnknownRequest,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.identity.signing import name_of
from tests.contracts.make_bls_vectors import plus_order_3
from tests.contracts.test_bls import VECTORS
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import (
    answer_to,
    issue,
    ref_of,
    requesting,
    sealed,
    sender,
    sign_request,
    signer,
    stolen_token,
)
from tests.contracts.voting.manifests import ELECTION, WINDOWS
from tests.contracts.voting.world import REGISTRARS, VOTERS

FOUR = VOTERS[:4]  # members who have requested


def totals(world, class_id=0):
    """The public numbers of a class."""
    return world.ask("reconciliation", ELECTION)[0][class_id]


def refusing(world, who, registrar, reason="roll-dispute"):
    """A registrar's refusal."""
    return RefuseToken(ELECTION, ref_of(world, who), registrar, reason)


def with_signature(msg, place, signature):
    """A batch of answers with another signature at a place."""
    answers = list(msg.answers)
    answers[place] = replace(answers[place], signature=signature)
    return replace(msg, answers=tuple(answers))


# Requests.


def test_a_voter_s_request_is_recorded_whoever_sends_it():
    world = scenes.opened()
    msg = requesting(world, "a0")

    world.do_as(Ledger.address("relay"), msg)

    assert world.ask("request", ELECTION, msg.voter_ref) == (0, msg.blinded)
    assert world.ask("requests_page", ELECTION, None, 10) == (msg.voter_ref,)
    assert totals(world)[1] == 1


def test_a_voter_requests_once_for_ever_also_in_another_class():
    world = scenes.requested()
    again = requesting(world, "a0")
    other = requesting(world, "a0", blinded=requesting(world, "a1").blinded)

    for msg in (again, other):
        world.refuse("commission", AlreadyRequested, msg)
    world.refuse("commission", WrongClass, requesting(world, "a0", class_id=1))
    world.at(WINDOWS.request_until_ms).refuse("commission", OutsideWindow, again)


def test_two_voters_may_send_the_same_element_and_get_one_token():
    world = scenes.opened()
    first = requesting(world, "a0")
    world.do("commission", first)

    world.do("commission", requesting(world, "a1", blinded=first.blinded))
    world.do("reg1", issue(world, 1, "a0", "a1"))

    given = {world.ask("answer", ELECTION, ref_of(world, who), 1)[0] for who in ("a0", "a1")}
    assert len(given) == 1


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


@pytest.mark.parametrize("case", VECTORS["refused_g1"])
def test_what_is_to_be_signed_is_an_element_in_its_one_form(case):
    world = scenes.opened()
    data = bytes.fromhex(VECTORS["refused_g1"][case])
    error = BadElement if len(data) == 48 else ArgumentOutOfBounds

    bare = replace(requesting(world, "a0"), blinded=data)
    msg = sign_request(world, bare, key_of("a0-1")) if error is BadElement else bare

    world.refuse("commission", error, msg)


def test_a_request_moved_out_of_the_group_is_refused():
    world = scenes.opened()
    moved = plus_order_3(requesting(world, "a0").blinded)

    world.refuse("commission", BadElement, requesting(world, "a0", blinded=moved))


@pytest.mark.parametrize("now", [WINDOWS.issue_from_ms - 1, WINDOWS.request_until_ms])
def test_requests_have_their_window(now):
    world = scenes.opened()

    world.at(now).refuse("commission", OutsideWindow, requesting(world, "a0"))


# Answers.


def test_answers_come_in_batches_and_stay_readable():
    world = scenes.requested()
    msg = issue(world, 1, *FOUR)

    events = world.do("reg1", msg)

    assert events[0].fields == (ELECTION, 1, 0, 4)
    for answer in msg.answers:
        assert world.ask("answer", ELECTION, answer.voter_ref, 1) == (answer.signature, None)


@pytest.mark.parametrize("place", range(4))
def test_one_bad_answer_at_any_place_refuses_the_batch_and_is_named(place):
    world = scenes.requested()
    good = issue(world, 1, *FOUR)
    wrong = multiply_g1(2, decode_g1(good.answers[place].signature)).encoded

    refusal = world.refuse("reg1", BadBlindSignature, with_signature(good, place, wrong))

    voter = good.answers[place].voter_ref.hex()
    assert dict(refusal.details) == {"registrar": 1, "voter_ref": voter}


def test_two_wrong_answers_do_not_cancel_each_other():
    world = scenes.requested()
    good = issue(world, 1, *FOUR)
    one, other = (decode_g1(good.answers[place].signature) for place in (0, 1))
    drift = multiply_g1(9, one)
    shifted = with_signature(good, 0, sum_products_g1([1, 1], [one, drift]).encoded)
    both = with_signature(shifted, 1, sum_products_g1([1, ORDER - 1], [other, drift]).encoded)

    refusal = world.refuse("reg1", BadBlindSignature, both)

    assert dict(refusal.details)["voter_ref"] == good.answers[0].voter_ref.hex()


def test_answers_of_another_request_registrar_or_order_are_wrong():
    world = scenes.requested()
    good = issue(world, 1, "a0", "a1")
    swapped = tuple(reversed([answer.signature for answer in good.answers]))
    elsewhere = issue(world, 2, "a0", "a1")

    for signatures in (swapped, [answer.signature for answer in elsewhere.answers]):
        msg = with_signature(with_signature(good, 0, signatures[0]), 1, signatures[1])
        world.refuse("reg1", BadBlindSignature, msg)


@pytest.mark.parametrize("case", VECTORS["refused_g1"])
def test_an_answer_has_one_form(case):
    world = scenes.requested()
    data = bytes.fromhex(VECTORS["refused_g1"][case])
    error = BadElement if len(data) == 48 else ArgumentOutOfBounds

    world.refuse("reg1", error, with_signature(issue(world, 1, "a0"), 0, data))


def test_an_answer_moved_out_of_the_group_is_refused():
    world = scenes.requested()
    good = issue(world, 1, "a0")

    moved = plus_order_3(good.answers[0].signature)

    world.refuse("reg1", BadElement, with_signature(good, 0, moved))


def test_a_batch_has_from_one_to_two_hundred_answers():
    world = scenes.requested()
    good = issue(world, 1, "a0")

    for answers in ((), good.answers * 201):
        world.refuse("reg1", ArgumentOutOfBounds, replace(good, answers=answers))


def test_a_request_is_answered_once_also_within_a_batch():
    world = scenes.requested()
    good = issue(world, 1, "a0")
    world.refuse("reg1", AlreadyAnswered, replace(good, answers=good.answers * 2))
    world.do("reg1", good)

    world.refuse("reg1", AlreadyAnswered, issue(world, 1, "a1", "a0"))
    world.refuse("reg1", AlreadyAnswered, refusing(world, "a0", 1))


def test_a_batch_is_of_one_class():
    world = scenes.requested()
    mixed = replace(issue(world, 1, "a0"), answers=(answer_to(world, "d0", 1),))

    world.refuse("reg1", WrongClass, mixed)


def test_a_refusal_has_a_reason_that_all_can_read_and_may_be_taken_back():
    world = scenes.requested()
    events = world.do("reg1", refusing(world, "a0", 1))

    assert events[0].fields == (ELECTION, ref_of(world, "a0"), 1, "roll-dispute")
    assert world.ask("answer", ELECTION, ref_of(world, "a0"), 1) == (None, "roll-dispute")
    world.refuse("reg1", AlreadyAnswered, refusing(world, "a0", 1))
    world.do("reg1", issue(world, 1, "a0"))
    assert world.ask("answer", ELECTION, ref_of(world, "a0"), 1)[1] is None


def test_a_refusal_names_a_known_reason():
    world = scenes.requested()

    world.refuse("reg1", UnknownReason, refusing(world, "a0", 1, "because"))


def test_only_the_registrar_itself_answers():
    world = scenes.requested()
    msg = issue(world, 1, "a0")

    for answer in (msg, refusing(world, "a0", 1)):
        for agency in ("reg2", "commission", "nobody"):
            world.refuse(agency, NotAllowed, answer)
        world.refuse_as(Ledger.address("official"), NotAllowed, answer)
        world.refuse("reg1", UnknownRegistrar, replace(answer, registrar=5))


def test_nobody_is_answered_who_did_not_ask():
    world = scenes.requested()
    good = issue(world, 1, "a0")
    stranger = replace(good.answers[0], voter_ref=ref_of(world, "a4"))

    world.refuse("reg1", UnknownRequest, replace(good, answers=(stranger,)))
    world.refuse("reg1", UnknownRequest, refusing(world, "a4", 1))


@pytest.mark.parametrize("now", [WINDOWS.issue_until_ms, WINDOWS.cast_from_ms])
def test_answers_close_before_the_box_opens(now):
    world = scenes.requested()
    msg = issue(world, 1, "a0")

    world.at(now).refuse("reg1", OutsideWindow, msg)
    world.refuse("reg1", OutsideWindow, refusing(world, "a0", 1))


def test_a_late_request_can_still_be_answered():
    world = scenes.requested().at(WINDOWS.issue_until_ms - 1)

    world.do("reg1", issue(world, 1, "a0"))

    assert world.ask("answer", ELECTION, ref_of(world, "a0"), 1)[1] is None


# Who signs for a class.


def closed(world):
    """Close the answers; return who signs for the members."""
    world.at(WINDOWS.issue_until_ms).do("nobody", CloseIssuing(ELECTION))
    return world.ask("signing_set", ELECTION, 0)[0]


def test_those_whose_answers_cover_most_requests_sign_for_the_class():
    world = scenes.requested()
    for number, names in ((1, FOUR[:1]), (2, FOUR), (3, FOUR[:3]), (4, FOUR[:3])):
        world.do(REGISTRARS[number - 1], issue(world, number, *names))

    assert closed(world) == (2, 3, 4)
    assert totals(world)[:3] == (6, 4, 3)


def test_of_sets_that_cover_the_same_the_lowest_numbers_sign():
    world = scenes.requested()
    for number in (4, 3, 2, 1):
        world.do(REGISTRARS[number - 1], issue(world, number, *FOUR))

    assert closed(world) == (1, 2, 3)
    assert world.ask("signing_set", ELECTION, 1)[0] == (1, 2, 3)  # nobody answered a director


def test_a_registrar_that_is_silent_to_one_voter_is_listed_and_all_ballots_look_alike():
    world = scenes.requested()
    for number, names in ((1, FOUR), (2, FOUR), (3, FOUR[1:]), (4, FOUR)):
        world.do(REGISTRARS[number - 1], issue(world, number, *names))
    before = dict(world.ask("unanswered_page", ELECTION, None, 10))

    chosen = closed(world)

    assert before[ref_of(world, "a0")] == (3,)
    assert (
        chosen,
        dict(world.ask("unanswered_page", ELECTION, None, 10))[ref_of(world, "a0")],
    ) == ((1, 2, 4), ())
    world.at(WINDOWS.cast_from_ms)
    tokens = [stolen_token(world, who, registrars=chosen) for who in FOUR]
    assert {len(token) for token in tokens} == {48}


def test_a_voter_whom_one_of_the_signers_left_out_is_listed_with_the_registrar():
    world = scenes.requested()
    for number, names in ((1, FOUR), (2, FOUR), (3, FOUR[1:])):
        world.do(REGISTRARS[number - 1], issue(world, number, *names))

    assert closed(world) == (1, 2, 3)
    assert dict(world.ask("unanswered_page", ELECTION, None, 10))[ref_of(world, "a0")] == (3,)
    assert totals(world)[2] == 3


def test_a_class_without_requests_does_not_open():
    world = scenes.request_all(scenes.opened(), FOUR)

    closed(world)

    assert world.ask("signing_set", ELECTION, 1) is None
    made = sealed(world.at(WINDOWS.cast_from_ms), "d0", token=stolen_token(world, "d0"))
    world.refuse_as(sender("d0"), NoSigningSet, made.cast())


def test_who_signs_is_fixed_once_after_the_answers():
    world = scenes.requested()
    world.refuse("nobody", OutsideWindow, CloseIssuing(ELECTION))
    closed(world)

    world.refuse("nobody", IssuingAlreadyClosed, CloseIssuing(ELECTION))


def test_when_the_keys_of_the_best_set_cancel_the_next_best_signs(monkeypatch):
    world = scenes.requested()
    for number in (1, 2, 3, 4):
        world.do(REGISTRARS[number - 1], issue(world, number, *FOUR))
    module = import_module("contracts.voting.tokens.handlers")
    best = [signer(number, 0).public for number in (1, 2, 3)]
    whole = module.summed_key
    # Nobody can post keys that cancel without breaking a proof, so the sum is made to.
    monkeypatch.setattr(module, "summed_key", lambda keys: None if keys == best else whole(keys))

    assert closed(world) == (1, 2, 4)
