"""Signed transactions of commands that ended before their outcome was known, in a folder.

An entry is a transaction file (client.envelope) of its owner only. It is written before any node
has the transaction, and removed once its outcome was told. The process that waits for it holds
its lock: an entry without one belongs to a command that was interrupted.
"""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from client.envelope import read_envelope, write_envelope
from client.errors import BadEnvelope
from client.files import OWNER_MODE
from primitives.errors import Rejected
from primitives.ids import TransactionId
from primitives.transaction import Transaction

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A transaction that was signed at `signed_at_s` (Unix seconds) and is not settled."""

    transaction: Transaction
    signed_at_s: float


class Outbox:
    """The folder of one person's open transactions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks: dict[TransactionId, int] = {}

    def keep(self, transaction: Transaction) -> None:
        """Write a transaction durably and hold its lock. Raises BadEnvelope or OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(transaction.transaction_id)
        if transaction.transaction_id not in self._locks:
            write_envelope(path, transaction, mode=OWNER_MODE)
            self._lock(transaction.transaction_id)

    def forget(self, transaction_id: TransactionId) -> bool:
        """Remove an entry and let its lock go; return whether there was one. Raises OSError."""
        path = self._path(transaction_id)
        is_there = path.exists()
        path.unlink(missing_ok=True)
        self.release(transaction_id)
        return is_there

    def interrupted(self) -> Iterator[Kept]:
        """Yield the entries that no process waits for, the oldest first; hold their locks.

        What is no transaction file is passed over.

        Raises:
            OSError: the folder cannot be read.
        """
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*" + _SUFFIX), key=_time_of):
            try:
                transaction = read_envelope(path)
            except (BadEnvelope, Rejected):
                continue
            identifier = transaction.transaction_id
            if identifier not in self._locks and self._lock(identifier):
                yield Kept(transaction, _time_of(path))

    def release(self, transaction_id: TransactionId) -> None:
        """Let an entry's lock go; the entry stays."""
        handle = self._locks.pop(transaction_id, None)
        if handle is not None:
            os.close(handle)

    def close(self) -> None:
        """Let every lock go; the entries stay."""
        for transaction_id in tuple(self._locks):
            self.release(transaction_id)

    def _lock(self, transaction_id: TransactionId) -> bool:
        """Hold the lock of an entry; return False when another process does."""
        try:
            handle = os.open(self._path(transaction_id), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False  # its process has settled it meanwhile
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._locks[transaction_id] = handle
        return True

    def _path(self, transaction_id: TransactionId) -> Path:
        return self.folder / (transaction_id.hex() + _SUFFIX)


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # settled meanwhile
