"""Attestations: who may issue what, what counts now, and what is final."""

from dataclasses import replace

import pytest

from contracts.identity.attestations.messages import (
    FinalState,
    IssuerQuota,
    SetAttestation,
    TooManyAttestations,
)
from contracts.identity.core.messages import (
    BadCitizenSignature,
    BadLevel,
    BadSlug,
    DuplicateId,
    EvidenceMissing,
    EvidenceSpent,
    ExpiryOutOfBounds,
    LevelTooHigh,
    NodeInactive,
    NotLinked,
    NotOwner,
    NotSubjectKey,
    StatusUnchanged,
    SubjectFrozen,
    UnknownAttestation,
    UnknownAttestationKind,
    UnknownNode,
    UnknownStatus,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.nodes.messages import SetNodeLimits, SetNodeStatus, SetQuota
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed, WrongArgumentType
from tests.contracts.identity.scenes import (
    attest,
    create,
    face_match,
    for_proofing,
    proofed,
    proofing,
    set_attestation,
    sign_proofing,
    suspend_agency,
)
from tests.contracts.identity.signing import CID, DAY_S, name_of, public
from tests.contracts.identity.world import World

SOMCHAI = name_of("somchai")


def with_citizen():
    """A world where kbank has registered somchai."""
    world = World()
    create(world, "somchai")
    return world


def counts(world, kind="proofing", ial=0):
    """Whether somchai has an attestation of this kind and IAL that counts now."""
    return world.ask("has_active_attestation", SOMCHAI, kind, ial)


def test_a_proofing_gives_its_ial():
    world = with_citizen()

    attest(world, "somchai", ial=210)

    assert world.ask("effective_ial", SOMCHAI) == 210
    assert counts(world, ial=210) is True
    assert counts(world, ial=220) is False
    assert world.ask("usable_attestations", SOMCHAI) == (name_of("somchai-proofing"),)


def test_a_proofing_at_ial_2_3_rests_on_a_face_match_of_the_same_person():
    world = with_citizen()
    create(world, "malee")
    face_match(world, "malee", **for_proofing("malee"))
    face_match(world, "somchai", **for_proofing("somchai"))
    attest(world, "somchai", ial=210, label="older")

    def with_evidence(label):
        return proofing(world, "somchai", "kbank", 230, evidence=label)

    world.refuse("kbank", EvidenceMissing, with_evidence(None))
    world.refuse("kbank", UnknownAttestation, with_evidence("malee-face"))
    world.refuse("kbank", UnknownAttestation, with_evidence("nothing"))
    world.refuse("kbank", EvidenceMissing, with_evidence("older"))
    world.do("kbank", with_evidence("somchai-face"))

    assert world.ask("effective_ial", SOMCHAI) == 230


def test_a_face_match_that_no_longer_counts_is_no_evidence():
    world = with_citizen()
    face_match(world, "somchai", **for_proofing("somchai"))
    set_attestation(world, "somchai-face", "revoked", agency="facelab")

    late = proofing(world, "somchai", "kbank", 230, evidence="somchai-face")

    world.refuse("kbank", EvidenceMissing, late)


@pytest.mark.parametrize(
    ("kind", "agency"),
    [
        ("proofing", "dopa"),
        ("proofing", "facelab"),
        ("proofing", "rd"),
        ("fvs", "kbank"),
        ("fvs", "dopa"),
        ("attribute", "kbank"),
        ("guardian", "facelab"),
    ],
)
def test_an_agency_of_another_kind_issues_no_such_attestation(kind, agency):
    world = with_citizen()
    msg = sign_proofing(replace(proofing(world, "somchai", agency, 0), kind=kind), "somchai")

    world.refuse(agency, WrongRole, msg)

    assert counts(world, kind) is False


def test_an_authoritative_source_attests_attributes_and_guardians():
    world = with_citizen()
    for kind in ("attribute", "guardian"):
        msg = replace(proofing(world, "somchai", "dopa", 0, label=kind), kind=kind)
        world.do("dopa", sign_proofing(msg, "somchai"))

    assert counts(world, "attribute") is True
    assert counts(world, "guardian") is True
    assert world.ask("effective_ial", SOMCHAI) == 0


BAD = {
    "an unknown kind": ({"kind": "rumour"}, UnknownAttestationKind),
    "an IAL that does not exist": ({"ial": 225}, BadLevel),
    "an IAL above the node's": ({"ial": 300}, LevelTooHigh),
    "an IAL as a text": ({"ial": "2.3"}, WrongArgumentType),
    "an IAL as a float": ({"ial": 2.3}, WrongArgumentType),
    "an expiry in the past": ({"expires_at": 1}, ExpiryOutOfBounds),
    "an expiry too far": ({"expires_at": 2**36}, ExpiryOutOfBounds),
    "an unknown subject": ({"sid": name_of("nobody")}, UnknownSubject),
    "a commitment of 31 bytes": ({"commit": bytes(31)}, ArgumentOutOfBounds),
    "a commitment of 33 bytes": ({"commit": bytes(33)}, ArgumentOutOfBounds),
    "a method that is no name": ({"method": "In Person"}, BadSlug),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_attestation_is_refused_by_name(case):
    changes, error = BAD[case]
    world = with_citizen()

    msg = replace(proofing(world, "somchai", "kbank", 210), **changes)
    is_encodable = error not in (WrongArgumentType, ArgumentOutOfBounds)

    world.refuse("kbank", error, sign_proofing(msg, "somchai") if is_encodable else msg)

    assert world.ask("effective_ial", SOMCHAI) == 0


def test_only_a_proofing_has_an_ial():
    world = with_citizen()
    msg = replace(proofing(world, "somchai", "dopa", 210), kind="attribute")

    world.refuse("dopa", BadLevel, sign_proofing(msg, "somchai"))


def test_an_attestation_s_name_is_used_once():
    world = with_citizen()
    attest(world, "somchai")

    world.refuse("kbank", DuplicateId, proofing(world, "somchai", "kbank", 130))


def test_no_attestation_of_a_frozen_subject_nor_by_a_suspended_node_or_agency():
    world = with_citizen()
    world.do("etda", SetSubjectStatus(SOMCHAI, "frozen", ""))
    world.refuse("kbank", SubjectFrozen, proofing(world, "somchai", "kbank", 210))
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))
    world.refuse("kbank", NodeInactive, proofing(world, "somchai", "kbank", 210))
    suspend_agency(world, "kbank")

    world.refuse("kbank", NotAllowed, proofing(world, "somchai", "kbank", 210))


