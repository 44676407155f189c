"""The holder's work: acceptance, stages, content, questions, the result."""

from dataclasses import replace

import pytest

from contracts.complaints.core.messages import (
    BadField,
    BadState,
    ContentExists,
    NotHolder,
    NotParticipant,
    OfferOpen,
    TooManyContents,
    UnknownCase,
    UnknownOutcome,
)
from contracts.complaints.reviews.messages import Withdraw
from contracts.complaints.transfers.messages import AcceptJoint, AddJoint, OfferTransfer
from contracts.complaints.work.messages import (
    Accept,
    AddContent,
    Answer,
    AskCitizen,
    BadStage,
    Resolve,
    Resume,
    SetStage,
    TooManyQuestions,
)
from contracts.governance.messages import RemoveOfficer
from contracts.tools.testing import Ledger
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.complaints.world import DAY_S, HOUR_MS, World, ident, item, names_of
from tests.contracts.identity.scenes import appoint, suspend_agency

C = ident("c")


@pytest.fixture
def world():
    world = World()
    world.file("c")
    return world


@pytest.fixture
def working(world):
    world.do("khet", Accept(C))
    world.do("khet", SetStage(C, "in-progress", None))
    return world


HOLDERS_ONLY = [
    Accept(C),
    SetStage(C, "in-progress", None),
    AskCitizen(C, item("q")),
    Resume(C),
    OfferTransfer(C, "water", "not-our-area"),
    AddJoint(C, "water"),
    Resolve(C, "fixed", item("r")),
]


@pytest.mark.parametrize("message", HOLDERS_ONLY, ids=lambda message: type(message).__name__)
def test_only_the_holder_works_on_a_case(world, message):
    for agency in ("roads", "etda", "court"):
        world.refuse(agency, NotHolder, message)
    refusal = world.refuse_as("anong", NotHolder, message)

    assert dict(refusal.details)["holder"] == "khet"


@pytest.mark.parametrize("message", HOLDERS_ONLY, ids=lambda message: type(message).__name__)
def test_a_case_that_is_not_there_is_refused(world, message):
    refusal = world.refuse("khet", UnknownCase, replace(message, case_id=ident("none")))

    assert refusal.code == "UNKNOWN_CASE"


def test_an_officer_acts_for_its_agency_until_it_is_removed(world):
    appoint(world, "khet", "somsri", "complaints")
    world.do_as("somsri", Accept(C))
    world.do("khet", RemoveOfficer("khet", Ledger.address("somsri")))

    refusal = world.refuse_as("somsri", NotHolder, SetStage(C, "in-progress", None))

    assert refusal.code == "NOT_HOLDER"


def test_an_officer_without_the_role_does_not_act(world):
    appoint(world, "khet", "somsri", "identity")

    assert world.refuse_as("somsri", NotHolder, Accept(C)).code == "NOT_HOLDER"


def test_an_agency_that_is_suspended_does_not_act(world):
    suspend_agency(world, "khet")

    assert world.refuse("khet", NotHolder, Accept(C)).code == "NOT_HOLDER"


def test_a_case_is_accepted_once(world):
    world.do("khet", Accept(C))

    assert world.refuse("khet", BadState, Accept(C)).code == "BAD_STATE"


def test_a_stage_is_not_set_before_acceptance(world):
    refusal = world.refuse("khet", BadState, SetStage(C, "in-progress", None))

    assert dict(refusal.details)["state"] == "filed"


def test_a_stage_follows_the_template(working):
    working.do("khet", SetStage(C, "budget", item("note", kind="internal")))

    assert (working.case("c")["state"], working.case("c")["stage"]) == ("in-progress", "budget")


@pytest.mark.parametrize("stage", ["waiting", "in-progress", "done", "moon"])
def test_an_edge_that_the_template_lacks_is_refused(working, stage):
    refusal = working.refuse("khet", BadStage, SetStage(C, stage, None))

    assert dict(refusal.details)["wanted"] == stage


def test_the_timeline_tells_each_step_with_holder_and_time_left(working):
    lines = working.named("timeline_page", "TimelineLine", C, 0, 10)

    assert [line["kind"] for line in lines] == ["filed", "accepted", "stage"]
    assert [line["holder"] for line in lines] == ["khet"] * 3
    assert [line["stage"] for line in lines] == ["waiting", "waiting", "in-progress"]
    assert [line["left_ms"] for line in lines] == [21 * 24 * HOUR_MS] * 3


def test_the_timeline_comes_in_pages(working):
    lines = working.named("timeline_page", "TimelineLine", C, 1, 1)

    assert [(line["number"], line["kind"]) for line in lines] == [(2, "accepted")]


def test_the_citizen_and_the_holder_add_content(working):
    working.do_as("anong", AddContent(C, "", item("photo")))
    working.do("khet", AddContent(C, "khet", item("memo", kind="internal")))

    kinds = [line["kind"] for line in working.named("contents_page", "ContentLine", C, 0, 10)]
    assert kinds == ["participant", "internal"]


def test_a_joint_agency_adds_content(working):
    working.do("khet", AddJoint(C, "water"))
    working.do("water", AcceptJoint(C, "water"))

    working.do("water", AddContent(C, "water", item("memo")))

    assert working.case("c")["contents"] == 1


@pytest.mark.parametrize(
    ("who", "agency"),
    [("mallory", ""), ("roads-admin", "roads"), ("roads-admin", "khet"), ("khet-admin", "")],
)
def test_an_outsider_adds_no_content(working, who, agency):
    refusal = working.refuse_as(who, NotParticipant, AddContent(C, agency, item("x")))

    assert refusal.code == "NOT_PARTICIPANT"


