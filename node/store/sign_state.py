"""The sign-state folder: who may sign, above what, and what the last Commit was said upon.

    state    the sign-state, a mark file (docs/adr/0014-mark-files.md)
    lock     the last lock, a mark file of one frame an entry: the WAL holds the same once more
    in-use   held by flock while a process uses the folder

It lies outside the database, in a folder of its own, so that no loss, restore or snapshot of the
one takes the other along. Source: docs/protocol.md#who-may-sign.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from consensus.guard import (
    Lock,
    SignState,
    Standing,
    encode_lock,
    encode_sign_state,
    read_lock,
    read_sign_state,
)
from consensus.messages import SignMark
from node.store.faults import SignConflict, SignMarkLower, StoreGone, disk_faults
from node.store.files import Files, OsFiles, is_at, lock_file
from node.store.mark_file import MarkFile, MarkForm
from primitives.crypto import Digest
from primitives.errors import Rejected

STATE = "state"
LOCK = "lock"
IN_USE = "in-use"
_LOCK_REWRITE_BYTES = 16 * 1024 * 1024
_STATE_FORM = MarkForm(magic=b"sapha-sign 3\n\0")
_LOCK_FORM = MarkForm(magic=b"sapha-lock 1\n\0", copies=1, rewrite_bytes=_LOCK_REWRITE_BYTES)

T = TypeVar("T")


class SignStateFiles:
    """The folder of one validator, held while this lives. What writes blocks for an fsync.

    A sign-state that cannot be read is no error here: the node listens (R2.1), and the file is
    kept beside the new one. So is a lock: the sign-state says what was claimed.

    Raises, when opened:
        StoreLocked: another process holds the folder.
        StoreFailed: the disk refuses.
    """

    def __init__(self, folder: Path, files: Files | None = None) -> None:
        self.folder = folder
        self.unreadable: str | None = None
        self.state: SignState | None = None
        self.lock: Lock | None = None
        self._files = files or OsFiles()
        self._damaged: list[Path] = []
        with disk_faults(folder, "make"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._held = lock_file(folder / IN_USE)
        try:
            self._read()
        except BaseException:
            os.close(self._held)
            raise

    def start(self, state: SignState) -> None:
        """Make what this start decided the content, whatever was there; on disk when this returns.

        Raises:
            StoreFull, StoreFailed: the disk refuses; nothing may be signed.
        """
        while self._damaged:
            path = self._damaged[-1]
            self._files.rename(path, free_name(path, "unreadable"))
            self._damaged.pop()
        self._put(state)

    def write(self, state: SignState) -> None:
        """Make `state` the content, on disk when this returns.

        Raises:
            SignMarkLower: its mark is below the last.
            SignConflict: other signed content at the last mark.
            StoreFull: nothing was written; the same call may succeed later.
            StoreFailed: the disk refused; nothing may be sent, the node must stop.
            StoreGone: the folder was removed, moved or replaced under this process; the same.
        """
        is_silent = state.standing is Standing.LISTENER and self.state is not None
        self.check(state.mark, self.state.digest if is_silent and self.state else state.digest)
        self._put(state)

    def check(self, mark: SignMark, content: Digest | None) -> None:
        """Refuse to sign what has the digest `content` at `mark`. Raises as `write`."""
        last = self.state
        if last is None or mark > last.mark:
            return
        if mark < last.mark:
            raise SignMarkLower(
                f"asked to write {show_mark(mark)}, but {self.folder / STATE} holds "
                f"{show_mark(last.mark)}",
                last.mark,
            )
        if content != last.digest:
            raise SignConflict(
                f"asked to sign another content at {show_mark(mark)}: does a second node "
                "run with this key?",
                last.mark,
            )

    def write_lock(self, lock: Lock) -> None:
        """Make `lock` the last one, on disk when this returns. Raises StoreFull, StoreFailed."""
        self._lock_file.append(encode_lock(lock))
        self.lock = lock

    def set_lock_aside(self) -> None:
        """Keep the lock file under another name; a restart statement made it void (R2.9)."""
        path = self.folder / LOCK
        self._lock_file.close()
        if path.exists():
            self._files.rename(path, free_name(path, "void"))
            self._files.fsync_dir(self.folder)
        self._read_lock()

    def close(self) -> None:
        """Release the files and the folder."""
        self._state_file.close()
        self._lock_file.close()
        os.close(self._held)

    def _put(self, state: SignState) -> None:
        if not is_at(self._held, self.folder / IN_USE):
            raise StoreGone(self.folder / IN_USE)  # another process may hold what is there now
        self._state_file.append(encode_sign_state(state))
        self.state = state

    def _read(self) -> None:
        path = self.folder / STATE
        self._state_file = MarkFile(path, _STATE_FORM, self._files)
        self.state, self.unreadable = self._entry_of(self._state_file, path, read_sign_state)
        self._read_lock()

    def _read_lock(self) -> None:
        path = self.folder / LOCK
        self._lock_file = MarkFile(path, _LOCK_FORM, self._files)
        self.lock, _unreadable = self._entry_of(self._lock_file, path, read_lock)

    def _entry_of(
        self, file: MarkFile, path: Path, reader: Callable[[bytes], T]
    ) -> tuple[T | None, str | None]:
        """Return what the last entry says, or why it cannot be read."""
        unreadable = file.unreadable
        if file.last is not None:
            try:
                return reader(file.last), None
            except Rejected as error:
                unreadable = error.message
        if unreadable is None:
            return None, None
        self._damaged.append(path)
        return None, f"{path}: {unreadable}"


@contextmanager
def held(folder: Path) -> Iterator[SignStateFiles]:
    """Hold a folder for as long as a command works on a stopped node. Raises StoreLocked."""
    files = SignStateFiles(folder)
    try:
        yield files
    finally:
        files.close()


def free_name(path: Path, why: str) -> Path:
    """Return `<path>.<why>-<number>`, the first that is free."""
    number = 1
    while path.with_name(f"{path.name}.{why}-{number}").exists():
        number += 1
    return path.with_name(f"{path.name}.{why}-{number}")


def show_mark(mark: SignMark) -> str:
    """Return a mark in words."""
    kinds = ("view change", "pre-prepare", "prepare", "commit")
    kind = kinds[mark.kind] if mark.kind < len(kinds) else str(mark.kind)
    return f"height {mark.height} view {mark.view} ({kind})"
