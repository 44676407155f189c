"""Deadlines: derived in reads, recorded once at the end of a block, a hundred a block."""

import pytest

from contracts.complaints.contract import DUE_A_BLOCK_MAX
from contracts.complaints.work.messages import Accept, AddContent, AskCitizen, Resolve, SetStage
from tests.contracts.complaints.world import DAY_S, World, ident, item, names_of

C = ident("c")


@pytest.fixture
def world():
    world = World()
    world.file("c")
    return world


def clocks(world, label="c"):
    """The clocks of a case by name."""
    lines = world.named("deadlines", "Deadline", ident(label))
    return {line["clock"]: line for line in lines}


def counted(world, agency="khet"):
    """Deadlines of an agency, (kept, missed) by clock, without those of which there are none."""
    lines = world.named("stats_clocks", "ClockStatistics", agency)
    pairs = {line["clock"]: (line["kept"], line["missed"]) for line in lines}
    return {clock: pair for clock, pair in pairs.items() if pair != (0, 0)}


def test_a_deadline_is_in_time_to_its_last_moment(world):
    world.wait(DAY_S)

    world.do("khet", Accept(C))

    assert counted(world) == {"acceptance": (1, 0)}


def test_a_missed_deadline_is_seen_before_anything_records_it(world):
    world.ledger.next_block(time_ms=DAY_S * 1000 + 1)

    line = clocks(world)["acceptance"]
    assert (line["left_ms"], line["is_missed"]) == (-1, True)


def test_the_end_of_the_block_records_a_missed_deadline_once(world):
    world.wait(DAY_S + 1)
    first = world.wait(1)
    second = world.wait(1)

    assert [(event.name, event.fields[2]) for event in first] == [("Escalated", "acceptance")]
    assert second == ()
    assert counted(world) == {"acceptance": (0, 1)}
    assert clocks(world)["acceptance"]["is_missed"] is True
    assert world.case("c")["escalations"] == 1


def test_what_comes_late_is_done_and_counts_as_missed(world):
    world.wait(DAY_S + 1)

    events = world.do("khet", Accept(C))

    assert names_of(events) == ["Escalated", "Accepted"]
    assert world.wait(1) == ()
    assert counted(world) == {"acceptance": (0, 1)}


def test_a_reply_to_the_citizen_stops_the_interim_clock(world):
    world.do("khet", Accept(C))
    world.do("khet", AddContent(C, "khet", item("memo", kind="internal")))
    before = "interim" in clocks(world)

    world.do("khet", AddContent(C, "khet", item("letter")))

    assert (before, "interim" in clocks(world)) == (True, False)
    assert counted(world)["interim"] == (1, 0)


def test_all_clocks_of_a_case_are_recorded_in_their_order(world):
    world.wait(30 * DAY_S)
    events = world.wait(1)

    told = [event.fields[2] for event in events]
    assert told == ["acceptance", "interim", "resolution"]


def test_a_result_in_time_keeps_the_resolution_and_the_interim_reply(world):
    world.do("khet", Accept(C))
    world.do("khet", SetStage(C, "in-progress", None))
    world.do("khet", Resolve(C, "fixed", item("r")))

    assert counted(world) == {"acceptance": (1, 0), "interim": (1, 0), "resolution": (1, 0)}
    assert list(clocks(world)) == ["closing"]


def test_a_question_moves_the_deadline_by_no_more_than_the_pause(world):
    world.do("khet", Accept(C))
    world.do("khet", AskCitizen(C, item("q")))

    line = clocks(world)["resolution"]
    assert (line["is_paused"], line["left_ms"]) == (True, 28 * DAY_S * 1000)
    world.wait(28 * DAY_S + 1)
    events = world.wait(1)
    assert [event.fields[2] for event in events] == ["resolution"]


def test_a_block_records_a_bounded_number_and_the_next_goes_on(world):
    for number in range(DUE_A_BLOCK_MAX + 19):
        world.file(f"{number}")
    world.wait(DAY_S + 1)

    counts = [len(world.wait(1)) for _ in range(3)]

    assert counts == [DUE_A_BLOCK_MAX, 20, 0]


def test_an_index_entry_without_its_deadline_is_forgotten(world):
    state = world.ledger.state.committed
    key = next(key for key in state if key.startswith(b"complaints\0due\0"))
    early = key.replace(key[15:23], (2**63).to_bytes(8, "big"))
    state[early] = state[key]

    assert world.wait(1) == ()
    assert early not in state


def test_the_supervisor_reads_what_was_missed_by_time(world):
    world.wait(8 * DAY_S)
    world.wait(1)

    lines = world.named("escalations_page", "EscalationLine", 0, bytes(16), 10)

    assert [(line["clock"], line["agency"]) for line in lines] == [
        ("acceptance", "khet"),
        ("interim", "khet"),
    ]
    later = world.named("escalations_page", "EscalationLine", lines[0]["due_ms"], C, 10)
    assert [line["clock"] for line in later] == ["interim"]
