"""The machine stops before and after every disk call of a validator that votes."""

import pytest

from node.store.sign_state import SignStateFiles
from node.store.wal import Wal
from tests.store.crashes import Clock, SimFiles, Stopped
from tests.store.signing import BORN, COMMIT, STAMP, lock, state, writes_of

STEPS = [(height, kind) for height in (1, 2) for kind in (1, 2, COMMIT)]


def vote(folder, disk: SimFiles, acknowledged: list[tuple[int, int]]) -> None:
    """Start, and persist every step as the driver does; what returned may have been sent."""
    files, log = SignStateFiles(folder, disk), Wal(folder / "wal", disk)
    try:
        if files.state is None:
            files.start(BORN)
        log.start(STAMP)
        for height, kind in STEPS:
            for write in writes_of(log, files, height, kind):
                write()
            acknowledged.append((height, kind))
    finally:
        files.close()


def count_calls(folder) -> int:
    disk = SimFiles()
    vote(folder, disk, [])
    return disk.clock.calls


@pytest.mark.parametrize("unsynced", ["lost", "flushed", "torn"])
@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_no_crash_point_loses_or_regresses_what_was_acknowledged(tmp_path, unsynced, is_after):
    calls = count_calls(tmp_path)
    assert calls > 40

    for stop_at in range(calls):
        disk, acknowledged = SimFiles(Clock(stop_at, is_after)), []
        with pytest.raises(Stopped):
            vote(tmp_path, disk, acknowledged)
        after = disk.after_crash(unsynced)

        log = Wal(tmp_path / "wal", after).found()
        files = SignStateFiles(tmp_path, after)
        files.close()

        kept = [] if log is None else [tuple(entry) for entry in log.entries]
        assert kept[: len(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + 1
        assert files.unreadable is None
        mark = None if files.state is None else files.state.mark
        signed = 0 if not mark or not mark.height else STEPS.index((mark.height, mark.kind)) + 1
        assert len(acknowledged) <= signed <= len(kept)
        commits = [height for height, kind in STEPS[:signed] if kind == COMMIT]
        if commits:  # the lock is never behind the sign-state
            assert files.lock in (lock(commits[-1]), lock(commits[-1] + 1))


def test_after_every_crash_the_node_goes_on_voting_without_a_manual_step(tmp_path):
    for stop_at in range(count_calls(tmp_path)):
        disk, acknowledged = SimFiles(Clock(stop_at)), []
        with pytest.raises(Stopped):
            vote(tmp_path, disk, acknowledged)

        files = SignStateFiles(tmp_path, disk.after_crash("lost"))
        for height, kind in STEPS[len(acknowledged) :]:
            files.write(state(height, kind=kind, content=bytes([height, kind])))
        files.close()

        assert files.state.mark == state(2, kind=COMMIT).mark
