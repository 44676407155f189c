"""Answers of several IdPs, the least levels and ages, and why an IdP does not answer."""

from contracts.identity.core.messages import (
    Stale,
    UnknownErrorCode,
    UnknownNode,
)
from contracts.identity.core.rules import SKEW_S
from contracts.identity.nodes.messages import (
    SetErrorCode,
)
from contracts.identity.requests.messages import (
    DifferentPersons,
)
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import answer, opened, state_of
from tests.contracts.identity.signing import asking
from tests.contracts.identity.world import World


def test_two_accepts_are_of_one_person():
    world = World()
    asked = opened(world, "R", idps=("kbank", "paotang"), min_idp=2)
    world.do("kbank", answer(world, asked))

    world.refuse("paotang", DifferentPersons, answer(world, asked, agency="paotang", who="malee"))
    assert state_of(world, "R") == "open"
    world.do("paotang", answer(world, asked, agency="paotang"))

    assert state_of(world, "R") == "confirmed"


def test_a_relying_party_may_ask_for_no_proofing():
    world = World()
    asked = opened(world, "R", min_ial=0)

    world.do("kbank", answer(world, asked, ial=0))

    assert world.ask("response", asked.req_id, "kbank")[1] == 0


def test_a_largest_age_of_0_wants_a_sign_on_after_the_request_was_opened():
    world = World()
    world.wait(1_000)
    asked = opened(world, "R", max_age_s=0)
    opened_at = world.now
    world.wait(100)

    world.refuse("kbank", Stale, answer(world, asked, auth_time=opened_at - SKEW_S - 1))
    world.do("kbank", answer(world, asked, auth_time=opened_at))

    assert state_of(world, "R") == "confirmed"


def test_any_of_fifty_idps_may_answer():
    world = World()
    idps = tuple(f"idp-{number}" for number in range(50))

    world.refuse("rd", UnknownNode, asking("R", idps=idps))


def test_an_error_s_code_is_the_supervisor_s_to_register():
    world = World()
    asked = opened(world, "R")
    error = answer(world, asked, decision="error", error="strike")
    world.refuse("kbank", UnknownErrorCode, error)
    world.refuse("kbank", NotAllowed, SetErrorCode("idp", "strike", True))

    world.do("etda", SetErrorCode("idp", "strike", True))
    world.do("kbank", error)

    assert world.ask("response", asked.req_id, "kbank")[5] == "strike"
