"""The help of every command is what was last reviewed: what users have, frozen as text.

`SAPHA_WRITE_HELP=1 pytest tests/cli/test_help.py` writes it anew; read the difference.
"""

import os
from pathlib import Path

import pytest
from typer._click import Context
from typer.main import get_command

from cli import app

PAGES = Path(__file__).resolve().parents[1] / "vectors" / "help"
WIDTH = 100
ROOT = get_command(app)


def context_of(command, words, parent=None):
    name = words[-1]
    return Context(command, info_name=name, parent=parent, terminal_width=WIDTH)


def helps(command, words, parent=None):
    """The help of a command and of all below it, in order."""
    command.rich_markup_mode = None
    context = context_of(command, words, parent)
    yield f"$ {' '.join(words)} --help\n{command.get_help(context)}\n"
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from helps(command.get_command(context, name), (*words, name), context)


def page(name):
    """The page of one group of commands, or of `sapha` itself."""
    top = context_of(ROOT, ("sapha",))
    if name == "sapha":
        ROOT.rich_markup_mode = None
        return f"$ sapha --help\n{ROOT.get_help(top)}\n"
    return "\n".join(helps(ROOT.get_command(top, name), ("sapha", name), top))


NAMES = ("sapha", *ROOT.list_commands(None))


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_every_command_is_what_was_last_reviewed(name):
    path = PAGES / f"{name}.txt"
    if os.environ.get("SAPHA_WRITE_HELP"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(name), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == page(name)


def test_no_page_is_of_a_group_that_is_gone():
    assert {path.stem for path in PAGES.iterdir()} == set(NAMES)
