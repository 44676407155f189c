"""After the result: stars, confirmation, appeal, reopening, withdrawal."""

import pytest

from contracts.complaints.core.messages import (
    AgencyInactive,
    BadField,
    BadState,
    DeadlineOver,
    NotHolder,
    NotParticipant,
    PartsOpen,
    SameHolder,
)
from contracts.complaints.parts.messages import Split
from contracts.complaints.reviews.messages import (
    Appeal,
    Confirm,
    Decide,
    Rate,
    Reopen,
    TooManyAppeals,
    TooManyReopenings,
    Withdraw,
)
from contracts.complaints.transfers.messages import OfferTransfer
from contracts.complaints.work.messages import Accept, Resolve, SetStage
from primitives.errors import ArgumentOutOfBounds, NotAllowed, WrongArgumentType
from tests.contracts.complaints.test_parts import part
from tests.contracts.complaints.world import DAY_S, World, ident, item, names_of

C = ident("c")


@pytest.fixture
def world():
    world = World()
    world.resolved("c")
    return world


@pytest.fixture
def appealed(world):
    world.do_as("anong", Appeal(C, item("grounds")))
    return world


def again(world, number):
    """Work on the reopened case until it is resolved again."""
    world.do("khet", Accept(C))
    world.do("khet", SetStage(C, "study", None))
    world.do("khet", Resolve(C, "fixed", item(f"again-{number}")))


def test_stars_close_a_case(world):
    events = world.do_as("anong", Rate(C, 4))

    assert names_of(events) == ["Closed"]
    assert (world.case("c")["state"], world.case("c")["stars"]) == ("closed", 4)


def test_a_result_is_rated_once(world):
    world.do_as("anong", Rate(C, 4))

    assert world.refuse_as("anong", BadState, Rate(C, 5)).code == "BAD_STATE"


@pytest.mark.parametrize(
    ("stars", "error"),
    [
        (0, ArgumentOutOfBounds),
        (6, ArgumentOutOfBounds),
        (-1, ArgumentOutOfBounds),
        (4.5, WrongArgumentType),
        (True, WrongArgumentType),
        ("5", WrongArgumentType),
    ],
)
def test_a_rating_is_a_whole_number_from_1_to_5(world, stars, error):
    refusal = world.refuse_as("anong", error, Rate(C, stars))

    assert "stars" in refusal.message


def test_a_case_without_a_result_is_not_rated(world):
    world.worked("d")

    refusal = world.refuse_as("anong", BadState, Rate(ident("d"), 5))

    assert dict(refusal.details)["state"] == "in-progress"


CITIZENS_ONLY = [Rate(C, 5), Confirm(C), Appeal(C, item("g")), Withdraw(C), Reopen(C, "")]


@pytest.mark.parametrize("message", CITIZENS_ONLY, ids=lambda message: type(message).__name__)
def test_only_the_citizen_reviews(world, message):
    for who in ("boon", "khet-admin", "etda-admin"):
        refusal = world.refuse_as(who, NotParticipant, message)

    assert refusal.code == "NOT_PARTICIPANT"


def test_a_confirmed_case_is_closed_without_stars(world):
    world.do_as("anong", Confirm(C))

    assert (world.case("c")["state"], world.case("c")["stars"]) == ("closed", 0)


def test_a_resolved_case_closes_when_the_time_to_appeal_is_over(world):
    world.wait(30 * DAY_S + 1)
    events = world.wait(1)

    assert names_of(events) == ["Closed"]
    assert world.case("c")["state"] == "closed"


def test_a_late_appeal_is_refused(world):
    world.wait(30 * DAY_S + 1)

    refusal = world.refuse_as("anong", DeadlineOver, Appeal(C, item("g")))

    assert refusal.code == "DEADLINE_OVER"


def test_a_late_rating_is_refused(world):
    world.wait(30 * DAY_S + 1)

    assert world.refuse_as("anong", BadState, Rate(C, 5)).code == "BAD_STATE"


def test_an_appeal_in_the_last_moment_counts(world):
    world.wait(30 * DAY_S)

    events = world.do_as("anong", Appeal(C, item("g")))

    assert names_of(events) == ["ContentAdded", "Appealed"]


def test_an_appeal_waits_for_a_supervisor(appealed):
    lines = appealed.named("appeals_page", "CaseLine", None, 10)

    assert appealed.case("c")["state"] == "appealed"
    assert [line["case_id"] for line in lines] == [C]


def test_an_upheld_result_stands(appealed):
    appealed.do("etda", Decide(C, "etda", "uphold", ""))

    assert appealed.case("c")["state"] == "closed"
    assert appealed.ask("appeals_page", None, 10) == ()


