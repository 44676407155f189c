"""Transfers: the sender holds until acceptance; offers lapse; supervisors assign the stuck."""

from dataclasses import replace

import pytest

from contracts.complaints.core.messages import (
    AgencyInactive,
    BadField,
    DeadlineOver,
    NotHolder,
    NotParticipant,
    NotStuck,
    OfferOpen,
    SameHolder,
    StaleOffer,
)
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.templates.messages import SetTemplate
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    AddJoint,
    Assign,
    CancelTransfer,
    OfferTransfer,
    RejectTransfer,
    TooManyTransfers,
)
from contracts.complaints.work.messages import Accept, AskCitizen, SetStage
from primitives.errors import NotAllowed
from tests.contracts.complaints.world import DAY_S, World, ident, item, names_of
from tests.contracts.identity.scenes import appoint, suspend_agency

C = ident("c")


@pytest.fixture
def world():
    world = World()
    world.worked("c")
    return world


@pytest.fixture
def offered(world):
    world.do("khet", OfferTransfer(C, "water", "burst-pipe"))
    return world


def holders(world, case_id=C):
    """The chain of custody: who held the case, in order."""
    return [line["holder"] for line in world.named("custody_page", "CustodyLine", case_id, 0, 50)]


def test_an_offer_leaves_the_case_with_its_sender(offered):
    case = offered.case("c")

    assert (case["holder"], case["offer"]) == ("khet", (1, "water", "burst-pipe"))
    assert holders(offered) == ["khet"]


def test_a_case_moves_when_the_offer_is_accepted(offered):
    events = offered.do("water", AcceptTransfer(C, 1))

    case = offered.case("c")
    assert names_of(events) == ["CustodyChanged"]
    assert (case["holder"], case["offer"], case["hops"]) == ("water", None, 1)
    assert holders(offered) == ["khet", "water"]


def test_the_former_holder_does_nothing_any_more(offered):
    offered.do("water", AcceptTransfer(C, 1))

    refusal = offered.refuse("khet", NotHolder, SetStage(C, "study", None))

    assert dict(refusal.details)["holder"] == "water"


def test_a_transfer_never_resets_the_total_clock(offered):
    before = offered.case("c")["left_ms"]
    offered.wait(DAY_S)
    offered.do("water", AcceptTransfer(C, 1))

    assert offered.case("c")["left_ms"] == before - DAY_S * 1000


def test_taking_over_a_case_that_nobody_accepted_accepts_it(world):
    world.file("d")
    world.do("khet", OfferTransfer(ident("d"), "water", "pipe"))
    world.do("water", AcceptTransfer(ident("d"), 1))

    assert world.case("d")["state"] == "accepted"


def test_a_rejected_offer_leaves_everything(offered):
    events = offered.do("water", RejectTransfer(C, 1, "a-road-not-a-pipe"))

    assert names_of(events) == ["OfferEnded"]
    assert (offered.case("c")["holder"], offered.case("c")["offer"]) == ("khet", None)


def test_a_cancelled_offer_leaves_everything(offered):
    offered.do("khet", CancelTransfer(C, 1))

    assert (offered.case("c")["holder"], offered.case("c")["offer"]) == ("khet", None)
    assert offered.ask("inbox", "water", "offered", None, 10) == ()


def test_an_offer_to_oneself_is_refused(world):
    assert world.refuse("khet", SameHolder, OfferTransfer(C, "khet", "x")).code == "SAME_HOLDER"


@pytest.mark.parametrize("to", ["nobody", "mute", "kbank"])
def test_an_offer_to_who_handles_nothing_is_refused(world, to):
    refusal = world.refuse("khet", AgencyInactive, OfferTransfer(C, to, "x"))

    assert dict(refusal.details)["agency"] == to


def test_an_offer_to_a_suspended_agency_is_refused(world):
    suspend_agency(world, "water")

    refusal = world.refuse("khet", AgencyInactive, OfferTransfer(C, "water", "x"))

    assert refusal.code == "AGENCY_INACTIVE"


