"""All that the keys of a network have signed, over all their lives, from the logs on disk.

A statement is in the WAL before it is sent. So every WAL is copied before a test takes it away,
and what all copies hold together is what any node can ever have seen.
"""

import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from consensus.messages import Content, PrePrepare, SignMark, Statement, ViewChange
from consensus.recall import is_prepared_entry, read_prepared_entry
from consensus.wire import read_message
from node.store.wal import Wal
from primitives.crypto import PublicKey

Signed = dict[tuple[PublicKey, SignMark], set[Content]]


@dataclass
class Lives:
    """Copies of the WALs of lives that have ended, and the directories of those that go on."""

    kept: Path
    homes: list[Path]
    _copies: list[Path] = field(default_factory=list)

    def end(self, home: Path) -> None:
        """Keep what the life that ended in `home` has signed."""
        self.end_of(home / "data" / "wal")

    def end_of(self, wal: Path) -> None:
        """Keep what a life with this WAL has signed."""
        if wal.exists():
            copy = self.kept / f"{len(self._copies)}.wal"
            shutil.copyfile(wal, copy)
            self._copies.append(copy)

    def signed(self) -> Signed:
        """Return for each key and position every content that was signed there."""
        found: Signed = defaultdict(set)
        for wal in [*self._copies, *(home / "data" / "wal" for home in self.homes)]:
            log = Wal(wal).found()
            for entry in () if log is None else log.entries:
                statement = statement_of(entry)
                found[statement.sender, statement.mark].add(statement.content)
        return found

    def signed_twice(self) -> Signed:
        """Return the positions at which a key has signed more than one content."""
        return {at: said for at, said in self.signed().items() if len(said) > 1}


def last_signed(wal: Path) -> int:
    """Return the height of the last statement in a WAL, 0 when there is none."""
    found = Wal(wal).found()
    entries = () if found is None else found.entries
    return statement_of(entries[-1]).height if entries else 0


def statement_of(entry: bytes) -> Statement:
    """Return the own statement of a WAL entry."""
    payload = read_prepared_entry(entry).commit if is_prepared_entry(entry) else entry
    message = read_message(payload)
    if isinstance(message, PrePrepare | ViewChange):
        return message.statement
    assert isinstance(message, Statement)
    return message
