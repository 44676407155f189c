"""Recovery: 72 hours in which old keys may stop it; afterwards they and sessions are gone."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    BadLevel,
    EvidenceMissing,
    InHold,
    KeyTaken,
    LevelTooHigh,
    MatchForAnother,
    NoProof,
    NotLinked,
    NotSubjectKey,
    RecoveryPolicy,
    SubjectFrozen,
    TooFewGuardians,
    UnknownAttestation,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.core.rules import HOLD_S, VETO_REST_S
from contracts.identity.recovery.messages import (
    FinishRecovery,
    HoldOpen,
    NotGuardian,
    RouteForbidden,
    UnknownRecovery,
    Vetoed,
    VetoedLately,
    VetoLate,
)
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from tests.contracts.identity.scenes import (
    create,
    face_match,
    matching,
    proofed,
    set_attestation,
    subject_of,
)
from tests.contracts.identity.signing import (
    DAY_S,
    adding,
    name_of,
    public,
    recovering,
    recovering_by,
    signed,
    vetoing,
)
from tests.contracts.identity.world import World

SOMCHAI = name_of("somchai")
FINISH = FinishRecovery(SOMCHAI)
GUARDIANS = RecoveryPolicy(False, (name_of("a"), name_of("b"), name_of("c")))


def proofed_world():
    """A world where somchai is proofed, with a face match of today."""
    world = World()
    proofed(world, "somchai")
    return world


def guarded_world():
    """A world where a, b and c are somchai's guardians."""
    world = World()
    for who in ("a", "b", "c", "d"):
        create(world, who)
    create(world, "somchai", recovery=GUARDIANS)
    return world


def started(world):
    """Start a recovery to the key "new"; return when."""
    world.do("kbank", recovering("somchai", "new"))
    return world.now


def test_a_recovery_replaces_all_keys_after_the_hold():
    world = proofed_world()
    started(world)
    world.wait(HOLD_S - 1)
    world.refuse_as("anyone", HoldOpen, FINISH)

    world.wait(1)
    world.do_as("anyone", FINISH)

    assert subject_of(world, "somchai")[5] == ((public("new"), "recovered", 220, world.now),)
    assert subject_of(world, "somchai")[9] == 1
    world.refuse_as("anyone", UnknownRecovery, FINISH)


def test_a_present_key_stops_a_recovery_within_the_hold():
    world = proofed_world()
    at = started(world)
    world.wait(HOLD_S - 1)

    world.do_as("anyone", vetoing("somchai", "new", at))

    world.wait(1)
    world.refuse_as("anyone", Vetoed, FINISH)
    assert subject_of(world, "somchai")[5][0][0] == public("somchai-1")


def test_a_veto_after_the_hold_is_too_late():
    world = proofed_world()
    at = started(world)
    world.wait(HOLD_S)

    world.refuse_as("anyone", VetoLate, vetoing("somchai", "new", at))


def test_a_veto_is_of_a_present_key_and_of_this_recovery():
    world = proofed_world()
    create(world, "malee")
    world.refuse_as("anyone", UnknownRecovery, vetoing("somchai", "new", 1))
    at = started(world)

    world.refuse_as("anyone", NotSubjectKey, vetoing("somchai", "new", at, by="malee-1"))
    world.refuse_as("anyone", NotSubjectKey, vetoing("somchai", "new", at, by="new"))
    world.refuse_as("anyone", UnknownRecovery, vetoing("somchai", "new", at + 1))
    world.refuse_as("anyone", UnknownRecovery, vetoing("somchai", "newer", at))
    forged = replace(vetoing("somchai", "new", at), key=public("malee-1"))
    world.refuse_as("anyone", BadCitizenSignature, forged)
    nobody = vetoing("nobody", "new", at)
    world.refuse_as("anyone", UnknownSubject, nobody)

    assert world.ask("recovery", SOMCHAI)[3] == "held"


def test_a_veto_serves_for_one_recovery():
    world = proofed_world()
    veto = vetoing("somchai", "new", started(world))
    world.do_as("anyone", veto)
    world.refuse_as("anyone", UnknownRecovery, veto)

    face_match(world, "somchai", label="later", key="newer")
    world.refuse("kbank", MatchForAnother, recovering("somchai", "newer"))
    world.refuse("kbank", VetoedLately, recovering("somchai", "newer", evidence="later"))
    world.wait(VETO_REST_S)
    face_match(world, "somchai", label="latest", key="newer")
    world.do("kbank", recovering("somchai", "newer", evidence="latest"))

    world.refuse_as("anyone", UnknownRecovery, veto)
    assert world.ask("recovery", SOMCHAI)[3] == "held"


def test_a_second_recovery_waits_for_the_first():
    world = proofed_world()
    started(world)
    world.wait(HOLD_S - 3600)
    face_match(world, "somchai", label="face-2")

    world.refuse("kbank", InHold, recovering("somchai", "other", evidence="face-2"))

    world.wait(3600)
    world.do_as("anyone", FINISH)
    face_match(world, "somchai", label="face-3", key="other")
    world.do("kbank", recovering("somchai", "other", evidence="face-3"))
    assert world.ask("recovery", SOMCHAI)[3] == "held"


