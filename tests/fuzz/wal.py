"""The consensus log and what lies in it, and the sign-state, lock and note beside it.

The first byte of an input says what the rest is.
"""

from pathlib import Path

from consensus.guard import (
    Stamp,
    born,
    encode_lock,
    encode_note,
    encode_sign_state,
    read_lock,
    read_note,
    read_sign_state,
)
from consensus.recall import prepared_entry, read_prepared_entry
from node.store.faults import WalDamaged
from node.store.wal_frames import (
    damage_message,
    file_bytes,
    frame_bytes,
    read_stamp_entry,
    scan_wal,
    stamp_entry,
)
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from tests.fuzz.damage import damaged, pieces

PLACE = Path("node/data/consensus.wal")
ENTRIES = (
    (read_stamp_entry, stamp_entry),
    (
        read_prepared_entry,
        lambda entry: prepared_entry(entry.commit, entry.prepares, entry.block),
    ),
    (read_sign_state, encode_sign_state),
    (read_lock, encode_lock),
    (read_note, encode_note),
)
FILE = len(ENTRIES)


def check(data: bytes) -> None:
    """Read a file, a file made and damaged, or one entry."""
    kind, rest = (data[0] % (FILE + 2), data[1:]) if data else (FILE, b"")
    if kind == FILE:
        _scan(rest)
    elif kind > FILE:
        _check_damage(rest)
    else:
        read, write = ENTRIES[kind]
        try:
            value = read(rest)
        except Rejected:
            return
        assert write(value) == rest


def _check_damage(data: bytes) -> None:
    """However a file is damaged, what is read begins as what was written, or it is refused."""
    entries, damage = pieces(data[1:], data[0] if data else 0)
    _salt, content = file_bytes(list(enumerate(entries)))
    assert [frame.entry for frame in _scan(content)] == entries
    found = [(frame.height, frame.entry) for frame in _scan(damaged(content, damage)) or ()]
    assert found == list(enumerate(entries))[: len(found)]


def _scan(content: bytes):
    try:
        scan = scan_wal(PLACE, content)
    except WalDamaged:
        return None
    if scan.next_frame is not None:
        assert str(scan.bad_from) in damage_message(PLACE, content, scan)
    for frame in scan.frames:
        written = frame_bytes(scan.salt, frame.offset, frame.height, frame.entry)
        assert content[frame.offset : frame.end] == written
    return scan.frames


def seeds() -> list[bytes]:
    """A file, pieces to make one of, and an entry of some kinds."""
    stamp = stamp_entry(Stamp(start=1, random=bytes(16)))
    _salt, content = file_bytes([(0, stamp), (1, b"message")])
    return [
        bytes([FILE]) + content,
        bytes([FILE + 1, 3]) + b"\2abc\2def\1gh\0\30\3\1",
        b"\0" + stamp,
        b"\1" + prepared_entry(b"commit", (), b"block"),
        b"\2" + encode_sign_state(born(PublicKey(bytes(33)))),
    ]
