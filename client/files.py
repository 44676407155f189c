"""Files that a command writes: whole or not at all, and never half where an older one was."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

PUBLIC_MODE = 0o644
OWNER_MODE = 0o600


def write_whole(path: Path, data: bytes, *, mode: int = PUBLIC_MODE, is_new: bool = False) -> None:
    """Write a file durably, so that whoever reads it finds all of it or what was there before.

    With `is_new` it is never written over another. What is no regular file, such as /dev/stdout,
    is written to as it stands.

    Raises:
        OSError: names the file; with `is_new` FileExistsError when there is one.
    """
    if not is_new and _is_special(path):
        with _naming(path):
            path.write_bytes(data)
        return
    with _written_beside(path) as beside:
        _write(beside, data, mode)
        if is_new:
            _name_new(beside, path)
        else:
            beside.replace(path.resolve())  # what a link points to, not the link


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Give a file to write ASCII text to, which has its name once all of it was written.

    Raises:
        OSError: FileExistsError when there is one.
    """
    with _written_beside(path) as beside:
        with beside.open("x", encoding="ascii") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name_new(beside, path)


@contextmanager
def _written_beside(path: Path) -> Iterator[Path]:
    """Give a name beside a file; what has the name at the end is removed, faults name `path`."""
    beside = path.resolve().with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    try:
        with _naming(path):
            yield beside
            _sync_folder(beside.parent)
    finally:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Make faults name `path`: those of an open file, as on a full disk, name none."""
    try:
        yield
    except OSError as error:
        if error.filename == str(path):
            raise
        raise type(error)(error.errno, error.strerror, str(path)) from error


def _name_new(beside: Path, path: Path) -> None:
    """Give a written file its name, never over another. Raises FileExistsError."""
    try:
        os.link(beside, path)
    except PermissionError:  # a file system without links, as on a memory stick
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
        beside.replace(path)


def _is_special(path: Path) -> bool:
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(kind)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
