"""Agencies that a thief linked recover nobody, and keys that a thief took away are reported."""

import pytest

from contracts.identity.core.messages import NotSubjectKey, RecoveryPolicy, TooManyKeys, WrongRole
from contracts.identity.core.rules import HOLD_S, LINK_REST_S, POLICY_REST_S
from contracts.identity.nodes.messages import SetNamespace
from contracts.identity.recovery.messages import LinkInDoubt, ReportStands, RouteForbidden, Vetoed
from contracts.identity.subjects.state import LINE_MAX
from tests.contracts.identity.scenes import change_kinds, face_match, subject_of
from tests.contracts.identity.signing import (
    CID,
    DAY_S,
    adding,
    lifting,
    linking,
    lost,
    name_of,
    public,
    recovering,
    recovering_by,
    revoking,
    setting_policy,
    unlinking,
    vetoing,
    vetoing_policy,
)
from tests.contracts.identity.somchai import FINISH, SOMCHAI, finish_after, held_keys, world_of

OF_OWNER = RecoveryPolicy(False, (name_of("g1"), name_of("g2")))
OF_THIEF = RecoveryPolicy(True, ())
STEAL = recovering("somchai", "stolen", agency="paotang")


def linked_by_thief(**policy):
    """A world where paotang was linked long ago by a thief with somchai's phone, the first key.

    The second key is the owner's card.
    """
    world = world_of("g1", "g2", **policy)
    world.wait(1)
    world.do("kbank", adding("somchai", "card"))
    world.do("paotang", linking("somchai", "paotang", seq=2))
    world.wait(LINK_REST_S)
    face_match(world, "somchai", idp="paotang", key="stolen")
    return world


@pytest.mark.parametrize("agency", ["kbank", "dopa"])
@pytest.mark.parametrize("allows_idp", [True, False])
def test_an_idp_that_a_key_linked_which_was_reported_since_recovers_nobody(agency, allows_idp):
    guardians = (name_of("g1"), name_of("g2"))
    world = linked_by_thief(recovery=RecoveryPolicy(allows_idp, guardians))

    world.do(agency, lost(agency, "somchai"))

    world.refuse("paotang", LinkInDoubt, STEAL)
    in_time = world.now + DAY_S
    world.do_as("anyone", recovering_by("somchai", "new", "g1", "g2", until=in_time))
    finish_after(world, HOLD_S)
    assert held_keys(world) == [public("new")]
    assert subject_of(world, "somchai")[6] == ("kbank",)


def test_a_report_stops_a_recovery_of_the_idp_that_the_key_linked_and_bars_no_guardians():
    policy = RecoveryPolicy(True, (name_of("g1"), name_of("g2")))
    world = linked_by_thief(recovery=policy)
    world.do("paotang", STEAL)

    events = world.do("dopa", lost("dopa", "somchai"))

    assert [each.name for each in events][-1] == "RecoveryStopped"
    world.wait(HOLD_S)
    world.refuse_as("anyone", Vetoed, FINISH)
    in_time = world.now + DAY_S
    world.do_as("anyone", recovering_by("somchai", "new", "g1", "g2", until=in_time))


def test_a_report_stops_no_recovery_of_an_idp_that_another_key_linked():
    world = linked_by_thief()
    world.do("paotang", STEAL)

    world.do("kbank", lost("kbank", "somchai", "card"))

    finish_after(world, HOLD_S)


def test_an_idp_in_doubt_takes_no_veto_away_by_its_report():
    world = linked_by_thief()
    face_match(world, "somchai", label="seen")
    world.do("paotang", lost("paotang", "somchai", "card"))
    world.do("dopa", lost("dopa", "somchai"))
    world.do("kbank", recovering("somchai", "new", evidence="seen"))

    world.do_as("anyone", vetoing("somchai", "new", world.now, by="card"))


def test_an_idp_that_was_left_takes_no_veto_away_by_its_report():
    world = linked_by_thief()
    face_match(world, "somchai", label="seen")
    world.do("paotang", lost("paotang", "somchai", "card"))
    world.do_as("anyone", unlinking("somchai", "paotang", seq=3))
    world.do("kbank", recovering("somchai", "new", evidence="seen"))

    world.do_as("anyone", vetoing("somchai", "new", world.now, by="card"))


def test_a_report_by_an_idp_in_doubt_opens_no_way_against_the_policy():
    world = linked_by_thief(recovery=OF_OWNER)
    world.do("paotang", lost("paotang", "somchai", "card"))
    world.do("kbank", lost("kbank", "somchai"))
    face_match(world, "somchai", label="seen")

    world.refuse("kbank", RouteForbidden, recovering("somchai", "new", evidence="seen"))


def test_a_doubt_ends_with_a_new_link_and_not_with_the_report():
    world = linked_by_thief()
    world.do("kbank", lost("kbank", "somchai"))
    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=3))
    world.refuse("paotang", LinkInDoubt, STEAL)
    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "card"))

    world.wait(1)
    world.do_as("anyone", unlinking("somchai", "paotang", seq=4))
    world.do("paotang", linking("somchai", "paotang", seq=5, by="card"))
    world.wait(LINK_REST_S)
    face_match(world, "somchai", label="seen", idp="paotang", key="stolen")

    world.do("paotang", recovering("somchai", "stolen", agency="paotang", evidence="seen"))


