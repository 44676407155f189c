"""Commands with options in common: declared once, added to each command's own."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import typer

from commands.output import command

REQUIRED = inspect.Parameter.empty

# Name -> annotation and default, REQUIRED for none.
Options = Mapping[str, tuple[Any, Any]]


def register(
    app: typer.Typer,
    name: str,
    run: Callable[..., Any],
    shape: tuple[Callable[..., object], Options],
) -> None:
    """Make `run` the command `name`; its parameters and text are the shape's, and `Options`."""
    like, options = shape
    own = inspect.signature(like, eval_str=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(option, keyword, default=default, annotation=annotation)
        for option, (annotation, default) in options.items()
    ]
    guarded = command(run)
    guarded.__name__, guarded.__doc__ = like.__name__, like.__doc__
    vars(guarded)["__signature__"] = own.replace(parameters=[*own.parameters.values(), *added])
    app.command(name)(guarded)
