"""Verify once, reuse: exactly when four conditions hold at block time, and never else."""

from itertools import product

import pytest

from contracts.identity.core.messages import (
    TIME_GRAIN_S,
    AuthTimeInFuture,
    BadCitizenSignature,
    BadLevel,
    DuplicateId,
    ExpiryOutOfBounds,
    LevelTooHigh,
    NotOwner,
    NotWhitelisted,
    OtherPairwiseKey,
    ReuseLimit,
    Stale,
)
from contracts.identity.core.rules import FIRST_TABLE, SKEW_S
from contracts.identity.nodes.messages import (
    SetLevelTable,
    SetNodeLimits,
    SetNodeStatus,
    SetWhitelist,
)
from contracts.identity.requests.messages import DuplicateResponse, RequestExpired
from contracts.identity.sessions.messages import (
    EndSession,
    FineTime,
    FreshRequired,
    OtherSector,
    SessionEnded,
    SessionLive,
    StepUpRequired,
    Sweep,
    UnknownSession,
)
from tests.contracts.identity.scenes import (
    keeping,
    opened,
    signed_on,
    state_of,
    suspend_agency,
)
from tests.contracts.identity.signing import (
    CID,
    name_of,
    public,
    reusing,
    signed,
    signing_off,
)
from tests.contracts.identity.world import World

FOUR = (StepUpRequired, Stale, FreshRequired, NotWhitelisted)


def signed_on_world(**changes):
    """A world where somchai has signed on at IAL 2.3 and AAL 2.2 as the session "S"."""
    world = World()
    world.wait(TIME_GRAIN_S - world.now % TIME_GRAIN_S)
    signed_on(world, **changes)
    return world


def break_conditions(world, holds):
    """Make those of the four conditions fail that are False; return the request to be answered."""
    level, sign_on, purpose, parties = holds
    age = {} if sign_on else {"max_age_s": 60}
    if not sign_on:
        world.wait(120)
    why = {} if purpose else {"purpose": "payment"}
    asked = opened(world, "R", agency="nhso", min_ial=230, **age, **why)
    if not level:
        world.do("etda", SetNodeLimits("kbank", 220, 220, (CID,)))
    if not parties:
        world.do("nhso", SetWhitelist("nhso", ("paotang",)))
    return asked


def first_refusal(holds):
    """What is named first: the parties are checked for any answer, the rest in their order."""
    return NotWhitelisted if not holds[3] else FOUR[holds.index(False)]


@pytest.mark.parametrize("holds", list(product([True, False], repeat=4)))
def test_reuse_is_allowed_when_all_four_conditions_hold_and_in_no_other_case(holds):
    world = signed_on_world()
    asked = break_conditions(world, holds)

    check = world.ask("reuse_check", name_of("S"), asked.req_id)

    assert check[:4] == holds
    if all(holds):
        world.do("kbank", reusing("S", asked))
        assert state_of(world, "R") == "confirmed"
    else:
        world.refuse("kbank", first_refusal(holds), reusing("S", asked))
        assert check[5] == FOUR[holds.index(False)].code


def lower_ial(world):
    world.do("etda", SetNodeLimits("kbank", 130, 220, (CID,)))


def lower_aal(world):
    world.do("etda", SetNodeLimits("kbank", 230, 100, (CID,)))


def lower_table(world):
    table = ((110,), FIRST_TABLE.aals, FIRST_TABLE.reuse, ())
    world.do("etda", SetLevelTable(2, *table, world.now + 1))
    world.wait(1)


def shorten_reuse(world):
    table = (FIRST_TABLE.ials, FIRST_TABLE.aals, (ReuseLimit(220, 0),), ())
    world.do("etda", SetLevelTable(2, *table, world.now + 1))
    world.wait(1)


def whitelist_of_idp(world):
    world.do("kbank", SetWhitelist("kbank", ("rd",)))


def take_namespace(world):
    world.do("etda", SetNodeLimits("nhso", 0, 0, ()))


def end_it(world):
    world.do_as("anyone", signing_off("S"))


