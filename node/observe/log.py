"""Structured logs on standard error: one line an entry, secrets never.

2026-11-23T15:00:00.123Z INFO sapha.mempool "expired transactions=3" node=dopa
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
Form = Literal["text", "json"]
_HIDDEN = "[hidden]"

# A name of something secret, then the value that follows it in key=value or JSON-like text.
_NAMED_SECRET = re.compile(
    r"(?i)\b(\w*(?:seed|secret(?:_key)?|private_key|pass(?:word|phrase)|token)|authorization)\b"
    r"(['\"]?\s*[=:]\s*)(?:b?'[^']*'|b?\"[^\"]*\"|(?:bearer\s+)?[^\s,;)}\]]+)"
)
_BEARER = re.compile(r"(?i)\bbearer\s+[^\s'\",]+")
_PRIVATE_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*-----|$)", re.S)


def redacted(text: str) -> str:
    """Return `text` with the values of seeds, passwords, tokens and private keys hidden."""
    text = _PRIVATE_PEM.sub(_HIDDEN, text)
    text = _NAMED_SECRET.sub(rf"\1\2{_HIDDEN}", text)
    return _BEARER.sub(f"Bearer {_HIDDEN}", text)


class _Formatter(logging.Formatter):
    """One line for each entry, whatever the message holds."""

    def __init__(self, node: str, form: Form) -> None:
        super().__init__()
        self._node = node
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry's line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        text = redacted(record.getMessage())
        error = redacted(self.formatException(record.exc_info)) if record.exc_info else ""
        entry = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "part": record.name,
            "text": text,
            "node": self._node,
        }
        if error:
            entry["error"] = error
        if self._form == "json":
            return json.dumps(entry, ensure_ascii=False)
        quoted = json.dumps(text, ensure_ascii=False)
        tail = f" error={json.dumps(error, ensure_ascii=False)}" if error else ""
        head = f"{entry['at']} {record.levelname} {record.name}"
        return f"{head} {quoted} node={self._node or '-'}{tail}"


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
