"""The bytes of the consensus WAL: frames, checksums, and what is damage. No IO.

File: magic (14 bytes), salt (8 random bytes), CRC32 of both; then frames
`salt, length u32, height u64, CRC32, entry`. The first frame is of height 0 and holds the stamp
[start, random] of the node's start that wrote the file. The CRC covers salt, offset, length,
height and entry, so that no frame inside an entry (a block holds foreign bytes) can pass for one
of ours.

A power cut can tear the last append only, and that was not yet acknowledged: a bad last frame is
a torn tail. A bad frame with another behind it is damage.
"""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from consensus.guard import STAMP_RANDOM_BYTES, Stamp
from node.store.faults import WalDamaged
from primitives.codec import decode, encode
from primitives.shape import bytes_of, fields_of, uint_of

WAL_MAGIC = b"sapha-wal  2\n\0"
STAMP_HEIGHT = 0
_SALT_BYTES = 8
_FILE_HEAD = struct.Struct(f">{len(WAL_MAGIC)}s{_SALT_BYTES}sI")
_FRAME_HEAD = struct.Struct(f">{_SALT_BYTES}sIQI")
_STAMP_BYTES_MAX = 64
_COVERED = struct.Struct(">QIQ")
FILE_HEAD_BYTES = _FILE_HEAD.size
FRAME_HEAD_BYTES = _FRAME_HEAD.size


@dataclass(frozen=True, slots=True)
class WalFrame:
    """One record: an entry of a height, and where its frame starts in the file."""

    offset: int
    height: int
    entry: bytes

    @property
    def end(self) -> int:
        """The offset after the frame."""
        return self.offset + _FRAME_HEAD.size + len(self.entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalScan:
    """What a file holds: its frames in order up to the first bad byte, if there is one.

    `next_frame` is where a later frame seems to begin; None: the bad bytes are a torn tail.
    """

    salt: bytes
    frames: tuple[WalFrame, ...]
    bad_from: int | None
    next_frame: int | None


def scan_wal(path: Path, data: bytes) -> WalScan:
    """Return the frames of a log file. Raises WalDamaged when its head is not whole."""
    if len(data) < _FILE_HEAD.size:
        raise WalDamaged(f"the WAL {path} has no head: {repair_hint(path)}")
    salt = salt_of(data, WAL_MAGIC)
    if salt is None:
        raise WalDamaged(f"the head of the WAL {path} is damaged: {repair_hint(path)}")
    frames = tuple(frames_of(data, salt, _FILE_HEAD.size))
    end = frames[-1].end if frames else _FILE_HEAD.size
    if end == len(data):
        return WalScan(salt=salt, frames=frames, bad_from=None, next_frame=None)
    later = data.find(salt, end + 1)
    return WalScan(salt=salt, frames=frames, bad_from=end, next_frame=None if later < 0 else later)


def frames_of(data: bytes, salt: bytes, offset: int) -> Iterator[WalFrame]:
    """Yield whole frames from `offset` on, up to the first that is not."""
    while offset + _FRAME_HEAD.size <= len(data):
        marker, length, height, crc = _FRAME_HEAD.unpack_from(data, offset)
        start = offset + _FRAME_HEAD.size
        entry = data[start : start + length]
        if marker != salt or len(entry) != length:
            return
        if _crc(salt, offset, height, entry) != crc:
            return
        frame = WalFrame(offset, height, entry)
        yield frame
        offset = frame.end


def frame_bytes(salt: bytes, offset: int, height: int, entry: bytes) -> bytes:
    """Return the frame of `entry` for the place `offset` of a file with `salt`."""
    return _FRAME_HEAD.pack(salt, len(entry), height, _crc(salt, offset, height, entry)) + entry


def salt_of(data: bytes, magic: bytes) -> bytes | None:
    """Return the salt that the head of a file names, None when the head is not whole."""
    if len(data) < _FILE_HEAD.size:
        return None
    found, salt, crc = _FILE_HEAD.unpack_from(data)
    if found != magic or zlib.crc32(found + salt) != crc:
        return None
    return bytes(salt)


def file_bytes(
    pairs: Iterable[tuple[int, bytes]], *, magic: bytes = WAL_MAGIC
) -> tuple[bytes, bytes]:
    """Return a new salt, and a whole file of (height, entry) pairs under it."""
    salt = os.urandom(_SALT_BYTES)
    data = bytearray(_FILE_HEAD.pack(magic, salt, zlib.crc32(magic + salt)))
    for height, entry in pairs:
        data += frame_bytes(salt, len(data), height, entry)
    return salt, bytes(data)


def stamp_entry(stamp: Stamp) -> bytes:
    """Return the entry of a stamp."""
    return encode((stamp.start, stamp.random))


def read_stamp_entry(entry: bytes) -> Stamp:
    """Return what `stamp_entry` wrote. Raises Rejected."""
    fields = fields_of(decode(entry, bytes_max=_STAMP_BYTES_MAX), name="stamp", count=2)
    random = bytes_of(fields[1], name="random", length=STAMP_RANDOM_BYTES)
    return Stamp(uint_of(fields[0], name="start"), random)


def damage_message(path: Path, data: bytes, scan: WalScan) -> str:
    """Return what is wrong with a damaged file, where, and what to do."""
    around = {frame.height for frame in scan.frames[-1:]}
    later = next(frames_of(data, scan.salt, scan.next_frame or 0), None)
    if later is not None:
        around.add(later.height)
    where = " to ".join(str(height) for height in sorted(around)) or "unknown"
    return (
        f"the WAL {path} is damaged at byte {scan.bad_from}, among the records of height "
        f"{where}: {repair_hint(path)}"
    )


def repair_hint(path: Path) -> str:
    """Return the command that repairs the log of the node that `path` belongs to."""
    return f"run `sapha node repair-wal --dir {path.parent.parent}` and start again"


def _crc(salt: bytes, offset: int, height: int, entry: bytes) -> int:
    return zlib.crc32(salt + _COVERED.pack(offset, len(entry), height) + entry)