BOTH = {"idps": ("kbank", "paotang"), "min_idp": 1}
CAUSES = {
    "the IdP's highest IAL lowered": (lower_ial, {}, StepUpRequired),
    "the IdP's highest AAL lowered": (lower_aal, {}, StepUpRequired),
    "the table's highest IAL lowered": (lower_table, {}, StepUpRequired),
    "more IAL than the session has": (None, {"min_ial": 300} | BOTH, StepUpRequired),
    "more AAL than the session has": (None, {"min_aal": 300} | BOTH, StepUpRequired),
    "the policy forbids reuse at this AAL": (shorten_reuse, {}, Stale),
    "signed on after the request was opened": (None, {"max_age_s": 0}, Stale),
    "the relying party wants it fresh": (None, {"mode": "fresh"}, FreshRequired),
    "the relying party wants a step up": (None, {"mode": "step_up"}, StepUpRequired),
    "payment": (None, {"purpose": "payment"}, FreshRequired),
    "voting": (None, {"purpose": "voting"}, FreshRequired),
    "a change of keys": (None, {"purpose": "key-change"}, FreshRequired),
    "a guardian's act": (None, {"purpose": "guardian"}, FreshRequired),
    "the IdP's whitelist": (whitelist_of_idp, {}, NotWhitelisted),
    "the namespace taken away": (take_namespace, {}, NotWhitelisted),
    "the citizen has signed off": (end_it, {}, SessionEnded),
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


def test_a_citizen_signs_on_at_another_agency_of_the_sector_without_new_proofing():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso")

    events = world.do("kbank", reusing("S", asked))

    assert [event.name for event in events] == ["SessionReused", "Responded"]
    answer = world.ask("response", asked.req_id, "kbank")
    assert answer[1:3] == (230, 220)
    assert answer[9] == name_of("S")


def test_reuse_records_the_levels_as_they_are_judged_now():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", min_ial=0)
    world.do("etda", SetNodeLimits("kbank", 220, 210, (CID,)))

    world.do("kbank", reusing("S", asked))

    assert world.ask("response", asked.req_id, "kbank")[1:3] == (220, 210)


def test_a_session_names_the_key_of_its_sector_and_no_subject_request_or_other_sector():
    world = signed_on_world()
    world.do("kbank", keeping(world, "other", who="somchai-banking", sector="banking"))

    stored = world.ask("session", name_of("S"))[0]

    assert stored[:2] == ("kbank", "state")
    assert public("somchai-pairwise") in stored
    others = (name_of("somchai"), name_of("S-first"), public("somchai-1"), name_of("other"))
    assert not [name for name in others if name in stored]
    assert stored[4] % TIME_GRAIN_S == 0


def test_a_sign_on_of_one_sector_is_none_in_another():
    world = signed_on_world()
    asked = opened(world, "R", agency="kbank", idps=("kbank",))

    world.refuse("kbank", OtherSector, reusing("S", asked))

    world.do("kbank", keeping(world, "B", who="elsewhere", sector="banking"))
    world.refuse("kbank", OtherPairwiseKey, reusing("B", asked))
    world.do("kbank", reusing("B", asked, who="elsewhere"))
    assert state_of(world, "R") == "confirmed"


def test_a_sign_on_serves_at_the_idp_that_keeps_it_alone():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", idps=("paotang",), min_aal=210)

    world.refuse("paotang", NotOwner, reusing("S", asked, agency="paotang"))


def test_reuse_ends_when_the_idp_is_suspended_by_the_supervisor_or_by_governance():
    by_supervisor = signed_on_world()
    by_supervisor.do("etda", SetNodeStatus("kbank", "suspended", ""))
    by_governance = signed_on_world()
    suspend_agency(by_governance, "kbank")

    assert by_supervisor.ask("session", name_of("S"))[1] is False
    assert by_governance.ask("session", name_of("S"))[1] is False
    by_supervisor.do("etda", SetNodeStatus("kbank", "active", ""))
    assert by_supervisor.ask("session", name_of("S"))[1] is True


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
    world.refuse_as("anyone", SessionEnded, signing_off("S"))
    world.refuse("kbank", UnknownSession, reusing("other", asked))
    check = world.ask("reuse_check", name_of("S"), asked.req_id)
    assert check[4:] == (False, "SESSION_ENDED")


def test_an_expired_session_and_an_expired_request_are_not_used():
    world = signed_on_world()
    asked = opened(world, "R", agency="nhso", ttl_s=86_400)
    short = opened(world, "R2", agency="nhso", ttl_s=30)
    world.wait(8 * 3600)

    world.refuse("kbank", SessionEnded, reusing("S", asked))
    world.refuse("kbank", RequestExpired, reusing("S", short))


def test_a_session_is_ended_by_its_own_idp_or_by_its_citizen_through_anyone():
    world = signed_on_world()

    world.refuse("paotang", NotOwner, EndSession("paotang", name_of("S")))
    world.do_as("anyone", signing_off("S", who="malee"))
    assert world.ask("session", name_of("S"))[1] is True
    forged = signed(signing_off("S"), ("identity/sign-off", b""), "somchai-pairwise")
    world.refuse_as("anyone", BadCitizenSignature, forged)
    world.do_as("anyone", signing_off("S"))

    assert world.ask("session", name_of("S"))[1] is False


def suspend_idp(world):
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))