def test_a_second_offer_is_refused(offered):
    refusal = offered.refuse("khet", OfferOpen, OfferTransfer(C, "roads", "x"))

    assert refusal.code == "OFFER_OPEN"


@pytest.mark.parametrize("message", [AcceptTransfer(C, 1), RejectTransfer(C, 1, "x")])
def test_a_stale_offer_is_refused(offered, message):
    offered.do("khet", CancelTransfer(C, 1))
    offered.do("khet", OfferTransfer(C, "water", "again"))

    refusal = offered.refuse("water", StaleOffer, message)

    assert refusal.code == "STALE_OFFER"


def test_an_offer_cannot_be_cancelled_twice(offered):
    offered.do("khet", CancelTransfer(C, 1))

    assert offered.refuse("khet", StaleOffer, CancelTransfer(C, 1)).code == "STALE_OFFER"


@pytest.mark.parametrize("message", [AcceptTransfer(C, 1), RejectTransfer(C, 1, "x")])
def test_only_the_agency_that_it_is_offered_to_answers(offered, message):
    for agency in ("khet", "roads", "etda"):
        refusal = offered.refuse(agency, NotParticipant, message)

    assert refusal.code == "NOT_PARTICIPANT"


def test_a_reason_is_a_code_and_no_text(world):
    refusal = world.refuse("khet", BadField, OfferTransfer(C, "water", "Somchai lives there"))

    assert dict(refusal.details)["field"] == "reason"


def test_an_offer_can_be_accepted_until_its_last_moment(offered):
    offered.wait(2 * DAY_S)

    offered.do("water", AcceptTransfer(C, 1))

    assert offered.case("c")["holder"] == "water"


def test_an_offer_lapses_to_its_sender_and_escalates(offered):
    offered.wait(2 * DAY_S + 1)
    events = offered.wait(1)

    case = offered.case("c")
    assert names_of(events) == ["Escalated", "OfferEnded"]
    assert (case["holder"], case["offer"], case["escalations"]) == ("khet", None, 1)
    assert holders(offered) == ["khet"]


def test_an_offer_that_has_lapsed_is_not_accepted_even_before_it_is_recorded(offered):
    offered.wait(2 * DAY_S + 1)

    refusal = offered.refuse("water", DeadlineOver, AcceptTransfer(C, 1))

    assert refusal.code == "DEADLINE_OVER"
    assert offered.case("c")["offer"] is None


def test_who_waits_for_a_lapsed_offer_may_offer_again_at_once(offered):
    offered.wait(2 * DAY_S + 1)

    events = offered.do("khet", OfferTransfer(C, "roads", "again"))

    assert names_of(events) == ["Escalated", "OfferEnded", "Offered"]
    assert offered.case("c")["offer"] == (2, "roads", "again")


def test_at_the_hop_limit_only_a_supervisor_moves_a_case(world):
    ways = [("khet", "water"), ("water", "khet")] * 2
    for number, (source, to) in enumerate(ways, start=1):
        world.do(source, OfferTransfer(C, to, "ping-pong"))
        world.do(to, AcceptTransfer(C, number))

    refusal = world.refuse("khet", TooManyTransfers, OfferTransfer(C, "water", "ping-pong"))
    world.do("etda", Assign(C, "etda", "roads", "ping-pong"))

    assert dict(refusal.details)["most"] == 4
    assert holders(world) == ["khet", "water", "khet", "water", "khet", "roads"]


def test_a_supervisor_assigns_nothing_that_is_not_stuck(world):
    refusal = world.refuse("etda", NotStuck, Assign(C, "etda", "roads", "because"))

    assert refusal.code == "NOT_STUCK"


def test_a_supervisor_assigns_the_case_of_a_suspended_agency(world):
    suspend_agency(world, "khet")

    world.do("etda", Assign(C, "etda", "roads", "suspended"))

    assert world.case("c")["holder"] == "roads"


