"""Pairwise keys that end, and what was signed with them; what was taken back before it began."""

from dataclasses import replace

import pytest

from contracts.identity.consents.messages import ConsentOver, NoConsent
from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    OtherPairwiseKey,
    PairwiseEnded,
    TakenBackBefore,
)
from contracts.identity.nodes.messages import SetNodeStatus
from contracts.identity.requests.messages import NoMandate
from contracts.identity.sessions.messages import (
    NotSuspended,
    ResumePairwise,
    SessionEnded,
    SuspendPairwise,
    Sweep,
)
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import answer, confirmed, keeping, opened
from tests.contracts.identity.signing import (
    allowing,
    consenting,
    ending,
    ending_key,
    mandate,
    public,
    releasing,
    releasing_again,
    reusing,
    signing_off,
    stopping,
    withdrawing,
)
from tests.contracts.identity.world import World

SOMCHAI = public("somchai-pairwise")


def lasting():
    """A world where somchai kept a sign-on, consented twice and gave malee a mandate, at kbank."""
    world = World()
    world.do("kbank", keeping(world, "S"))
    world.do("kbank", allowing("standing", world.now + 3600))
    world.do("kbank", mandate("M", "somchai", "malee", world.now + 3600))
    asked, reply = confirmed(world, "R", services=("address",), ttl_s=3600)
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))
    return world, asked


def by_its_own_word(world):
    world.do_as("anyone", ending_key())


def by_its_idp(world):
    world.do("kbank", SuspendPairwise("kbank", SOMCHAI))


def by_its_idp_which_resumes_it(world):
    by_its_idp(world)
    world.do("kbank", ResumePairwise("kbank", SOMCHAI))


ENDS = [by_its_own_word, by_its_idp, by_its_idp_which_resumes_it]


@pytest.mark.parametrize("end", ENDS)
def test_what_a_pairwise_key_let_go_on_ends_with_it_at_once(end):
    world, asked = lasting()
    reused = opened(world, "Q", agency="nhso")
    on_behalf = opened(world, "B", on_behalf_of=SOMCHAI)

    end(world)

    world.refuse("kbank", SessionEnded, reusing("S", reused))
    world.refuse("dopa", ConsentOver, releasing_again("standing", 1))
    world.refuse("dopa", NoConsent, releasing(asked))
    world.refuse("kbank", NoMandate, answer(world, on_behalf, who="malee"))


@pytest.mark.parametrize("end", [by_its_own_word, by_its_idp])
def test_a_pairwise_key_that_ended_signs_nothing_new(end):
    world = World()
    asked = opened(world, "R")

    end(world)

    world.refuse("kbank", PairwiseEnded, answer(world, asked))
    world.refuse("kbank", PairwiseEnded, keeping(world, "S"))
    world.refuse("kbank", PairwiseEnded, allowing("C", world.now + 60))
    world.refuse("kbank", PairwiseEnded, mandate("M", "somchai", "malee", world.now + 60))


@pytest.mark.parametrize("end", ENDS)
def test_no_consent_is_granted_on_an_answer_of_before_the_key_s_end(end):
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))

    end(world)

    late = consenting("C", asked, reply, world.now + 60)
    world.refuse("kbank", PairwiseEnded, late)


def test_a_key_that_its_idp_resumes_signs_anew():
    world = World()
    by_its_idp_which_resumes_it(world)

    world.do("kbank", keeping(world, "S"))
    world.do("kbank", reusing("S", opened(world, "R")))


def test_a_pairwise_key_ends_everywhere_by_its_own_signature_alone_and_once():
    world = World()
    forged = replace(ending_key("malee"), key=SOMCHAI)

    world.refuse_as("anyone", BadCitizenSignature, forged)
    by_its_own_word(world)

    world.refuse_as("anyone", PairwiseEnded, ending_key())
    assert world.ask("pairwise_end", SOMCHAI) == world.now


def test_an_idp_ends_what_it_carried_and_nothing_of_another_idp():
    world = World()
    world.do("kbank", keeping(world, "S"))

    world.do("paotang", SuspendPairwise("paotang", SOMCHAI))

    world.do("kbank", reusing("S", opened(world, "R")))
    world.refuse("paotang", PairwiseEnded, keeping(world, "T", agency="paotang"))
    world.refuse("paotang", NotAllowed, SuspendPairwise("kbank", SOMCHAI))


def test_a_pairwise_key_is_suspended_once_and_resumed_once():
    world = World()
    world.refuse("kbank", NotSuspended, ResumePairwise("kbank", SOMCHAI))
    by_its_idp(world)
    world.refuse("kbank", PairwiseEnded, SuspendPairwise("kbank", SOMCHAI))
    world.do("kbank", ResumePairwise("kbank", SOMCHAI))

    world.refuse("kbank", NotSuspended, ResumePairwise("kbank", SOMCHAI))


