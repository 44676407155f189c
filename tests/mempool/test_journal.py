"""The journal: durable before it returns, readable after every kind of tear."""

import asyncio
import errno
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.mempool import JournalFault, open_journal
from node.mempool.journal import read_frames

RAWS = [b"first", b"second transaction", b"third"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mempool.journal"


async def written(path, raws=RAWS) -> bytes:
    journal, _replay = open_journal(path)
    await journal.append(raws)
    journal.close()
    return path.read_bytes()


async def test_what_was_appended_is_replayed_in_order(path):
    await written(path)

    journal, replay = open_journal(path)
    journal.close()

    assert replay.raws == tuple(RAWS)
    assert replay.bytes_lost == 0


async def test_the_bytes_are_in_the_file_when_append_returns(path):
    journal, _replay = open_journal(path)

    await journal.append(RAWS)
    content = path.read_bytes()
    journal.close()

    assert read_frames(content).raws == tuple(RAWS)


async def test_appends_at_the_same_time_share_an_fsync(path):
    fsyncs: list[float] = []
    journal, _replay = open_journal(path, fsyncs.append)

    await asyncio.gather(*(journal.append([b"%d" % number]) for number in range(50)))
    journal.close()

    assert len(read_frames(path.read_bytes()).raws) == 50
    assert len(fsyncs) == 2  # the first to come, then all that came meanwhile


async def test_a_tail_torn_at_any_byte_loses_only_the_torn_frame(path):
    content = await written(path)
    start_of_last = len(content) - 10 - len(RAWS[-1])

    for length in range(start_of_last, len(content)):
        replay = read_frames(content[:length])

        assert replay.raws == tuple(RAWS[:-1])
        assert replay.bytes_lost == length - start_of_last


async def test_a_tail_of_zeroes_is_dropped(path):
    content = await written(path)

    replay = read_frames(content + bytes(4096))

    assert replay.raws == tuple(RAWS)
    assert replay.bytes_lost == 4096


async def test_a_flipped_bit_costs_the_frame_it_hits_and_no_other(path):
    content = await written(path)

    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 0x10
        kept = read_frames(bytes(damaged)).raws

        assert len([raw for raw in RAWS if raw in kept]) == len(RAWS) - 1


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(content):
    replay = read_frames(content)

    assert 0 <= replay.bytes_lost <= len(content)


async def test_a_torn_journal_is_mended_when_it_is_opened(path):
    content = await written(path)
    path.write_bytes(content[:-1])

    journal, replay = open_journal(path)
    await journal.append([b"fourth"])
    journal.close()

    assert replay.bytes_lost > 0
    assert read_frames(path.read_bytes()).raws == (b"first", b"second transaction", b"fourth")
    assert read_frames(path.read_bytes()).bytes_lost == 0


async def test_compacting_keeps_what_waits_and_later_appends(path):
    journal, _replay = open_journal(path)
    await journal.append(RAWS)

    await journal.compact(lambda: iter(RAWS[1:2]))
    await journal.append([b"later"])
    journal.close()

    assert read_frames(path.read_bytes()).raws == (RAWS[1], b"later")


async def test_a_large_journal_of_committed_transactions_is_worth_compacting(path):
    journal, _replay = open_journal(path)
    raw = bytes(60_000)
    before = journal.is_worth_compacting(0)

    await journal.append([raw] * 80)
    after = journal.is_worth_compacting(0), journal.is_worth_compacting(4_800_000)
    journal.close()

    assert not before
    assert after == (True, False)


async def test_a_full_disk_is_a_fault_and_the_next_append_may_succeed(path, monkeypatch):
    journal, _replay = open_journal(path)
    await journal.append([b"kept"])
    real_write = os.write

    def full(descriptor, data):
        real_write(descriptor, bytes(data)[:4])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("node.mempool.journal.os.write", full)
        with pytest.raises(JournalFault, match="No space left"):
            await journal.append([b"refused"])
    await journal.append([b"accepted"])
    journal.close()

    assert read_frames(path.read_bytes()).raws == (b"kept", b"accepted")


async def test_a_compaction_that_fails_leaves_the_old_file_in_use(path, monkeypatch):
    journal, _replay = open_journal(path)
    await journal.append(RAWS)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("node.mempool.journal.os.fsync", full)
        with pytest.raises(JournalFault, match="No space left"):
            await journal.compact(lambda: iter(RAWS[:1]))
    await journal.append([b"later"])
    journal.close()

    assert journal.fault is None
    assert read_frames(path.read_bytes()).raws == (*RAWS, b"later")


async def test_after_a_failed_fsync_nothing_is_acknowledged_any_more(path, monkeypatch):
    journal, _replay = open_journal(path)

    def broken(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("node.mempool.journal.os.fsync", broken)
        with pytest.raises(JournalFault, match="fsync"):
            await journal.append([b"lost"])
    with pytest.raises(JournalFault, match="fsync"):
        await journal.append([b"never"])
    journal.close()

    assert "Input/output error" in journal.fault
    assert b"never" not in path.read_bytes()


def test_a_journal_that_cannot_be_opened_is_a_named_fault(tmp_path):
    with pytest.raises(JournalFault, match="missing"):
        open_journal(tmp_path / "missing" / "mempool.journal")


async def test_a_journal_that_was_made_smaller_is_its_owners_alone_whatever_the_mask(path):
    before = os.umask(0)
    try:
        path.with_suffix(".new").touch(mode=0o666)  # a crash left it
        journal, _replay = open_journal(path)

        await journal.compact(lambda: iter(RAWS))

        journal.close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)
