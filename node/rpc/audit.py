"""The audit log: who asked what at the operators' doors, when, and with which result.

A line of JSON an entry, in a file that is only appended to, mode 0600. A full file is set aside
under a number, the oldest of a bounded count is removed. Parameters are not written: a method's
may be large, and the methods of operators have none.

{"at": "2026-11-23T15:00:00.123Z", "who": "token=monitoring", "asked": "node_getPeers",
 "result": "OK"}
"""

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from p2p.rates import LogGate

log = logging.getLogger("sapha.rpc")

OK = "OK"
_ASKED_CHARS_MAX = 128
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """Where the audit log is, None for none; at most `files_max` files of `bytes_max`."""

    path: Path | None = None
    bytes_max: int = 8 * 1024 * 1024
    files_max: int = 8


class AuditLog:
    """Append to it. A disk that refuses is named in the log and refuses no operator.

    An operator must be able to ask what is wrong with a node whose disk is full.
    """

    def __init__(self, settings: AuditSettings, now_s: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._now_s = now_s
        self._gate = LogGate()
        self._failures = LogGate()

    def record(self, who: str, asked: str, result: str) -> None:
        """Write that an operator asked something, and what came of it."""
        self._append({"who": who, "asked": asked[:_ASKED_CHARS_MAX], "result": result})

    def refused(self, address: str, asked: str, result: str) -> None:
        """Write that somebody without the right asked: one entry an address and minute."""
        left_out = self._gate.passes(address, time.monotonic())
        if left_out is not None:
            entry = {"who": f"nobody from={address}", "asked": asked[:_ASKED_CHARS_MAX]}
            self._append({**entry, "result": result, "left_out": left_out})

    def _append(self, entry: dict[str, object]) -> None:
        path = self._settings.path
        if path is None:
            return
        at = datetime.fromtimestamp(self._now_s(), UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at.replace("+00:00", "Z"), **entry}) + "\n"
        try:
            self._write(path, line.encode())
        except OSError as error:
            left_out = self._failures.passes("write", time.monotonic())
            if left_out is not None:
                loss = {"path": path, "reason": error.strerror, "left_out": left_out}
                log.error("audit_entry_lost", extra=loss)  # noqa: TRY400 - no bug of ours

    def _write(self, path: Path, line: bytes) -> None:
        descriptor = os.open(path, _FLAGS, _MODE)
        try:
            size = os.fstat(descriptor).st_size
            if size and size + len(line) > self._settings.bytes_max:
                os.close(descriptor)
                descriptor = -1
                self._rotate(path)
                descriptor = os.open(path, _FLAGS, _MODE)
            os.write(descriptor, line)  # one call: an entry is whole or not there
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def _rotate(self, path: Path) -> None:
        """Make path.1 of path, path.2 of path.1 ...; what has no number left is replaced."""
        last = self._settings.files_max - 1
        names = [path, *(path.with_name(f"{path.name}.{n}") for n in range(1, last + 1))]
        if last == 0:
            path.unlink()
        for source, target in reversed(list(pairwise(names))):
            if source.exists():
                source.replace(target)
