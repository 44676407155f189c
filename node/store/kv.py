"""LevelDB behind the key-value port; the only module that imports plyvel.

LevelDB's defaults lose and corrupt data silently after bit flips: every open is paranoid, every
read verifies checksums, every batch is synced, and only `create_kv` creates.
Source: docs/adr/0008-leveldb.md.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import plyvel

from node.store.faults import (
    StoreExists,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreMissing,
    damaged_store,
    disk_faults,
)
from node.store.ports import Put
from primitives.errors import LocalFault

_BLOCK_CACHE_BYTES = 64 * 1024 * 1024
_WRITE_BUFFER_BYTES = 16 * 1024 * 1024
_BLOOM_BITS_A_KEY = 10
_OWN_FILES = re.compile(r"CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp)")


def create_kv(path: Path) -> "LevelKv":
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
    return LevelKv(path, is_new=True)


def open_kv(path: Path) -> "LevelKv":
    """Open an existing database. Raises StoreMissing, StoreLocked or StoreDamaged.

    After StoreDamaged the lock may stay held by this process: open again in a fresh one.
    """
    if not path.is_dir():
        raise StoreMissing(f"there is no database at {path}: initialise the node first")
    return LevelKv(path, is_new=False)


class LevelKv:
    """One LevelDB, opened paranoid, with verified reads and synced batches."""

    def __init__(self, path: Path, *, is_new: bool) -> None:
        self.path = path
        self._has_failed = False
        fault: LocalFault | None = None
        try:
            self._db = plyvel.DB(
                str(path),
                create_if_missing=is_new,
                paranoid_checks=True,
                lru_cache_size=_BLOCK_CACHE_BYTES,
                write_buffer_size=_WRITE_BUFFER_BYTES,
                bloom_filter_bits=_BLOOM_BITS_A_KEY,
            )
        except plyvel.Error as error:
            fault = _fault(path, "open", error)
        if fault is not None:  # raised out here: a chained plyvel error would hold the lock
            raise fault

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent. Raises StoreDamaged."""
        try:
            value: bytes | None = self._db.get(key, verify_checksums=True)
        except plyvel.Error as error:
            raise _fault(self.path, "read", error) from None
        return value

    def scan(self, prefix: bytes, *, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs whose keys start with `prefix`, ascending, greater than `after`."""
        start, stop = prefix, _end_of(prefix)
        if after is not None and after >= prefix:
            start = after
        if stop is not None and start >= stop:
            return
        try:
            with self._db.iterator(
                start=start,
                stop=stop,
                include_start=start is not after,
                verify_checksums=True,
                fill_cache=False,
            ) as iterator:
                yield from iterator
        except plyvel.Error as error:
            raise _fault(self.path, "scan", error) from None

    def write(self, batch: Iterable[Put]) -> None:
        """Apply the batch whole and durably. After one failure every later write is refused."""
        if self._has_failed:
            raise StoreFailed(f"an earlier write to {self.path} failed: restart the node")
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
            self._has_failed = True
            raise _fault(self.path, "write", error) from None

    def close(self) -> None:
        """Release the files and the lock."""
        self._db.close()


def _end_of(prefix: bytes) -> bytes | None:
    """Return the first key after all that start with `prefix`; None: there is no such key."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None


def _fault(path: Path, action: str, error: Exception) -> LocalFault:
    text = str(error)
    if isinstance(error, plyvel.CorruptionError) or "orruption" in text:
        return damaged_store(path, text[:200])
    if "lock" in text.lower():
        return StoreLocked(f"{path} is locked: another process has the database open; stop it")
    if "No space left" in text or "quota" in text.lower():
        return StoreFull(f"no space to {action} {path}: free some and start the node again")
    if "does not exist" in text or "No such file" in text:
        return damaged_store(path, text[:200])
    return StoreFailed(f"cannot {action} {path}: {text[:200]}; the node must stop")
