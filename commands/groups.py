"""Command groups that are imported when they are asked for.

Importing all of them takes longer than most commands.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group


def groups_of(places: Mapping[str, str]) -> type[TyperGroup]:
    """Return the class of a group whose members lie at "module:name", by their own names.

    What lies there is a group of commands, or the function of a single one.
    """

    class Groups(TyperGroup):
        """The top of a tree of commands."""

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own copy of click
            return list(places)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
            if cmd_name not in places:
                return None
            module, _, name = places[cmd_name].partition(":")
            return _command_of(getattr(import_module(module), name), cmd_name)

    return Groups


def _command_of(found: Any, name: str) -> Any:  # noqa: ANN401
    branch = typer.Typer(add_completion=False)
    branch.callback()(_nothing)  # without one, a single command would be the whole branch
    if isinstance(found, typer.Typer):
        branch.add_typer(found, name=name)
    else:
        branch.command(name)(found)
    return get_group(branch).commands[name]


def _nothing() -> None:
    pass
