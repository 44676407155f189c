"""A face match serves whom it was made for: one IdP, one purpose, one key, once."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    EvidenceMissing,
    MatchForAnother,
    MatchUse,
    NodeInactive,
    PersonalData,
    UnknownNode,
    UnknownPurpose,
    WrongRole,
)
from contracts.identity.core.rules import LINK_REST_S
from contracts.identity.nodes.messages import SetNodeStatus
from tests.contracts.identity.scenes import (
    face_match,
    for_proofing,
    matching,
    proofed,
    proofing,
    set_attestation,
    sign_proofing,
)
from tests.contracts.identity.signing import (
    linking,
    name_of,
    public,
    recovering,
)
from tests.contracts.identity.somchai import world_of
from tests.contracts.identity.test_texts import VALID
from tests.contracts.identity.world import World


def linked_twice():
    """A world where paotang is somchai's IdP beside kbank, for long."""
    world = world_of()
    world.do("paotang", linking("somchai", "paotang"))
    world.wait(LINK_REST_S)
    return world


def test_a_linked_idp_recovers_by_no_match_that_was_made_for_another():
    world = linked_twice()
    face_match(world, "somchai")

    world.refuse("paotang", MatchForAnother, recovering("somchai", "new", agency="paotang"))

    world.do("kbank", recovering("somchai", "new"))


def test_an_idp_recovers_by_no_match_of_another_key_than_the_one_it_puts_in_force():
    world = world_of()
    face_match(world, "somchai")

    world.refuse("kbank", MatchForAnother, recovering("somchai", "stolen"))


def test_a_match_that_was_made_for_a_proofing_recovers_nothing_and_the_other_way_round():
    world = world_of()
    face_match(world, "somchai", label="seen", idp="kbank", purpose="proofing", key="new")
    face_match(world, "somchai", label="lost", key="somchai-1")

    world.refuse("kbank", MatchForAnother, recovering("somchai", "new", evidence="seen"))
    late = proofing(world, "somchai", "kbank", 230, evidence="lost")
    world.refuse("kbank", MatchForAnother, late)


def test_a_proofing_rests_on_a_match_for_its_idp_and_the_key_that_signs_it():
    world = linked_twice()
    face_match(world, "somchai", **for_proofing("somchai"))
    at_another = proofing(world, "somchai", "paotang", 230, evidence="somchai-face")
    world.refuse("paotang", MatchForAnother, at_another)
    face_match(world, "somchai", label="other", idp="kbank", purpose="proofing", key="other")
    world.refuse(
        "kbank", MatchForAnother, proofing(world, "somchai", "kbank", 230, evidence="other")
    )

    world.do("kbank", proofing(world, "somchai", "kbank", 230, evidence="somchai-face"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"idp": "nobody"}, UnknownNode),
        ({"idp": "rd"}, WrongRole),
        ({"idp": VALID}, PersonalData),
        ({"purpose": VALID}, PersonalData),
        ({"purpose": "tax"}, UnknownPurpose),
    ],
)
def test_a_match_names_an_idp_and_one_of_two_purposes(change, error):
    world = world_of()
    good = matching(world, "somchai")

    world.refuse("facelab", error, replace(good, match_for=replace(good.match_for, **change)))


@pytest.mark.parametrize(("status", "ial"), [("suspended", 0), ("revoked", 0), ("superseded", 230)])
def test_a_proofing_counts_only_while_nobody_took_back_the_match_that_bears_it(status, ial):
    world = World()
    proofed(world, "somchai")

    set_attestation(world, "somchai-seen", status, agency="facelab")

    assert world.ask("effective_ial", name_of("somchai")) == ial


def test_a_match_names_an_idp_that_acts():
    world = world_of()
    world.do("etda", SetNodeStatus("kbank", "suspended", ""))

    world.refuse("facelab", NodeInactive, matching(world, "somchai"))


def test_a_face_match_and_nothing_else_says_what_it_is_made_for():
    world = world_of()
    use = MatchUse("kbank", "proofing", public("somchai-1"))
    world.refuse("facelab", EvidenceMissing, replace(matching(world, "somchai"), match_for=None))
    other = replace(proofing(world, "somchai", "kbank", 210), match_for=use)

    world.refuse("kbank", EvidenceMissing, sign_proofing(other, "somchai"))
