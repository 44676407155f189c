"""Mandates: given and accepted by pairwise keys, used by who answers a request for another."""

from dataclasses import replace

import pytest

from contracts.identity.consents.messages import NoConsent
from contracts.identity.core.messages import (
    BadCitizenSignature,
    BadSlug,
    DuplicateId,
    ExpiryOutOfBounds,
    NodeInactive,
    OtherPairwiseKey,
    UnknownPurpose,
    WrongRole,
)
from contracts.identity.core.rules import DELEGATION_S_MAX
from contracts.identity.delegations.messages import (
    ChainForbidden,
    DelegationOver,
    MandateExists,
    TooManyDelegations,
)
from contracts.identity.nodes.messages import SetNodeStatus
from contracts.identity.requests.messages import NoMandate
from contracts.identity.sessions.messages import FreshRequired
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import answer, confirmed, opened, signed_on, state_of
from tests.contracts.identity.signing import (
    DAY_S,
    consenting,
    ending,
    ending_key,
    mandate,
    name_of,
    public,
    releasing,
    reusing,
    signed,
    withdrawing,
)
from tests.contracts.identity.world import World


def given(man="M", giver="a", taker="b", **changes):
    """A world where one gave another a mandate of a day."""
    world = World()
    give(world, man, giver, taker, **changes)
    return world


def give(world, man, giver, taker, **changes):
    """Record a mandate of a day."""
    world.do("kbank", mandate(man, giver, taker, world.now + DAY_S, **changes))


def signs(world, delegate, principal, purpose="tax", sector="state"):
    """Whether one pairwise key may act for another now."""
    keys = (public(f"{delegate}-pairwise"), public(f"{principal}-pairwise"))
    return world.ask("may_sign_for", *keys, sector, purpose)


def test_a_mandate_lets_its_receiver_act_in_its_sector_and_purposes_until_it_ends():
    world = given()

    assert signs(world, "b", "a") is True
    assert signs(world, "b", "a", "health") is False
    assert signs(world, "b", "a", sector="banking") is False
    assert signs(world, "a", "b") is False
    world.wait(DAY_S)
    assert signs(world, "b", "a") is False


def test_a_mandate_needs_its_receiver_s_acceptance():
    world = World()
    good = mandate("M", "a", "b", world.now + DAY_S)
    unaccepted = replace(good, delegate_signature=good.principal_signature)
    for_another = replace(good, delegate_key=public("c-pairwise"))

    world.refuse("kbank", BadCitizenSignature, unaccepted)
    world.refuse("kbank", BadCitizenSignature, for_another)

    assert signs(world, "b", "a") is False


def test_a_mandate_is_signed_by_who_gives_it_and_carried_by_an_idp():
    world = World()
    good = mandate("M", "a", "b", world.now + DAY_S)
    forged = signed(good, ("identity/mandate", b""), "a-pairwise", "principal_signature")

    world.refuse("kbank", BadCitizenSignature, forged)
    world.refuse("kbank", BadCitizenSignature, replace(good, purposes=("health",)))
    world.refuse("paotang", BadCitizenSignature, replace(good, agency="paotang"))
    by_revenue = mandate("M", "a", "b", world.now + DAY_S, agency="rd")
    world.refuse("rd", WrongRole, by_revenue)
    world.refuse("rd", NotAllowed, good)
    world.do("kbank", good)

    world.refuse("kbank", DuplicateId, good)


def test_a_mandate_names_no_subject():
    world = given()

    stored = b"".join(world.ledger.state.committed.values())

    assert public("a-pairwise") in stored
    assert name_of("a") not in stored
    assert name_of("b") not in stored


BAD = {
    "no purpose": ({"purposes": ()}, UnknownPurpose),
    "a purpose twice": ({"purposes": ("tax", "tax")}, UnknownPurpose),
    "an unknown purpose": ({"purposes": ("gossip",)}, UnknownPurpose),
    "voting": ({"purposes": ("voting",)}, UnknownPurpose),
    "a sector that is no name": ({"sector": "State"}, BadSlug),
    "an end that is past": ({"expires_at": 1}, ExpiryOutOfBounds),
    "an end after a year": ({"expires_at": 2**36}, ExpiryOutOfBounds),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_mandate_is_refused_by_name(case):
    changes, error = BAD[case]
    world = World()
    end = changes.get("expires_at", world.now + DELEGATION_S_MAX)
    changes = {name: value for name, value in changes.items() if name != "expires_at"}

    world.refuse("kbank", error, mandate("M", "a", "b", end, **changes))

    assert world.ask("mandate", name_of("M")) is None


@pytest.mark.parametrize(
    ("principal", "delegate"), [("b", "a"), ("b", "c"), ("c", "a"), ("a", "a")]
)
def test_there_are_no_loops_and_no_chains_of_mandates(principal, delegate):
    world = given()

    chain = mandate("M2", principal, delegate, world.now + DAY_S)

    world.refuse("kbank", ChainForbidden, chain)


@pytest.mark.parametrize(
    ("principal", "delegate", "error"),
    [("b", "a", ChainForbidden), ("b", "c", ChainForbidden), ("a", "b", MandateExists)],
)
def test_a_mandate_whose_idp_is_suspended_may_count_again_and_is_passed_on_by_none(
    principal, delegate, error
):
    world = given()
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))
    another = mandate("M2", principal, delegate, world.now + DAY_S, agency="paotang")

    world.refuse("paotang", error, another)
    world.do_as("anyone", ending("M", "a"))

    world.do("paotang", another)


def test_a_mandate_that_is_given_beside_one_of_a_suspended_idp_leaves_both():
    world = given()
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))
    world.do("paotang", mandate("M2", "a", "c", world.now + DAY_S, agency="paotang"))
    world.do("etda", SetNodeStatus("kbank", "active", ""))
    world.do("kbank", mandate("M3", "d", "b", world.now + DAY_S))

    assert signs(world, "b", "a") is True
    assert signs(world, "c", "a") is True


