"""The machine stops before and after every disk call of a validator that votes."""

import pytest

from consensus.effects import SignMark, SignRecord
from node.store.sign_state import SignState
from node.store.wal import Wal
from primitives.crypto import Signature, digest
from tests.store.crashes import Clock, SimFiles, Stopped

STEPS = [(height, kind) for height in (1, 2) for kind in (1, 2, 3)]


def record(height: int, kind: int, content: bytes = b"") -> SignRecord:
    return SignRecord(
        mark=SignMark(height, 0, kind),
        digest=digest("test", bytes([height, kind]) + content),
        signature=Signature(bytes(64)),
    )


def vote(folder, files, acknowledged: list[tuple[int, int]]) -> None:
    """Persist every step as the driver does; what returned may have been sent."""
    log, state = Wal(folder / "wal", files), SignState(folder / "sign_state", files)
    try:
        for height, kind in STEPS:
            log.start_height(height)
            log.append(height, bytes([height, kind]))
            state.record(record(height, kind))
            acknowledged.append((height, kind))
    finally:
        state.close()


def count_calls(folder) -> int:
    files = SimFiles()
    vote(folder, files, [])
    return files.clock.calls


@pytest.mark.parametrize("unsynced", ["lost", "flushed", "torn"])
@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_no_crash_point_loses_or_regresses_what_was_acknowledged(tmp_path, unsynced, is_after):
    calls = count_calls(tmp_path)
    assert calls > 30

    for stop_at in range(calls):
        files, acknowledged = SimFiles(Clock(stop_at, is_after)), []
        with pytest.raises(Stopped):
            vote(tmp_path, files, acknowledged)
        disk = files.after_crash(unsynced)

        log = Wal(tmp_path / "wal", disk)
        state = SignState(tmp_path / "sign_state", disk)
        last = state.load()
        state.close()

        kept = [tuple(entry) for height in (1, 2) for entry in log.entries(height)]
        assert kept[: len(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + 1
        signed = 0 if last is None else STEPS.index((last.mark.height, last.mark.kind)) + 1
        assert len(acknowledged) <= signed <= len(kept)


def test_after_every_crash_the_node_goes_on_voting_without_a_manual_step(tmp_path):
    for stop_at in range(count_calls(tmp_path)):
        files, acknowledged = SimFiles(Clock(stop_at)), []
        with pytest.raises(Stopped):
            vote(tmp_path, files, acknowledged)
        disk = files.after_crash("lost")

        state = SignState(tmp_path / "sign_state", disk)
        for height, kind in STEPS[len(acknowledged) :]:
            state.record(record(height, kind))
        state.close()

        assert state.load() == record(*STEPS[-1])
