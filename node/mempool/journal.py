"""The mempool's journal: what was acknowledged survives a crash.

A file of frames `a5 54, length: uint32, crc32: uint32, raw signed transaction`, appended in
groups with one fsync each, in a thread of its own. Each transaction proves itself by its
signatures and stands alone, so reading keeps every whole frame and reports the rest: a torn tail
was never acknowledged, and damage in the middle costs no more than the frames it hit.
"""

import asyncio
import logging
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from primitives.errors import LocalFault
from primitives.limits import TRANSACTION_BYTES_MAX

log = logging.getLogger("sapha.mempool")

_MAGIC = b"\xa5\x54"
_HEAD = struct.Struct(">2sII")
COMPACT_BYTES = 4 * 1024 * 1024
_COMPACT_RATIO = 4
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
_MODE = 0o600  # whatever the mask


class JournalFault(LocalFault):
    """The mempool journal cannot be written; nothing more may be acknowledged."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a journal held: each raw transaction once, in order; and bytes that made no frame."""

    raws: tuple[bytes, ...]
    bytes_lost: int


@dataclass(slots=True)
class _Group:
    """Frames that share one fsync."""

    frames: list[bytes] = field(default_factory=list)
    written: "asyncio.Future[None] | None" = None


def _ignore(_seconds: float) -> None:
    """Nobody measures."""


class Journal:
    """An append-only file with group commit, from `open_journal`; close it when done."""

    def __init__(self, file: "_File", compact_bytes: int = COMPACT_BYTES) -> None:
        self._file = file
        self._compact_bytes = compact_bytes
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._writing = asyncio.Lock()
        self._open = _Group()

    @property
    def size_bytes(self) -> int:
        """The length of the file."""
        return self._file.length

    @property
    def fault(self) -> str | None:
        """Why nothing can be acknowledged any more until a restart; None while all is well."""
        return self._file.fault

    @property
    def refused(self) -> str | None:
        """Why the last append was refused; it is tried again with the next."""
        return self._file.refused

    async def append(self, raws: Sequence[bytes]) -> None:
        """Return once `raws` are on disk.

        Raises:
            JournalFault: the disk refused.
        """
        group = self._open
        group.frames.extend(map(_frame, raws))
        async with self._writing:
            if group.written is None:
                # Whoever comes first writes for all that joined the group meanwhile.
                self._open = _Group()
                group.written = self._run(self._file.append, b"".join(group.frames))
            await asyncio.shield(group.written)

    async def compact(self, kept: Callable[[], Iterator[bytes]]) -> None:
        """Rewrite the file with only what `kept` yields.

        Raises:
            JournalFault: the disk refused; the old file is as it was, unless `fault` is set.
        """
        async with self._writing:
            content = b"".join(map(_frame, kept()))
            await asyncio.shield(self._run(self._file.replace, content))

    def is_worth_compacting(self, bytes_kept: int) -> bool:
        """Whether the file is large and mostly of transactions that no longer wait."""
        return self.size_bytes > max(self._compact_bytes, _COMPACT_RATIO * bytes_kept)

    def close(self) -> None:
        """Finish writing and close the file."""
        self._thread.shutdown(wait=True)
        self._file.close()

    def _run(self, act: Callable[[bytes], None], content: bytes) -> "asyncio.Future[None]":
        return asyncio.get_running_loop().run_in_executor(self._thread, act, content)


def open_journal(
    path: Path,
    fsync_seconds: Callable[[float], None] = _ignore,
    *,
    compact_bytes: int = COMPACT_BYTES,
) -> tuple[Journal, Replay]:
    """Open the journal at `path`, made when absent, and return it with what it holds.

    One of less than `compact_bytes` is not worth compacting.
    `fsync_seconds` is given the duration of every fsync. Raises JournalFault.
    """
    try:
        file = _File(path, fsync_seconds)
        replay = read_frames(path.read_bytes())
        if replay.bytes_lost:
            log.warning("torn_journal_dropped", extra={"bytes": replay.bytes_lost, "path": path})
            file.replace(b"".join(map(_frame, replay.raws)))
    except OSError as error:
        raise JournalFault(f"mempool journal {path}: {error.strerror}") from error
    return Journal(file, compact_bytes), replay


def read_frames(content: bytes) -> Replay:
    """Return every whole frame of `content`, whatever lies between them."""
    raws: list[bytes] = []
    position = read = 0
    while (position := content.find(_MAGIC, position)) >= 0:
        raw = _frame_at(content, position)
        if raw is None:
            position += 1
        else:
            raws.append(raw)
            position += _HEAD.size + len(raw)
            read += _HEAD.size + len(raw)
    return Replay(tuple(dict.fromkeys(raws)), len(content) - read)


def _frame(raw: bytes) -> bytes:
    return _HEAD.pack(_MAGIC, len(raw), zlib.crc32(raw)) + raw


def _frame_at(content: bytes, position: int) -> bytes | None:
    start = position + _HEAD.size
    if start > len(content):
        return None
    _magic, length, checksum = _HEAD.unpack_from(content, position)
    if not 0 < length <= TRANSACTION_BYTES_MAX or start + length > len(content):
        return None
    raw = content[start : start + length]
    return raw if zlib.crc32(raw) == checksum else None


class _File:
    """The file itself; only the journal's thread calls it once it is open."""

    def __init__(self, path: Path, fsync_seconds: Callable[[float], None]) -> None:
        self._path = path
        self._fsync_seconds = fsync_seconds
        self.fault: str | None = None
        self.refused: str | None = None
        self._open()

    def append(self, content: bytes) -> None:
        self._refuse_after_fault()
        try:
            self._write(content)
        except OSError as error:
            # A half frame is skipped when the journal is read; the next append may succeed.
            self.length = os.fstat(self._descriptor).st_size
            self.refused = f"mempool journal {self._path}: {error.strerror}"
            raise JournalFault(self.refused) from error
        self.length += len(content)
        self._sync()
        self.refused = None

    def replace(self, content: bytes) -> None:
        self._refuse_after_fault()
        fresh = self._path.with_suffix(".new")
        try:
            with os.fdopen(os.open(fresh, _FRESH, _MODE), "wb") as file:
                os.fchmod(file.fileno(), _MODE)  # one that a crash left may have another
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise JournalFault(f"mempool journal {fresh}: {error.strerror}") from error
        try:
            fresh.replace(self._path)
            os.close(self._descriptor)
            self._open()
        except OSError as error:
            self.fault = f"mempool journal {self._path}: {error.strerror}"
            raise JournalFault(self.fault) from error

    def close(self) -> None:
        os.close(self._descriptor)

    def _open(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = os.open(self._path, flags, _MODE)
        self.length = os.fstat(self._descriptor).st_size
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)  # the name of the file must survive too
        finally:
            os.close(directory)

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _sync(self) -> None:
        started = perf_counter()
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            # After a failed fsync nobody knows what is on disk; trying again proves nothing.
            self.fault = f"mempool journal {self._path}: fsync failed: {error.strerror}"
            raise JournalFault(self.fault) from error
        self._fsync_seconds(perf_counter() - started)

    def _refuse_after_fault(self) -> None:
        if self.fault is not None:
            raise JournalFault(self.fault)
