"""Statistics: kept as things happen, small counts hidden, costs by the answer."""

import pytest

from contracts.complaints.parts.messages import Merge, Split
from contracts.complaints.reviews.messages import Appeal, Decide, Rate, Reopen, Withdraw
from contracts.complaints.transfers.messages import (
    AcceptTransfer,
    CancelTransfer,
    OfferTransfer,
    RejectTransfer,
)
from contracts.complaints.work.messages import Accept, Resolve, SetStage
from contracts.sdk import PAGE_MAX, dispatch
from contracts.sdk.context import Budget
from tests.contracts.complaints.test_parts import part
from tests.contracts.complaints.world import DAY_MS, DAY_S, HOUR_MS, World, ident, item


@pytest.fixture
def world():
    return World()


def of(world, agency="khet"):
    """The statistics of an agency."""
    return world.named("stats_agency", "AgencyStatistics", agency)


def times(world, agency="khet"):
    """The times to close of an agency."""
    return world.named("stats_close_times", "CloseTimes", agency)


def days(world, agency="khet"):
    """The days of an agency."""
    return world.named("stats_days", "DayStatistics", agency, 0, 366)


def resolve(world, label, *, agency="khet"):
    """Resolve a case that is worked on."""
    world.do(agency, Resolve(ident(label), "fixed", item(f"{label}-result")))


def test_an_agency_without_cases_has_counts_of_nothing(world):
    assert of(world)["filed"] == 0
    assert (times(world)["median_ms"], times(world)["p90_ms"]) == (0, 0)
    assert days(world) == []


def test_the_backlog_counts_open_cases_of_who_holds_them(world):
    for label in "abcdef":
        world.worked(label)
    world.do("khet", OfferTransfer(ident("a"), "water", "pipe"))
    world.do("water", AcceptTransfer(ident("a"), 1))
    world.do("khet", Merge(ident("b"), ident("c")))
    world.do_as("anong", Withdraw(ident("d")))
    resolve(world, "e")
    world.do("khet", Split(ident("f"), (part("f1"),)))

    khet, water = of(world), of(world, "water")
    assert (khet["backlog"], water["backlog"]) == (3, 1)
    assert (khet["filed"], khet["handed"], water["taken"]) == (6, 1, 1)
    counts = ("merged", "withdrawn", "resolved", "split")
    assert [khet[name] for name in counts] == [1, 1, 1, 1]


def test_the_backlog_of_each_day_is_kept(world):
    world.worked("a")
    world.worked("b")
    world.wait(2 * DAY_S)
    resolve(world, "a")

    lines = days(world)
    assert [line["backlog"] for line in lines] == [2, 1]
    assert [line["still_open"] for line in lines] == [1, 0]
    assert lines[1]["day"] - lines[0]["day"] == 2


def test_a_day_of_which_only_the_age_is_known_has_no_backlog(world):
    world.worked("a")
    world.wait(2 * DAY_S)
    world.do("khet", OfferTransfer(ident("a"), "water", "pipe"))
    world.do("water", AcceptTransfer(ident("a"), 1))

    lines = days(world, "water")
    assert [line["backlog"] for line in lines] == [None, 1]
    assert [line["still_open"] for line in lines] == [1, 0]


def test_times_to_close_count_open_cases_as_censored(world):
    for label in "abcd":
        world.worked(label)
    world.wait(7200)
    resolve(world, "a")
    resolve(world, "b")
    world.wait(5 * DAY_S)
    resolve(world, "c")

    found = times(world)
    ends = [*found["ends_ms"], None]
    closed = {end: count for end, count in zip(ends, found["closed"], strict=True) if count}
    waiting = sum(found["still_open"])
    assert closed == {3 * HOUR_MS: 2, 6 * DAY_MS: 1}
    assert waiting == 1
    assert found["median_ms"] == 3 * HOUR_MS


def test_a_quantile_that_open_cases_hide_is_not_told(world):
    for label in "abcde":
        world.worked(label)
    resolve(world, "a")
    world.wait(3 * DAY_S)

    assert times(world)["median_ms"] == 0


def test_very_old_cases_are_in_the_last_bucket(world):
    world.worked("a")
    world.wait(900 * DAY_S)

    assert times(world)["still_open"][-1] == 1


def test_a_case_that_took_years_is_in_the_last_bucket(world):
    world.worked("a")
    world.wait(900 * DAY_S)
    resolve(world, "a")

    assert (times(world)["closed"][-1], times(world)["median_ms"]) == (1, 0)


def test_ages_of_more_days_than_a_page_holds_are_counted(world):
    for number in range(PAGE_MAX + 3):
        world.file(f"{number}")
        world.do_as("anong", Withdraw(ident(f"{number}")))
        world.wait(DAY_S)
    world.file("last")

    assert sum(times(world)["still_open"]) == 1


def test_a_reopened_case_is_a_spell_of_its_own(world):
    world.resolved("a")
    world.wait(DAY_S)
    world.do_as("anong", Reopen(ident("a"), ""))
    world.do("khet", Accept(ident("a")))
    world.wait(DAY_S)
    world.do("khet", SetStage(ident("a"), "study", None))
    world.do("khet", Resolve(ident("a"), "fixed", item("second")))

    found = times(world)
    closed = {end: n for end, n in zip(found["ends_ms"], found["closed"], strict=False) if n}
    assert closed == {HOUR_MS: 1, DAY_MS: 1}
    assert (of(world)["reopened"], of(world)["reopen_permille"]) == (1, 500)


