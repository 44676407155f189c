"""Tables leave nothing out of what is to be compared, however narrow the terminal is."""

import pytest

from commands import table
from commands.table import fitted_lines, show_table

KEY = "0x" + "ab" * 32
ADDRESS = "sph1" + "q" * 39


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_key_and_an_address_are_shown_whole(monkeypatch, width):
    monkeypatch.setattr(table, "WIDTH", width)

    shown = show_table("Members", ["name", "public key", "account"], [("dopa", KEY, ADDRESS)])

    assert KEY in shown
    assert ADDRESS in shown
    assert "…" not in shown


def test_words_go_on_in_the_next_line(monkeypatch):
    monkeypatch.setattr(table, "WIDTH", 40)
    reason = "the file was changed after it had been signed by its key"

    shown = show_table("Checks", ["check", "detail"], [("genesis", reason)])

    assert set(reason.split()) <= set(shown.split())
    assert max(map(len, shown.splitlines())) <= 40


def test_thai_vowels_above_a_letter_take_no_column():
    shown = show_table("Agencies", ["name", "kind"], [("ที่ดิน", "land"), ("กรมที่ดิน", "land")])

    assert shown.splitlines()[3:] == ["ที่ดิน    │ land", "กรมที่ดิน │ land"]


def test_a_table_of_nothing_has_its_names():
    assert show_table("Keys", ["name", "address"], []).splitlines()[:2] == [
        "Keys",
        "name │ address",
    ]


def test_a_line_that_a_terminal_has_no_room_for_goes_on_below_as_deep_as_it_began():
    fix = "  fix: " + "see whether it runs and its port is open from here, " * 4 + KEY

    shown = fitted_lines(f"short\n{fix}", 80).split("\n")

    assert shown[0] == "short"
    assert " ".join(line.strip() for line in shown[1:]) == fix.strip()
    assert all(line.startswith("  ") and len(line) <= 80 for line in shown[1:])


def test_lines_of_a_table_are_left_as_they_are():
    row = f"{KEY} │ {KEY}"

    assert fitted_lines(row, 80) == row
