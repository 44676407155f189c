"""A file that is appended to and fsynced, and that goes on after a full disk.

What the disk had no room for is taken back and may be tried again. After any other refusal
nothing more is written: what reached the disk is unknown, and an fsync that failed proves
nothing when it is tried again.
"""

from pathlib import Path

from node.store.faults import StoreFailed, StoreFull, StoreGone
from node.store.files import Files, replace_file


class AppendFile:
    """One owner; every call that writes blocks for an fsync. `size` is of what is whole."""

    def __init__(self, path: Path, files: Files) -> None:
        self.size = 0
        self._path = path
        self._files = files
        self._descriptor: int | None = None
        self._is_torn = False
        self._has_failed = False

    @property
    def is_open(self) -> bool:
        """Whether the file was replaced since this object was made, and so can be appended to."""
        return self._descriptor is not None

    def append(self, data: bytes) -> None:
        """Add `data` behind what is there; on disk when this returns.

        Raises:
            StoreFull: nothing was added; the same call may succeed once there is room.
            StoreFailed: the disk refused, now or earlier; the node must stop.
            StoreGone: it was written, but no longer to the file at the path.
        """
        self._begin()
        if self._descriptor is None:
            raise StoreFailed(f"{self._path} is closed")
        try:
            self._cut()
            self._is_torn = True  # until all of it is there
            self._files.write(self._descriptor, data)
        except StoreFull:
            self._has_failed = False
            raise
        self._files.fsync(self._descriptor)
        self._must_be_there()
        self.size += len(data)
        self._is_torn = self._has_failed = False

    def replace(self, data: bytes) -> None:
        """Make `data` all of the content, on disk when this returns.

        Raises:
            StoreFull: the old content stands; the same call may succeed once there is room.
            StoreFailed: the disk refused, now or earlier; the node must stop.
            StoreGone: the file that was written is no longer at the path; nothing was replaced.
        """
        self._begin()
        self._must_be_there()
        try:
            replace_file(self._files, self._path, data)
        except StoreFull:
            self._has_failed = False
            raise
        self.close()
        self._descriptor = self._files.open_append(self._path)
        self.size = len(data)
        self._is_torn = self._has_failed = False

    def close(self) -> None:
        """Release the file."""
        if self._descriptor is not None:
            self._files.close(self._descriptor)
            self._descriptor = None

    def _begin(self) -> None:
        if self._has_failed:
            raise StoreFailed(f"an earlier write to {self._path} failed: restart the node")
        self._has_failed = True

    def _must_be_there(self) -> None:
        if self._descriptor is not None and not self._files.is_at(self._descriptor, self._path):
            raise StoreGone(self._path)

    def _cut(self) -> None:
        if self._is_torn:
            self._files.truncate(self._path, self.size)
            self._is_torn = False
