"""How every command speaks: results on standard output, errors on standard error, exit codes.

0 done · 1 refused (by the ledger, a check, or this machine's files) · 2 wrong usage · 3 no node
answered · 4 sent, and the outcome is not known · 130 interrupted, nothing is open. With
--json the result is one line of JSON; on standard error each line is one, and the last
is the error.
"""

import asyncio
import errno
import functools
import json
import signal
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from rich.console import Console
from rich.table import Table

from client.errors import BadAmount, BadAnswer, NodeUnreachable
from commands.watch import Watch, unknown_json, unknown_text, watching
from primitives.errors import BadAddress, LocalFault, SaphaError

REFUSED = 1
USAGE = 2
UNREACHABLE = 3
UNKNOWN = 4
INTERRUPTED = 130

WIDTH = 120  # columns of what no terminal reads

AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]

_P = ParamSpec("_P")
_NEXT_STEPS = {
    UNREACHABLE: "Does the node run, and is that its address (--rpc, or --dir of its directory)?"
    " Start no second copy of it. Try: sapha node doctor --dir DIR",
}


class UsageFault(SaphaError):
    """The command line asks for something that cannot be."""


class CheckFailed(SaphaError):
    """A check that the command makes has failed."""


class OutcomeUnknown(SaphaError):
    """A transaction was sent, or may have been, and nobody knows yet whether it takes effect."""

    code = "OUTCOME_UNKNOWN"


class Interrupted(SaphaError):
    """Ctrl-C or SIGTERM ended the command, and nothing that it has sent is open."""

    code = "INTERRUPTED"


class FileFault(LocalFault):
    """A file or directory that the command needs cannot be used; the message names it."""


def command(
    run: Callable[_P, Coroutine[Any, Any, None] | None],
) -> Callable[_P, None]:
    """Make `run`, plain or async, a command whose errors become messages and exit codes.

    It ends with UNKNOWN as long as a transaction that it has sent may still take effect.
    """

    @functools.wraps(run)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> None:
        as_json = kwargs.get("as_json") is True
        with watching(as_json=as_json) as watch:
            error: SaphaError | None = None
            code = 0
            try:
                result = run(*args, **kwargs)
                if result is not None:
                    asyncio.run(_terminable(result))
            except SaphaError as fault:
                error = fault
            except OSError as fault:
                error = _file_fault(fault)
            except (KeyboardInterrupt, asyncio.CancelledError):
                code = INTERRUPTED
            except typer.Exit as left:
                code = left.exit_code
        _leave(watch, error, code, as_json=as_json)

    vars(guarded)["is_guarded"] = True
    return guarded


def emit(data: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print the result: `data` as one line of JSON, or `text` for people."""
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else text)


def say(text: str) -> None:
    """Print progress for people on standard error."""
    typer.echo(text, err=True)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as text, of which nothing is left out.

    Where a hash, key or address does not fit beside the rest, each row is a block of lines.
    """
    console = Console(width=None if Console().is_terminal else WIDTH, soft_wrap=False)
    cells = [[str(cell) for cell in row] for row in rows]
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*row)
    least = sum(_least_width(column) for column in zip(*([list(columns), *cells]), strict=True))
    if least + 3 * len(columns) + 1 > console.width:
        return _blocks(title, columns, cells)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


def _least_width(cells: Iterable[str]) -> int:
    """Return how many columns a column needs so that no word in it is cut."""
    return max((len(word) for cell in cells for word in cell.split()), default=0)


def _blocks(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = [f"{column:<{max(map(len, columns))}}  " for column in columns]
    blocks = ["\n".join(map(str.__add__, names, row)) for row in rows]
    return "\n\n".join([title, *blocks])


def fail(error: SaphaError, *, as_json: bool) -> NoReturn:
    """Print what went wrong and what to do about it, and leave with the error's exit code."""
    code = exit_code_of(error)
    if as_json:
        typer.echo(json.dumps({"error": _error_json(error)}, ensure_ascii=False), err=True)
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
    if isinstance(error, OutcomeUnknown):
        return UNKNOWN
    if isinstance(error, Interrupted):
        return INTERRUPTED
    return REFUSED


def _leave(watch: Watch, error: SaphaError | None, code: int, *, as_json: bool) -> None:
    """End a command: as it ended, or with UNKNOWN when what it sent may still take effect."""
    if watch.unknown:
        _fail_unknown(watch, error, as_json=as_json)
    if code == INTERRUPTED and error is None:
        was_sent = "what was sent before is settled" if watch.has_sent else "nothing was sent"
        error = Interrupted(f"interrupted; {was_sent}")
    if error is not None:
        fail(error, as_json=as_json)
    if code:
        raise typer.Exit(code)


def _fail_unknown(watch: Watch, error: SaphaError | None, *, as_json: bool) -> NoReturn:
    texts = [unknown_text(transaction) for transaction in watch.unknown]
    if as_json:
        details = {"code": OutcomeUnknown.code, "message": "; ".join(texts)}
        found = {
            **details,
            "transactions": unknown_json(watch.unknown),
            "cause": None if error is None else _error_json(error),
        }
        typer.echo(json.dumps({"error": found}, ensure_ascii=False), err=True)
    else:
        if error is not None:
            typer.echo(f"error: {error}", err=True)
        typer.echo("\n".join(texts), err=True)
    raise typer.Exit(UNKNOWN)


def _error_json(error: SaphaError) -> dict[str, str]:
    name = getattr(error, "code", None) or type(error).__name__
    return {"code": str(name), "message": getattr(error, "message", None) or str(error)}


def _file_fault(error: OSError) -> SaphaError:
    """Return what a file's or directory's fault means for people; not of a closed pipe."""
    if error.errno == errno.EPIPE:
        raise error  # whoever read the output has had enough of it
    reason = error.strerror or str(error) or "a file cannot be used"
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    return FileFault(f"{' -> '.join(names)}: {reason}" if names else reason)


async def _terminable(work: Coroutine[Any, Any, None]) -> None:
    """Run a command so that SIGTERM ends it as Ctrl-C does, saying what is still open."""
    task = asyncio.current_task()
    if task is not None and threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await work
