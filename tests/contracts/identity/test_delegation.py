"""Delegation, guardianship and disputes: bounded, without chains, by those who may."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    ExpiryOutOfBounds,
    InHold,
    NotLinked,
    NotOwner,
    NotSubject,
    SubjectFrozen,
    UnknownPurpose,
    UnknownSubject,
    UnknownWord,
    WrongRole,
)
from contracts.identity.core.rules import DELEGATION_S_MAX
from contracts.identity.delegations.messages import (
    BasisRequired,
    ChainForbidden,
    DelegationOver,
    RevokeDelegation,
    TooManyDelegations,
    UnknownDelegation,
)
from contracts.identity.disputes.messages import ResolveDispute, UnknownDispute, dispute_statement
from contracts.identity.nodes.messages import SetNamespace
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import attest, confirmed, create, face_match, proofed
from tests.contracts.identity.signing import (
    CHAIN,
    CID,
    DAY_S,
    disputing,
    ending,
    guardianship,
    mandate,
    name_of,
    public,
    recovering,
    signed,
)
from tests.contracts.identity.world import World


def people(*names):
    """A world with these adults and the minor "noi"."""
    world = World()
    for who in names:
        create(world, who)
    create(world, "noi", subject_class="minor")
    return world


def given(world, dele, principal, delegate, **changes):
    """Record a mandate of a day."""
    world.do("kbank", mandate(dele, principal, delegate, world.now + DAY_S, **changes))


def acts(world, delegate, principal, purpose="tax"):
    """Whether one may act for another now."""
    return world.ask("may_act_for", name_of(delegate), name_of(principal), purpose)


def test_a_mandate_lets_the_delegate_act_in_its_purposes_until_it_ends():
    world = people("a", "b")

    given(world, "D", "a", "b")

    assert acts(world, "b", "a") is True
    assert acts(world, "b", "a", "health") is False
    assert acts(world, "a", "b") is False
    assert acts(world, "b", "noi") is False
    world.wait(DAY_S)
    assert acts(world, "b", "a") is False


@pytest.mark.parametrize(
    ("principal", "delegate"), [("b", "a"), ("b", "c"), ("c", "a"), ("a", "a")]
)
def test_there_are_no_loops_and_no_chains_of_delegation(principal, delegate):
    world = people("a", "b", "c")
    given(world, "D", "a", "b")

    chain = mandate("D2", principal, delegate, world.now + DAY_S)

    world.refuse("kbank", ChainForbidden, chain)


def test_a_delegate_gives_mandates_in_other_purposes_and_after_the_end():
    world = people("a", "b", "c")
    given(world, "D", "a", "b")

    given(world, "D2", "b", "c", purposes=("health",))
    world.wait(DAY_S)
    given(world, "D3", "b", "a")

    assert acts(world, "c", "b", "health") is False
    assert acts(world, "a", "b") is True


BAD = {
    "an unknown basis": ({"basis": "friendship"}, UnknownWord),
    "no purpose": ({"purposes": ()}, UnknownPurpose),
    "a purpose twice": ({"purposes": ("tax", "tax")}, UnknownPurpose),
    "an unknown purpose": ({"purposes": ("gossip",)}, UnknownPurpose),
    "voting": ({"purposes": ("voting",)}, UnknownPurpose),
    "an unknown delegate": ({"delegate": name_of("nobody")}, UnknownSubject),
    "with a majority": ({"majority_at": 10}, BasisRequired),
    "with a court's order": ({"basis_commit": name_of("order")}, BasisRequired),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_mandate_is_refused_by_name(case):
    changes, error = BAD[case]
    world = people("a", "b")
    message = mandate("D", "a", "b", world.now + DAY_S, **changes)
    if case == "an unknown basis":
        message = replace(message, key=None, signature=None)

    world.refuse("kbank", error, message)

    assert world.ask("delegation", name_of("D")) is None


@pytest.mark.parametrize("seconds", [0, DELEGATION_S_MAX + 1])
def test_a_delegation_ends_within_a_year(seconds):
    world = people("a", "b")

    world.refuse("kbank", ExpiryOutOfBounds, mandate("D", "a", "b", world.now + seconds))


def test_a_mandate_is_signed_by_the_principal_through_its_idp():
    world = people("a", "b")
    good = mandate("D", "a", "b", world.now + DAY_S)

    world.refuse("kbank", BasisRequired, replace(good, key=None, signature=None))
    world.refuse("kbank", BadCitizenSignature, replace(good, delegate=name_of("noi")))
    world.refuse("kbank", BadCitizenSignature, replace(good, key=public("b-1")))
    swapped = replace(mandate("D", "b", "a", world.now + DAY_S), principal=name_of("a"))
    world.refuse("kbank", BadCitizenSignature, swapped)
    world.refuse("paotang", NotLinked, replace(good, agency="paotang"))
    world.refuse("rd", WrongRole, replace(good, agency="rd"))
    world.refuse("rd", NotAllowed, good)
    world.do("kbank", good)

    world.refuse("kbank", DuplicateId, mandate("D", "a", "b", world.now + DAY_S))


def test_a_key_that_is_not_the_principal_s_gives_no_mandate():
    world = people("a", "b")
    from_b = replace(mandate("D", "b", "noi", world.now + DAY_S))
    world.do("kbank", from_b)

    by_b = mandate("D2", "b", "noi", world.now + DAY_S, principal=name_of("a"))

    world.refuse("kbank", NotSubject, by_b)


def test_a_frozen_subject_gives_and_holds_nothing_and_in_a_hold_neither():
    world = people("a", "b")
    face_match(world, "a")
    world.do("etda", SetSubjectStatus(name_of("b"), "frozen", ""))
    world.refuse("kbank", SubjectFrozen, mandate("D", "a", "b", world.now + DAY_S))
    world.do("kbank", recovering("a", "a-2"))

    world.refuse("kbank", InHold, mandate("D", "a", "b", world.now + DAY_S))


def test_a_minor_gives_no_mandate():
    world = people("a")

    world.refuse("kbank", BasisRequired, mandate("D", "noi", "a", world.now + DAY_S))


def test_a_guardian_acts_for_a_minor_until_majority():
    world = people("a")
    end = world.now + DAY_S

    world.do("dopa", guardianship("D", "noi", "a", end))

    assert acts(world, "a", "noi") is True
    world.wait(DAY_S)
    assert acts(world, "a", "noi") is False


def test_a_guardianship_rests_on_minority_stated_by_the_namespace_s_authority():
    world = people("a", "b")
    end = world.now + DAY_S

    adult = guardianship("D", "b", "a", end)
    world.refuse("dopa", BasisRequired, adult)
    past = guardianship("D", "noi", "a", end, majority_at=world.now)
    world.refuse("dopa", BasisRequired, past)
    beyond = guardianship("D", "noi", "a", end, majority_at=end - 1)
    world.refuse("dopa", ExpiryOutOfBounds, beyond)
    with_order = guardianship("D", "noi", "a", end, basis_commit=name_of("order"))
    world.refuse("dopa", BasisRequired, with_order)
    with_key = guardianship("D", "noi", "a", end, key=public("noi-1"))
    world.refuse("dopa", BasisRequired, with_key)
    by_bank = guardianship("D", "noi", "a", end, agency="kbank")
    world.refuse("kbank", WrongRole, by_bank)


def test_an_adult_has_a_guardian_by_a_court_s_order_only():
    world = people("a", "b")
    end = world.now + DAY_S
    court = {"basis": "court", "majority_at": 0}

    world.refuse("dopa", BasisRequired, guardianship("D", "b", "a", end, **court))
    order = {"basis_commit": name_of("order")}
    both = guardianship("D", "b", "a", end, basis="court", **order)
    world.refuse("dopa", BasisRequired, both)
    world.do("dopa", guardianship("D", "b", "a", end, **court, **order))

    assert acts(world, "a", "b") is True


def test_a_source_that_is_not_the_namespace_s_authority_names_no_guardian():
    world = people("a")
    world.do("etda", SetNamespace(CID, "kbank", True))

    world.refuse("dopa", NotOwner, guardianship("D", "noi", "a", world.now + DAY_S))


def test_a_mandate_is_ended_by_the_principal_through_anyone():
    world = people("a", "b")
    given(world, "D", "a", "b")
    good = ending("D", "a")

    world.refuse_as("anyone", NotSubject, ending("D", "b"))
    world.refuse_as("anyone", NotSubject, RevokeDelegation(name_of("D"), None, None))
    half = replace(good, key=None)
    world.refuse_as("anyone", BadCitizenSignature, half)
    world.refuse_as("anyone", BadCitizenSignature, replace(good, key=public("b-1")))
    world.refuse_as("anyone", UnknownDelegation, ending("D9", "a"))
    world.do_as("anyone", good)

    assert acts(world, "b", "a") is False
    world.refuse_as("anyone", DelegationOver, good)


def test_a_guardianship_is_ended_by_who_granted_it():
    world = people("a")
    world.do("dopa", guardianship("D", "noi", "a", world.now + DAY_S))
    end = RevokeDelegation(name_of("D"), None, None)

    world.refuse("kbank", NotOwner, end)
    world.refuse_as("anyone", NotOwner, ending("D", "noi"))
    world.do("dopa", end)

    assert acts(world, "a", "noi") is False


def test_a_subject_gives_and_holds_a_bounded_number():
    world = people("a", "b")
    for index in range(16):
        given(world, f"D{index}", "a", "b")
    world.refuse("kbank", TooManyDelegations, mandate("D", "a", "b", world.now + DAY_S))

    world.wait(DAY_S)
    given(world, "D", "a", "b")

    assert acts(world, "b", "a") is True


def disputed_world():
    """A world where somchai, of IAL 2.3 and 1.3, was answered for; also the request."""
    world = World()
    proofed(world, "somchai")
    attest(world, "somchai", ial=130, label="low")
    create(world, "malee")
    asked, _ = confirmed(world, "R")
    return world, asked


def test_an_open_dispute_caps_the_ial_at_the_lower_one_until_it_is_settled():
    world, asked = disputed_world()
    sid = name_of("somchai")

    world.do_as("anyone", disputing(asked))
    assert world.ask("effective_ial", sid) == 130
    assert world.ask("open_dispute", asked.req_id, sid)[0] == "kbank"
    world.do("etda", ResolveDispute(asked.req_id, sid, "explained"))

    assert world.ask("effective_ial", sid) == 230


def test_only_whose_view_key_made_the_trail_tag_disputes_an_answer():
    world, asked = disputed_world()

    by_malee = disputing(asked, who="malee")
    world.refuse_as("anyone", NotSubject, by_malee)
    guessed = disputing(asked, secret=name_of("guess"))
    world.refuse_as("anyone", NotSubject, guessed)
    of_another = disputing(asked, idp="paotang")
    world.refuse_as("anyone", NotSubject, of_another)
    stolen = replace(disputing(asked), sid=name_of("malee"))
    world.refuse_as("anyone", BadCitizenSignature, stolen)
    world.refuse_as("anyone", UnknownSubject, disputing(asked, who="nobody"))


def test_a_key_of_another_subject_disputes_nothing():
    world, asked = disputed_world()
    msg = replace(disputing(asked), key=public("malee-1"))
    msg = signed(msg, dispute_statement(CHAIN, msg), "malee-1")

    world.refuse_as("anyone", NotSubject, msg)


def test_an_answer_is_disputed_once_and_settled_once_by_a_supervisor():
    world, asked = disputed_world()
    settle = ResolveDispute(asked.req_id, name_of("somchai"), "")
    world.refuse("etda", UnknownDispute, settle)
    world.do_as("anyone", disputing(asked))

    world.refuse_as("anyone", DuplicateId, disputing(asked))
    world.refuse("kbank", NotAllowed, settle)
    world.do("etda", settle)

    world.refuse("etda", UnknownDispute, settle)
    world.refuse_as("anyone", DuplicateId, disputing(asked))