def sign_off(world):
    world.do_as("anyone", signing_off("S"))


@pytest.mark.parametrize("change", [suspend_idp, sign_off])
def test_a_session_stays_on_record_until_its_time_is_over_whatever_stands_against_its_use(change):
    world = signed_on_world()

    change(world)

    world.refuse_as("anyone", SessionLive, Sweep((name_of("S"),)))


def test_the_bytes_that_opened_a_session_never_open_it_again():
    world = World()
    kept = keeping(world, "S")
    world.do("kbank", kept)
    sign_off(world)
    world.refuse("kbank", DuplicateId, kept)
    world.wait(kept.expires_at - world.now)

    world.do_as("anyone", Sweep((name_of("S"),)))

    world.refuse("kbank", ExpiryOutOfBounds, kept)


def test_a_sweep_frees_only_sessions_whose_time_is_over():
    world = signed_on_world()
    world.refuse_as("anyone", SessionLive, Sweep((name_of("S"),)))
    world.wait(8 * 3600)

    world.do_as("anyone", Sweep((name_of("S"),)))

    assert world.ask("session", name_of("S")) is None
    world.refuse_as("anyone", UnknownSession, Sweep((name_of("S"),)))


WRONG_SESSIONS = {
    "a time that is too fine": ({"auth_time": 1_700_000_001}, FineTime),
    "an end that is too fine": ({"expires_at": 1_700_001_001}, FineTime),
    "an end that is past": ({"expires_at": 1_699_999_800}, ExpiryOutOfBounds),
    "an end after a day": ({"expires_at": 1_700_094_600}, ExpiryOutOfBounds),
    "an IAL above the IdP's": ({"ial": 300}, LevelTooHigh),
    "an AAL above the IdP's": ({"aal": 300}, LevelTooHigh),
    "an IAL that does not exist": ({"ial": 225}, BadLevel),
}


@pytest.mark.parametrize("case", WRONG_SESSIONS)
def test_a_wrong_session_is_refused_by_name(case):
    changes, error = WRONG_SESSIONS[case]
    world = World()

    world.refuse("kbank", error, keeping(world, "S", **changes))

    assert world.ask("session", name_of("S")) is None


def test_a_sign_on_is_not_kept_before_it_was():
    world = World()
    late = world.now - world.now % TIME_GRAIN_S + TIME_GRAIN_S
    world.wait(max(0, TIME_GRAIN_S - SKEW_S - 1 - world.now % TIME_GRAIN_S))

    world.refuse("kbank", AuthTimeInFuture, keeping(world, "S", auth_time=late))


def test_a_session_needs_the_citizen_s_signature():
    world = World()
    forged = signed(keeping(world, "S"), ("identity/session", b""), "somchai-pairwise")

    world.refuse("kbank", BadCitizenSignature, forged)


def test_a_session_s_name_is_used_once():
    world = signed_on_world()

    world.refuse("kbank", DuplicateId, keeping(world, "S"))


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
