"""How every command speaks: results on standard output, errors on standard error, exit codes.

0 done · 1 refused (by the ledger, a check, or this machine's files) · 2 wrong usage · 3 no node
answered. With --json the result is one line of JSON, and so is the error.
"""

import asyncio
import functools
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from rich.console import Console
from rich.table import Table

from client.errors import BadAmount, BadAnswer, NodeUnreachable
from primitives.errors import BadAddress, SaphaError

REFUSED = 1
USAGE = 2
UNREACHABLE = 3
INTERRUPTED = 130

AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]

_P = ParamSpec("_P")
_NEXT_STEPS = {
    UNREACHABLE: "Is the node running, and is --rpc its address? Try: sapha node doctor",
}


class UsageFault(SaphaError):
    """The command line asks for something that cannot be."""


class CheckFailed(SaphaError):
    """A check that the command makes has failed."""


def command(
    run: Callable[_P, Coroutine[Any, Any, None] | None],
) -> Callable[_P, None]:
    """Make `run`, plain or async, a command whose errors become messages and exit codes."""

    @functools.wraps(run)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            result = run(*args, **kwargs)
            if result is not None:
                asyncio.run(result)
        except SaphaError as error:
            fail(error, as_json=kwargs.get("as_json") is True)
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise typer.Exit(INTERRUPTED) from None

    return guarded


def emit(data: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print the result: `data` as one line of JSON, or `text` for people."""
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else text)


def say(text: str) -> None:
    """Print progress for people on standard error."""
    typer.echo(text, err=True)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as text."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console = Console(width=None if Console().is_terminal else 120)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


def fail(error: SaphaError, *, as_json: bool) -> NoReturn:
    """Print what went wrong and what to do about it, and leave with the error's exit code."""
    code = exit_code_of(error)
    if as_json:
        name = getattr(error, "code", None) or type(error).__name__
        message = getattr(error, "message", None) or str(error)
        details = {"error": {"code": str(name), "message": message}}
        typer.echo(json.dumps(details, ensure_ascii=False), err=True)
    else:
        typer.echo(f"error: {error}", err=True)
        if code in _NEXT_STEPS:
            typer.echo(_NEXT_STEPS[code], err=True)
    raise typer.Exit(code)


def exit_code_of(error: SaphaError) -> int:
    """Return the exit code that `error` means."""
    if isinstance(error, UsageFault | BadAmount | BadAddress):
        return USAGE
    if isinstance(error, NodeUnreachable | BadAnswer):
        return UNREACHABLE
    return REFUSED
