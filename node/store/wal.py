"""The consensus write-ahead log: own messages of the open height, fsynced one by one.

A torn tail is dropped and reported; damage before the last record refuses to open, because a
node that forgot what it had sent could contradict itself. The bytes are `wal_frames`'s.
"""

from pathlib import Path

from node.store.faults import StoreFailed, WalDamaged
from node.store.files import Files, OsFiles, replace_file
from node.store.wal_frames import damage_message, file_bytes, frame_bytes, scan_wal

REWRITE_BYTES_MIN = 16 * 1024 * 1024


class Wal:
    """The log of one node. One owner; `append` blocks for an fsync, so call it in a thread.

    Raises, when opened:
        WalDamaged: damage that is not a torn tail; names height and repair command.
    """

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path
        self.dropped_tail_bytes = 0
        self._files = files or OsFiles()
        self._entries: dict[int, list[bytes]] = {}
        self._has_failed = False
        data = self._files.read(path)
        if data is None:
            self._rewrite()
        else:
            self._load(data)
        self._descriptor = self._files.open_append(path)

    def append(self, height: int, entry: bytes) -> None:
        """Add `entry` to the records of `height`; on disk when this returns."""
        if self._has_failed:
            raise StoreFailed(f"an earlier write to {self.path} failed: restart the node")
        frame = frame_bytes(self._salt, self._size, height, entry)
        self._has_failed = True  # until the whole frame is known to be on disk
        self._files.write(self._descriptor, frame)
        self._files.fsync(self._descriptor)
        self._has_failed = False
        self._size += len(frame)
        self._entries.setdefault(height, []).append(entry)

    def entries(self, height: int) -> list[bytes]:
        """Return the entries of `height`, in the order of appending."""
        return list(self._entries.get(height, ()))

    def start_height(self, height: int) -> None:
        """Forget the entries of heights below; give their bytes back when they are many."""
        for older in [known for known in self._entries if known < height]:
            del self._entries[older]
        if self._size >= REWRITE_BYTES_MIN:
            self._has_failed = True
            self._files.close(self._descriptor)
            self._rewrite()
            self._descriptor = self._files.open_append(self.path)
            self._has_failed = False

    def close(self) -> None:
        """Release the file."""
        self._files.close(self._descriptor)

    def _rewrite(self) -> None:
        pairs = [(height, entry) for height in self._entries for entry in self._entries[height]]
        self._salt, data = file_bytes(pairs)
        self._size = len(data)
        replace_file(self._files, self.path, data)

    def _load(self, data: bytes) -> None:
        scan = scan_wal(self.path, data)
        if scan.next_frame is not None:
            raise WalDamaged(damage_message(self.path, data, scan))
        self._salt = scan.salt
        self._size = len(data) if scan.bad_from is None else scan.bad_from
        if scan.bad_from is not None:
            self.dropped_tail_bytes = len(data) - scan.bad_from
            self._files.truncate(self.path, scan.bad_from)
        for frame in scan.frames:
            self._entries.setdefault(frame.height, []).append(frame.entry)
