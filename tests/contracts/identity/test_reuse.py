"""Verify once, reuse: exactly when five conditions hold at block time, and never else."""

from itertools import product

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    InHold,
    LevelTooHigh,
    NotLinked,
    NotOwner,
    NotWhitelisted,
    ReuseLimit,
    Stale,
    SubjectFrozen,
    UnknownAttestation,
)
from contracts.identity.core.rules import FIRST_TABLE
from contracts.identity.nodes.messages import (
    SetLevelTable,
    SetNodeLimits,
    SetNodeStatus,
    SetWhitelist,
)
from contracts.identity.requests.messages import DuplicateResponse, RequestExpired
from contracts.identity.sessions.messages import (
    EndSession,
    FreshRequired,
    KeyInactive,
    ProofingInactive,
    SessionEnded,
    SessionLive,
    StepUpRequired,
    Sweep,
    UnknownSession,
)
from contracts.identity.subjects.messages import SetSubjectStatus
from tests.contracts.identity.scenes import (
    answer,
    attest,
    confirmed,
    create,
    face_match,
    keeping,
    opened,
    proofed,
    set_attestation,
    signed_on,
    state_of,
    suspend_agency,
)
from tests.contracts.identity.signing import (
    CID,
    adding,
    asking,
    disputing,
    name_of,
    public,
    recovering,
    reusing,
    revoking,
    signed,
)
from tests.contracts.identity.world import World

FIVE = (ProofingInactive, Stale, FreshRequired, SubjectFrozen, NotWhitelisted)


def signed_on_world(**changes):
    """A world where somchai, proofed at IAL 2.3, has signed on at AAL 2.2 as the session "S"."""
    world = World()
    proofed(world, "somchai")
    signed_on(world, **changes)
    return world


def break_conditions(world, holds):
    """Make those of the five conditions fail that are False; return the request to be answered."""
    proofing, sign_on, purpose, subject, parties = holds
    age = {} if sign_on else {"max_age_s": 60}
    if not sign_on:
        world.wait(120)
    why = {} if purpose else {"purpose": "payment"}
    asked = opened(world, "R", agency="nhso", **age, **why)
    if not proofing:
        set_attestation(world, "somchai-proofing", "revoked")
    if not subject:
        world.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", "reported"))
    if not parties:
        world.do("nhso", SetWhitelist("nhso", ("paotang",)))
    return asked


def first_refusal(holds):
    """What is named first: the parties are checked for any answer, the rest in their order."""
    return NotWhitelisted if not holds[4] else FIVE[holds.index(False)]


@pytest.mark.parametrize("holds", list(product([True, False], repeat=5)))
def test_reuse_is_allowed_when_all_five_conditions_hold_and_in_no_other_case(holds):
    world = signed_on_world()
    asked = break_conditions(world, holds)

    check = world.ask("reuse_check", name_of("S"), asked.req_id)

    assert check[:5] == holds
    if all(holds):
        world.do("kbank", reusing("S", asked))
        assert state_of(world, "R") == "confirmed"
    else:
        world.refuse("kbank", first_refusal(holds), reusing("S", asked))
        assert check[6] == FIVE[holds.index(False)].code


def lower_issuer(world):
    world.do("etda", SetNodeLimits("kbank", 220, 220, (CID,)))


def suspend_proofing(world):
    set_attestation(world, "somchai-proofing", "suspended")


def revoke_session_key(world):
    world.do("kbank", adding("somchai", "somchai-2"))
    world.do("kbank", revoking("somchai", "somchai-1", seq=2, by="somchai-2"))


def begin_recovery(world):
    world.do("kbank", recovering("somchai", "somchai-9"))


def shorten_reuse(world):
    table = (FIRST_TABLE.ials, FIRST_TABLE.aals, (ReuseLimit(220, 0),))
    world.do("etda", SetLevelTable(2, *table, world.ledger.block.height + 1))
    world.wait(1)


def dispute_second_proofing(world):
    # A second, lower proofing, so that the dispute caps the IAL at it.
    attest(world, "somchai", ial=210, label="lower")
    world.do_as("anyone", disputing(asking("S-first")))


def whitelist_of_idp(world):
    world.do("kbank", SetWhitelist("kbank", ("rd",)))


def take_namespace(world):
    world.do("etda", SetNodeLimits("nhso", 0, 0, ()))


