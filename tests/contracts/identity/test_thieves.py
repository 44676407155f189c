"""A thief with the keys: what they name, close and start stands against no owner for long."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    BadCitizenSignature,
    InHold,
    NoProof,
    NotSubjectKey,
    RecoveryPolicy,
    UnknownSubject,
)
from contracts.identity.core.rules import (
    HOLD_IN_PERSON_S,
    HOLD_S,
    POLICY_REST_S,
    VETO_REST_S,
)
from contracts.identity.recovery.messages import (
    NotGuardian,
    RouteForbidden,
    StopRecovery,
    UnknownPolicy,
    VetoedLately,
)
from tests.contracts.identity.scenes import (
    create,
    face_match,
    subject_of,
)
from tests.contracts.identity.signing import (
    DAY_S,
    adding,
    creation,
    in_person,
    lost,
    name_of,
    public,
    recovering,
    recovering_by,
    revoking,
    setting_policy,
    vetoing_policy,
)
from tests.contracts.identity.somchai import SOMCHAI, finish_after, held_keys, world_of

OF_THIEF = RecoveryPolicy(False, (name_of("t1"), name_of("t2")))


def thieving():
    """A world where a thief with somchai's only key has named guardians of theirs."""
    world = world_of("t1", "t2")
    world.do("kbank", setting_policy("somchai", OF_THIEF))
    return world


def test_a_new_recovery_policy_rests_before_it_is_in_force():
    world = thieving()
    until = world.now + POLICY_REST_S
    start = recovering_by("somchai", "stolen", "t1", "t2", until=until)

    world.wait(POLICY_REST_S - 1)
    world.refuse_as("thief", NotGuardian, start)
    world.wait(1)

    late = recovering_by("somchai", "stolen", "t1", "t2", until=world.now + DAY_S)
    world.do_as("thief", late)


def test_the_policy_before_is_in_force_while_another_rests():
    world = thieving()
    face_match(world, "somchai")

    world.do("kbank", recovering("somchai", "new"))
    finish_after(world, HOLD_S)

    assert held_keys(world) == [public("new")]


def test_every_idp_is_told_of_a_new_policy_and_by_which_key_before_it_is_in_force():
    world = world_of("t1", "t2")

    events = world.do("kbank", setting_policy("somchai", OF_THIEF))

    told = [each.fields for each in events if each.name == "RecoveryPolicySet"]
    assert told == [(SOMCHAI, public("somchai-1"), world.now + POLICY_REST_S)]


@pytest.mark.parametrize("agency", ["kbank", "dopa"])
def test_a_policy_that_rests_falls_with_the_report_of_the_key_that_signed_it(agency):
    world = thieving()

    world.do(agency, lost(agency, "somchai"))
    world.wait(POLICY_REST_S)

    start = recovering_by("somchai", "stolen", "t1", "t2", until=world.now + DAY_S)
    world.refuse_as("thief", NotGuardian, start)
    assert world.ask("policy_change", SOMCHAI) is None


def test_a_key_that_was_there_before_stops_a_policy_that_rests_through_anyone():
    world = world_of("t1", "t2")
    world.do("kbank", adding("somchai", "card"))
    world.wait(1)
    world.do("kbank", setting_policy("somchai", OF_THIEF, seq=2))
    at = world.now
    world.wait(1)
    world.do("kbank", adding("somchai", "thief", seq=3))
    world.refuse_as("anyone", NotSubjectKey, vetoing_policy("somchai", at, by="thief"))
    world.refuse_as("anyone", UnknownPolicy, vetoing_policy("somchai", at + 1, by="card"))
    forged = replace(vetoing_policy("somchai", at, by="card"), key=public("somchai-1"))
    world.refuse_as("anyone", BadCitizenSignature, forged)

    world.do_as("anyone", vetoing_policy("somchai", at, by="card"))

    world.refuse_as("anyone", UnknownPolicy, vetoing_policy("somchai", at, by="card"))
    world.wait(POLICY_REST_S)
    start = recovering_by("somchai", "stolen", "t1", "t2", until=world.now + DAY_S)
    world.refuse_as("thief", NotGuardian, start)


def thieving_with_a_younger_key():
    """A world where a thief with the youngest of somchai's keys has named guardians of theirs."""
    world = world_of("t1", "t2")
    world.wait(1)
    world.do("kbank", adding("somchai", "card"))
    world.wait(1)
    world.do("kbank", adding("somchai", "thief", seq=2))
    world.do("kbank", setting_policy("somchai", OF_THIEF, seq=3, by="thief"))
    return world


@pytest.mark.parametrize(
    ("reporters", "is_heard"),
    [(("kbank",), True), (("kbank", "dopa"), False), (("dopa",), False)],
)
def test_one_report_of_an_older_key_takes_no_veto_of_a_younger_key_s_policy(reporters, is_heard):
    world = thieving_with_a_younger_key()
    for agency in reporters:
        world.do(agency, lost(agency, "somchai", "card"))
    veto = vetoing_policy("somchai", world.now, by="card")

    if is_heard:
        world.do_as("anyone", veto)
    else:
        world.refuse_as("anyone", NotSubjectKey, veto)

    assert (world.ask("policy_change", SOMCHAI) is None) == is_heard


