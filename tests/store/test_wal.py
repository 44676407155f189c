"""The write-ahead log: order, torn tails, damage, repair."""

from pathlib import Path

import pytest

from consensus.guard import Stamp, WalFound
from node.store.faults import StoreFailed, StoreGone, WalDamaged
from node.store.files import Files, OsFiles
from node.store.wal import Wal
from node.store.wal_frames import FILE_HEAD_BYTES, FRAME_HEAD_BYTES, stamp_entry
from node.store.wal_repair import repair_wal

ENTRIES = [(7, b"one"), (7, b""), (8, b"three" * 10), (8, b"four"), (8, b"five" * 3)]


STAMP = Stamp(3, bytes(range(16)))
STAMP_END = FILE_HEAD_BYTES + FRAME_HEAD_BYTES + len(stamp_entry(STAMP))


def opened(path: Path, files: Files | None = None, **bounds: int) -> Wal:
    """Return the log as a start leaves it."""
    log = Wal(path, files, **bounds)
    log.start(STAMP)
    return log


def written(path: Path) -> bytes:
    """Write ENTRIES and return the file's bytes."""
    log = opened(path)
    for height, entry in ENTRIES:
        log.append(height, entry)
    log.close()
    return path.read_bytes()


def ends() -> list[int]:
    """Return the offset after each frame."""
    found, at = [], STAMP_END
    for _, entry in ENTRIES:
        at += FRAME_HEAD_BYTES + len(entry)
        found.append(at)
    return found


def read_back(path: Path) -> list[tuple[int, bytes]]:
    log = Wal(path)
    try:
        return [(height, entry) for height in (7, 8) for entry in log.entries(height)]
    finally:
        log.close()


def test_entries_come_back_in_order_after_opening_again(tmp_path):
    written(tmp_path / "wal")

    found = read_back(tmp_path / "wal")

    assert found == ENTRIES


def test_truncation_at_every_byte_drops_only_the_torn_record_and_reports_it(tmp_path):
    path = tmp_path / "wal"
    data = written(path)
    whole = [FILE_HEAD_BYTES, STAMP_END, *ends()]

    for length in range(FILE_HEAD_BYTES, len(data)):
        path.write_bytes(data[:length])
        log = Wal(path)
        kept = max(count for count, end in enumerate(whole) if end <= length)
        found = [(height, entry) for height in (7, 8) for entry in log.entries(height)]
        assert found == ENTRIES[: max(0, kept - 1)]
        assert log.found().stamp == (STAMP if kept else None)
        assert log.dropped_tail_bytes == length - whole[kept]
        log.start(STAMP)
        log.append(9, b"next")
        log.close()
        assert Wal(path).entries(9) == [b"next"]


def test_a_zero_filled_tail_is_dropped(tmp_path):
    path = tmp_path / "wal"
    path.write_bytes(written(path) + bytes(4096))

    assert read_back(path) == ENTRIES


def test_every_bit_flip_before_the_last_record_refuses_to_open(tmp_path):
    path = tmp_path / "data" / "wal"
    path.parent.mkdir()
    data = written(path)

    for at in range(ends()[-2]):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        with pytest.raises(WalDamaged, match=f"repair-wal --dir {tmp_path}"):
            Wal(path)


def test_a_bit_flip_in_the_last_record_drops_that_record_only(tmp_path):
    path = tmp_path / "wal"
    data = written(path)

    for at in range(ends()[-2], len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        assert read_back(path) == ENTRIES[:-1]


def test_damage_names_the_heights_around_it(tmp_path):
    path = tmp_path / "wal"
    data = bytearray(written(path))
    data[ends()[1] + FRAME_HEAD_BYTES] ^= 1
    path.write_bytes(data)

    with pytest.raises(WalDamaged, match="height 7 to 8"):
        Wal(path)


def test_bytes_that_look_like_a_frame_inside_an_entry_are_no_frame(tmp_path):
    path, other = tmp_path / "wal", tmp_path / "other"
    inner = written(other)
    log = opened(path)
    log.append(7, b"first")
    log.append(7, inner)
    log.close()

    path.write_bytes(path.read_bytes()[:-1])

    assert Wal(path).entries(7) == [b"first"]


def test_repair_keeps_the_heights_above_the_damage_and_the_damaged_file(tmp_path):
    path = tmp_path / "wal"
    data = bytearray(written(path))
    data[STAMP_END + FRAME_HEAD_BYTES] ^= 1
    path.write_bytes(data)

    report = repair_wal(path)

    assert read_back(path) == ENTRIES[2:]
    assert Wal(path).found().stamp == STAMP
    assert report.kept == 3
    assert report.saved_as.read_bytes() == bytes(data)


@pytest.mark.parametrize("frame", [1, 2, 3])
def test_repair_keeps_nothing_of_a_height_that_may_have_lost_a_record(tmp_path, frame):
    path = tmp_path / "wal"
    data = bytearray(written(path))
    data[ends()[frame - 1] + FRAME_HEAD_BYTES - 1] ^= 1
    path.write_bytes(data)

    repair_wal(path)

    assert read_back(path) == []


def test_repair_of_a_damaged_head_leaves_an_empty_log(tmp_path):
    path = tmp_path / "wal"
    path.write_bytes(b"?" + written(path)[1:])

    repair_wal(path)

    assert read_back(path) == []


def test_repair_of_a_whole_log_keeps_everything(tmp_path):
    path = tmp_path / "wal"
    written(path)

    repair_wal(path)

    assert read_back(path) == ENTRIES


def test_a_new_height_forgets_the_older_entries(tmp_path):
    path = tmp_path / "wal"
    written(path)
    log = opened(path)

    log.start_height(8)

    assert log.entries(7) == []
    assert log.entries(8) == [b"three" * 10, b"four", b"five" * 3]


def test_a_large_log_gives_its_bytes_back_at_a_new_height(tmp_path):
    path = tmp_path / "wal"
    log = opened(path, rewrite_bytes=1000)
    log.append(7, bytes(2000))
    log.append(8, b"kept")

    log.start_height(8)
    log.append(8, b"more")
    log.close()

    assert path.stat().st_size < 200
    again = Wal(path).found()
    assert again.entries == (b"kept", b"more")
    assert again.stamp == STAMP


def test_no_log_and_an_empty_one_are_told_apart(tmp_path):
    path = tmp_path / "wal"

    absent = Wal(path).found()
    opened(path).close()

    assert absent is None
    assert Wal(path).found() == WalFound(stamp=STAMP, entries=())


class FailingDisk(OsFiles):
    """Takes half of a write and then refuses, once the test says so."""

    is_failing = False

    def write(self, descriptor, data):
        super().write(descriptor, data[: len(data) // 2] if self.is_failing else data)
        if self.is_failing:
            raise StoreFailed("input/output error")


def test_after_a_failed_write_nothing_more_is_taken(tmp_path):
    path = tmp_path / "wal"
    disk = FailingDisk()
    log = opened(path, disk)
    disk.is_failing = True

    with pytest.raises(StoreFailed, match="input/output"):
        log.append(7, b"entry")
    with pytest.raises(StoreFailed, match="restart"):
        log.append(7, b"entry")

    assert Wal(path).entries(7) == []


def test_nothing_is_recorded_in_a_log_that_is_gone_from_its_path(tmp_path):
    path = tmp_path / "wal"
    log = opened(path)
    path.unlink()

    with pytest.raises(StoreGone, match=str(path)):
        log.append(7, b"entry")
