"""Crashes around a commit, lost and damaged databases: what a restart finds, repairs or refuses."""

import os
import random
import shutil
from pathlib import Path

import pytest

from contracts.registry import CONTRACTS
from node.ledger import LedgerSettings, init_ledger, open_ledger
from node.store import schema
from node.store.faults import StoreDamaged, StoreMissing, StoreSchema
from node.store.files import OsFiles
from node.store.head_mark import HeadMark, HeadMarkFile
from node.store.kv import LevelKv, create_kv, open_kv
from node.store.memory_kv import MemoryKv
from node.store.opening import StoreSettings, has_store
from primitives.errors import LocalFault
from primitives.ids import Height
from tests.execution.chain import ALICE, BOB, Chain, genesis
from tests.store.crashes import Clock, SimFiles, Stopped

FLIPS = int(os.environ.get("SAPHA_FLIPS", "50"))


class StoppingFiles(OsFiles):
    """Real files; the process is killed before or after call number n."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def create(self, path):
        descriptor = -1
        for _ in self.clock.around():
            descriptor = super().create(path)
        return descriptor

    def write(self, descriptor, data):
        for _ in self.clock.around():
            super().write(descriptor, data)

    def fsync(self, descriptor):
        for _ in self.clock.around():
            super().fsync(descriptor)

    def rename(self, source, target):
        for _ in self.clock.around():
            super().rename(source, target)

    def fsync_dir(self, path):
        for _ in self.clock.around():
            super().fsync_dir(path)


class StoppingKv(LevelKv):
    """Real LevelDB; the process is killed before or after a batch."""

    clock = Clock()

    def write(self, batch):
        for _ in self.clock.around():
            super().write(batch)


def play(chain: Chain, acknowledged: list[int]) -> None:
    """Commit three blocks; what returned was acknowledged to clients."""
    for amount in (1, 2, 3):
        chain.commit(chain.issue(ALICE, amount))
        acknowledged.append(chain.ledger.head().header.height)


def calls_of_play(tmp_path: Path) -> int:
    clock = Clock()
    chain = Chain(tmp_path / "count")
    chain.ledger.close()
    run_until(chain, clock)
    return clock.calls


def run_until(chain: Chain, clock: Clock) -> list[int]:
    """Play until the clock stops it; return the acknowledged heights."""
    acknowledged: list[int] = []
    opened: list[StoppingKv] = []

    def open_stopping(path: Path) -> StoppingKv:
        kv = StoppingKv(path, is_new=False)
        kv.clock = clock
        opened.append(kv)
        return kv

    chain.settings = LedgerSettings(
        store=StoreSettings(files=StoppingFiles(clock), open=open_stopping)
    )
    try:
        chain.open()
        play(chain, acknowledged)
    except Stopped:
        pass
    finally:
        for kv in opened:
            kv.close()
        chain.settings = None
    return acknowledged


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_a_kill_at_any_disk_call_of_a_commit_loses_no_acknowledged_block(tmp_path, is_after):
    calls = calls_of_play(tmp_path)
    assert calls == 3 + 5 + 2 + 2  # three batches; a mark file made anew, then two appends

    for stop_at in range(calls):
        chain = Chain(tmp_path / f"{is_after}-{stop_at}")
        chain.ledger.close()
        acknowledged = run_until(chain, Clock(stop_at, is_after))

        height = chain.open().head().header.height
        assert height in (len(acknowledged), len(acknowledged) + 1)
        assert chain.balance(ALICE) == sum(range(1, height + 1))
        chain.commit(chain.transfer(ALICE, BOB, 1)) if height else chain.commit()
        assert chain.reopen().head().header.height == height + 1
        chain.ledger.close()


@pytest.mark.parametrize("unsynced", ["lost", "flushed", "torn"])
def test_a_power_cut_at_any_call_of_the_head_mark_is_repaired(tmp_path, unsynced):
    for stop_at in range(6):  # three marks: append and fsync
        kv, files = MemoryKv(), SimFiles()
        chain = Chain(tmp_path / "data", memory_settings(kv, files))
        files.clock.calls, files.clock.stop_at = 0, stop_at
        acknowledged: list[int] = []
        with pytest.raises(Stopped):
            play(chain, acknowledged)

        chain.settings = memory_settings(kv, files.after_crash(unsynced))
        height = chain.open().head().header.height

        assert height in (len(acknowledged), len(acknowledged) + 1)


def memory_settings(kv: MemoryKv, files: SimFiles) -> LedgerSettings:
    return LedgerSettings(
        store=StoreSettings(files=files, create=lambda _path: kv, open=lambda _path: kv)
    )


def test_an_init_that_was_cut_off_anywhere_is_done_again(tmp_path):
    clock = Clock()
    init_until(tmp_path / "count", clock)
    assert clock.calls == 2 + 5

    for stop_at in range(2 * clock.calls):
        folder = tmp_path / str(stop_at)
        init_until(folder, Clock(stop_at // 2, bool(stop_at % 2)))

        if not has_store(folder):
            init_ledger(genesis(), folder)
        ledger = open_ledger(genesis(), folder)

        assert ledger.head().header.height == 0
        ledger.close()


def init_until(folder: Path, clock: Clock) -> None:
    """Initialise until the clock stops it."""
    opened: list[StoppingKv] = []

    def create_stopping(path: Path) -> StoppingKv:
        path.mkdir(parents=True, exist_ok=True)
        opened.append(StoppingKv(path, is_new=True))
        opened[-1].clock = clock
        return opened[-1]

    files = StoppingFiles(clock)
    settings = LedgerSettings(store=StoreSettings(files=files, create=create_stopping))
    try:
        init_ledger(genesis(), folder, CONTRACTS, settings)
    except Stopped:
        pass
    finally:
        for kv in opened:
            kv.close()


@pytest.fixture
def grown(tmp_path):
    """Return a closed chain at height 3."""
    chain = Chain(tmp_path / "data")
    play(chain, [])
    chain.ledger.close()
    return chain


def test_a_database_one_block_ahead_of_the_mark_moves_the_mark(grown):
    mark = (grown.folder / "head").read_bytes()
    chain = grown
    chain.open()
    chain.commit()
    chain.ledger.close()
    (grown.folder / "head").write_bytes(mark)

    head = chain.open().head()

    chain.ledger.close()
    moved = HeadMarkFile(grown.folder / "head", OsFiles()).read()
    assert head.header.height == 4
    assert moved == HeadMark(head.header.height, head.block_hash)


def test_a_database_two_blocks_ahead_of_the_mark_is_refused(grown):
    mark = (grown.folder / "head").read_bytes()
    grown.open()
    grown.commit()
    grown.commit()
    grown.ledger.close()
    (grown.folder / "head").write_bytes(mark)

    with pytest.raises(StoreDamaged, match="at height 5, the head mark at 3"):
        grown.open()


def test_a_database_behind_the_mark_has_lost_a_block_and_names_both_heights(grown):
    shutil.copytree(grown.folder / "db", grown.folder / "old")
    grown.open()
    grown.commit()
    grown.ledger.close()
    shutil.rmtree(grown.folder / "db")
    (grown.folder / "old").rename(grown.folder / "db")

    with pytest.raises(StoreDamaged, match="ends at height 3, but height 4 was committed"):
        grown.open()


def test_a_database_of_another_history_is_refused(grown, tmp_path):
    other = Chain(tmp_path / "other")
    for _ in range(3):
        other.commit()
    other.ledger.close()
    shutil.rmtree(grown.folder / "db")
    shutil.copytree(other.folder / "db", grown.folder / "db")

    with pytest.raises(StoreDamaged, match="not the one that was committed"):
        grown.open()


def test_a_missing_head_mark_is_refused(grown):
    (grown.folder / "head").unlink()

    with pytest.raises(StoreDamaged, match="is missing"):
        grown.open()


def test_a_bit_flip_of_the_head_mark_is_found_or_changes_nothing(grown):
    path = grown.folder / "head"
    data = path.read_bytes()

    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        try:
            height = grown.open().head().header.height
        except StoreDamaged:
            continue
        assert height == 3
        grown.ledger.close()


def test_an_init_that_was_cut_off_is_named(tmp_path, grown):
    create_kv(tmp_path / "half" / "db").close()

    with pytest.raises(StoreMissing, match="not initialised to the end"):
        open_ledger(grown.genesis, tmp_path / "half")


def test_a_store_of_a_later_format_is_refused(grown):
    kv = open_kv(grown.folder / "db")
    kv.write([(schema.META_SCHEMA, schema.number_value(99))])
    kv.close()

    with pytest.raises(StoreSchema, match="format 99"):
        grown.open()


def test_a_state_that_is_not_the_heads_is_refused(grown):
    kv = open_kv(grown.folder / "db")
    key, entries = next(kv.scan(schema.ENTRIES))
    kv.write([(key, entries[:-1] + bytes([entries[-1] ^ 1]))])
    kv.close()

    with pytest.raises(StoreDamaged, match="state is not that of block 3"):
        grown.open()


def everything(chain: Chain, folder: Path) -> list[object]:
    """Read all that a client could ask for."""
    ledger = open_ledger(chain.genesis, folder, CONTRACTS)
    try:
        reads, store = ledger.reads, ledger._tip.store
        heights = range(ledger.head().header.height + 1)
        blocks = [reads.block_at(Height(height)) for height in heights]
        found = [
            (block.block.encode(), block.certificate.encode(), block.receipts)
            for block in blocks
            if block is not None
        ]
        pairs = list(store.state.iterate(b"", after=None, limit=10_000))
        values = [(key, store.state.get(key), ledger.prove(key)) for key, _ in pairs]
        places = [
            store.chain.place_of(known) for h in heights for known in store.chain.ids_at(Height(h))
        ]
        hashes = [reads.height_of(block.block.hash) for block in blocks if block is not None]
        return [found, pairs, values, places, hashes, ledger.head().block_hash]
    finally:
        ledger.close()


@pytest.mark.parametrize("is_table", [False, True], ids=["log", "table"])
def test_a_flipped_bit_in_any_database_file_is_an_error_and_never_a_wrong_answer(
    grown, tmp_path, is_table
):
    if is_table:  # an open writes the log's records into a table
        grown.open().close()
    expected = everything(grown, copy_of(grown.folder, tmp_path / "whole"))
    chance = random.Random(7)
    found = 0

    for number in range(FLIPS):
        folder = copy_of(grown.folder, tmp_path / f"flip-{number}")
        files = sorted(path for path in (folder / "db").iterdir() if path.stat().st_size)
        target = chance.choice(files)
        data = bytearray(target.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        target.write_bytes(data)
        try:
            assert everything(grown, folder) == expected, f"flip {number} in {target.name}"
        except LocalFault:
            found += 1
        shutil.rmtree(folder)

    assert found > FLIPS // 5


@pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*", "*.log", "*.ldb"])
def test_a_deleted_database_file_is_an_error_and_never_a_wrong_answer(grown, tmp_path, pattern):
    grown.open().close()
    folder = copy_of(grown.folder, tmp_path / "copy")
    expected = everything(grown, grown.folder)
    for path in (folder / "db").glob(pattern):
        path.unlink()

    try:
        outcome = everything(grown, folder)
    except LocalFault as fault:
        outcome = fault

    assert isinstance(outcome, StoreDamaged) or outcome == expected


def copy_of(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target
