"""The trail: found by key, whatever others did; nobody stands in a citizen's way in it."""

import pytest

from contracts.identity.core.messages import trail_tag
from contracts.identity.requests.messages import TrailTagUsed
from contracts.identity.requests.state import TRAIL_TAGS_MAX
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.identity.scenes import answer, confirmed, opened, signed_on, state_of
from tests.contracts.identity.signing import name_of, public, reusing, trail_secret
from tests.contracts.identity.world import World

MINE = public("somchai-pairwise")


def tag_of(asked, who="somchai", idp="kbank"):
    return trail_tag(trail_secret(who, asked, idp))


def test_a_key_and_the_tags_of_its_view_key_find_its_answers_and_nobody_else_s():
    world = World()
    mine, _ = confirmed(world, "R1")
    other, _ = confirmed(world, "R2", who="malee")

    found = world.ask("trail_page", MINE, (tag_of(mine), tag_of(other, "malee"), name_of("none")))

    at = world.now
    assert found == ((mine.req_id, "kbank", "rd", "tax", False, at), None, None)


def test_an_answer_by_an_earlier_sign_on_is_in_the_trail_as_one():
    world = World()
    signed_on(world)
    asked = opened(world, "R")

    world.do("kbank", reusing("S", asked))

    (entry,) = world.ask("trail_page", MINE, (tag_of(asked),))
    assert entry[4]


def test_an_error_is_no_citizen_s_and_in_no_trail():
    world = World()
    asked = opened(world, "R")

    world.do("kbank", answer(world, asked, decision="error"))

    assert world.ask("trail_page", MINE, (tag_of(asked),)) == (None,)


def test_a_tag_serves_a_key_once_so_no_answer_hides_another():
    world = World()
    first, _ = confirmed(world, "R1")
    second = opened(world, "R2")

    again = answer(world, second, trail_tag=tag_of(first))

    world.refuse("kbank", TrailTagUsed, again)
    assert state_of(world, "R2") == "open"


def test_a_tag_that_another_key_took_is_still_free_for_its_owner():
    world = World()
    mine, others = opened(world, "R1"), opened(world, "R2")
    copied = tag_of(mine)

    world.do("kbank", answer(world, others, who="malee", trail_tag=copied))
    world.do("kbank", answer(world, mine))

    assert world.ask("trail_page", MINE, (copied,))[0][0] == mine.req_id
    assert world.ask("trail_page", public("malee-pairwise"), (copied,))[0][0] == others.req_id


@pytest.mark.parametrize("count", [0, TRAIL_TAGS_MAX + 1])
def test_a_page_is_of_1_to_64_tags(count):
    world = World()

    with pytest.raises(ArgumentOutOfBounds):
        world.ask("trail_page", MINE, tuple(name_of(str(number)) for number in range(count)))
