"""`sapha vote calendar` and `extend`, against the real contracts."""

import itertools

import pytest

from commands import table
from commands.field_text import time_text
from tests.client.voting.election import ID, REGISTRARS, TRUSTEES


def test_the_calendar_says_what_is_due_from_whom_and_who_is_missing(desk):
    vote = desk.vote
    vote.chain.to_time(vote.windows["issue_until_ms"])

    said = desk.ok("calendar", ID, trust=False)["calendar"]
    told = desk.run("calendar", ID, trust=False, how="").stdout

    parts = {part["act"]: part for part in said["parts"]}
    assert parts["commit to the key"]["when"] == "over"
    assert parts["commit to the key"]["missing"] == []
    assert parts["fix who signs"]["when"] == "now"
    assert parts["ask for tokens"]["note"] == "2 asked"
    assert parts["deliver shares"]["when"] == "ahead"
    assert parts["deliver shares"]["missing"] == list(TRUSTEES)
    assert said["wishes"] == []
    assert "cast ballots" in told
    assert "tru-1, tru-2, tru-3" in told


def test_the_calendar_fits_eighty_columns_and_a_date_at_most_two_lines(desk, monkeypatch):
    monkeypatch.setattr(table, "WIDTH", 80)
    ends_ms = desk.vote.windows["cast_until_ms"]

    told = desk.run("calendar", ID, trust=False, how="").stdout

    day, clock = time_text(ends_ms).split()[:2]
    lines = told.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(
        day in first and clock in first + second for first, second in itertools.pairwise(lines)
    )


def test_how_many_are_on_the_roll_is_not_said_to_be_missing(desk):
    desk.vote.chain.to_time(desk.vote.windows["issue_from_ms"])

    said = desk.ok("calendar", ID, trust=False)["calendar"]
    told = desk.run("calendar", ID, trust=False, how="").stdout

    parts = {part["act"]: part for part in said["parts"]}
    assert {parts[act]["when"] for act in ("freeze the roll", "post keys")} == {"over"}
    assert parts["open the election"]["when"] == "over"
    assert parts["enter voters on the roll"]["note"].endswith(" on the roll")
    assert not [row for row in told.splitlines() if row.rpartition("│")[2].strip().isdigit()]


def test_two_offices_extend_by_commands(desk):
    council, official = ("--key", desk.key("council")), ("--key", desk.key("supervisor"))
    before = desk.vote.windows
    moves = ("--move", "cast-until+10s", "--move", "decrypt-until+1m")
    desk.ok("extend", ID, *moves, "--reason", "the network was down", *council, trust=False)
    waiting = desk.run("calendar", ID, trust=False, how="").stdout

    desk.ok("extend", ID, "--reason", "agreed", *official, trust=False)
    none = desk.run("extend", ID, "--reason", "agreed", *official, trust=False)

    shown = desk.ok("show", ID, trust=False)["election"]["windows"]
    assert "The authority wants other dates: cast-until 2" in waiting
    assert int(shown["cast_until_ms"]) == before["cast_until_ms"] + 10_000
    assert int(shown["decrypt_until_ms"]) == before["decrypt_until_ms"] + 60_000
    assert (none.exit_code, "give --move" in none.stderr) == (2, True)


def test_a_wish_to_annul_is_shown_and_taken_back_by_commands(desk):
    council = ("--key", desk.key("council"))
    desk.ok("annul", ID, "--reason", "a worry", *council, trust=False)
    (waiting,) = desk.ok("calendar", ID, trust=False)["calendar"]["wishes"]
    told = desk.run("calendar", ID, trust=False, how="").stdout

    desk.ok("withdraw", ID, "annul", "--reason", "it passed", *council, trust=False)

    assert (waiting["decision"], waiting["office"]) == ("annul", "authority")
    assert "The authority wants the election annulled; over" in told
    assert desk.ok("calendar", ID, trust=False)["calendar"]["wishes"] == []


def test_it_is_shown_which_account_acts_for_which_part(desk):
    shown = desk.ok("show", ID, trust=False)["election"]["actors"]
    told = desk.run("show", ID, trust=False, how="").stdout

    parts = [one["part"] for one in shown]
    assert parts == ["council", *REGISTRARS, "the official", *TRUSTEES]
    assert all(one["account"] in told for one in shown)


@pytest.mark.parametrize("move", ["cast-until", "never+1h", "cast-until=2h", "cast-until+soon"])
def test_a_date_that_nobody_can_read_moves_nothing(desk, move):
    ways = ("--move", move, "--reason", "x", "--key", desk.key("council"))

    result = desk.run("extend", ID, *ways, trust=False)

    assert result.exit_code == 2
    assert "NAME=DATE" in result.stderr or "span" in result.stderr
