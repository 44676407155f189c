"""A file of which only the last entry counts: the sign-state and the head mark.

Entries are appended, each as two equal frames with one fsync, and the file is replaced whole
when it has grown. A torn append leaves the entry before it, and was not acknowledged; one
damaged byte leaves the other frame. Replacing the file for each entry costs several times as
much (docs/adr/0014-mark-files.md).
"""

from pathlib import Path

from node.store.faults import StoreFailed
from node.store.files import Files, replace_file
from node.store.wal_frames import FILE_HEAD_BYTES, WalFrame, file_bytes, frame_bytes, frames_of
from node.store.wal_frames import salt_of as salt_of_head

REWRITE_BYTES_MIN = 256 * 1024


class MarkUnreadable(Exception):
    """The file exists, but no entry of it is whole."""


class MarkFile:
    """One owner; `append` blocks for an fsync, so call it in a thread where that matters.

    Raises, when opened:
        MarkUnreadable: the head of the file or all of its entries are damaged.
    """

    def __init__(self, path: Path, magic: bytes, files: Files) -> None:
        self._path = path
        self._magic = magic
        self._files = files
        self._descriptor: int | None = None
        self._has_failed = False
        self._number, self.last = _read(files.read(path), magic)

    def append(self, entry: bytes) -> None:
        """Make `entry` the last one, on disk when this returns.

        Raises:
            StoreFailed, StoreFull: the disk refused, now or earlier; the node must stop.
        """
        if self._has_failed:
            raise StoreFailed(f"an earlier write to {self._path} failed: restart the node")
        self._has_failed = True
        self._number += 1
        if self._descriptor is None or self._size >= REWRITE_BYTES_MIN:
            self._start_anew(entry)
        else:
            frames = self._twice(self._salt, self._size, entry)
            self._files.write(self._descriptor, frames)
            self._files.fsync(self._descriptor)
            self._size += len(frames)
        self._has_failed = False
        self.last = entry

    def close(self) -> None:
        """Release the file."""
        if self._descriptor is not None:
            self._files.close(self._descriptor)
            self._descriptor = None

    def _start_anew(self, entry: bytes) -> None:
        self.close()
        self._salt, head = file_bytes((), magic=self._magic)
        data = head + self._twice(self._salt, len(head), entry)
        replace_file(self._files, self._path, data)
        self._descriptor = self._files.open_append(self._path)
        self._size = len(data)

    def _twice(self, salt: bytes, offset: int, entry: bytes) -> bytes:
        first = frame_bytes(salt, offset, self._number, entry)
        return first + frame_bytes(salt, offset + len(first), self._number, entry)


def _read(data: bytes | None, magic: bytes) -> tuple[int, bytes | None]:
    """Return the number and the bytes of the last entry; (0, None) when there is no file."""
    if data is None:
        return 0, None
    salt = salt_of_head(data, magic)
    if salt is None:
        raise MarkUnreadable("its head is not the one that was written")
    last = max(_whole_frames(data, salt), key=lambda frame: frame.height, default=None)
    if last is None:
        raise MarkUnreadable("no entry of it has the checksum that was written")
    return last.height, last.entry


def _whole_frames(data: bytes, salt: bytes) -> list[WalFrame]:
    """Return every whole frame, also behind damaged ones: each stands under its own checksum."""
    found = []
    at = data.find(salt, FILE_HEAD_BYTES)
    while at >= 0:
        frame = next(frames_of(data, salt, at), None)
        if frame is not None:
            found.append(frame)
        at = data.find(salt, at + 1 if frame is None else frame.end)
    return found
