"""The consensus write-ahead log: own messages of the open height, fsynced one by one.

A torn tail is dropped and reported; damage before the last record refuses to open, because a
node that forgot what it had sent could contradict itself. Its first record is the stamp of the
start that wrote it. The bytes are `wal_frames`'s.
"""

from itertools import chain
from pathlib import Path

from consensus.guard import Stamp, WalFound
from node.store.appending import AppendFile
from node.store.faults import WalDamaged
from node.store.files import Files, OsFiles
from node.store.wal_frames import (
    STAMP_HEIGHT,
    damage_message,
    file_bytes,
    frame_bytes,
    read_stamp_entry,
    scan_wal,
    stamp_entry,
)
from primitives.errors import Rejected

REWRITE_BYTES_MIN = 16 * 1024 * 1024


class Wal:
    """The log of one node, written from `start` on. One owner; call what writes in a thread.

    Raises, when opened:
        WalDamaged: damage that is not a torn tail; names height and repair command.
    """

    def __init__(
        self, path: Path, files: Files | None = None, *, rewrite_bytes: int = REWRITE_BYTES_MIN
    ) -> None:
        self.path = path
        self._rewrite_bytes = rewrite_bytes
        self.dropped_tail_bytes = 0
        self._entries: dict[int, list[bytes]] = {}
        self._stamp: Stamp | None = None
        self._salt = b""
        files = files or OsFiles()
        self._file = AppendFile(path, files)
        data = files.read(path)
        self._is_found = data is not None
        if data is not None:
            self._load(data)

    def found(self) -> WalFound | None:
        """Return what the log held when it was opened, None when there was none."""
        if not self._is_found:
            return None
        return WalFound(stamp=self._stamp, entries=tuple(chain(*self._entries.values())))

    def start(self, stamp: Stamp) -> None:
        """Write the stamp of this start before the records. Raises StoreFull, StoreFailed."""
        self._stamp = stamp
        self._rewrite()

    def append(self, height: int, entry: bytes) -> None:
        """Add `entry` to the records of `height`; on disk when this returns.

        Raises:
            StoreFull: it was not added; the same call may succeed later.
            StoreFailed: the disk refused, now or earlier; the node must stop.
        """
        self._file.append(frame_bytes(self._salt, self._file.size, height, entry))
        self._entries.setdefault(height, []).append(entry)

    def entries(self, height: int) -> list[bytes]:
        """Return the entries of `height`, in the order of appending."""
        return list(self._entries.get(height, ()))

    def start_height(self, height: int) -> None:
        """Forget the entries of heights below; give their bytes back when they are many.

        Raises:
            StoreFull: the bytes were not given back; the same call may succeed later.
            StoreFailed: the disk refused; the node must stop.
        """
        for older in [known for known in self._entries if known < height]:
            del self._entries[older]
        if self._file.size >= self._rewrite_bytes:
            self._rewrite()

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _rewrite(self) -> None:
        pairs = [(height, entry) for height in self._entries for entry in self._entries[height]]
        stamped = [] if self._stamp is None else [(STAMP_HEIGHT, stamp_entry(self._stamp))]
        salt, data = file_bytes(stamped + pairs)
        self._file.replace(data)
        self._salt = salt

    def _load(self, data: bytes) -> None:
        scan = scan_wal(self.path, data)
        if scan.next_frame is not None:
            raise WalDamaged(damage_message(self.path, data, scan))
        if scan.bad_from is not None:
            self.dropped_tail_bytes = len(data) - scan.bad_from
        for frame in scan.frames:
            if frame.height == STAMP_HEIGHT:
                self._stamp = _stamp_of(self.path, frame.entry)
            else:
                self._entries.setdefault(frame.height, []).append(frame.entry)


def _stamp_of(path: Path, entry: bytes) -> Stamp:
    try:
        return read_stamp_entry(entry)
    except Rejected as error:
        raise WalDamaged(f"the WAL {path}: its stamp is not one: {error.message}") from error