def test_an_assigned_case_that_nobody_accepted_has_a_new_clock_of_acceptance(world):
    world.file("d")
    world.wait(DAY_S + 1)
    world.wait(1)
    world.do("etda", Assign(ident("d"), "etda", "roads", "late"))

    clocks = {line["clock"]: line for line in world.named("deadlines", "Deadline", ident("d"))}
    assert clocks["acceptance"]["left_ms"] == DAY_S * 1000
    assert clocks["acceptance"]["is_missed"] is False
    world.do("roads", Accept(ident("d")))
    assert world.case("d")["state"] == "accepted"


def test_an_assignment_ends_a_question_and_an_offer(world):
    world.file("d")
    world.wait(DAY_S + 1)
    world.wait(1)
    world.do("khet", Accept(ident("d")))
    world.do("khet", SetStage(ident("d"), "in-progress", None))
    world.do("khet", AskCitizen(ident("d"), item("q")))

    world.do("etda", Assign(ident("d"), "etda", "roads", "late"))

    case = world.case("d")
    assert (case["state"], case["is_paused"], case["holder"]) == ("in-progress", False, "roads")


def test_an_assignment_ends_an_open_offer(offered):
    offered.wait(3 * DAY_S)
    offered.wait(1)
    offered.do("khet", OfferTransfer(C, "water", "again"))

    offered.do("etda", Assign(C, "etda", "roads", "late"))

    case = offered.case("c")
    assert (case["holder"], case["offer"]) == ("roads", None)


@pytest.mark.parametrize("to", ["khet", "mute", "nobody"])
def test_a_supervisor_assigns_to_another_agency_that_handles(offered, to):
    offered.wait(3 * DAY_S)
    error = SameHolder if to == "khet" else AgencyInactive

    refusal = offered.refuse("etda", error, Assign(C, "etda", to, "late"))

    assert refusal.code == error.code


@pytest.mark.parametrize("agency", ["khet", "roads", "court"])
def test_only_a_supervisor_assigns(world, agency):
    refusal = world.refuse(agency, NotAllowed, Assign(C, agency, "roads", "late"))

    assert refusal.code == "NOT_ALLOWED"


def test_a_supervisors_officer_assigns(offered):
    appoint(offered, "etda", "malee", "complaints")
    offered.wait(3 * DAY_S)

    offered.do_as("malee", Assign(C, "etda", "roads", "late"))

    assert offered.case("c")["holder"] == "roads"


def test_a_joint_agency_that_becomes_the_holder_is_no_joint_agency(world):
    world.do("khet", AddJoint(C, "water"))
    world.do("water", AcceptJoint(C, "water"))
    world.do("khet", OfferTransfer(C, "water", "theirs"))
    world.do("water", AcceptTransfer(C, 1))

    assert (world.case("c")["holder"], world.case("c")["joints"]) == ("water", ())
    assert world.ask("inbox", "water", "joint", None, 10) == ()


def test_inboxes_tell_what_is_held_and_what_is_offered(offered):
    held = offered.named("inbox", "CaseLine", "khet", "held", None, 10)
    waiting = offered.named("inbox", "CaseLine", "water", "offered", None, 10)

    assert [line["case_id"] for line in held] == [C]
    assert [line["left_ms"] for line in waiting] == [2 * DAY_S * 1000]


def test_the_hop_limit_is_the_templates(world):
    stay = replace(CITY, version=2, limits=replace(CITY.limits, hops_max=1))
    world.do("etda", SetTemplate(stay))
    world.file("d", version=2)
    world.do("khet", OfferTransfer(ident("d"), "water", "x"))
    world.do("water", AcceptTransfer(ident("d"), 1))

    refusal = world.refuse("water", TooManyTransfers, OfferTransfer(ident("d"), "khet", "x"))

    assert dict(refusal.details)["most"] == 1
