"""A disk that is full at any write: nothing is damaged, and all goes on once there is room."""

import shutil
from collections.abc import Callable

import pytest

from node.store.faults import StoreFailed, StoreFull
from node.store.files import OsFiles, replace_file
from node.store.mark_file import MarkFile, MarkForm
from node.store.sign_state import SignStateFiles
from node.store.wal import Wal
from tests.store.disks import SmallDisk
from tests.store.signing import BORN, COMMIT, STAMP, lock, state, writes_of

STEPS = [(height, kind) for height in (1, 2) for kind in (1, 2, COMMIT)]


def read_back(folder) -> tuple[list[tuple[int, int]], object, object]:
    """Return what a start finds: positions in the WAL, the sign-state's mark, the lock."""
    entries = Wal(folder / "wal").found().entries
    files = SignStateFiles(folder / "sign_state")
    files.close()
    return [tuple(entry) for entry in entries], files.state.mark, files.lock


def vote(folder, full_at: int, while_full: Callable[[list], None]) -> int:
    """Write every step, each refused write again once there is room; return how many were."""
    disk, refusals = SmallDisk(), 0
    files = SignStateFiles(folder / "sign_state", disk)
    files.start(BORN)
    log = Wal(folder / "wal", disk)
    log.start(STAMP)
    disk.full_at = disk.calls + full_at
    acknowledged: list[tuple[int, int]] = []
    for height, kind in STEPS:
        for write in writes_of(log, files, height, kind):
            try:
                write()
            except StoreFull:
                with pytest.raises(StoreFull):
                    write()
                while_full(acknowledged)
                refusals += 1
                disk.make_room()
                write()
        acknowledged.append((height, kind))
    files.close()
    log.close()
    return refusals


def test_at_every_write_that_finds_no_room_a_validator_waits_and_goes_on(tmp_path):
    full_at, refusals = 0, 1
    while refusals:
        folder = tmp_path / str(full_at)
        refusals = vote(folder, full_at, lambda _acknowledged: None)

        found, mark, locked = read_back(folder)

        assert found == [step for step in STEPS if step[0] == 2] or found == STEPS
        assert mark == state(2, kind=COMMIT).mark
        assert locked == lock(2)
        full_at += 1
    assert full_at > 14


def test_a_crash_while_the_disk_is_full_loses_nothing_that_was_acknowledged(tmp_path):
    def crash(acknowledged: list) -> None:
        shutil.copytree(tmp_path / str(full_at), tmp_path / "crashed", dirs_exist_ok=True)
        found, mark, _locked = read_back(tmp_path / "crashed")
        assert found[: len(acknowledged)] == acknowledged
        assert len(found) <= len(acknowledged) + 1
        if acknowledged:
            assert (mark.height, mark.kind) in {acknowledged[-1], *found[-1:]}

    full_at = 0
    while vote(tmp_path / str(full_at), full_at, crash):
        full_at += 1


def test_a_file_that_is_replaced_stays_as_it_was_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "file"
    for full_at in range(3):  # create, write, rename
        path.write_bytes(b"old")
        with pytest.raises(StoreFull):
            replace_file(SmallDisk(full_at), path, b"new")

        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]


def test_a_mark_file_that_finds_no_room_to_be_made_anew_keeps_its_last_entry(tmp_path):
    path, disk = tmp_path / "mark", SmallDisk()
    form = MarkForm(magic=b"sapha-test 1\n\0", rewrite_bytes=200)
    file = MarkFile(path, form, disk)
    for number in range(20):
        disk.full_at = disk.calls
        with pytest.raises(StoreFull):
            file.append(b"entry %d" % number)
        assert file.last == (b"entry %d" % (number - 1) if number else None)
        disk.make_room()
        file.append(b"entry %d" % number)
    file.close()

    assert MarkFile(path, form, OsFiles()).last == b"entry 19"


class NoFsync(OsFiles):
    """A disk on which an fsync fails, for want of room as some file systems say."""

    def fsync(self, descriptor: int) -> None:
        raise StoreFailed("cannot fsync: no space left on device")


def test_a_failed_fsync_is_never_tried_again(tmp_path):
    log = Wal(tmp_path / "wal", NoFsync())

    with pytest.raises(StoreFailed, match="fsync"):
        log.start(STAMP)
    with pytest.raises(StoreFailed, match="restart"):
        log.start(STAMP)
