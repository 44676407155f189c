"""Structured logs on standard error: an event and its fields in one line an entry, secrets never.

2026-11-23T15:00:00.123Z INFO sapha.mempool transactions_expired node=dopa count=3

It is written by `logging.Logger.info("transactions_expired", extra={"count": 3})`. The one place
that renders: whatever a stranger put into a field stays in its field, escaped and bounded.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
Form = Literal["text", "json"]
FIELD_CHARS_MAX = 1_000
TRACEBACK_CHARS_MAX = 10_000

# Names that no field may have: attributes of every record, and what stands before the fields.
RECORD_NAMES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
HEAD_NAMES = frozenset({"at", "level", "part", "event", "node", "error"})

_HIDDEN = "[hidden]"
_EVENT = re.compile(r"[a-z][a-z0-9_]*")
_BARE = re.compile(r"[\w.:/@+,\[\]-]+")
_SENSITIVE = r"\w*(?:seed|secret(?:_key)?|private_key|pass(?:word|phrase)|token)|authorization"
_SENSITIVE_NAME = re.compile(_SENSITIVE, re.I)
# A name of something secret, then the value that follows it in key=value or JSON-like text.
_NAMED_SECRET = re.compile(
    rf"(?i)\b({_SENSITIVE})\b"
    r"(['\"]?\s*[=:]\s*)(?:b?'[^']*'|b?\"[^\"]*\"|(?:bearer\s+)?[^\s,;)}\]]+)"
)
_BEARER = re.compile(r"(?i)\bbearer\s+[^\s'\",]+")
_PRIVATE_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*-----|$)", re.S)

Field = int | float | str | None  # booleans are integers


def redacted(text: str) -> str:
    """Return `text` with the values of seeds, passwords, tokens and private keys hidden."""
    text = _PRIVATE_PEM.sub(_HIDDEN, text)
    text = _NAMED_SECRET.sub(rf"\1\2{_HIDDEN}", text)
    return _BEARER.sub(f"Bearer {_HIDDEN}", text)


def fields_of(record: logging.LogRecord) -> dict[str, Field]:
    """Return an entry's event and fields; a library's words are the text of the event `message`."""
    fields: dict[str, Field] = {"event": str(record.msg)}
    if not _EVENT.fullmatch(str(record.msg)):
        fields = {"event": "message", "text": _field("text", record.getMessage())}
    extra = {name: value for name, value in vars(record).items() if name not in RECORD_NAMES}
    fields |= {name: _field(name, value) for name, value in extra.items()}
    if record.exc_info and record.exc_info[0]:
        error = redacted(logging.Formatter().formatException(record.exc_info))
        fields["error"] = _cut(error, TRACEBACK_CHARS_MAX)
    return fields


def text_of(fields: dict[str, Field]) -> str:
    """Return the event, then key=value for each field; text that is no plain word in quotes."""
    event, *pairs = fields.items()
    return _escaped(" ".join([str(event[1]), *(f"{n}={_shown(value)}" for n, value in pairs)]))


class _Formatter(logging.Formatter):
    """One line for each entry, whatever the fields hold."""

    def __init__(self, node: str, form: Form) -> None:
        super().__init__()
        self._node = node
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry's line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        at, level, part = at.replace("+00:00", "Z"), record.levelname, record.name
        event, *rest = fields_of(record).items()
        fields = dict([event, ("node", self._node or None), *rest])
        if self._form == "json":
            head = {"at": at, "level": level, "part": part}
            return _escaped(json.dumps(head | fields, ensure_ascii=False))
        return f"{at} {level} {part} {text_of(fields)}"


def set_up(
    *, level: str = "INFO", node: str = "", form: Form = "text", stream: TextIO | None = None
) -> logging.Handler:
    """Send all logs of `level` and above to `stream` (default: standard error).

    Replaces what an earlier call set up; returns the handler.

    Raises:
        ValueError: another level.
    """
    if level not in LEVELS:
        raise ValueError(f"log level is {level!r}, must be one of {', '.join(LEVELS)}")
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(node, form))
    root = logging.getLogger()
    for old in [entry for entry in root.handlers if isinstance(entry.formatter, _Formatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def _field(name: str, value: object) -> Field:
    """Return a value as it is shown: numbers as they are, anything else as bounded text."""
    if _SENSITIVE_NAME.fullmatch(name):
        return _HIDDEN
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, bytes):
        value = value.hex()
    elif isinstance(value, list | tuple):
        value = ",".join(map(str, value))
    return _cut(redacted(str(value)), FIELD_CHARS_MAX)


def _cut(text: str, chars_max: int) -> str:
    return text if len(text) <= chars_max else f"{text[:chars_max]}..."


def _shown(value: Field) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _escaped(line: str) -> str:
    """Return `line` without control characters, line ends and marks that turn a text round."""
    if line.isprintable():
        return line
    from primitives.plain import plain_line  # noqa: PLC0415 - few lines need it

    return plain_line(line)
