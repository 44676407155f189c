"""The head mark: a small file of our own that says up to where the database must reach.

LevelDB opens without an error after losing the last record of its log; the mark, fsynced after
each block, shows it. Entries are canonical [height, block hash] in a mark file.
"""

from dataclasses import dataclass
from pathlib import Path

from node.store.faults import StoreDamaged
from node.store.files import Files
from node.store.mark_file import MarkFile, MarkForm
from node.store.schema import head_value, read_head_value
from primitives.crypto import Digest
from primitives.errors import Rejected
from primitives.ids import Height

_FORM = MarkForm(magic=b"sapha-head 2\n\0")


@dataclass(frozen=True, slots=True)
class HeadMark:
    """The last committed block."""

    height: Height
    block_hash: Digest


class HeadMarkFile:
    """The mark of one store. Raises StoreDamaged, when opened: what is there was changed."""

    def __init__(self, path: Path, files: Files) -> None:
        self._path = path
        self._file = MarkFile(path, _FORM, files)
        if self._file.unreadable is not None:
            raise StoreDamaged(f"{path}: {self._file.unreadable}: {_WAY_OUT}")

    def read(self) -> HeadMark:
        """Return the mark. Raises StoreDamaged when there is none."""
        if self._file.last is None:
            raise StoreDamaged(f"{self._path} is missing: {_WAY_OUT}")
        try:
            return HeadMark(*read_head_value(self._file.last))
        except Rejected as error:
            raise StoreDamaged(f"{self._path}: {error.message}: {_WAY_OUT}") from error

    def write(self, mark: HeadMark) -> None:
        """Make `mark` durable."""
        self._file.append(head_value(mark.height, mark.block_hash))

    def close(self) -> None:
        """Release the file."""
        self._file.close()


_WAY_OUT = "it is not known how far the database must reach. Run `sapha node rebuild` and start"
