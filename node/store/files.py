"""Durable file operations: the one place that calls fsync, and the seam that tests break.

A file is replaced by: temporary file, write, fsync, rename, fsync of the directory. Every one of
these calls goes through `Files`, so that a test can stop the world before and after each.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from node.store.faults import StoreFull, StoreLocked, disk_fault, disk_faults, fsync_faults

_FILE_MODE = 0o600


class Files(Protocol):
    """The operating system's files, as far as durability needs them."""

    def read(self, path: Path) -> bytes | None:
        """Return the whole file, None when there is none."""

    def create(self, path: Path) -> int:
        """Open `path` for writing, empty, and return a descriptor."""

    def open_append(self, path: Path) -> int:
        """Open an existing file for appending and return a descriptor."""

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of `data`."""

    def fsync(self, descriptor: int) -> None:
        """Return when the file's bytes are on disk. Raises StoreFailed, also for lack of room."""

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""

    def is_at(self, descriptor: int, path: Path) -> bool:
        """Return whether `path` still names the file of the descriptor."""

    def truncate(self, path: Path, length: int) -> None:
        """Cut the file to `length` bytes."""

    def rename(self, source: Path, target: Path) -> None:
        """Put `source` in the place of `target`, atomically."""

    def remove(self, path: Path) -> None:
        """Remove the file, if it is there."""

    def fsync_dir(self, path: Path) -> None:
        """Return when the directory's entries are on disk. Raises StoreFailed, as `fsync`."""


class OsFiles:
    """`Files` of the operating system. Raises StoreFull or StoreFailed."""

    def read(self, path: Path) -> bytes | None:
        """Return the whole file, None when there is none."""
        with disk_faults(path, "read"):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None

    def create(self, path: Path) -> int:
        """Open `path` for writing, empty, and return a descriptor."""
        with disk_faults(path, "create"):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
            return os.open(path, flags, _FILE_MODE)

    def open_append(self, path: Path) -> int:
        """Open an existing file for appending and return a descriptor."""
        with disk_faults(path, "open"):
            return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of `data`."""
        with disk_faults(_path_of(descriptor), "write"):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        """Return when the file's bytes are on disk."""
        with fsync_faults(_path_of(descriptor), "fsync"):
            os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        with disk_faults(_path_of(descriptor), "close"):
            os.close(descriptor)

    def is_at(self, descriptor: int, path: Path) -> bool:
        """Return whether `path` still names the file of the descriptor."""
        return is_at(descriptor, path)

    def truncate(self, path: Path, length: int) -> None:
        """Cut the file to `length` bytes."""
        with disk_faults(path, "truncate"):
            os.truncate(path, length)

    def rename(self, source: Path, target: Path) -> None:
        """Put `source` in the place of `target`, atomically."""
        with disk_faults(target, "replace"):
            source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove the file, if it is there."""
        with disk_faults(path, "remove"):
            path.unlink(missing_ok=True)

    def fsync_dir(self, path: Path) -> None:
        """Return when the directory's entries are on disk."""
        with fsync_faults(path, "fsync the directory"):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def replace_file(files: Files, path: Path, data: bytes) -> None:
    """Make `data` the content of `path`: after a crash it is the old or the new content, whole.

    Raises:
        StoreFull: the old content stands, and nothing is left beside it.
        StoreFailed: the disk refused; what is there is unknown.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        descriptor = files.create(temporary)
        try:
            files.write(descriptor, data)
            files.fsync(descriptor)
        finally:
            files.close(descriptor)
        files.rename(temporary, path)
    except StoreFull:
        files.remove(temporary)
        raise
    files.fsync_dir(path.parent)


def lock_file(path: Path) -> int:
    """Lock `path` for this process until the returned descriptor is closed.

    Raises:
        StoreLocked: another process, or another open of this one, holds it.
    """
    with disk_faults(path, "open"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StoreLocked(
            f"{path} is locked: another node runs with these files; stop it first"
        ) from None
    return descriptor


def is_at(descriptor: int, path: Path) -> bool:
    """Return whether `path` still names the file of the descriptor. Raises StoreFailed."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise disk_fault(path, "look at", error) from error


def _path_of(descriptor: int) -> Path:
    """Return the file's path for a message."""
    link = Path(f"/proc/self/fd/{descriptor}")
    return link.readlink() if link.is_symlink() else Path(f"file {descriptor}")
