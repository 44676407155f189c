"""Keys that are reported lost, recovery in person, and who may stop a recovery."""

import pytest

from contracts.identity.core.messages import (
    EvidenceMissing,
    InHold,
    NodeInactive,
    NoProof,
    NotOwner,
    NotSubjectKey,
    RecoveryPolicy,
    SubjectFrozen,
    WrongRole,
)
from contracts.identity.core.rules import HOLD_IN_PERSON_S, HOLD_S, LINK_REST_S
from contracts.identity.nodes.messages import SetNodeStatus
from contracts.identity.recovery.messages import (
    HoldOpen,
    NotReported,
    StopRecovery,
    Vetoed,
)
from contracts.identity.subjects.messages import NoRoute, SetSubjectStatus
from tests.contracts.identity.scenes import proofed, set_attestation
from tests.contracts.identity.signing import (
    adding,
    creation,
    in_person,
    lifting,
    linking,
    lost,
    public,
    recovering,
    signed,
    vetoing,
)
from tests.contracts.identity.somchai import FINISH, SOMCHAI, held_keys
from tests.contracts.identity.world import World


def two_keys():
    """A world where somchai, at kbank and paotang, has the keys somchai-1 and somchai-2."""
    world = World()
    proofed(world, "somchai")
    world.wait(1)
    world.do("kbank", adding("somchai", "somchai-2"))
    world.do("paotang", linking("somchai", "paotang", seq=2))
    world.wait(LINK_REST_S)
    return world


@pytest.mark.parametrize("agency", ["kbank", "paotang", "dopa"])
def test_a_linked_idp_or_the_registry_suspends_a_key_at_once(agency):
    world = two_keys()

    world.do(agency, lost(agency, "somchai"))

    assert held_keys(world) == [public("somchai-2")]
    world.refuse("kbank", NotSubjectKey, adding("somchai", "somchai-3", seq=3))


def test_nobody_else_reports_a_key_and_only_one_of_the_subject_is_reported():
    world = two_keys()

    world.refuse("facelab", NotOwner, lost("facelab", "somchai"))
    world.refuse("kbank", NotSubjectKey, lost("kbank", "somchai", "nobody"))

    assert len(held_keys(world)) == 2


def test_an_idp_s_report_is_lifted_by_an_older_key_or_at_the_registry():
    world = two_keys()
    by_older = lifting("kbank", "somchai", "somchai-2", by="somchai-1", seq=3)
    world.refuse("kbank", NotReported, by_older)
    world.do("kbank", lost("kbank", "somchai", "somchai-2"))
    by_itself = lifting("kbank", "somchai", "somchai-2", by="somchai-2", seq=3)
    world.refuse("kbank", NotSubjectKey, by_itself)
    world.refuse("kbank", NotOwner, lifting("kbank", "somchai", "somchai-2", seq=3))

    world.do("kbank", by_older)
    assert set(held_keys(world)) == {public("somchai-1"), public("somchai-2")}
    world.do("paotang", lost("paotang", "somchai", "somchai-2"))
    world.do("dopa", lifting("dopa", "somchai", "somchai-2", seq=4))

    assert public("somchai-2") in held_keys(world)


def test_a_thief_with_the_only_key_stops_no_recovery_once_another_agency_has_reported_it():
    world = World()
    proofed(world, "somchai")
    world.do("dopa", lost("dopa", "somchai"))
    world.do("kbank", recovering("somchai", "new"))

    world.refuse_as("thief", NotSubjectKey, vetoing("somchai", "new", world.now))
    world.wait(HOLD_S)
    world.do_as("anyone", FINISH)

    assert held_keys(world) == [public("new")]


def test_an_agency_s_own_report_removes_no_veto_against_the_recovery_that_it_carries():
    world = World()
    proofed(world, "somchai")
    world.do("kbank", lost("kbank", "somchai"))
    world.do("kbank", recovering("somchai", "new"))

    world.do_as("anyone", vetoing("somchai", "new", world.now))

    world.wait(HOLD_S)
    world.refuse_as("anyone", Vetoed, FINISH)


def test_registry_and_one_other_agency_recover_in_a_day_and_tell_every_idp():
    world = two_keys()
    world.do("dopa", lost("dopa", "somchai"))

    until = world.now + HOLD_IN_PERSON_S
    events = world.do("dopa", in_person("somchai", "new", until=until))
    told = [event.fields[1] for event in events if event.name == "RecoveryNoticed"]
    world.wait(HOLD_IN_PERSON_S - 1)
    world.refuse_as("anyone", HoldOpen, FINISH)
    world.wait(1)
    world.do_as("anyone", FINISH)

    assert told == ["kbank", "paotang"]
    assert held_keys(world) == [public("new")]


def test_a_recovery_in_person_needs_the_registry_and_another_agency_that_acts():
    world = two_keys()
    until = world.now + HOLD_IN_PERSON_S
    good = in_person("somchai", "new", until=until)

    world.refuse(
        "kbank", NotOwner, in_person("somchai", "new", agency="kbank", second="dopa", until=until)
    )
    world.refuse("dopa", WrongRole, in_person("somchai", "new", second="dopa", until=until))
    forged = signed(good, ("identity/in-person", b""), "kbank-node", "second_signature")
    world.refuse("dopa", NoProof, forged)
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))

    world.refuse("dopa", WrongRole, good)


def freeze(world):
    world.do("etda", SetSubjectStatus(SOMCHAI, "frozen", ""))


def revoke_evidence(world):
    set_attestation(world, "somchai-face", "revoked", agency="facelab")


def suspend_carrier(world):
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (freeze, SubjectFrozen),
        (revoke_evidence, EvidenceMissing),
        (suspend_carrier, NodeInactive),
    ],
)
def test_a_recovery_finishes_only_if_all_that_bears_it_holds_at_that_moment(spoil, error):
    world = World()
    proofed(world, "somchai")
    world.do("kbank", recovering("somchai", "new"))
    world.wait(HOLD_S)

    spoil(world)

    world.refuse_as("anyone", error, FINISH)
    assert held_keys(world) == [public("somchai-1")]


@pytest.mark.parametrize(("sender", "agency"), [("etda", "etda"), ("dopa", "dopa")])
def test_supervisor_or_registry_stops_a_recovery_with_a_reason(sender, agency):
    world = World()
    proofed(world, "somchai")
    world.do("kbank", recovering("somchai", "new"))
    world.refuse("kbank", NotOwner, StopRecovery("kbank", SOMCHAI, ""))
    world.refuse("kbank", InHold, adding("somchai", "somchai-2"))

    world.do(sender, StopRecovery(agency, SOMCHAI, "reported as fraud"))

    world.wait(HOLD_S)
    world.refuse_as("anyone", Vetoed, FINISH)


def test_a_policy_without_a_route_is_refused():
    world = World()

    world.refuse("kbank", NoRoute, creation("malee", recovery=RecoveryPolicy(False, ())))
