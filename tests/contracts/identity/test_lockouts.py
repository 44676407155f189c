"""Agencies and guardians that cheat lock no owner out; what bears a recovery is asked anew."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    EvidenceMissing,
    ExpiryOutOfBounds,
    NoProof,
    NotSubjectKey,
    RecoveryPolicy,
    TooFewGuardians,
)
from contracts.identity.core.rules import (
    APPROVAL_S_MAX,
    HOLD_DISPUTED_S,
    HOLD_IN_PERSON_S,
    HOLD_S,
    LINK_REST_S,
    REPORT_REST_S,
)
from contracts.identity.nodes.messages import SetNodeStatus
from contracts.identity.recovery.messages import (
    HoldLengthened,
    HoldOpen,
    ReportedLately,
    ReportStands,
    Vetoed,
    VetoLate,
)
from contracts.identity.subjects.messages import CloseSubject
from tests.contracts.identity.scenes import (
    face_match,
    set_attestation,
    subject_of,
    suspend_agency,
)
from tests.contracts.identity.signing import (
    DAY_S,
    adding,
    in_person,
    lifting,
    linking,
    lost,
    name_of,
    public,
    recovering,
    recovering_by,
    revoking,
    unlinking,
    vetoing,
)
from tests.contracts.identity.somchai import FINISH, finish_after, held_keys, world_of


def guarded():
    """A world where somchai's guardians g1 and g2 start a recovery that somchai did not want."""
    policy = RecoveryPolicy(True, (name_of("g1"), name_of("g2")))
    world = world_of("g1", "g2", recovery=policy)
    world.do("paotang", linking("somchai", "paotang"))
    world.wait(LINK_REST_S)
    in_time = world.now + DAY_S
    world.do_as("anyone", recovering_by("somchai", "new", "g1", "g2", until=in_time))
    return world


@pytest.mark.parametrize(
    ("reporters", "is_heard"),
    [(("kbank",), True), (("kbank", "paotang"), False), (("dopa",), False)],
)
def test_one_idp_alone_takes_no_veto_away_from_an_owner_against_guardians(reporters, is_heard):
    world = guarded()
    for agency in reporters:
        world.do(agency, lost(agency, "somchai"))
    veto = vetoing("somchai", "new", world.now)

    if is_heard:
        world.do_as("anyone", veto)
        world.wait(HOLD_S)
        world.refuse_as("anyone", HoldOpen, FINISH)
    else:
        world.refuse_as("anyone", NotSubjectKey, veto)
        finish_after(world, HOLD_S)


def objected():
    """A world where a key that kbank alone reported objects to guardians; and when they began."""
    world = guarded()
    started_at = world.now
    world.do("kbank", lost("kbank", "somchai"))
    world.do_as("anyone", vetoing("somchai", "new", started_at))
    return world, started_at


def test_a_reported_key_lengthens_a_recovery_by_guardians_to_seven_days_and_stops_it_not():
    world, started_at = objected()
    world.wait(HOLD_DISPUTED_S - 1)
    world.refuse_as("thief", HoldLengthened, vetoing("somchai", "new", started_at))
    world.refuse_as("anyone", HoldOpen, FINISH)

    finish_after(world, 1)

    assert held_keys(world) == [public("new")]


def test_the_owner_of_a_key_that_was_wrongly_reported_has_the_longer_hold_to_get_it_back():
    world, started_at = objected()
    world.wait(HOLD_DISPUTED_S - 1)

    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=2))
    world.do_as("anyone", vetoing("somchai", "new", started_at))

    world.wait(1)
    world.refuse_as("anyone", Vetoed, FINISH)


def test_a_reported_key_stops_a_recovery_by_guardians_who_do_not_stand_behind_it_any_more():
    world = guarded()
    started_at = world.now
    world.do("kbank", lost("kbank", "somchai"))
    close_guardian(world)

    world.do_as("anyone", vetoing("somchai", "new", started_at))

    world.refuse_as("anyone", Vetoed, FINISH)


def test_the_registry_lifts_a_wrong_report_within_a_hold_and_gives_the_veto_back():
    world = guarded()
    for agency in ("kbank", "paotang"):
        world.do(agency, lost(agency, "somchai"))
    started_at = world.now

    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=2))

    world.do_as("anyone", vetoing("somchai", "new", started_at))


def test_a_reported_key_stops_no_recovery_in_person_whoever_reported_it():
    world = world_of()
    for agency in ("kbank", "dopa"):
        world.do(agency, lost(agency, "somchai"))

    world.do("dopa", in_person("somchai", "new"))
    world.refuse_as("thief", NotSubjectKey, vetoing("somchai", "new", world.now))

    finish_after(world, HOLD_IN_PERSON_S)


def test_a_key_that_was_reported_before_an_earlier_recovery_vetoes_nothing():
    world = world_of()
    world.do("kbank", lost("kbank", "somchai"))
    world.do("dopa", in_person("somchai", "new"))
    finish_after(world, HOLD_IN_PERSON_S)
    face_match(world, "somchai", key="newer")
    world.do("kbank", recovering("somchai", "newer"))

    world.refuse_as("thief", NotSubjectKey, vetoing("somchai", "newer", world.now))
    world.refuse("dopa", NotSubjectKey, lost("dopa", "somchai"))


