"""The head mark: a small file of our own that says up to where the database must reach.

LevelDB opens without an error after losing the last record of its log; the mark, fsynced after
each block, shows it. Layout: magic, canonical [height, block hash], CRC32.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

from node.store.faults import StoreDamaged
from node.store.files import Files, replace_file
from node.store.schema import head_value, read_head_value
from primitives.crypto import Digest
from primitives.errors import Rejected
from primitives.ids import Height

_MAGIC = b"sapha-head 1\n"
_CRC_BYTES = 4


@dataclass(frozen=True, slots=True)
class HeadMark:
    """The last committed block."""

    height: Height
    block_hash: Digest


def write_head_mark(files: Files, path: Path, mark: HeadMark) -> None:
    """Make `mark` durable."""
    body = _MAGIC + head_value(mark.height, mark.block_hash)
    replace_file(files, path, body + zlib.crc32(body).to_bytes(_CRC_BYTES, "big"))


def read_head_mark(files: Files, path: Path) -> HeadMark:
    """Return the mark. Raises StoreDamaged when it is missing or was changed."""
    data = files.read(path)
    if data is None:
        raise StoreDamaged(f"{path} is missing: {_WAY_OUT}")
    body, crc = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    if not body.startswith(_MAGIC) or zlib.crc32(body).to_bytes(_CRC_BYTES, "big") != crc:
        raise StoreDamaged(f"{path} does not have the checksum that was written: {_WAY_OUT}")
    try:
        return HeadMark(*read_head_value(body[len(_MAGIC) :]))
    except Rejected as error:
        raise StoreDamaged(f"{path}: {error.message}: {_WAY_OUT}") from error


_WAY_OUT = (
    "it is not known how far the database must reach. Move the database folder and this file "
    "away (leave the sign-state file), initialise again and let the node catch up from its peers"
)
