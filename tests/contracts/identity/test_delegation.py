"""Guardianship and disputes: bounded, without chains, by those who may."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    ExpiryOutOfBounds,
    InHold,
    NotOwner,
    NotSubjectKey,
    SubjectFrozen,
    UnknownAnswer,
    UnknownPurpose,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.core.rules import DELEGATION_S_MAX
from contracts.identity.delegations.messages import (
    BasisRequired,
    ChainForbidden,
    DelegationOver,
    RevokeDelegation,
    TooManyDelegations,
    UnknownBasis,
    UnknownDelegation,
)
from contracts.identity.disputes.messages import (
    BadTrailSecret,
    ResolveDispute,
    UnknownDispute,
    dispute_statement,
)
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
    guardianship,
    name_of,
    public,
    recovering,
    signed,
)
from tests.contracts.identity.world import World

MAJORITY = 2 * DAY_S


def people(*names):
    """A world with these adults and "noi", who is a minor for two days more."""
    world = World()
    for who in names:
        create(world, who)
    create(world, "noi", majority_at=world.now + MAJORITY)
    return world


def acts(world, delegate, principal, purpose="tax"):
    """Whether one may act for another now."""
    return world.ask("may_act_for", name_of(delegate), name_of(principal), purpose)


BAD = {
    "an unknown basis": ({"basis": "friendship"}, UnknownBasis),
    "no purpose": ({"purposes": ()}, UnknownPurpose),
    "a purpose twice": ({"purposes": ("tax", "tax")}, UnknownPurpose),
    "an unknown purpose": ({"purposes": ("gossip",)}, UnknownPurpose),
    "voting": ({"purposes": ("voting",)}, UnknownPurpose),
    "an unknown delegate": ({"delegate": name_of("nobody")}, UnknownSubject),
    "its own guardian": ({"delegate": name_of("noi")}, ChainForbidden),
    "with a court's order": ({"basis_commit": name_of("order")}, BasisRequired),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_guardianship_is_refused_by_name(case):
    changes, error = BAD[case]
    world = people("a")

    world.refuse("dopa", error, guardianship("D", "noi", "a", world.now + DAY_S, **changes))

    assert world.ask("delegation", name_of("D")) is None


@pytest.mark.parametrize("seconds", [0, DELEGATION_S_MAX + 1])
def test_a_guardianship_ends_within_a_year(seconds):
    world = people("a")
    end = world.now + seconds
    court = {"basis": "court", "basis_commit": name_of("order")}

    world.refuse("dopa", ExpiryOutOfBounds, guardianship("D", "noi", "a", end, **court))


def test_a_frozen_subject_has_and_is_no_guardian_and_in_a_hold_neither():
    world = people("a", "b")
    end = world.now + DAY_S
    face_match(world, "a", key="a-2")
    world.do("etda", SetSubjectStatus(name_of("b"), "frozen", ""))
    world.refuse("dopa", SubjectFrozen, guardianship("D", "noi", "b", end))
    world.do("kbank", recovering("a", "a-2"))

    world.refuse("dopa", InHold, guardianship("D", "noi", "a", end))


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

    world.refuse("dopa", BasisRequired, guardianship("D", "b", "a", end))
    beyond = guardianship("D", "noi", "a", world.now + MAJORITY + 1)
    world.refuse("dopa", ExpiryOutOfBounds, beyond)
    by_bank = guardianship("D", "noi", "a", end, agency="kbank")
    world.refuse("kbank", WrongRole, by_bank)


def test_a_minor_comes_of_age_by_the_date_of_the_registry_without_any_transaction():
    world = people("a")
    noi = name_of("noi")
    world.wait(MAJORITY - 1)
    assert world.ask("subject_class", noi) == "minor"

    world.wait(1)

    assert world.ask("subject_class", noi) == "adult"
    late = guardianship("D", "noi", "a", world.now + DAY_S)
    world.refuse("dopa", BasisRequired, late)


def test_an_adult_has_a_guardian_by_a_court_s_order_only():
    world = people("a", "b")
    end = world.now + DAY_S
    court = {"basis": "court"}

    world.refuse("dopa", BasisRequired, guardianship("D", "b", "a", end, **court))
    order = {"basis_commit": name_of("order")}
    world.do("dopa", guardianship("D", "b", "a", end, **court, **order))

    assert acts(world, "a", "b") is True


def test_a_source_that_is_not_the_namespace_s_authority_names_no_guardian():
    world = people("a")
    world.do("etda", SetNamespace(CID, "kbank", True))

    world.refuse("dopa", NotOwner, guardianship("D", "noi", "a", world.now + DAY_S))


def test_a_guardianship_is_ended_by_who_granted_it():
    world = people("a")
    world.do("dopa", guardianship("D", "noi", "a", world.now + DAY_S))
    end = RevokeDelegation(name_of("D"))

    world.refuse("dopa", UnknownDelegation, RevokeDelegation(name_of("D9")))
    world.refuse("kbank", NotOwner, end)
    world.refuse_as("anyone", NotOwner, end)
    world.do("dopa", end)

    assert acts(world, "a", "noi") is False
    world.refuse("dopa", DelegationOver, end)


def test_there_are_no_chains_of_guardians():
    world = people("a", "b")
    court = {"basis": "court", "basis_commit": name_of("order")}
    world.do("dopa", guardianship("D", "noi", "a", world.now + DAY_S))

    chain = guardianship("D2", "a", "b", world.now + DAY_S, **court)
    world.refuse("dopa", ChainForbidden, chain)
    world.do("dopa", replace(chain, purposes=("health",)))

    assert acts(world, "b", "a", "health") is True


def test_a_subject_has_a_bounded_number_of_guardians():
    world = people("a")
    for index in range(16):
        world.do("dopa", guardianship(f"D{index}", "noi", "a", world.now + DAY_S))
    one_more = guardianship("D", "noi", "a", world.now + MAJORITY)
    world.refuse("dopa", TooManyDelegations, one_more)

    world.wait(DAY_S)
    world.do("dopa", one_more)

    assert acts(world, "a", "noi") is True


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
    world.refuse_as("anyone", BadTrailSecret, by_malee)
    guessed = disputing(asked, secret=name_of("guess"))
    world.refuse_as("anyone", BadTrailSecret, guessed)
    of_another = disputing(asked, idp="paotang")
    world.refuse_as("anyone", UnknownAnswer, of_another)
    stolen = replace(disputing(asked), sid=name_of("malee"))
    world.refuse_as("anyone", BadCitizenSignature, stolen)
    world.refuse_as("anyone", UnknownSubject, disputing(asked, who="nobody"))


def test_a_key_of_another_subject_disputes_nothing():
    world, asked = disputed_world()
    msg = replace(disputing(asked), key=public("malee-1"))
    msg = signed(msg, dispute_statement(CHAIN, msg), "malee-1")

    world.refuse_as("anyone", NotSubjectKey, msg)


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