def test_who_gave_a_mandate_withdraws_what_the_delegate_consented_to():
    world, asked, consent = accepted_for_malee()
    world.do("kbank", consent)

    world.refuse_as("anyone", OtherPairwiseKey, withdrawing("C", who="noi"))
    world.do_as("anyone", withdrawing("C", who="malee"))

    assert world.ask("consent", name_of("C"))[1] == "withdrawn"
    world.refuse("dopa", NoConsent, releasing(asked))


def test_a_delegate_gives_mandates_in_other_purposes_and_after_the_end():
    world = given()

    give(world, "M2", "b", "c", purposes=("health",))
    world.wait(DAY_S)
    give(world, "M3", "b", "a")

    assert signs(world, "c", "b", "health") is False
    assert signs(world, "a", "b") is True


def test_two_have_one_mandate_at_a_time():
    world = given()
    wider = mandate("M2", "a", "b", world.now + DAY_S, purposes=("tax", "health"))
    world.refuse("kbank", MandateExists, wider)
    world.do_as("anyone", ending("M", "a"))

    world.do("kbank", wider)

    assert signs(world, "b", "a", "health") is True


@pytest.mark.parametrize("who", ["a", "b"])
def test_a_mandate_is_ended_by_who_gave_or_accepted_it_through_anyone_at_once(who):
    world = given()
    good = ending("M", who)

    world.refuse_as("anyone", OtherPairwiseKey, ending("M", "c"))
    assert signs(world, "b", "a") is True
    world.refuse_as("anyone", BadCitizenSignature, replace(good, key=public("c-pairwise")))
    world.do_as("anyone", good)

    assert signs(world, "b", "a") is False
    world.refuse_as("anyone", DelegationOver, good)


def test_a_person_gives_and_holds_a_bounded_number_of_mandates():
    world = World()
    for index in range(16):
        give(world, f"M{index}", "a", f"b{index}")
    one_more = mandate("M", "a", "b", world.now + 2 * DAY_S)
    world.refuse("kbank", TooManyDelegations, one_more)

    world.wait(DAY_S)
    world.do("kbank", one_more)

    assert signs(world, "b", "a") is True


def test_a_request_on_behalf_of_another_is_answered_by_who_holds_the_mandate():
    world = given(giver="malee", taker="somchai")
    asked = opened(world, "R", on_behalf_of=public("malee-pairwise"))

    world.do("kbank", answer(world, asked, who="somchai"))

    assert state_of(world, "R") == "confirmed"


def test_who_holds_no_mandate_for_it_answers_no_request_on_behalf_of_another():
    world = given(giver="malee", taker="somchai")
    behalf = {"on_behalf_of": public("malee-pairwise")}
    for_health = opened(world, "R1", purpose="health", **behalf)
    at_a_bank = opened(world, "R2", agency="kbank", **behalf)
    asked = opened(world, "R3", **behalf)

    world.refuse("kbank", NoMandate, answer(world, for_health, who="somchai"))
    world.refuse("kbank", NoMandate, answer(world, at_a_bank, who="somchai"))
    world.refuse("kbank", NoMandate, answer(world, asked, who="other"))
    world.refuse("kbank", NoMandate, answer(world, asked, who="malee"))
    world.do_as("anyone", ending("M", "malee"))
    world.refuse("kbank", NoMandate, answer(world, asked, who="somchai"))

    assert state_of(world, "R3") == "open"


def accepted_for_malee():
    """A world where somchai accepted a request for data on behalf of malee, late in a mandate."""
    world = given(giver="malee", taker="somchai")
    world.wait(DAY_S - 60)
    on_behalf = public("malee-pairwise")
    asked, reply = confirmed(world, "R", services=("address",), on_behalf_of=on_behalf)
    return world, asked, consenting("C", asked, reply, world.now + 3600)


def by_the_giver(world):
    world.do_as("anyone", ending("M", "malee"))


def by_its_time(world):
    world.wait(60)


def by_the_givers_key(world):
    world.do_as("anyone", ending_key("malee"))


MANDATE_ENDS = [by_the_giver, by_its_time, by_the_givers_key]


@pytest.mark.parametrize("end", MANDATE_ENDS)
def test_a_delegate_consents_to_nothing_once_the_mandate_has_ended(end):
    world, _, consent = accepted_for_malee()

    end(world)

    world.refuse("kbank", NoMandate, consent)


@pytest.mark.parametrize("end", MANDATE_ENDS)
def test_no_data_flows_by_a_delegate_s_consent_once_the_mandate_has_ended(end):
    world, asked, consent = accepted_for_malee()
    world.do("kbank", consent)

    end(world)

    world.refuse("dopa", NoConsent, releasing(asked))
    assert world.ask("consent", name_of("C"))[1] == "expired"


def test_a_request_on_behalf_of_another_is_always_answered_fresh():
    world = given(giver="malee", taker="somchai")
    signed_on(world)
    asked = opened(world, "R", on_behalf_of=public("malee-pairwise"))

    world.refuse("kbank", FreshRequired, reusing("S", asked))


def test_whose_behalf_it_is_stands_under_the_citizen_s_signature():
    world = given(giver="malee", taker="somchai")
    asked = opened(world, "R", on_behalf_of=public("malee-pairwise"))
    for_self = answer(world, replace(asked, on_behalf_of=None), who="somchai")

    world.refuse("kbank", BadCitizenSignature, for_self)


def test_a_suspended_idp_carries_no_mandate():
    world = World()
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))

    world.refuse("kbank", NodeInactive, mandate("M", "a", "b", world.now + DAY_S))