def test_a_reopened_case_is_at_its_holder_with_new_clocks(appealed):
    appealed.wait(5 * DAY_S)
    events = appealed.do("etda", Decide(C, "etda", "reopen", ""))

    case = appealed.case("c")
    assert names_of(events) == ["Decided", "Reopened"]
    assert (case["state"], case["stage"], case["holder"]) == ("reopened", "in-progress", "khet")
    assert (case["left_ms"], case["outcome"]) == (21 * DAY_S * 1000, "")


def test_a_reassigned_case_is_at_another_agency(appealed):
    appealed.do("etda", Decide(C, "etda", "reassign", "roads"))

    assert (appealed.case("c")["state"], appealed.case("c")["holder"]) == ("reopened", "roads")
    held = appealed.named("inbox", "CaseLine", "roads", "held", None, 10)
    assert [line["case_id"] for line in held] == [C]
    assert appealed.ask("inbox", "khet", "held", None, 10) == ()


@pytest.mark.parametrize(
    ("decision", "to", "error"),
    [
        ("maybe", "", BadField),
        ("uphold", "roads", BadField),
        ("reassign", "", BadField),
        ("reassign", "khet", SameHolder),
        ("reassign", "mute", AgencyInactive),
    ],
)
def test_a_decision_is_one_of_three(appealed, decision, to, error):
    refusal = appealed.refuse("etda", error, Decide(C, "etda", decision, to))

    assert refusal.code == error.code


@pytest.mark.parametrize("agency", ["khet", "court"])
def test_only_a_supervisor_decides(appealed, agency):
    refusal = appealed.refuse(agency, NotAllowed, Decide(C, agency, "uphold", ""))

    assert refusal.code == "NOT_ALLOWED"


def test_nothing_is_decided_without_an_appeal(world):
    refusal = world.refuse("etda", BadState, Decide(C, "etda", "uphold", ""))

    assert dict(refusal.details)["state"] == "resolved"


def test_appeals_are_limited(appealed):
    appealed.do("etda", Decide(C, "etda", "uphold", ""))
    appealed.do_as("anong", Appeal(C, item("g2")))
    appealed.do("etda", Decide(C, "etda", "uphold", ""))

    refusal = appealed.refuse_as("anong", TooManyAppeals, Appeal(C, item("g3")))

    assert dict(refusal.details)["most"] == 2


def test_the_citizen_reopens_in_time_and_rates_the_new_result(world):
    world.do_as("anong", Rate(C, 1))
    world.do_as("anong", Reopen(C, ""))
    again(world, 1)
    world.do_as("anong", Rate(C, 5))

    assert (world.case("c")["reopens"], world.case("c")["stars"]) == (1, 5)


def test_the_citizen_does_not_reopen_late(world):
    world.wait(30 * DAY_S + 1)

    assert world.refuse_as("anong", DeadlineOver, Reopen(C, "")).code == "DEADLINE_OVER"


def test_the_holder_reopens_at_any_time(world):
    world.wait(90 * DAY_S)

    world.do("khet", Reopen(C, "khet"))

    assert world.case("c")["state"] == "reopened"


def test_another_agency_does_not_reopen(world):
    for agency in ("roads", "etda"):
        refusal = world.refuse(agency, NotHolder, Reopen(C, agency))
    world.refuse("roads", NotHolder, Reopen(C, "khet"))

    assert refusal.code == "NOT_HOLDER"


def test_reopening_is_limited(world):
    for number in range(5):
        world.do_as("anong", Reopen(C, ""))
        again(world, number)

    refusal = world.refuse_as("anong", TooManyReopenings, Reopen(C, ""))

    assert dict(refusal.details)["most"] == 5


def test_an_open_case_is_not_reopened(world):
    world.worked("d")

    assert world.refuse_as("anong", BadState, Reopen(ident("d"), "")).code == "BAD_STATE"


def test_the_citizen_withdraws_an_open_case_and_its_clocks_stop(world):
    world.worked("d")
    world.do("khet", OfferTransfer(ident("d"), "water", "x"))

    events = world.do_as("anong", Withdraw(ident("d")))

    assert names_of(events) == ["OfferEnded", "Withdrawn"]
    assert (world.case("d")["state"], world.case("d")["holder"]) == ("withdrawn", "khet")
    assert world.ask("deadlines", ident("d")) == ()


def test_an_appeal_is_withdrawn_with_the_case(appealed):
    appealed.do_as("anong", Withdraw(C))

    assert appealed.ask("appeals_page", None, 10) == ()


def test_a_closed_case_is_not_withdrawn(world):
    refusal = world.refuse_as("anong", BadState, Withdraw(C))

    assert dict(refusal.details)["state"] == "resolved"


def test_a_case_with_open_parts_is_not_withdrawn(world):
    world.worked("d")
    world.do("khet", Split(ident("d"), (part("d1"),)))

    refusal = world.refuse_as("anong", PartsOpen, Withdraw(ident("d")))

    assert dict(refusal.details)["open_children"] == 1