def test_a_reported_key_stops_no_policy_of_a_key_as_old_as_it_or_of_one_before_a_recovery():
    world = thieving()
    world.do("kbank", adding("somchai", "card", seq=2))
    world.do("kbank", lost("kbank", "somchai", "card"))
    world.refuse_as("thief", NotSubjectKey, vetoing_policy("somchai", world.now, by="card"))
    world.do("dopa", in_person("somchai", "new", until=world.now + DAY_S))
    finish_after(world, HOLD_IN_PERSON_S)
    world.do("kbank", setting_policy("somchai", OF_THIEF, seq=3, by="new"))

    world.refuse_as("thief", NotSubjectKey, vetoing_policy("somchai", world.now, by="card"))


def test_a_policy_falls_with_the_report_of_its_key_though_that_was_taken_away_meanwhile():
    world = thieving()
    world.do("kbank", adding("somchai", "thief", seq=2))
    world.do("kbank", revoking("somchai", "somchai-1", seq=3, by="thief"))

    world.do("dopa", lost("dopa", "somchai"))

    assert world.ask("policy_change", SOMCHAI) is None


def test_a_policy_that_rested_when_guardians_began_falls_with_their_recovery():
    guardians = RecoveryPolicy(True, (name_of("g1"), name_of("g2")))
    world = world_of("t1", "t2", "g1", "g2", recovery=guardians)
    world.do("kbank", setting_policy("somchai", OF_THIEF))
    world.wait(POLICY_REST_S - HOLD_S + 1)
    in_time = world.now + DAY_S
    world.do_as("anyone", recovering_by("somchai", "new", "g1", "g2", until=in_time))
    finish_after(world, HOLD_S)

    world.refuse_as("thief", NotGuardian, stealing(world))
    assert subject_of(world, "somchai")[7] == (True, guardians.guardians)


def test_a_policy_in_force_is_stopped_by_no_key():
    world = thieving()
    at = world.now
    world.wait(POLICY_REST_S)

    world.refuse_as("anyone", UnknownPolicy, vetoing_policy("somchai", at))


def test_guardians_are_subjects_who_are_registered_and_not_closed():
    world = world_of("t1")
    world.refuse("kbank", UnknownSubject, setting_policy("somchai", OF_THIEF))
    world.refuse("kbank", UnknownSubject, creation("malee", recovery=OF_THIEF))
    create(world, "t2")

    world.do("kbank", setting_policy("somchai", OF_THIEF))


def test_whoever_registers_a_person_changes_nothing_of_what_the_first_key_signed():
    world = world_of("t1", "t2")
    signed_by_malee = creation("malee")

    world.refuse("kbank", NoProof, replace(signed_by_malee, recovery=OF_THIEF))
    world.refuse("kbank", NoProof, replace(signed_by_malee, aal_cap=100))


def in_force():
    """A world where the thief's policy is in force, and nobody has reported the key."""
    world = thieving()
    world.wait(POLICY_REST_S)
    return world


def stealing(world, label="stolen"):
    """The thief's own start, by guardians of theirs."""
    return recovering_by("somchai", label, "t1", "t2", until=world.now + DAY_S)


def test_a_report_opens_the_way_of_an_idp_which_a_thief_s_policy_closed():
    world = in_force()
    face_match(world, "somchai")
    world.refuse("kbank", RouteForbidden, recovering("somchai", "new"))

    world.do("dopa", lost("dopa", "somchai"))
    world.do("kbank", recovering("somchai", "new"))
    finish_after(world, HOLD_S)

    assert held_keys(world) == [public("new")]


def test_no_idp_opens_its_own_way_by_its_own_report():
    world = in_force()
    face_match(world, "somchai")

    world.do("kbank", lost("kbank", "somchai"))

    world.refuse("kbank", RouteForbidden, recovering("somchai", "new"))


def test_a_recovery_in_person_takes_the_place_of_one_on_weaker_grounds():
    world = in_force()
    world.do("dopa", lost("dopa", "somchai"))
    world.do_as("thief", stealing(world))
    in_time = world.now + DAY_S

    world.do("dopa", in_person("somchai", "new", until=in_time))
    world.refuse("dopa", InHold, in_person("somchai", "newer", until=in_time))
    world.refuse_as("thief", InHold, stealing(world, "stolen-2"))
    finish_after(world, HOLD_IN_PERSON_S)

    assert held_keys(world) == [public("new")]


def test_a_recovery_that_agencies_carried_ends_the_policy_of_who_had_the_keys():
    world = in_force()
    world.do("dopa", in_person("somchai", "new", until=world.now + DAY_S))
    finish_after(world, HOLD_IN_PERSON_S)

    world.refuse_as("thief", NotGuardian, stealing(world))
    face_match(world, "somchai", key="newer")
    world.do("kbank", recovering("somchai", "newer"))


def test_a_recovery_by_guardians_leaves_them_to_their_owner():
    world = world_of("t1", "t2")
    world.do("kbank", setting_policy("somchai", OF_THIEF))
    world.wait(POLICY_REST_S)
    world.do_as("anyone", stealing(world, "new"))
    finish_after(world, HOLD_S)

    world.do_as("anyone", stealing(world, "newer"))


def test_a_recovery_that_was_stopped_rests_before_the_next_but_for_one_in_person():
    world = in_force()
    world.do_as("thief", stealing(world))
    world.do("dopa", StopRecovery("dopa", SOMCHAI, "reported as fraud"))

    world.refuse_as("thief", VetoedLately, stealing(world, "stolen-2"))
    world.do("dopa", in_person("somchai", "new", until=world.now + DAY_S))
    world.do("dopa", StopRecovery("dopa", SOMCHAI, "a mistake"))
    world.wait(VETO_REST_S - 1)
    world.refuse_as("thief", VetoedLately, stealing(world, "stolen-2"))
    world.wait(1)

    world.do_as("thief", stealing(world, "stolen-2"))