def laundered(rested):
    """A world where the thief's phone linked paotang, and was taken away by a key that it added."""
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "card"))
    world.do("kbank", adding("somchai", "thief", seq=2))
    world.do("paotang", linking("somchai", "paotang", seq=3, by="thief"))
    world.do("kbank", adding("somchai", "younger", seq=4, by="thief"))
    world.do("kbank", revoking("somchai", "thief", seq=5, by="younger"))
    world.do("kbank", revoking("somchai", "somchai-1", seq=6, by="younger"))
    world.wait(LINK_REST_S - 1 + rested)
    return world


@pytest.mark.parametrize("label", ["thief", "somchai-1"])
def test_a_key_that_was_taken_away_is_reported_once_and_its_links_are_in_doubt(label):
    world = laundered(rested=True)

    world.do("dopa", lost("dopa", "somchai", label))

    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "card"))
    face_match(world, "somchai", idp="paotang", key="stolen")
    world.refuse("paotang", LinkInDoubt, STEAL)
    world.refuse("dopa", NotSubjectKey, lost("dopa", "somchai", label))
    assert held_keys(world) == [public("card"), public("younger")]


@pytest.mark.parametrize("label", ["thief", "somchai-1"])
def test_a_link_and_a_policy_that_rest_fall_with_a_key_before_the_one_that_signed_them(label):
    world = laundered(rested=False)
    world.do("kbank", setting_policy("somchai", OF_THIEF, seq=7, by="younger"))

    world.do("dopa", lost("dopa", "somchai", label))

    assert subject_of(world, "somchai")[6] == ("kbank",)
    assert world.ask("policy_change", SOMCHAI) is None


def test_no_line_of_keys_is_longer_than_is_looked_at():
    world = world_of()
    for index in range(1, LINE_MAX + 1):
        world.do(
            "kbank",
            adding("somchai", f"somchai-{index + 1}", seq=2 * index - 1, by=f"somchai-{index}"),
        )
        world.do(
            "kbank",
            revoking("somchai", f"somchai-{index}", seq=2 * index, by=f"somchai-{index + 1}"),
        )
    last = f"somchai-{LINE_MAX + 1}"

    one_more = adding("somchai", "more", seq=2 * LINE_MAX + 1, by=last)
    world.refuse("kbank", TooManyKeys, one_more)


def test_many_reports_hide_no_report_of_the_registry():
    world = world_of("g1", "g2")
    below = [f"t{at}" for at in range(4_000) if public(f"t{at}") < public("somchai-1")][:64]
    for seq, label in enumerate(below, start=1):
        world.do("kbank", adding("somchai", label, seq=seq))
        world.do("kbank", lost("kbank", "somchai", label))
    world.do("kbank", setting_policy("somchai", OF_OWNER, seq=len(below) + 1))
    world.wait(POLICY_REST_S)
    face_match(world, "somchai")

    world.do("dopa", lost("dopa", "somchai"))

    world.do("kbank", recovering("somchai", "new"))


def reported_before(change):
    """A world where a lost card was reported, and a policy set that forbids IdPs; and kbank."""
    world = world_of("g1", "g2")
    world.wait(1)
    world.do("kbank", adding("somchai", "card"))
    world.do("dopa", lost("dopa", "somchai", "card"))
    world.wait(1)
    world.do("kbank", setting_policy("somchai", OF_OWNER, seq=2))
    world.wait(POLICY_REST_S)
    if change:
        world.do("kbank", setting_policy("somchai", RecoveryPolicy(True, ()), seq=3))
    face_match(world, "somchai")
    return world


@pytest.mark.parametrize("change", [False, True])
def test_a_report_from_before_a_policy_opens_no_way_against_it(change):
    world = reported_before(change)

    world.refuse("kbank", RouteForbidden, recovering("somchai", "new"))

    world.do("dopa", lost("dopa", "somchai"))
    world.do("kbank", recovering("somchai", "new"))


def test_the_registry_gives_a_key_back_though_a_thief_took_all_the_room():
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "thief"))
    world.do("kbank", lost("kbank", "somchai"))
    for index in range(15):
        world.do("kbank", adding("somchai", f"x{index}", seq=2 + index, by="thief"))

    world.do("dopa", lifting("dopa", "somchai", "somchai-1", seq=17))

    assert public("somchai-1") in held_keys(world)
    one_more = adding("somchai", "one-more", seq=18, by="thief")
    world.refuse("kbank", TooManyKeys, one_more)


def test_a_key_that_was_added_in_the_second_of_a_policy_stops_it_not():
    world = world_of()
    world.wait(1)
    world.do("kbank", setting_policy("somchai", OF_THIEF))
    world.do("kbank", adding("somchai", "later", seq=2))

    veto = vetoing_policy("somchai", world.now, by="later")
    world.refuse_as("anyone", NotSubjectKey, veto)


def test_the_registry_s_report_stays_the_registry_s_when_another_has_the_namespace():
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "thief"))
    world.do("dopa", lost("dopa", "somchai", "thief"))
    world.register("pea", namespaces=())
    world.do("etda", SetNamespace(CID, "pea", True))

    by_older = lifting("kbank", "somchai", "thief", by="somchai-1", seq=2)
    world.refuse("kbank", ReportStands, by_older)


def test_an_idp_that_is_none_any_more_finishes_no_recovery_that_it_carried():
    world = world_of()
    face_match(world, "somchai")
    world.do("kbank", recovering("somchai", "new"))
    change_kinds(world, "kbank", "bank", "rp")
    world.wait(HOLD_S)

    world.refuse_as("anyone", WrongRole, FINISH)
