"""Tables leave nothing out of what is to be compared, however narrow the terminal is."""

import pytest

from commands import output
from commands.output import show_table

KEY = "0x" + "ab" * 32
ADDRESS = "sph1" + "q" * 39


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_key_and_an_address_are_shown_whole(monkeypatch, width):
    monkeypatch.setattr(output, "WIDTH", width)

    shown = show_table("Members", ["name", "public key", "account"], [("dopa", KEY, ADDRESS)])

    assert KEY in shown
    assert ADDRESS in shown
    assert "…" not in shown


def test_words_go_on_in_the_next_line(monkeypatch):
    monkeypatch.setattr(output, "WIDTH", 40)
    reason = "the file was changed after it had been signed by its key"

    shown = show_table("Checks", ["check", "detail"], [("genesis", reason)])

    assert set(reason.split()) <= set(shown.split())
    assert max(map(len, shown.splitlines())) <= 40


def test_no_table_of_the_command_line_is_made_in_another_way():
    from tests.meta.sources import texts

    made = [name for name, text in texts().items() if "rich.table" in text]

    assert made == ["commands/output.py", "tests/cli/test_tables.py"]
