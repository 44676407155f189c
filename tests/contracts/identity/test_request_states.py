"""The states of a request: what follows what, by whom, and that time alone ends it."""

from contracts.identity.core.messages import NotOwner, UnknownRequest
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    CancelRequest,
    CloseRequest,
    DataMissing,
    RequestExpired,
    RequestNotOpen,
)
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import answer, confirmed, opened, state_of
from tests.contracts.identity.signing import name_of
from tests.contracts.identity.world import World

BOTH = {"idps": ("kbank", "paotang"), "min_idp": 1}


def test_a_request_is_confirmed_by_enough_accepts():
    world = World()
    asked = opened(world, "R", idps=("kbank", "paotang"), min_idp=2)

    world.do("kbank", answer(world, asked))
    assert state_of(world, "R") == "open"
    world.do("paotang", answer(world, asked, agency="paotang"))

    assert state_of(world, "R") == "confirmed"


def test_a_reject_fails_a_request_and_after_an_accept_as_a_conflict():
    world = World()
    one = opened(world, "R1", **BOTH)
    two = opened(world, "R2", idps=("kbank", "paotang"), min_idp=2)

    world.do("kbank", answer(world, one, decision="reject"))
    world.do("kbank", answer(world, two))
    world.do("paotang", answer(world, two, agency="paotang", decision="reject"))

    assert state_of(world, "R1") == "rejected"
    assert state_of(world, "R2") == "conflict"


def test_a_request_is_errored_when_those_left_cannot_be_enough():
    world = World()
    asked = opened(world, "R", **BOTH)

    world.do("kbank", answer(world, asked, decision="error"))
    assert state_of(world, "R") == "open"
    world.do("paotang", answer(world, asked, agency="paotang", decision="error"))

    assert state_of(world, "R") == "errored"


def test_a_request_expires_without_any_transaction():
    world = World()
    asked = opened(world, "R", ttl_s=30)
    late = answer(world, asked)
    world.wait(29)
    assert state_of(world, "R") == "open"

    world.wait(1)

    assert state_of(world, "R") == "expired"
    world.refuse("kbank", RequestExpired, late)
    world.refuse("rd", RequestExpired, CancelRequest("rd", asked.req_id))


def test_an_answer_after_the_end_is_refused():
    world = World()
    asked, _ = confirmed(world, "R", **BOTH)
    second = answer(world, asked, agency="paotang")

    world.refuse("paotang", RequestNotOpen, second)
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))
    world.do("rd", CloseRequest("rd", asked.req_id))

    assert state_of(world, "R") == "closed"
    world.refuse("paotang", RequestNotOpen, second)


def test_a_request_s_owner_alone_moves_it_on():
    world = World()
    asked, _ = confirmed(world, "R")

    for message in (AcknowledgeRequest, CloseRequest, CancelRequest):
        world.refuse("nhso", NotOwner, message("nhso", asked.req_id))
        world.refuse("nhso", UnknownRequest, message("nhso", name_of("no request")))
        world.refuse("nhso", NotAllowed, message("rd", asked.req_id))


def test_a_request_moves_through_its_states_in_order():
    world = World()
    asked = opened(world, "R")
    acknowledge, close = AcknowledgeRequest("rd", asked.req_id), CloseRequest("rd", asked.req_id)
    cancel = CancelRequest("rd", asked.req_id)

    world.refuse("rd", RequestNotOpen, acknowledge)
    world.refuse("rd", RequestNotOpen, close)
    world.do("kbank", answer(world, asked))
    world.refuse("rd", RequestNotOpen, close)
    world.do("rd", acknowledge)
    world.refuse("rd", RequestNotOpen, acknowledge)
    world.refuse("rd", RequestNotOpen, cancel)
    world.do("rd", close)

    assert state_of(world, "R") == "closed"
    world.refuse("rd", RequestNotOpen, close)


def test_a_cancelled_request_stays_so():
    world = World()
    asked = opened(world, "R")
    world.do("rd", CancelRequest("rd", asked.req_id))

    world.refuse("kbank", RequestNotOpen, answer(world, asked))
    world.refuse("rd", RequestNotOpen, CancelRequest("rd", asked.req_id))
    world.wait(86_400)

    assert state_of(world, "R") == "cancelled"


def test_a_request_for_data_is_not_complete_before_the_data():
    world = World()
    asked, _ = confirmed(world, "R", services=("address",))

    world.refuse("rd", DataMissing, AcknowledgeRequest("rd", asked.req_id))

    assert state_of(world, "R") == "confirmed"
