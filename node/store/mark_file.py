"""A file of which only the last entry counts: sign-state, lock and head mark.

Entries are appended, each as two equal frames (the lock: one) with one fsync, and the file is
replaced whole when it has grown. A torn append leaves the entry before it, and was not
acknowledged; one damaged byte leaves the other frame. Replacing the file for each entry costs
several times as much (docs/adr/0014-mark-files.md).
"""

from dataclasses import dataclass
from pathlib import Path

from node.store.appending import AppendFile
from node.store.files import Files
from node.store.wal_frames import FILE_HEAD_BYTES, WalFrame, file_bytes, frame_bytes, frames_of
from node.store.wal_frames import salt_of as salt_of_head

REWRITE_BYTES_MIN = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkForm:
    """How a mark file is written; where entries are large and told elsewhere too, `copies` is 1."""

    magic: bytes
    copies: int = 2
    rewrite_bytes: int = REWRITE_BYTES_MIN


class MarkFile:
    """One owner; `append` blocks for an fsync, so call it in a thread where that matters.

    `last` is the last entry, None when there is none; `unreadable` says why when the file is
    there but its head or all of its entries are damaged.
    """

    def __init__(self, path: Path, form: MarkForm, files: Files) -> None:
        self._form = form
        self._file = AppendFile(path, files)
        self._salt = b""
        self.unreadable: str | None = None
        self._number, self.last = self._read(files.read(path))

    def append(self, entry: bytes) -> None:
        """Make `entry` the last one, on disk when this returns.

        Raises:
            StoreFull: the last entry is what it was; the same call may succeed later.
            StoreFailed: the disk refused, now or earlier; the node must stop.
        """
        if self._file.is_open and self._file.size < self._form.rewrite_bytes:
            self._file.append(self._frames(self._salt, self._file.size, entry))
        else:
            salt, head = file_bytes((), magic=self._form.magic)
            self._file.replace(head + self._frames(salt, len(head), entry))
            self._salt = salt
        self._number += 1
        self.last = entry

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _read(self, data: bytes | None) -> tuple[int, bytes | None]:
        """Return the number and the bytes of the last entry; (0, None) when there is none."""
        if data is None:
            return 0, None
        salt = salt_of_head(data, self._form.magic)
        if salt is None:
            self.unreadable = "its head is not the one that was written"
            return 0, None
        last = max(_whole_frames(data, salt), key=lambda frame: frame.height, default=None)
        if last is None:
            self.unreadable = "no entry of it has the checksum that was written"
            return 0, None
        return last.height, last.entry

    def _frames(self, salt: bytes, offset: int, entry: bytes) -> bytes:
        frames = b""
        for _ in range(self._form.copies):
            frames += frame_bytes(salt, offset + len(frames), self._number + 1, entry)
        return frames


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
