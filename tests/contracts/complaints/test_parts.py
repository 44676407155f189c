"""Joint agencies, parts of a case, merged cases."""

import pytest

from contracts.complaints.core.messages import (
    AgencyInactive,
    BadState,
    CaseExists,
    Child,
    JointAlready,
    NotHolder,
    NotJoint,
    NotParticipant,
    OfferOpen,
    PartsOpen,
    UnknownCase,
    UnknownCategory,
)
from contracts.complaints.parts.messages import Merge, MergeCycle, Split, TooManyParts
from contracts.complaints.reviews.messages import Appeal, Decide, Reopen, Withdraw
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    AddJoint,
    OfferTransfer,
    RemoveJoint,
)
from contracts.complaints.work.messages import Resolve
from tests.contracts.complaints.world import DAY_S, World, commit, ident, item, names_of

C, D = ident("c"), ident("d")


@pytest.fixture
def world():
    world = World()
    world.worked("c")
    return world


def part(label, category="road"):
    """A part that a case is split into."""
    return Child(ident(label), category, commit(label))


def splitting(*labels):
    """The message that splits case c."""
    return Split(C, tuple([part(label) for label in labels]))


def test_a_joint_agency_takes_part_by_consent_and_never_holds(world):
    world.do("khet", AddJoint(C, "water"))
    invited = world.case("c")
    world.do("water", AcceptJoint(C, "water"))

    assert (invited["invited"], invited["joints"]) == (("water",), ())
    assert (world.case("c")["joints"], world.case("c")["holder"]) == (("water",), "khet")


def test_nobody_joins_uninvited(world):
    assert world.refuse("water", NotParticipant, AcceptJoint(C, "water")).code == "NOT_PARTICIPANT"


def test_nobody_joins_for_another(world):
    world.do("khet", AddJoint(C, "water"))

    refusal = world.refuse("roads", NotParticipant, AcceptJoint(C, "water"))

    assert refusal.code == "NOT_PARTICIPANT"


@pytest.mark.parametrize("agency", ["khet", "water"])
def test_who_is_in_the_case_is_not_invited(world, agency):
    world.do("khet", AddJoint(C, "water"))

    assert world.refuse("khet", JointAlready, AddJoint(C, agency)).code == "JOINT_ALREADY"


def test_an_agency_that_handles_nothing_is_not_invited(world):
    assert world.refuse("khet", AgencyInactive, AddJoint(C, "mute")).code == "AGENCY_INACTIVE"


@pytest.mark.parametrize("by", ["khet", "water"])
def test_the_holder_or_the_agency_itself_ends_its_part(world, by):
    world.do("khet", AddJoint(C, "water"))
    world.do("water", AcceptJoint(C, "water"))

    world.do(by, RemoveJoint(C, "water"))

    assert world.case("c")["joints"] == ()


def test_others_do_not_end_it(world):
    world.do("khet", AddJoint(C, "water"))

    assert world.refuse("roads", NotParticipant, RemoveJoint(C, "water")).code == "NOT_PARTICIPANT"


def test_who_is_no_joint_agency_cannot_be_removed(world):
    assert world.refuse("khet", NotJoint, RemoveJoint(C, "water")).code == "NOT_JOINT"


def test_parts_begin_where_the_case_is(world):
    world.wait(DAY_S)
    events = world.do("khet", splitting("c1", "c2"))

    one, case = world.case("c1"), world.case("c")
    assert names_of(events) == ["SplitOff", "SplitOff"]
    assert (one["holder"], one["state"], one["parent"]) == ("khet", "in-progress", C)
    assert one["left_ms"] == case["left_ms"]
    assert (one["owner"], case["open_children"]) == (case["owner"], 2)
    assert set(world.ask("parts_of", C)) == {ident("c1"), ident("c2")}


def test_a_case_is_resolved_after_its_parts(world):
    world.do("khet", splitting("c1", "c2"))
    world.do("khet", Resolve(ident("c1"), "fixed", item("r1")))
    refusal = world.refuse("khet", PartsOpen, Resolve(C, "fixed", item("r")))
    world.do("khet", OfferTransfer(ident("c2"), "water", "pipe"))
    world.do("water", AcceptTransfer(ident("c2"), 1))
    world.do("water", Resolve(ident("c2"), "fixed", item("r2")))

    world.do("khet", Resolve(C, "fixed", item("r")))

    assert dict(refusal.details)["open_children"] == 1
    assert world.case("c")["state"] == "resolved"