def test_a_content_comes_once(working):
    working.do_as("anong", AddContent(C, "", item("photo")))

    refusal = working.refuse("khet", ContentExists, AddContent(C, "khet", item("photo")))

    assert refusal.code == "CONTENT_EXISTS"


def test_the_citizen_writes_to_participants_only(working):
    internal = AddContent(C, "", item("x", kind="internal"))

    refusal = working.refuse_as("anong", BadField, internal)

    assert dict(refusal.details)["field"] == "kind"


def test_a_content_of_no_kind_is_refused(working):
    refusal = working.refuse("khet", BadField, AddContent(C, "khet", item("x", kind="secret")))

    assert dict(refusal.details)["field"] == "kind"


def test_a_case_takes_128_items(working):
    for number in range(128):
        working.do("khet", AddContent(C, "khet", item(f"{number}")))

    refusal = working.refuse("khet", TooManyContents, AddContent(C, "khet", item("one more")))

    assert dict(refusal.details)["most"] == 128


def test_a_closed_case_takes_no_content(working):
    working.do_as("anong", Withdraw(C))

    refusal = working.refuse("khet", BadState, AddContent(C, "khet", item("x")))

    assert dict(refusal.details)["state"] == "withdrawn"


def test_the_clocks_stand_while_the_citizen_is_asked(working):
    before = working.case("c")["left_ms"]
    working.do("khet", AskCitizen(C, item("where exactly?")))
    working.wait(3 * DAY_S)
    events = working.do_as("anong", Answer(C, item("here")))

    case = working.case("c")
    assert names_of(events) == ["ContentAdded", "Resumed"]
    assert (case["state"], case["is_paused"]) == ("in-progress", False)
    assert case["left_ms"] == before


def test_a_pause_ends_by_itself_when_the_template_says(working):
    before = working.case("c")["left_ms"]
    working.do("khet", AskCitizen(C, item("q")))
    working.wait(9 * DAY_S)
    working.do("khet", Resume(C))

    assert working.case("c")["left_ms"] == before - 2 * DAY_S * 1000


def test_pauses_are_limited(working):
    for number in range(3):
        working.do("khet", AskCitizen(C, item(f"q{number}")))
        working.do_as("anong", Answer(C, item(f"a{number}")))

    refusal = working.refuse("khet", TooManyQuestions, AskCitizen(C, item("q4")))

    assert dict(refusal.details)["most"] == 3


def test_nothing_else_is_asked_or_done_while_the_citizen_is_asked(working):
    working.do("khet", AskCitizen(C, item("q")))

    for message in (
        AskCitizen(C, item("q2")),
        SetStage(C, "study", None),
        OfferTransfer(C, "water", "x"),
        Resolve(C, "fixed", item("r")),
    ):
        refusal = working.refuse("khet", BadState, message)
    assert dict(refusal.details)["state"] == "wait-citizen"


def test_an_answer_without_a_question_is_refused(working):
    refusal = working.refuse_as("anong", BadState, Answer(C, item("a")))

    assert refusal.code == "BAD_STATE"


def test_only_the_citizen_answers(working):
    working.do("khet", AskCitizen(C, item("q")))

    assert working.refuse("khet", NotParticipant, Answer(C, item("a"))).code == "NOT_PARTICIPANT"


@pytest.mark.parametrize("message", [AskCitizen(C, item("q", kind="internal"))])
def test_a_question_that_the_citizen_cannot_read_is_refused(working, message):
    assert working.refuse("khet", BadField, message).code == "BAD_FIELD"


def test_a_result_has_an_outcome_of_the_template(working):
    working.do("khet", Resolve(C, "fixed", item("r")))

    case = working.case("c")
    assert (case["state"], case["stage"], case["outcome"]) == ("resolved", "done", "fixed")
    assert case["holder"] == "khet"


@pytest.mark.parametrize("outcome", ["not-ours", "to-prosecutor", "whatever"])
def test_not_ours_is_no_outcome(working, outcome):
    refusal = working.refuse("khet", UnknownOutcome, Resolve(C, outcome, item("r")))

    assert dict(refusal.details) == {"outcome": outcome}


def test_a_result_that_the_citizen_cannot_read_is_refused(working):
    refusal = working.refuse("khet", BadField, Resolve(C, "fixed", item("r", kind="internal")))

    assert dict(refusal.details)["field"] == "kind"


def test_a_case_is_resolved_only_from_where_the_template_ends(world):
    world.file_by_receipt("p", "words", agency="police", template="police-report")
    world.do("police", Accept(ident("p")))
    for stage in ("screened", "assigned", "statement"):
        world.do("police", SetStage(ident("p"), stage, None))

    refusal = world.refuse("police", BadStage, Resolve(ident("p"), "settled", item("r")))

    assert dict(refusal.details)["wanted"] == "closed"


def test_a_case_is_not_resolved_while_it_is_offered(working):
    working.do("khet", OfferTransfer(C, "water", "pipe"))

    assert working.refuse("khet", OfferOpen, Resolve(C, "fixed", item("r"))).code == "OFFER_OPEN"


def test_a_result_of_a_wrong_digest_length_is_refused(working):
    result = replace(item("r"), digest=bytes(31))

    refusal = working.refuse("khet", ArgumentOutOfBounds, Resolve(C, "fixed", result))

    assert "digest" in refusal.message
