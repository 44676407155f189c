"""IdPs that a thief linked: they lock no owner out, and survive neither report nor recovery."""

import pytest

from contracts.identity.core.messages import NotLinked, NotSubjectKey
from contracts.identity.core.rules import HOLD_IN_PERSON_S, HOLD_S, LINK_REST_S
from contracts.identity.recovery.messages import LinkInDoubt
from tests.contracts.identity.scenes import face_match, subject_of
from tests.contracts.identity.signing import (
    DAY_S,
    adding,
    in_person,
    linking,
    lost,
    name_of,
    public,
    recovering,
    revoking,
    unlinking,
)
from tests.contracts.identity.somchai import finish_after, held_keys, world_of


def idps(world):
    """The IdPs that act for somchai now."""
    return subject_of(world, "somchai")[6]


def linked_by_thief():
    """A world where a thief with somchai's phone, the older of two keys, links paotang."""
    world = world_of()
    world.wait(1)
    world.do("kbank", adding("somchai", "card"))
    world.do("paotang", linking("somchai", "paotang", seq=2))
    return world


def test_an_idp_neither_reports_nor_recovers_before_its_link_has_rested():
    world = linked_by_thief()
    face_match(world, "somchai", idp="paotang")
    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "card"))
    world.refuse("paotang", LinkInDoubt, recovering("somchai", "new", agency="paotang"))
    world.wait(LINK_REST_S - 1)
    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "card"))

    world.wait(1)
    world.do("paotang", lost("paotang", "somchai", "card"))


@pytest.mark.parametrize("agency", ["kbank", "dopa"])
def test_a_link_that_rests_falls_with_the_report_of_the_key_that_signed_it(agency):
    world = linked_by_thief()
    world.wait(LINK_REST_S - 1)

    events = world.do(agency, lost(agency, "somchai"))

    assert idps(world) == ("kbank",)
    assert [each.fields[1] for each in events if each.name == "IdpFell"] == ["paotang"]


def test_a_link_falls_with_the_report_of_its_key_though_that_was_taken_away_meanwhile():
    world = linked_by_thief()
    world.do("kbank", adding("somchai", "thief", seq=3))
    world.do("kbank", revoking("somchai", "somchai-1", seq=4, by="thief"))

    world.do("dopa", lost("dopa", "somchai"))

    assert idps(world) == ("kbank",)
    assert held_keys(world) == [public("card"), public("thief")]
    world.refuse("dopa", NotSubjectKey, lost("dopa", "somchai"))


def test_a_report_of_a_key_that_was_taken_away_gives_no_key_back_later():
    world = linked_by_thief()
    world.do("kbank", revoking("somchai", "somchai-1", seq=3, by="card"))
    world.do("dopa", lost("dopa", "somchai"))

    assert world.ask("suspended_key", name_of("somchai"), public("somchai-1")) is None


def test_a_link_that_has_rested_stays_and_its_idp_reports_no_other_key_of_the_owner():
    world = linked_by_thief()
    world.wait(LINK_REST_S)
    world.do("kbank", lost("kbank", "somchai"))

    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "card"))

    assert idps(world) == ("kbank", "paotang")


def test_an_idp_that_was_linked_for_long_reports_the_key_that_linked_it():
    world = linked_by_thief()
    world.wait(LINK_REST_S)

    world.do("paotang", lost("paotang", "somchai"))

    assert held_keys(world) == [public("card")]


def by_an_idp(world):
    face_match(world, "somchai")
    world.do("kbank", recovering("somchai", "new"))


def in_person_at_the_registry(world):
    world.do("dopa", in_person("somchai", "new", until=world.now + DAY_S))


@pytest.mark.parametrize("start", [by_an_idp, in_person_at_the_registry])
def test_no_idp_that_old_keys_linked_survives_a_recovery_or_reports_the_new_key(start):
    world = linked_by_thief()
    world.wait(LINK_REST_S)

    start(world)
    finish_after(world, HOLD_S)

    assert idps(world) == ("kbank",)
    world.refuse("paotang", NotLinked, recovering("somchai", "stolen", agency="paotang"))


def test_an_idp_that_carried_a_recovery_stays_and_reports_as_before():
    world = linked_by_thief()
    world.wait(LINK_REST_S)
    face_match(world, "somchai", idp="paotang")
    world.do("paotang", recovering("somchai", "new", agency="paotang"))
    finish_after(world, HOLD_S)

    assert idps(world) == ("kbank", "paotang")
    world.do("paotang", lost("paotang", "somchai", "new"))


def test_an_idp_is_linked_anew_by_the_new_key_and_rests_again():
    world = linked_by_thief()
    in_person_at_the_registry(world)
    finish_after(world, HOLD_IN_PERSON_S)

    world.do("paotang", linking("somchai", "paotang", seq=3, by="new"))

    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "new"))


def test_who_leaves_an_idp_and_links_it_again_begins_its_rest_anew():
    world = linked_by_thief()
    world.wait(LINK_REST_S)
    world.do_as("anyone", unlinking("somchai", "paotang", seq=3))
    world.do("paotang", linking("somchai", "paotang", seq=4))

    world.refuse("paotang", LinkInDoubt, lost("paotang", "somchai", "card"))
