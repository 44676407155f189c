"""The trail: every answer of a key under its next number, whatever anybody else did."""

from contracts.identity.core.messages import trail_tag
from contracts.identity.requests.messages import Prune
from contracts.identity.requests.state import TRAIL_PAGE
from tests.contracts.identity.scenes import answer, confirmed, opened, signed_on
from tests.contracts.identity.signing import DAY_S, name_of, public, reusing, trail_secret
from tests.contracts.identity.world import World

MINE = public("somchai-pairwise")


def tag_of(asked, who="somchai", idp="kbank"):
    return trail_tag(trail_secret(who, asked, idp))


def listed(world, key=MINE, first=0):
    """The number and the request of each line."""
    return [(number, entry[0]) for number, entry in world.ask("trail_page", key, first)]


def test_a_key_finds_its_answers_in_their_order_and_nobody_else_s():
    world = World()
    first, _ = confirmed(world, "R1")
    confirmed(world, "R2", who="malee")
    second, _ = confirmed(world, "R3")

    found = world.ask("trail_page", MINE, 0)

    line = (0, (first.req_id, "kbank", "rd", "tax", False, tag_of(first), world.now))
    assert found == (line, (1, (second.req_id, *line[1][1:5], tag_of(second), world.now)))
    assert world.ask("trail_count", MINE) == 2


def test_whoever_signs_chooses_no_place_so_no_answer_is_hidden():
    """Any 32 bytes serve as a tag: of another wallet, of no wallet, of an answer before."""
    world = World()
    asked = [opened(world, name) for name in ("R1", "R2", "R3")]
    tags = [name_of("no wallet's"), tag_of(asked[0], "malee"), name_of("no wallet's")]

    for each, tag in zip(asked, tags, strict=True):
        world.do("kbank", answer(world, each, trail_tag=tag))

    assert listed(world) == [(number, each.req_id) for number, each in enumerate(asked)]
    assert world.ask("trail_count", MINE) == 3


def test_a_tag_that_another_key_copied_is_in_nobody_s_way():
    world = World()
    mine, others = opened(world, "R1"), opened(world, "R2")

    world.do("kbank", answer(world, others, who="malee", trail_tag=tag_of(mine)))
    world.do("kbank", answer(world, mine))

    assert listed(world) == [(0, mine.req_id)]
    assert listed(world, public("malee-pairwise")) == [(0, others.req_id)]


def test_two_idps_that_answer_one_request_for_a_person_are_two_entries():
    world = World()
    both = opened(world, "R", idps=("kbank", "paotang"), min_idp=2)

    for agency in ("kbank", "paotang"):
        world.do(agency, answer(world, both, agency=agency))

    assert listed(world) == [(0, both.req_id), (1, both.req_id)]


def test_an_answer_by_an_earlier_sign_on_is_in_the_trail_as_one():
    world = World()
    signed_on(world)
    asked = opened(world, "R")

    world.do("kbank", reusing("S", asked))

    assert [entry[4] for _, entry in world.ask("trail_page", MINE, 0)][-1]


def test_an_error_is_no_citizen_s_and_in_no_trail():
    world = World()
    asked = opened(world, "R")

    world.do("kbank", answer(world, asked, decision="error"))

    assert (listed(world), world.ask("trail_count", MINE)) == ([], 0)


def test_pages_go_on_where_the_last_ended_and_pass_over_what_was_removed():
    world = World()
    names = [f"R{number}" for number in range(TRAIL_PAGE + 5)]
    asked = [confirmed(world, name)[0].req_id for name in names]
    world.wait(3_661 * DAY_S)
    young, _ = confirmed(world, "young")
    for start in range(1, TRAIL_PAGE, 20):
        world.do_as("anyone", Prune(tuple(asked[start : start + 20]), ()))

    kept = [(number, asked[number]) for number in (0, *range(101, 105))]
    assert listed(world) == [*kept, (105, young.req_id)]
    assert listed(world, first=102) == [*kept[2:], (105, young.req_id)]
    assert world.ask("trail_count", MINE) == TRAIL_PAGE + 6