def test_an_attestation_stops_counting_when_it_expires():
    world = with_citizen()
    attest(world, "somchai", days=1)
    world.wait(DAY_S - 1)
    assert counts(world) is True

    world.wait(1)

    assert counts(world) is False
    assert world.ask("effective_ial", SOMCHAI) == 0


def test_an_attestation_above_the_node_s_present_limit_does_not_count():
    world = World()
    proofed(world, "somchai")
    world.do("etda", SetNodeLimits("kbank", 220, 220, (CID,)))
    assert world.ask("effective_ial", SOMCHAI) == 0

    world.do("etda", SetNodeLimits("kbank", 230, 220, (CID,)))

    assert world.ask("effective_ial", SOMCHAI) == 230


def test_a_suspended_attestation_counts_again_when_it_is_restored():
    world = with_citizen()
    attest(world, "somchai")
    set_attestation(world, "somchai-proofing", "suspended")
    assert world.ask("effective_ial", SOMCHAI) == 0

    set_attestation(world, "somchai-proofing", "active")

    assert world.ask("effective_ial", SOMCHAI) == 210


@pytest.mark.parametrize("final", ["revoked", "superseded"])
@pytest.mark.parametrize("after", ["active", "suspended", "revoked", "superseded"])
def test_what_is_revoked_or_superseded_stays_so(final, after):
    world = with_citizen()
    attest(world, "somchai")
    set_attestation(world, "somchai-proofing", final)
    again = SetAttestation("kbank", name_of("somchai-proofing"), after, "")

    world.refuse("kbank", FinalState, again)
    world.refuse("etda", FinalState, again)

    assert world.ask("attestation", name_of("somchai-proofing"))[11] == final