def test_appeals_and_what_became_of_them(world):
    for label, decision in (("a", "uphold"), ("b", "reopen")):
        world.resolved(label)
        world.do_as("anong", Appeal(ident(label), item(f"{label}-g")))
        world.do("etda", Decide(ident(label), "etda", decision, ""))

    counts = of(world)
    assert [counts[name] for name in ("appealed", "upheld", "overturned")] == [2, 1, 1]
    assert counts["appeal_permille"] == 1000


def test_satisfaction_comes_with_its_response_rate(world):
    for label, stars in (("a", 5), ("b", 5), ("c", 2)):
        world.resolved(label)
        world.do_as("anong", Rate(ident(label), stars))
    world.resolved("d")

    assert of(world)["stars"] == (0, 1, 0, 0, 2)
    assert (of(world)["rated"], of(world)["response_permille"]) == (3, 750)


def test_the_matrix_of_transfers_tells_what_became_of_offers(world):
    world.worked("a")
    world.do("khet", OfferTransfer(ident("a"), "water", "x"))
    world.do("khet", CancelTransfer(ident("a"), 1))
    world.do("khet", OfferTransfer(ident("a"), "water", "x"))
    world.do("water", RejectTransfer(ident("a"), 2, "x"))
    world.do("khet", OfferTransfer(ident("a"), "water", "x"))
    world.wait(3 * DAY_S)
    world.do("khet", OfferTransfer(ident("a"), "water", "x"))
    world.do("water", AcceptTransfer(ident("a"), 4))
    world.do("water", OfferTransfer(ident("a"), "roads", "x"))

    lines = world.named("stats_transfers", "TransferLine", "", "", 10)
    pairs = [(line["source"], line["to"]) for line in lines]
    names = ("offered", "accepted", "rejected", "cancelled", "lapsed", "assigned")
    assert pairs == [("khet", "water"), ("water", "roads")]
    assert [lines[0][name] for name in names] == [4, 1, 1, 1, 1, 0]
    assert world.ask("stats_transfers", "khet", "water", 10)[0][:2] == ("water", "roads")


def test_stages_and_hops_are_counted(world):
    world.resolved("a")
    world.worked("b")

    reached = dict(world.ask("stats_stages", "city-service", 1))
    assert (reached["waiting"], reached["in-progress"], reached["done"]) == (2, 2, 1)
    assert world.ask("stats_hops") == ((0, 1),)


def test_places_are_counted_by_category(world):
    world.resolved("a")
    world.file("b", category="tree")

    lines = world.ask("stats_places", "city-service", "", "", 10)
    assert lines == (("bkk-chatuchak", "road", 1, 1), ("bkk-chatuchak", "tree", 1, 0))
    assert len(world.ask("stats_places", "city-service", "bkk-chatuchak", "road", 10)) == 1


def test_agencies_are_listed_with_their_counts(world):
    world.file("a")
    world.file("b", agency="water")

    lines = world.named("stats_agencies", "AgencyStatistics", "", 10)
    assert [(line["agency"], line["filed"]) for line in lines] == [("khet", 1), ("water", 1)]
    assert len(world.ask("stats_agencies", "khet", 10)) == 1


def test_small_counts_are_not_published(world):
    for number in range(9):
        world.resolved(f"{number}")
    hidden = world.named("public_agency", "PublicStatistics", "khet")
    places = world.ask("public_places", "city-service", "", "", 10)
    world.resolved("9")

    shown = world.named("public_agency", "PublicStatistics", "khet")
    assert set(hidden.values()) == {None}
    assert places == (("bkk-chatuchak", "road", None, None),)
    assert (shown["filed"], shown["resolved"], shown["backlog"]) == (10, 10, None)
    assert shown["median_ms"] == HOUR_MS
    assert world.ask("public_places", "city-service", "", "", 10)[0][2:] == (10, 10)


def test_what_is_small_is_set_in_genesis():
    world = World(small_count=2)
    world.file("a")
    world.file("b")

    assert world.named("public_agency", "PublicStatistics", "khet")["filed"] == 2


QUESTIONS = [
    ("stats_agency", ("khet",)),
    ("stats_agencies", ("", 100)),
    ("stats_days", ("khet", 0, 366)),
    ("stats_close_times", ("khet",)),
    ("stats_clocks", ("khet",)),
    ("stats_stages", ("city-service", 1)),
    ("stats_places", ("city-service", "", "", 100)),
    ("public_agency", ("khet",)),
]


@pytest.mark.parametrize(("query", "args"), QUESTIONS)
def test_a_question_reads_as_much_with_many_cases_as_with_few(query, args, monkeypatch):
    world = World(small_count=1)
    used = []
    monkeypatch.setattr(dispatch, "Run", _counting(dispatch.Run, used))
    world.resolved("first")
    world.ask(query, *args)
    few = used[-1].reads
    for number in range(30):
        world.resolved(f"{number}")

    world.ask(query, *args)

    assert used[-1].reads == few


def _counting(run, used):
    """A Run that keeps the budget of every call."""

    def begin(*args, **kwargs):
        made = run(*args, **kwargs)
        made.budget = Budget()
        used.append(made.budget)
        return made

    return begin
