"""What commands print: lines for people, JSON in one; nothing in it acts on a terminal."""

import json

import pytest

from commands.output import echo, emit, lines, say

HOSTILE = "given_name\x1b[2K\x1b[1A\nclaims\u202e\x9b8m"


@pytest.mark.parametrize("printing", [echo, say])
def test_foreign_text_commands_no_terminal_whatever_prints_it(printing, capsys):
    printing(f"words {HOSTILE}")

    said = "".join(capsys.readouterr())
    assert all(line.isprintable() for line in said.split("\n"))


def test_a_value_takes_one_line_so_that_it_stands_for_no_other():
    shown = lines({"words": HOSTILE, "purpose": "tax"})

    assert shown.count("\n") == 1
    assert shown.isprintable() is False  # for that newline alone
    assert all(line.isprintable() for line in shown.split("\n"))


def test_json_of_foreign_text_reads_the_same_and_shows_nothing(capsys):
    emit({"words": HOSTILE}, "", as_json=True)

    said = capsys.readouterr().out
    assert json.loads(said) == {"words": HOSTILE}
    assert said.removesuffix("\n").isprintable()
