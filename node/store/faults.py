"""What can be wrong with our own disk. Each message names the file and says what to do.

LocalFault
├── StoreMissing StoreExists StoreLocked StoreSchema StoreOfOtherNetwork
├── StoreDamaged      the bytes on disk are not those that were written
├── StoreFull         no space, or a quota: nothing is damaged, and it is tried again
├── StoreFailed       any other refusal, and every failed fsync; never tried again
│   └── StoreGone     a file was removed, moved or replaced under the running node
├── WalDamaged        damage before the last record of the consensus WAL
└── SignStateFault    SignMarkLower SignConflict; carry the last position
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consensus.messages import SignMark
from primitives.errors import LocalFault

_SPACE_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT})


class StoreMissing(LocalFault):
    """There is no store at the path; `node.ledger.init_ledger` makes one, start never does."""


class StoreExists(LocalFault):
    """A new store was asked for where one is."""


class StoreLocked(LocalFault):
    """Another process holds the files."""


class StoreSchema(LocalFault):
    """The store was written in another format."""


class StoreOfOtherNetwork(LocalFault):
    """The store belongs to another genesis."""


class StoreDamaged(LocalFault):
    """The bytes on disk are not those that were written."""


class StoreFull(LocalFault):
    """The disk has no space left; nothing was changed, and it may be tried again."""


class StoreFailed(LocalFault):
    """The operating system refused a read or write."""


class StoreGone(StoreFailed):
    """A file that this process writes is no longer at its path; what it writes would be lost."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was removed, moved or replaced while this node runs: what it writes would be "
            "lost, so it signs nothing upon it and stops. If it was moved, put it back as it was; "
            "then, or if it is lost, `sapha node start`: the node listens before it signs again"
        )


class WalDamaged(LocalFault):
    """The consensus WAL is damaged before its last record."""


class SignStateFault(LocalFault):
    """The sign-state file refuses; `last` is the last position that it holds, if known."""

    def __init__(self, message: str, last: SignMark | None) -> None:
        super().__init__(message)
        self.last = last


class SignMarkLower(SignStateFault):
    """A signature was asked for below the last position."""


class SignConflict(SignStateFault):
    """Another content was to be signed at the last position."""


def damaged_store(path: Path, detail: str) -> StoreDamaged:
    """Return the fault for a damaged database, with the way out."""
    return StoreDamaged(
        f"the database {path} is damaged: {detail}. Stop the node, run `sapha node rebuild` "
        "and start it again: it catches up from its peers"
    )


@contextmanager
def disk_faults(path: Path, action: str) -> Iterator[None]:
    """Turn an OSError of `action` on `path` into StoreFull or StoreFailed."""
    try:
        yield
    except OSError as error:
        raise disk_fault(path, action, error) from error


@contextmanager
def fsync_faults(path: Path, action: str) -> Iterator[None]:
    """Turn an OSError of an fsync into StoreFailed: it is never tried again, whatever it says."""
    try:
        yield
    except OSError as error:
        raise _failed(path, action, error) from error


def disk_fault(path: Path, action: str, error: OSError) -> LocalFault:
    """Return the fault that `error` means."""
    return no_room(path, action) if error.errno in _SPACE_ERRORS else _failed(path, action, error)


def no_room(path: Path, action: str) -> StoreFull:
    """Return the fault of a full disk."""
    return StoreFull(f"no space to {action} {path}: free some")


def _failed(path: Path, action: str, error: OSError) -> StoreFailed:
    return StoreFailed(
        f"cannot {action} {path}: {error.strerror or error}. The node must stop: what reached "
        "the disk is unknown after a failed write; check the disk, then start it again"
    )