def test_while_a_recovery_holds_the_subject_changes_no_keys_even_after_72_hours():
    world = proofed_world()
    started(world)
    world.refuse("kbank", InHold, adding("somchai", "somchai-2"))

    world.wait(HOLD_S)

    world.refuse("kbank", InHold, adding("somchai", "somchai-2"))
    world.do_as("anyone", FINISH)
    world.do("kbank", adding("somchai", "somchai-2", by="new"))


def test_the_replaced_key_signs_no_more():
    world = proofed_world()
    started(world)
    world.wait(HOLD_S)
    world.do_as("anyone", FINISH)

    world.refuse("kbank", NotSubjectKey, adding("somchai", "somchai-2"))


def test_a_recovery_at_an_idp_rests_on_a_fresh_face_match():
    world = proofed_world()
    create(world, "malee")
    face_match(world, "malee")

    other = recovering("somchai", "new", evidence="malee-face")
    world.refuse("kbank", UnknownAttestation, other)
    wrong = recovering("somchai", "new", evidence="somchai-proofing")
    world.refuse("kbank", EvidenceMissing, wrong)
    long = replace(matching(world, "somchai", label="long"), expires_at=world.now + 30 * DAY_S)
    world.do("facelab", long)
    world.wait(DAY_S + 1)
    world.refuse("kbank", EvidenceMissing, recovering("somchai", "new", evidence="long"))
    face_match(world, "somchai", label="face-2")
    set_attestation(world, "face-2", "revoked", agency="facelab")

    world.refuse("kbank", EvidenceMissing, recovering("somchai", "new", evidence="face-2"))


def test_a_recovery_at_an_idp_is_by_a_linked_idp_within_its_levels():
    world = proofed_world()

    world.refuse("paotang", NotLinked, recovering("somchai", "new", agency="paotang"))
    world.refuse("rd", WrongRole, recovering("somchai", "new", agency="rd"))
    world.refuse("kbank", LevelTooHigh, recovering("somchai", "new", aal_cap=300))
    world.refuse("kbank", BadLevel, recovering("somchai", "new", aal_cap=215))
    world.refuse("kbank", KeyTaken, recovering("somchai", "somchai-1"))
    unproved = signed(recovering("somchai", "new"), ("x", b""), "new", "proof")
    world.refuse("kbank", NoProof, unproved)

    assert world.ask("recovery", SOMCHAI) is None


def test_a_policy_may_forbid_recovery_at_an_idp():
    world = guarded_world()
    face_match(world, "somchai")

    world.refuse("kbank", RouteForbidden, recovering("somchai", "new"))


def test_nothing_is_recovered_of_a_frozen_or_unknown_subject():
    world = proofed_world()
    world.do("etda", SetSubjectStatus(SOMCHAI, "frozen", ""))

    world.refuse("kbank", SubjectFrozen, recovering("somchai", "new"))
    world.refuse("kbank", UnknownSubject, recovering("nobody", "new"))
    world.refuse_as("anyone", UnknownSubject, FinishRecovery(name_of("nobody")))
    world.refuse_as("anyone", UnknownRecovery, FINISH)


def test_two_guardians_start_a_recovery_with_a_weak_key():
    world = guarded_world()

    world.do_as("anyone", recovering_by("somchai", "new", "a", "c"))
    world.wait(HOLD_S)
    world.do_as("anyone", FINISH)

    assert subject_of(world, "somchai")[5] == ((public("new"), "recovered", 100, world.now),)


@pytest.mark.parametrize(
    ("guardians", "error"),
    [
        ((), TooFewGuardians),
        (("a",), TooFewGuardians),
        (("a", "a"), TooFewGuardians),
        (("a", "d"), NotGuardian),
        (("d", "a", "b"), NotGuardian),
    ],
)
def test_fewer_than_two_distinct_guardians_start_nothing(guardians, error):
    world = guarded_world()

    world.refuse_as("anyone", error, recovering_by("somchai", "new", *guardians))

    assert world.ask("recovery", SOMCHAI) is None


def test_guardians_sign_with_their_own_keys_for_this_key():
    world = guarded_world()
    good = recovering_by("somchai", "new", "a", "b")
    other = recovering_by("somchai", "mallory", "a", "b")
    moved = replace(other, approvals=good.approvals)
    borrowed = tuple(replace(one, guardian=name_of("a")) for one in good.approvals[1:])
    with_wrong_key = replace(good, approvals=(good.approvals[1], *borrowed))

    world.refuse_as("anyone", BadCitizenSignature, moved)
    world.refuse_as("anyone", NotGuardian, with_wrong_key)
    unproved = signed(good, ("x", b""), "new", "proof")
    world.refuse_as("anyone", NoProof, unproved)


def test_a_frozen_guardian_does_not_help():
    world = guarded_world()
    world.do("etda", SetSubjectStatus(name_of("a"), "frozen", ""))

    world.refuse_as("anyone", SubjectFrozen, recovering_by("somchai", "new", "a", "b"))