def test_only_the_issuer_and_a_supervisor_change_an_attestation():
    world = with_citizen()
    attest(world, "somchai")
    att_id = name_of("somchai-proofing")

    world.refuse("paotang", NotOwner, SetAttestation("paotang", att_id, "revoked", ""))
    world.refuse("paotang", NotAllowed, SetAttestation("kbank", att_id, "revoked", ""))
    world.refuse("etda", NotOwner, SetAttestation("paotang", att_id, "revoked", ""))
    world.refuse("kbank", StatusUnchanged, SetAttestation("kbank", att_id, "active", ""))
    world.refuse("kbank", UnknownStatus, SetAttestation("kbank", att_id, "lost", ""))
    missing = SetAttestation("kbank", name_of("nothing"), "revoked", "")
    world.refuse("kbank", UnknownAttestation, missing)
    world.do("etda", SetAttestation("kbank", att_id, "revoked", "fraud"))

    assert world.ask("effective_ial", SOMCHAI) == 0


def test_the_effective_ial_is_the_highest_that_counts():
    world = World()
    proofed(world, "somchai")
    attest(world, "somchai", ial=130, label="low")
    assert world.ask("effective_ial", SOMCHAI) == 230

    set_attestation(world, "somchai-proofing", "revoked")

    assert world.ask("effective_ial", SOMCHAI) == 130


def test_a_subject_has_a_bounded_number_of_attestations_that_may_count():
    world = with_citizen()
    for index in range(16):
        attest(world, "somchai", label=f"proofing-{index}")
    world.refuse("kbank", TooManyAttestations, proofing(world, "somchai", "kbank", 210))
    set_attestation(world, "proofing-0", "superseded")

    attest(world, "somchai", ial=220)

    assert world.ask("effective_ial", SOMCHAI) == 220


def test_a_proofing_is_by_an_idp_of_the_subject_with_its_signature():
    world = with_citizen()
    good = proofing(world, "somchai", "kbank", 210)
    stranger = proofing(world, "somchai", "paotang", 210)

    world.refuse("paotang", NotLinked, stranger)
    world.refuse("kbank", BadCitizenSignature, replace(good, key=None, signature=None))
    world.refuse("kbank", BadCitizenSignature, replace(good, commit=name_of("other")))
    world.refuse("kbank", BadCitizenSignature, replace(good, ial=220))
    by_malee = sign_proofing(replace(good, key=public("malee-1")), "malee")
    world.refuse("kbank", NotSubjectKey, by_malee)
    world.do("kbank", good)

    assert world.ask("effective_ial", SOMCHAI) == 210


def test_a_face_match_serves_one_proofing():
    world = World()
    proofed(world, "somchai")

    again = proofing(world, "somchai", "kbank", 230, label="again", evidence="somchai-seen")

    world.refuse("kbank", EvidenceSpent, again)


@pytest.mark.parametrize(("pad_level", "ial"), [(0, 230), (1, 300)])
def test_a_face_match_of_too_low_a_pad_level_bears_no_proofing(pad_level, ial):
    world = World()
    create(world, "somchai", agency="paotang")
    seen = for_proofing("somchai", "paotang")
    face_match(world, "somchai", pad_level=pad_level, **seen)
    high = proofing(world, "somchai", "paotang", ial, evidence="somchai-face")

    world.refuse("paotang", EvidenceMissing, high)
    face_match(world, "somchai", label="better", pad_level=pad_level + 1, **seen)
    better = proofing(world, "somchai", "paotang", ial, evidence="better")
    world.do("paotang", better)

    assert world.ask("effective_ial", SOMCHAI) == ial
    assert world.ask("attestation", name_of("better"))[6] == pad_level + 1


def test_a_pad_level_is_of_a_face_match_alone():
    world = with_citizen()

    msg = replace(proofing(world, "somchai", "kbank", 210), pad_level=1)

    world.refuse("kbank", BadLevel, sign_proofing(msg, "somchai"))


def test_an_issuer_has_a_quota_of_attestations_a_day():
    world = with_citizen()
    world.do("etda", SetQuota("kbank", 2))
    attest(world, "somchai", label="1")
    attest(world, "somchai", label="2")

    world.refuse("kbank", IssuerQuota, proofing(world, "somchai", "kbank", 210))
    face_match(world, "somchai")
    world.wait(DAY_S)
    attest(world, "somchai")

    world.refuse("etda", UnknownNode, SetQuota("nobody", 2))
    world.refuse("kbank", NotAllowed, SetQuota("kbank", 9))
