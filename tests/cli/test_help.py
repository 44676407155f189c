"""The help of every command is what was last reviewed: what users have, frozen as text.

`SAPHA_WRITE_HELP=1 pytest tests/cli/test_help.py` writes it anew; read the difference.
"""

import os
from pathlib import Path

import pytest

from cli import app
from commands.framework.tree import Group

PAGES = Path(__file__).resolve().parents[1] / "vectors" / "help"
WIDTH = 100


def helps(member, path):
    """The help of a command and of all below it, in order."""
    yield f"$ {path} --help\n{member.help_text(path, WIDTH)}"
    if isinstance(member, Group):
        for name, each in member.members():
            yield from helps(each, f"{path} {name}")


def page(name):
    """The page of one group of commands, or of `sapha` itself."""
    if name == "sapha":
        return f"$ sapha --help\n{app.help_text('sapha', WIDTH)}"
    return "\n".join(helps(app.member(name), f"sapha {name}"))


NAMES = ("sapha", *app.names)


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_every_command_is_what_was_last_reviewed(name):
    path = PAGES / f"{name}.txt"
    if os.environ.get("SAPHA_WRITE_HELP"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(name), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == page(name)


def test_no_page_is_of_a_group_that_is_gone():
    assert {path.stem for path in PAGES.iterdir()} == set(NAMES)
