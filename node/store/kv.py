"""LevelDB behind the key-value port; the only module that imports its binding.

LevelDB's defaults lose and corrupt data silently after bit flips: every open is paranoid, every
read verifies checksums, every batch is synced, and only `create_kv` creates.

After a write for which the disk had no room, LevelDB's own log may end in half a record, and what
it appends behind that would be lost; it also refuses all writes once a compaction found no room.
The database is therefore closed and opened again before the next write: opening writes what its
log holds whole into a new, synced table. Source: docs/adr/0008-leveldb.md.
"""

import fcntl
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from node.store.faults import (
    StoreExists,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreMissing,
    damaged_store,
    disk_faults,
    no_room,
)
from node.store.ports import Put
from primitives.errors import LocalFault

if sys.version_info >= (3, 13):  # plyvel has no wheel beyond 3.12; its fork binds the same LevelDB
    import plyvel_next as plyvel
else:
    import plyvel

_BLOOM_BITS_A_KEY = 10
_OPEN_BYTES = 1024 * 1024  # manifest, log and LOG of a database that is opened, and some to spare
_PAIRS_A_PIECE = 256  # read of a frozen database in one go
_LOCK = "LOCK"
_OWN_FILES = re.compile(r"CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KvMemory:
    """What LevelDB may hold in memory: blocks that were read, and what was written last."""

    block_cache_bytes: int = 64 * 1024 * 1024
    write_buffer_bytes: int = 16 * 1024 * 1024


_MEMORY = KvMemory()


def create_kv(path: Path, memory: KvMemory = _MEMORY) -> "LevelKv":
    """Make a new database, or open one whose making was cut off.

    Raises:
        StoreExists: the folder holds files of something else.
        StoreFull, StoreFailed, StoreLocked, StoreDamaged: from the disk.
    """
    with disk_faults(path, "create"):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        foreign = [found.name for found in path.iterdir() if not _OWN_FILES.fullmatch(found.name)]
    if foreign:
        raise StoreExists(f"{path} holds {foreign[0]}: a database is made in a new folder only")
    return LevelKv(path, is_new=True, memory=memory)


def open_kv(path: Path, memory: KvMemory = _MEMORY) -> "LevelKv":
    """Open an existing database. Raises StoreMissing, StoreLocked or StoreDamaged.

    After StoreDamaged the lock may stay held by this process: open again in a fresh one.
    """
    if not path.is_dir():
        raise StoreMissing(f"there is no database at {path}: initialise the node first")
    return LevelKv(path, is_new=False, memory=memory)


def require_closed(path: Path) -> None:
    """Check that no other process has the database at `path` open, if there is one.

    Only for a database that this process does not have open either: closing any descriptor of its
    lock file would release LevelDB's own lock, which is one of POSIX.

    Raises:
        StoreLocked: another process has it open.
        StoreFailed: the disk refuses.
    """
    lock = path / _LOCK
    with disk_faults(lock, "open"):
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # POSIX allows either
        raise _locked(path) from None
    finally:
        os.close(descriptor)


class LevelKv:
    """One LevelDB, opened paranoid, with verified reads and synced batches."""

    def __init__(self, path: Path, *, is_new: bool, memory: KvMemory = _MEMORY) -> None:
        self.path = path
        self._memory = memory
        self._has_failed = False
        self._must_reopen = False
        self._db = _open(path, memory, is_new=is_new)
        self._cursor: plyvel.Iterator | None = None  # of `between`, until the next write
        self._frozen: WeakSet[FrozenKv] = WeakSet()

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent. Raises StoreDamaged."""
        return _get(self._db, self.path, key)

    def scan(self, prefix: bytes, *, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs whose keys start with `prefix`, ascending, greater than `after`."""
        return _scan(self._db, self.path, prefix, after)

    def frozen(self) -> "FrozenKv":
        """Return what the database holds now, whatever is written later."""
        try:
            frozen = FrozenKv(self.path, self._db.snapshot())
        except RuntimeError:
            raise no_room(self.path, "open") from None
        self._frozen.add(frozen)
        return frozen

    def between(self, start: bytes, stop: bytes) -> list[tuple[bytes, bytes]]:
        """Return the pairs with keys from `start` up to `stop`, ascending. One task only asks.

        One iterator serves all reads between two writes: making one costs more than seeking.
        """
        pairs: list[tuple[bytes, bytes]] = []
        try:
            if self._cursor is None:
                self._cursor = self._db.iterator(verify_checksums=True)
            self._cursor.seek(start)
            for pair in self._cursor:
                if pair[0] >= stop:
                    break
                pairs.append(pair)
        except plyvel.Error as error:
            raise _fault(self.path, "scan", error) from None
        except RuntimeError:
            raise no_room(self.path, "open") from None
        return pairs

    def write(self, batch: Iterable[Put]) -> None:
        """Apply the batch whole and durably.

        Raises:
            StoreFull: whether it was applied shows at the next write, which may succeed: give the
                same batch again. Reads go on.
            StoreFailed: the disk refused, now or earlier; the node must stop.
        """
        if self._has_failed:
            raise StoreFailed(f"an earlier write to {self.path} failed: restart the node")
        if self._must_reopen:
            self._reopen()
        try:
            # Without `transaction` plyvel writes what it has of a batch that raised half-way.
            with self._db.write_batch(transaction=True, sync=True) as writer:
                put, delete = writer.put, writer.delete
                for key, value in batch:
                    if value is None:
                        delete(key)
                    else:
                        put(key, value)
        except plyvel.Error as error:
            fault = _fault(self.path, "write", error)
            self._must_reopen = isinstance(fault, StoreFull)
            self._has_failed = not self._must_reopen
            raise fault from None
        finally:
            self._close_cursor()

    def compact(self) -> None:
        """Give the place of what was removed back. Takes long."""
        try:
            self._db.compact_range()
        except plyvel.Error as error:
            raise _fault(self.path, "compact", error) from None

    def close(self) -> None:
        """Release the files and the lock; what is frozen ends."""
        self._close_cursor()
        for frozen in list(self._frozen):
            frozen.close()
        self._db.close()

    def _close_cursor(self) -> None:
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    def _reopen(self) -> None:
        """Close and open; not before there is room for it, since reads end with the closing."""
        if not self._db.closed:
            logs = sum(found.stat().st_size for found in self.path.glob("*.log"))
            check_room(self.path, logs + _OPEN_BYTES)
            self.close()
        self._db = _open(self.path, self._memory, is_new=False)
        self._must_reopen = False


class FrozenKv:
    """What a database held at one moment; any one thread may read it while others write.

    It ends with the database, or before: a read after that raises StoreFull.
    """

    def __init__(self, path: Path, snapshot: Any) -> None:  # noqa: ANN401 - plyvel has no types
        self._path = path
        self._snapshot = snapshot
        self._lock = Lock()  # the database is closed only while nothing is read
        self._is_open = True

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent. Raises StoreDamaged, StoreFull."""
        with self._lock:
            self._must_be_open()
            return _get(self._snapshot, self._path, key)

    def scan(self, prefix: bytes, *, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs whose keys start with `prefix`, ascending, greater than `after`."""
        pairs = _scan(self._snapshot, self._path, prefix, after)
        while True:
            with self._lock:
                self._must_be_open()
                piece = list(islice(pairs, _PAIRS_A_PIECE))
            if not piece:
                return
            yield from piece

    def close(self) -> None:
        """Let the database drop what only this holds."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                self._snapshot.close()

    def _must_be_open(self) -> None:
        if not self._is_open:
            raise no_room(self._path, "read")


def _get(source: Any, path: Path, key: bytes) -> bytes | None:  # noqa: ANN401
    try:
        value: bytes | None = source.get(key, verify_checksums=True)
    except plyvel.Error as error:
        raise _fault(path, "read", error) from None
    except RuntimeError:  # closed, and no room to open again
        raise no_room(path, "open") from None
    return value


def _scan(
    source: Any,  # noqa: ANN401
    path: Path,
    prefix: bytes,
    after: bytes | None,
) -> Iterator[tuple[bytes, bytes]]:
    start, stop = prefix, _end_of(prefix)
    if after is not None and after >= prefix:
        start = after
    if stop is not None and start >= stop:
        return
    try:
        with source.iterator(
            start=start,
            stop=stop,
            include_start=start is not after,
            verify_checksums=True,
            fill_cache=False,
        ) as iterator:
            yield from iterator
    except plyvel.Error as error:
        raise _fault(path, "scan", error) from None
    except RuntimeError:
        raise no_room(path, "open") from None


def check_room(folder: Path, size: int) -> None:
    """Take `size` bytes of the disk beside `folder` and give them back. Raises StoreFull."""
    probe = folder.with_name(folder.name + ".room")
    with disk_faults(folder, "write"):
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)
            probe.unlink(missing_ok=True)


def _open(path: Path, memory: KvMemory, *, is_new: bool) -> plyvel.DB:
    fault: LocalFault | None = None
    try:
        return plyvel.DB(
            str(path),
            create_if_missing=is_new,
            paranoid_checks=True,
            lru_cache_size=memory.block_cache_bytes,
            write_buffer_size=memory.write_buffer_bytes,
            bloom_filter_bits=_BLOOM_BITS_A_KEY,
        )
    except plyvel.Error as error:
        fault = _fault(path, "open", error)
    raise fault  # out here: a chained plyvel error would hold the lock


def _end_of(prefix: bytes) -> bytes | None:
    """Return the first key after all that start with `prefix`; None: there is no such key."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None


def _locked(path: Path) -> StoreLocked:
    return StoreLocked(f"{path} is locked: another process has the database open; stop it")


def _fault(path: Path, action: str, error: Exception) -> LocalFault:
    text = str(error)
    if isinstance(error, plyvel.CorruptionError) or "orruption" in text:
        return damaged_store(path, text[:200])
    if "lock" in text.lower():
        return _locked(path)
    if "No space left" in text or "quota" in text.lower():
        return no_room(path, action)
    if "does not exist" in text or "No such file" in text:
        return damaged_store(path, text[:200])
    return StoreFailed(f"cannot {action} {path}: {text[:200]}; the node must stop")
