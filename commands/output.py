"""How every command speaks: results on standard output, errors on standard error, exit codes.

0 done · 1 refused (by the ledger, a check, or this machine's files) · 2 wrong usage · 3 no node
answered · 4 sent, and the outcome is not known · 130 interrupted, nothing is open. With
--json the result is one line of JSON; on standard error each line is one, and the last
is the error.
"""

import errno
import json
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from client.errors import BadAmount, BadAnswer, NodeUnreachable
from primitives.errors import BadAddress, LocalFault, SaphaError

if TYPE_CHECKING:
    from client.outcome import Outcome
    from commands.watch import Watch

REFUSED = 1
USAGE = 2
UNREACHABLE = 3
UNKNOWN = 4
INTERRUPTED = 130


TIMES_MS = range(1_500_000_000_000, 4_102_444_800_000)  # 2017 to 2100: no span is so long
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command prints; an outcome that is a refusal is printed instead."""

    data: Mapping[str, object]
    text: str
    outcome: "Outcome | None" = None


def guarded(work: Callable[[], Coroutine[Any, Any, None] | None], *, as_json: bool) -> None:
    """Do the work of one command, plain or async: its errors become messages and exit codes.

    It ends with UNKNOWN as long as a transaction that it has sent may still take effect.
    """
    error: SaphaError | None = None
    code = 0
    watches: list[Watch] = []
    try:
        result = work()
        if result is not None:
            from commands.running import run  # noqa: PLC0415 - plain commands start without it

            run(result, watches, as_json=as_json)
    except SaphaError as fault:
        error = fault
    except OSError as fault:
        error = _file_fault(fault)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else REFUSED
    _leave(watches[0] if watches else None, error, code, as_json=as_json)


def emit(data: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print the result: `data` as one line of JSON, or `text` for people.

    Beside a time in milliseconds (expires_at_ms) JSON has the same in ISO 8601 (expires_at).
    """
    echo(json.dumps(_with_dates(data), ensure_ascii=False) if as_json else text)


def emit_prose(data: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print a result as `emit`, its sentences in lines that fit the terminal.

    Not for texts that are copied whole, such as the content of a QR code.
    """
    emit(data, text if as_json else _fitted(text, sys.stdout), as_json=as_json)


def _with_dates(value: object) -> object:
    """Return JSON data with each time in ISO 8601 beside its milliseconds."""
    if isinstance(value, list | tuple):
        return [_with_dates(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    dated: dict[str, object] = {}
    for name, each in value.items():
        dated[name] = _with_dates(each)
        plain = str(name).removesuffix("_ms")
        if plain != name and plain not in value and str(each).isdecimal():
            time_ms = int(str(each))
            if time_ms in TIMES_MS:
                at = datetime.fromtimestamp(time_ms / 1_000, UTC)
                dated[plain] = at.isoformat(timespec="milliseconds")
    return dated


def say(text: str) -> None:
    """Print progress for people on standard error, in lines that its terminal has room for."""
    _write_error(_fitted(text, sys.stderr))


def say_data(data: Mapping[str, object]) -> None:
    """Print progress for programs on standard error: one line of JSON."""
    _write_error(json.dumps(data, ensure_ascii=False))


def echo(text: str) -> None:
    """Print a line, or several, on standard output."""
    sys.stdout.write(_plain(text) + "\n")
    sys.stdout.flush()


def _write_error(text: str) -> None:
    sys.stderr.write(_plain(text) + "\n")
    sys.stderr.flush()


def _fitted(text: str, stream: TextIO) -> str:
    """Return a text in lines that fit a terminal; as it is where the stream is none."""
    if not stream.isatty():
        return text
    from commands.table import fitted_lines, room_of  # noqa: PLC0415 - only terminals need it

    return fitted_lines(text, room_of(stream))


def _plain(text: str) -> str:
    from primitives.plain import plain_lines  # noqa: PLC0415 - commands start without it

    return plain_lines(text)


def lines(data: dict[str, object]) -> str:
    """Return names and values for people, a line each, whatever a value holds."""
    from primitives.plain import plain_line  # noqa: PLC0415 - commands start without it

    return "\n".join(f"{name:16} {plain_line(str(value))}" for name, value in data.items())


def require_new(path: Path, noun: str) -> None:
    """Raise UsageFault where there is a file already; `noun` is what files of its kind are."""
    if path.exists():
        raise UsageFault(f"{path}: exists; {noun} are never overwritten")


def fail(error: SaphaError, *, as_json: bool) -> NoReturn:
    """Print what went wrong and what to do about it, and leave with the error's exit code."""
    code = exit_code_of(error)
    if as_json:
        say_data({"error": _error_json(error)})
    else:
        say(f"error: {error}")
        _say_details(error)
        if code in _NEXT_STEPS:
            say(_NEXT_STEPS[code])
    raise SystemExit(code)


def _say_details(error: SaphaError) -> None:
    """Print what a node or a contract gave with its refusal: who, which line, which window."""
    details = dict(getattr(error, "details", None) or ())
    if details:
        from commands.refusals import detail_lines  # noqa: PLC0415 - only refusals need it

        say("\n".join(detail_lines(str(getattr(error, "contract", "")), details)))


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


def _leave(watch: "Watch | None", error: SaphaError | None, code: int, *, as_json: bool) -> None:
    """End a command: as it ended, or with UNKNOWN when what it sent may still take effect."""
    if watch is not None and watch.unknown:
        _fail_unknown(watch, error, as_json=as_json)
    if code == INTERRUPTED and error is None:
        was_sent = watch is not None and watch.has_sent
        what = "what was sent before is settled" if was_sent else "nothing was sent"
        error = Interrupted(f"interrupted; {what}")
    if error is not None:
        fail(error, as_json=as_json)
    if code:
        raise SystemExit(code)


def _fail_unknown(watch: "Watch", error: SaphaError | None, *, as_json: bool) -> NoReturn:
    text = watch.unknown_text()
    if as_json:
        found = {
            "code": OutcomeUnknown.code,
            "message": text.replace("\n", "; "),
            "transactions": watch.unknown_json(),
            "cause": None if error is None else _error_json(error),
        }
        say_data({"error": found})
    else:
        if error is not None:
            say(f"error: {error}")
        say(text)
    raise SystemExit(UNKNOWN)


def _error_json(error: SaphaError) -> dict[str, object]:
    name = getattr(error, "code", None) or type(error).__name__
    told: dict[str, object] = {"code": str(name)}
    told["message"] = getattr(error, "message", None) or str(error)
    details = dict(getattr(error, "details", None) or ())
    return told | ({"details": details} if details else {})


def _file_fault(error: OSError) -> SaphaError:
    """Return what a file's or directory's fault means for people; not of a closed pipe."""
    if error.errno == errno.EPIPE:
        raise error  # whoever read the output has had enough of it
    reason = error.strerror or str(error) or "a file cannot be used"
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    return FileFault(f"{' -> '.join(names)}: {reason}" if names else reason)
