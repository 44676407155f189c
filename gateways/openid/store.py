"""What a gateway remembers between requests: one file, durable, shared by all its processes.

Each value stands under a secret that its holder shows again (a code, a token, a cookie): the file
has the digest of the secret, and the value sealed under it. Who reads the file learns neither.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from nacl.secret import SecretBox

from gateways.openid.errors import GatewayFault

_BUSY_MS = 5_000
_TABLE = """CREATE TABLE IF NOT EXISTS items (
    kind TEXT NOT NULL, name BLOB NOT NULL, value BLOB NOT NULL, expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name)) WITHOUT ROWID"""


class Store:
    """Values by kind and secret until they expire; times in Unix seconds, by `now`.

    What is written is on the disk when the method returns. Raises GatewayFault.
    """

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        self._now = now
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            if path.stat().st_mode & 0o077:
                raise PermissionError("others may read it; give it mode 600")
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise GatewayFault(f"{path}: the store cannot be used ({error})") from error

    def put(self, kind: str, secret: str, value: Mapping[str, Any], expires_at: int) -> None:
        """Keep a value, in place of an earlier one."""
        row = (kind, _name(kind, secret), _sealed(kind, secret, value), expires_at)
        self._db.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)", row)

    def get(self, kind: str, secret: str) -> dict[str, Any] | None:
        """Return a value that has not expired."""
        row = self._db.execute(
            "SELECT value FROM items WHERE kind = ? AND name = ? AND expires_at > ?",
            (kind, _name(kind, secret), self._now()),
        ).fetchone()
        return None if row is None else _opened(kind, secret, row[0])

    def take(self, kind: str, secret: str) -> dict[str, Any] | None:
        """Return a value and forget it: of all that ask, in any process, one gets it."""
        row = self._db.execute(
            "DELETE FROM items WHERE kind = ? AND name = ? AND expires_at > ? RETURNING value",
            (kind, _name(kind, secret), self._now()),
        ).fetchall()
        return _opened(kind, secret, row[0][0]) if row else None

    def drop(self, kind: str, secret: str) -> None:
        """Forget a value."""
        row = (kind, _name(kind, secret))
        self._db.execute("DELETE FROM items WHERE kind = ? AND name = ?", row)

    def is_first(self, kind: str, name: str, expires_at: int) -> bool:
        """Return whether a name is seen for the first time, and remember it until it expires."""
        row = (kind, _name(kind, name), b"", expires_at)
        with self.together():
            self._db.execute(
                "DELETE FROM items WHERE kind = ? AND name = ? AND expires_at <= ?",
                (*row[:2], self._now()),
            )
            done = self._db.execute("INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?)", row)
        return done.rowcount == 1

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all changes within, or none, whenever the process ends."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def sweep(self) -> None:
        """Remove what has expired."""
        self._db.execute("DELETE FROM items WHERE expires_at <= ?", (self._now(),))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _name(kind: str, secret: str) -> bytes:
    return sha256(f"sapha/gateway/name {kind} {secret}".encode()).digest()


def _box(kind: str, secret: str) -> SecretBox:
    return SecretBox(sha256(f"sapha/gateway/value {kind} {secret}".encode()).digest())


def _sealed(kind: str, secret: str, value: Mapping[str, Any]) -> bytes:
    return bytes(_box(kind, secret).encrypt(json.dumps(value).encode()))


def _opened(kind: str, secret: str, sealed: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(_box(kind, secret).decrypt(sealed))
    return value
