"""The files of the content store. Every call blocks; the store runs them in threads.

    <root>/<first byte>/<content>.head-<parts>            blob 0; parts = how many more there are
                        <content>.part-<index>
                        <content>.wraps-<key>-<version>
                        <content>.by-<address>            not on the ledger yet; who uploaded it
                        <content>.erased                  the receipt; the content stays away

A file is whole or absent: temporary file, fsync, rename, fsync of the directory, and only then
is it acknowledged. Numbers in names are decimal; everything else is hex.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from node.store.faults import disk_faults
from node.store.files import Files, OsFiles
from primitives.crypto import Digest
from primitives.errors import LocalFault

_NAME = re.compile(r"([0-9a-f]{64})\.([a-z]+)(?:-([0-9a-f]+))?(?:-([0-9]+))?", re.ASCII)
_TEMPORARY = ".tmp"
_MODE = 0o700


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file found at start, by the pieces of its name."""

    content: Digest
    kind: str
    first: str
    second: str
    size: int
    written_ms: int


class BlobDisk:
    """Reads, writes and removes files by content and name."""

    def __init__(self, root: Path, files: Files | None = None) -> None:
        """Remove what a crash left half written. Raises StoreFailed."""
        self._root = root
        self._files = files or OsFiles()
        self._numbers = count()
        self._is_made = False
        with disk_faults(root, "tidy"):
            for left in root.glob(f"*/*{_TEMPORARY}"):
                left.unlink(missing_ok=True)

    def scan(self) -> Iterator[FoundFile]:
        """Yield every file of ours, sorted."""
        with disk_faults(self._root, "list"):
            for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/*")):
                match = _NAME.fullmatch(path.name)
                if match is None:
                    continue
                status = path.stat()
                content, kind, first, second = match.groups(default="")
                yield FoundFile(
                    Digest(bytes.fromhex(content)),
                    kind,
                    first,
                    second,
                    status.st_size,
                    status.st_mtime_ns // 1_000_000,
                )

    def write(self, content: Digest, name: str, data: bytes, *, beside: str = "") -> None:
        """Make `data` the file's content, durably; `beside` is an empty file that comes with it.

        Raises:
            StoreFull, StoreFailed: nothing is left behind.
        """
        self._make_folders()
        path = self._path(content, name)
        temporary = path.with_name(f"{path.name}.{next(self._numbers)}{_TEMPORARY}")
        try:
            self._write_new(temporary, data)
            if beside:
                self._files.close(self._files.create(self._path(content, beside)))
            self._files.rename(temporary, path)
            self._files.fsync_dir(path.parent)
        except LocalFault:
            left = [temporary, path, *([self._path(content, beside)] if beside else [])]
            with suppress(OSError):  # the first fault is the one to tell
                for one in left:
                    one.unlink(missing_ok=True)
            raise

    def free_bytes(self) -> int:
        """Return how much space the disk has left. Raises StoreFailed."""
        with disk_faults(self._root, "measure"):
            root = self._root if self._root.exists() else self._root.parent
            return shutil.disk_usage(root).free

    def read(self, content: Digest, name: str) -> bytes | None:
        """Return the file, None when there is none. Raises StoreFailed."""
        return self._files.read(self._path(content, name))

    def remove(self, content: Digest, names: list[str]) -> None:
        """Remove files, durably; those that are not there are no fault. Raises StoreFailed."""
        if not names:
            return
        folder = self._path(content, "").parent
        with disk_faults(folder, "remove files of"):
            for name in names:
                self._path(content, name).unlink(missing_ok=True)
        self._files.fsync_dir(folder)

    def _make_folders(self) -> None:
        """Make all folders before the first file; a node that keeps no content has none."""
        if self._is_made:
            return
        with disk_faults(self._root, "make the folders of"):
            for number in range(256):
                (self._root / f"{number:02x}").mkdir(mode=_MODE, parents=True, exist_ok=True)
        self._files.fsync_dir(self._root)
        self._files.fsync_dir(self._root.parent)
        self._is_made = True

    def _write_new(self, path: Path, data: bytes) -> None:
        descriptor = self._files.create(path)
        try:
            self._files.write(descriptor, data)
            self._files.fsync(descriptor)
        finally:
            self._files.close(descriptor)

    def _path(self, content: Digest, name: str) -> Path:
        shown = content.hex()
        return self._root / shown[:2] / f"{shown}.{name}"