def test_the_registry_s_report_is_lifted_at_the_registry_alone():
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "thief"))
    for agency in ("kbank", "dopa"):
        world.do(agency, lost(agency, "somchai", "thief"))
    by_older = lifting("kbank", "somchai", "thief", by="somchai-1", seq=2)

    world.refuse("kbank", ReportStands, by_older)

    world.do("dopa", lifting("dopa", "somchai", "thief", seq=2))


def test_no_key_lifts_the_report_of_an_older_one_which_may_have_added_it():
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "thief"))
    world.do("kbank", lost("kbank", "somchai"))

    by_younger = lifting("kbank", "somchai", "somchai-1", by="thief", seq=2)
    world.refuse("kbank", ReportStands, by_younger)


def test_a_lifted_key_keeps_its_age():
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "card"))
    world.do("kbank", lost("kbank", "somchai"))
    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=2))
    world.do("kbank", lost("kbank", "somchai", "card"))

    world.do("kbank", lifting("kbank", "somchai", "card", by="somchai-1", seq=3))


def test_who_is_locked_out_by_an_idp_has_the_time_to_leave_it():
    world = world_of()
    world.do("paotang", linking("somchai", "paotang"))
    world.wait(LINK_REST_S)
    world.do("paotang", lost("paotang", "somchai"))
    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=2))

    world.refuse("paotang", ReportedLately, lost("paotang", "somchai"))
    world.wait(REPORT_REST_S - 1)
    world.refuse("paotang", ReportedLately, lost("paotang", "somchai"))
    world.do_as("anyone", unlinking("somchai", "paotang", seq=3))

    assert subject_of(world, "somchai")[6] == ("kbank",)


def test_an_idp_reports_again_after_the_rest_and_the_registry_at_once():
    world = world_of()
    for seq, agency in enumerate(("kbank", "dopa"), start=1):
        world.do(agency, lost(agency, "somchai"))
        world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=seq))
    world.do("dopa", lost("dopa", "somchai"))
    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=3))
    world.wait(REPORT_REST_S)

    world.do("kbank", lost("kbank", "somchai"))


def faced():
    """A world where kbank's recovery on a face match waits for its end."""
    world = world_of()
    face_match(world, "somchai")
    world.do("kbank", recovering("somchai", "new"))
    return world


def suspend_fvs(world):
    world.do("etda", SetNodeStatus("facelab", "suspended", ""))


def suspend_fvs_agency(world):
    suspend_agency(world, "facelab")


def revoke_match(world):
    set_attestation(world, "somchai-face", "revoked", agency="facelab")


@pytest.mark.parametrize("spoil", [suspend_fvs, suspend_fvs_agency, revoke_match])
def test_a_recovery_whose_face_match_counts_no_more_does_not_finish_and_is_stopped_late(spoil):
    world = faced()
    started_at = world.now
    world.wait(HOLD_S)
    world.refuse_as("anyone", VetoLate, vetoing("somchai", "new", started_at))

    spoil(world)
    world.refuse_as("anyone", EvidenceMissing, FINISH)
    world.do_as("anyone", vetoing("somchai", "new", started_at))

    world.do("kbank", adding("somchai", "card"))


def close_guardian(world):
    world.do("dopa", CloseSubject("dopa", name_of("g2"), "death"))


def report_guardian(world):
    world.do("dopa", lost("dopa", "g1"))


def revoke_guardian_key(world):
    world.do("kbank", adding("g1", "g1-2"))
    world.do("kbank", revoking("g1", "g1-1", seq=2, by="g1-2"))


def recover_guardian(world):
    face_match(world, "g1", key="g1-2")
    world.do("kbank", recovering("g1", "g1-2"))


GUARDIAN_ENDS = [close_guardian, report_guardian, revoke_guardian_key, recover_guardian]


@pytest.mark.parametrize("spoil", GUARDIAN_ENDS)
def test_a_recovery_by_guardians_finishes_only_while_two_of_them_stand_behind_it(spoil):
    world = guarded()

    spoil(world)
    world.wait(HOLD_S)

    world.refuse_as("anyone", TooFewGuardians, FINISH)


def test_the_word_of_guardians_and_of_a_second_agency_ends():
    policy = RecoveryPolicy(True, (name_of("g1"), name_of("g2")))
    world = world_of("g1", "g2", recovery=policy)
    until = world.now + APPROVAL_S_MAX
    kept = recovering_by("somchai", "new", "g1", "g2", until=until)
    seen = in_person("somchai", "new", until=until)
    far = recovering_by("somchai", "new", "g1", "g2", until=until + 1)
    world.refuse_as("anyone", ExpiryOutOfBounds, far)
    moved = replace(kept, until=until - 1)
    world.refuse_as("anyone", BadCitizenSignature, moved)
    world.refuse("dopa", NoProof, replace(seen, until=until - 1))

    world.wait(APPROVAL_S_MAX)

    world.refuse_as("anyone", ExpiryOutOfBounds, kept)
    world.refuse("dopa", ExpiryOutOfBounds, seen)