def test_who_accepted_a_mandate_acts_no_more_once_their_own_key_ended():
    world = World()
    world.do("kbank", mandate("M", "somchai", "malee", world.now + 3600))
    assert world.ask("may_sign_for", public("malee-pairwise"), SOMCHAI, "state", "tax") is True

    world.do_as("anyone", ending_key("malee"))

    assert world.ask("may_sign_for", public("malee-pairwise"), SOMCHAI, "state", "tax") is False


def test_what_an_idp_carried_counts_only_while_that_idp_acts():
    world, asked = lasting()
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))

    world.refuse("dopa", NoConsent, releasing(asked))
    world.refuse("dopa", ConsentOver, releasing_again("standing", 1))
    assert world.ask("may_sign_for", public("malee-pairwise"), SOMCHAI, "state", "tax") is False

    world.do("etda", SetNodeStatus("kbank", "active", ""))
    world.do("dopa", releasing(asked))
    world.do("dopa", releasing_again("standing", 1))


def test_a_citizen_withdraws_while_their_idp_is_suspended():
    world, asked = lasting()
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))

    for end in (withdrawing("C"), stopping("standing"), ending("M", "somchai"), signing_off("S")):
        world.do_as("anyone", end)
    world.do("etda", SetNodeStatus("kbank", "active", ""))

    world.refuse("dopa", NoConsent, releasing(asked))
    world.refuse("dopa", ConsentOver, releasing_again("standing", 1))
    world.refuse("kbank", SessionEnded, reusing("S", opened(world, "Q")))
    assert world.ask("may_sign_for", public("malee-pairwise"), SOMCHAI, "state", "tax") is False


def test_what_a_citizen_took_back_before_its_idp_sent_it_never_begins():
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    until = world.now + 3600
    signed_before = [
        (withdrawing("C"), consenting("C", asked, reply, until)),
        (stopping("C"), allowing("C", until)),
        (signing_off("S"), keeping(world, "S")),
        (ending("M", "somchai"), mandate("M", "somchai", "malee", until)),
        (ending("N", "malee"), mandate("N", "somchai", "malee", until)),
    ]

    for end, held_back in signed_before:
        world.do_as("anyone", end)
        world.refuse_as("anyone", TakenBackBefore, end)
        world.refuse("kbank", TakenBackBefore, held_back)


def test_an_idp_that_opens_a_sign_on_first_under_its_own_key_keeps_nobody_from_taking_it_back():
    world = World()
    own = keeping(world, "S")
    at = own.expires_at - 7 * 3600
    world.do("kbank", keeping(world, "S", who="made-up", expires_at=at))

    world.do_as("anyone", signing_off("S"))
    world.wait(2 * 3600)
    world.do_as("anyone", Sweep((own.ses_id,)))

    world.refuse("kbank", TakenBackBefore, own)


def test_what_stands_under_another_key_is_not_withdrawn_and_who_tries_is_told():
    world = World()
    until = world.now + 3600
    asked, reply = confirmed(world, "R", services=("address",), who="malee")
    own, replied = confirmed(world, "Q", services=("address",))
    world.do("kbank", consenting("C", asked, reply, until, who="malee"))
    world.do("kbank", allowing("C", until, who="malee"))
    world.do("kbank", mandate("M", "malee", "noi", until))
    held_back = [
        (withdrawing("C"), consenting("C", own, replied, until)),
        (stopping("C"), allowing("C", until)),
        (ending("M", "somchai"), mandate("M", "somchai", "noi", until)),
    ]

    for end, late in held_back:
        world.refuse_as("anyone", OtherPairwiseKey, end)
        world.refuse("kbank", DuplicateId, late)

    world.do("dopa", releasing(asked))
    world.do("dopa", releasing_again("C", 1))
    key = public("malee-pairwise")
    assert world.ask("may_sign_for", public("noi-pairwise"), key, "state", "tax") is True


def test_nobody_takes_back_what_another_key_signed():
    world = World()

    world.do_as("anyone", signing_off("S", who="malee"))

    world.do("kbank", keeping(world, "S"))


def test_one_withdrawal_ends_a_consent_or_a_standing_consent_and_not_both():
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    world.do("kbank", consenting("C", asked, reply, world.now + 60))
    world.do("kbank", allowing("C", world.now + 60))
    of_consent = withdrawing("C")

    world.do_as("anyone", of_consent)

    other = replace(stopping("C"), signature=of_consent.signature)
    world.refuse_as("anyone", BadCitizenSignature, other)
    world.do("dopa", releasing_again("C", 1))