def test_a_part_that_is_reopened_counts_as_open_again(world):
    world.do("khet", splitting("c1"))
    world.do("khet", Resolve(ident("c1"), "fixed", item("r1")))
    world.do_as("anong", Reopen(ident("c1"), ""))

    assert world.case("c")["open_children"] == 1


def test_a_split_over_the_cap_is_refused(world):
    world.do("khet", splitting("p1", "p2", "p3", "p4", "p5"))

    refusal = world.refuse("khet", TooManyParts, splitting("p6", "p7", "p8", "p9"))

    assert dict(refusal.details)["most"] == 8


def test_a_part_is_not_split(world):
    world.do("khet", splitting("c1"))

    refusal = world.refuse("khet", TooManyParts, Split(ident("c1"), (part("c2"),)))

    assert refusal.code == "TOO_MANY_PARTS"


def test_a_part_needs_an_id_of_its_own(world):
    for labels in (("c",), ("c1", "c1")):
        refusal = world.refuse("khet", CaseExists, splitting(*labels))

    assert refusal.code == "CASE_EXISTS"


def test_a_part_has_a_category_of_the_template(world):
    refusal = world.refuse("khet", UnknownCategory, Split(C, (part("c1", "theft"),)))

    assert dict(refusal.details) == {"category": "theft"}


def test_a_case_is_not_split_while_it_is_offered(world):
    world.do("khet", OfferTransfer(C, "water", "x"))

    assert world.refuse("khet", OfferOpen, splitting("c1")).code == "OFFER_OPEN"


def test_a_merged_case_is_closed_in_favour_of_another(world):
    world.worked("d", who="boon")
    events = world.do("khet", Merge(C, D))

    case = world.case("c")
    assert names_of(events) == ["Merged"]
    assert (case["state"], case["merged_into"], case["holder"]) == ("merged", D, "khet")
    assert world.ask("deadlines", C) == ()


def test_a_case_is_not_merged_into_itself(world):
    assert world.refuse("khet", MergeCycle, Merge(C, C)).code == "MERGE_CYCLE"


def test_a_merge_makes_no_cycle(world):
    world.worked("d")
    world.worked("e")
    world.do("khet", Merge(C, D))

    refusal = world.refuse("khet", MergeCycle, Merge(D, C))
    world.do("khet", Merge(D, ident("e")))
    world.refuse("khet", MergeCycle, Merge(ident("e"), C))

    assert refusal.code == "MERGE_CYCLE"


def test_a_case_is_not_merged_into_its_own_part(world):
    world.do("khet", splitting("c1"))
    world.do("khet", Resolve(ident("c1"), "fixed", item("r1")))

    assert world.refuse("khet", MergeCycle, Merge(C, ident("c1"))).code == "MERGE_CYCLE"


def test_a_part_is_merged_back(world):
    world.do("khet", splitting("c1"))

    world.do("khet", Merge(ident("c1"), C))

    assert (world.case("c1")["state"], world.case("c")["open_children"]) == ("merged", 0)


def test_a_case_with_open_parts_is_not_merged(world):
    world.worked("d")
    world.do("khet", splitting("c1"))

    refusal = world.refuse("khet", PartsOpen, Merge(C, D))

    assert dict(refusal.details)["open_children"] == 1


def test_only_the_holder_of_both_merges(world):
    world.worked("d", agency="water")

    refusal = world.refuse("khet", NotHolder, Merge(C, D))

    assert dict(refusal.details)["holder"] == "water"


def test_a_case_is_merged_into_an_open_one_that_exists(world):
    world.worked("d")
    world.do_as("anong", Withdraw(D))

    world.refuse("khet", UnknownCase, Merge(C, ident("none")))
    refusal = world.refuse("khet", BadState, Merge(C, D))

    assert dict(refusal.details)["state"] == "withdrawn"


def test_who_filed_a_merged_case_may_appeal(world):
    world.worked("d", who="boon")
    world.do("khet", Merge(C, D))
    world.do_as("anong", Appeal(C, item("it is another hole")))
    world.do("etda", Decide(C, "etda", "reopen", ""))

    case = world.case("c")
    assert (case["state"], case["merged_into"], case["holder"]) == ("reopened", None, "khet")