CAUSES = {
    "proofing suspended": (suspend_proofing, {}, ProofingInactive),
    "issuer's highest IAL lowered": (lower_issuer, {}, ProofingInactive),
    "more IAL than proofed": (None, {"min_ial": 300}, StepUpRequired),
    "a dispute caps the IAL": (dispute_second_proofing, {"min_ial": 230}, StepUpRequired),
    "more AAL than the session has": (None, {"min_aal": 300}, StepUpRequired),
    "the session's key is revoked": (revoke_session_key, {}, KeyInactive),
    "the policy forbids reuse at this AAL": (shorten_reuse, {}, Stale),
    "the relying party wants it fresh": (None, {"mode": "fresh"}, FreshRequired),
    "the relying party wants a step up": (None, {"mode": "step_up"}, StepUpRequired),
    "payment": (None, {"purpose": "payment"}, FreshRequired),
    "voting": (None, {"purpose": "voting"}, FreshRequired),
    "a change of keys": (None, {"purpose": "key-change"}, FreshRequired),
    "a guardian's act": (None, {"purpose": "guardian"}, FreshRequired),
    "a recovery in its hold": (begin_recovery, {}, InHold),
    "the IdP's whitelist": (whitelist_of_idp, {}, NotWhitelisted),
    "the namespace taken away": (take_namespace, {}, NotWhitelisted),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_way_to_break_a_condition_is_refused_by_its_name(cause):
    spoil, terms, error = CAUSES[cause]
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", **terms)
    if spoil is not None:
        spoil(world)

    world.refuse("kbank", error, reusing("S", asked))

    assert state_of(world, "R") == "open"


def test_a_citizen_proofed_at_a_bank_signs_on_elsewhere_without_new_proofing():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso")

    events = world.do("kbank", reusing("S", asked))

    assert [event.name for event in events] == ["SessionReused", "Responded"]
    answer = world.ask("response", asked.req_id, "kbank")
    assert answer[1:3] == (230, 220)
    assert answer[8] == name_of("S")


def test_a_proofing_travels_to_another_idp_but_an_aal_does_not():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", idps=("paotang",), min_aal=210)

    world.refuse("paotang", NotOwner, reusing("S", asked, agency="paotang"))


def test_reuse_is_refused_after_a_revocation_in_the_same_block_and_allowed_before_it():
    world = signed_on_world()
    before, after = opened(world, "R1", agency="nhso"), opened(world, "R2", agency="nhso")
    height = world.ledger.block.height

    world.do("kbank", reusing("S", before))
    set_attestation(world, "somchai-proofing", "revoked")
    world.refuse("kbank", ProofingInactive, reusing("S", after))

    assert world.ledger.block.height == height
    assert state_of(world, "R1") == "confirmed"


def test_reuse_ends_when_the_issuer_is_suspended_by_the_supervisor_or_by_governance():
    by_supervisor = signed_on_world()
    attest(by_supervisor, "somchai", label="unused")
    by_supervisor.do("etda", SetNodeStatus("kbank", "suspended", ""))
    by_governance = signed_on_world()
    suspend_agency(by_governance, "kbank")

    assert by_supervisor.ask("effective_ial", name_of("somchai")) == 0
    assert by_governance.ask("effective_ial", name_of("somchai")) == 0


def test_reuse_stops_when_the_sign_on_is_older_than_the_policy_of_its_aal():
    world = signed_on_world()
    world.wait(3600 - (world.now - world.ask("session", name_of("S"))[0][4]))
    in_time = opened(world, "R1", agency="nhso", max_age_s=86_400)
    world.do("kbank", reusing("S", in_time))
    late = opened(world, "R2", agency="nhso", max_age_s=86_400)

    world.wait(1)

    world.refuse("kbank", Stale, reusing("S", late))


def test_a_session_is_not_used_after_its_end_nor_after_it_was_ended():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", ttl_s=86_400)
    world.do("kbank", EndSession("kbank", name_of("S")))

    world.refuse("kbank", SessionEnded, reusing("S", asked))
    world.refuse("kbank", SessionEnded, EndSession("kbank", name_of("S")))
    world.refuse("kbank", UnknownSession, reusing("other", asked))


def test_an_expired_session_and_an_expired_request_are_not_used():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", ttl_s=86_400)
    short = opened(world, "R2", agency="nhso", ttl_s=30)
    world.wait(8 * 3600)

    world.refuse("kbank", SessionEnded, reusing("S", asked))
    world.refuse("kbank", RequestExpired, reusing("S", short))


def test_only_the_session_s_own_idp_ends_it():
    world = signed_on_world()

    world.refuse("paotang", NotOwner, EndSession("paotang", name_of("S")))

    world.do("kbank", EndSession("kbank", name_of("S")))
    assert world.ask("session", name_of("S"))[1] is False


def test_a_sweep_frees_only_sessions_that_are_over():
    world = signed_on_world()
    world.refuse_as("anyone", SessionLive, Sweep((name_of("S"),)))
    world.do("kbank", EndSession("kbank", name_of("S")))

    world.do_as("anyone", Sweep((name_of("S"),)))

    assert world.ask("session", name_of("S")) is None
    world.refuse_as("anyone", UnknownSession, Sweep((name_of("S"),)))


def test_a_session_rests_on_a_key_and_a_proofing_that_bear_it():
    world = World()
    create(world, "somchai")
    face_match(world, "somchai")
    attest(world, "somchai", ial=220)
    proofed(world, "malee")
    asked, _ = confirmed(world, "R")

    world.refuse("kbank", LevelTooHigh, keeping(world, "S", asked))
    other = keeping(world, "S", asked, att_id=name_of("malee-proofing"))
    world.refuse("kbank", UnknownAttestation, other)
    face = keeping(world, "S", asked, att_id=name_of("somchai-face"))
    world.refuse("kbank", UnknownAttestation, face)


def test_a_session_is_not_kept_at_a_higher_aal_than_its_key_gives():
    world = World()
    create(world, "somchai", aal_cap=210)
    face_match(world, "somchai")
    attest(world, "somchai", ial=230, evidence="somchai-face")
    asked, _ = confirmed(world, "R")

    world.refuse("kbank", LevelTooHigh, keeping(world, "S", asked))


def test_a_session_needs_the_citizen_s_signature_and_a_linked_idp():
    world = World()
    proofed(world, "somchai")
    asked, _ = confirmed(world, "R", idps=("kbank", "paotang"), min_idp=1)
    forged = signed(keeping(world, "S", asked), ("identity/session", b""), "somchai-1")

    world.refuse("kbank", BadCitizenSignature, forged)
    world.refuse("paotang", NotOwner, keeping(world, "S", asked, agency="paotang"))


def test_an_idp_that_is_not_linked_keeps_no_session():
    world = World()
    proofed(world, "somchai")
    asked = opened(world, "R", idps=("paotang",))

    world.do("paotang", answer(world, asked, agency="paotang"))

    world.refuse("paotang", NotLinked, keeping(world, "S", asked, agency="paotang"))


def test_a_session_is_not_kept_of_a_frozen_subject_or_a_revoked_key_or_proofing():
    world = World()
    proofed(world, "somchai")
    asked, _ = confirmed(world, "R")
    keep = keeping(world, "S", asked)
    sid = name_of("somchai")
    world.do("etda", SetSubjectStatus(sid, "frozen", ""))
    world.refuse("kbank", SubjectFrozen, keep)
    world.do("etda", SetSubjectStatus(sid, "active", ""))
    suspend_proofing(world)
    world.refuse("kbank", ProofingInactive, keep)
    set_attestation(world, "somchai-proofing", "active")
    revoke_session_key(world)

    world.refuse("kbank", KeyInactive, keep)


def test_a_session_s_name_is_used_once():
    world = signed_on_world()
    asked, _ = confirmed(world, "R")

    world.refuse("kbank", DuplicateId, keeping(world, "S", asked))


def test_a_request_is_answered_by_reuse_once():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", idps=("kbank", "paotang"), min_idp=2)
    world.do("kbank", reusing("S", asked))

    world.refuse("kbank", DuplicateResponse, reusing("S", asked, handle=name_of("again")))


def test_a_signature_for_another_relying_party_does_not_serve():
    world = signed_on_world()
    for_rd, for_nhso = opened(world, "R1", agency="rd"), opened(world, "R2", agency="nhso")
    swapped = reusing("S", for_rd, req_id=for_nhso.req_id)

    world.refuse("kbank", BadCitizenSignature, swapped)
    assert public("somchai-1") != public("somchai-pairwise")
