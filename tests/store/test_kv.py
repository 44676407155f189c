"""LevelDB behind its port: opening, batches, scans."""

import errno
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.store.faults import (
    StoreDamaged,
    StoreExists,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreMissing,
)
from node.store.kv import create_kv, open_kv, plyvel
from node.store.memory_kv import MemoryKv

FEW_BYTES = st.lists(st.sampled_from([0, 1, 0x61, 0xFE, 0xFF]), min_size=1, max_size=3).map(bytes)


def test_a_store_is_made_by_create_only(tmp_path):
    with pytest.raises(StoreMissing, match="initialise"):
        open_kv(tmp_path / "db")

    assert not (tmp_path / "db").exists()


def test_create_refuses_a_folder_with_something_in_it(tmp_path):
    (tmp_path / "precious").write_text("data")

    with pytest.raises(StoreExists):
        create_kv(tmp_path)


def test_an_open_of_an_empty_folder_makes_nothing(tmp_path):
    with pytest.raises(StoreDamaged, match="does not exist"):
        open_kv(tmp_path)


def test_a_second_process_is_refused(tmp_path):
    first = create_kv(tmp_path / "db")
    code = (
        "import sys; from pathlib import Path\n"
        "from node.store.faults import StoreLocked\n"
        "from node.store.kv import open_kv\n"
        "try: open_kv(Path(sys.argv[1]))\n"
        "except StoreLocked: sys.exit(9)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "db")], check=False)

    first.close()
    assert done.returncode == 9


def test_a_second_open_in_this_process_is_refused_and_the_first_works_on(tmp_path):
    first = create_kv(tmp_path / "db")

    with pytest.raises(StoreLocked):
        open_kv(tmp_path / "db")

    first.write([(b"k", b"v")])
    assert first.get(b"k") == b"v"
    first.close()


def test_a_batch_sets_and_removes(tmp_path):
    kv = create_kv(tmp_path / "db")
    kv.write([(b"a", b"1"), (b"b", b"2")])

    kv.write([(b"a", None), (b"c", b"3")])

    assert list(kv.scan(b"")) == [(b"b", b"2"), (b"c", b"3")]
    kv.close()


def test_an_error_while_the_batch_is_made_writes_nothing(tmp_path):
    kv = create_kv(tmp_path / "db")

    def batch():
        yield b"a", b"1"
        raise KeyError("our bug")

    with pytest.raises(KeyError, match="our bug"):
        kv.write(batch())

    assert kv.get(b"a") is None
    kv.close()


class Refusing:
    """A database whose every write fails; it can be closed like a real one."""

    closed = False

    def __init__(self, database: plyvel.DB, reason: str) -> None:
        self.close = database.close
        self._reason = reason

    def write_batch(self, **_options):
        raise plyvel.IOError(f"IO error: 000005.log: {self._reason}")


def test_after_a_failed_write_every_later_one_is_refused(tmp_path):
    kv = create_kv(tmp_path / "db")
    database, kv._db = kv._db, Refusing(kv._db, "Input/output error")
    with pytest.raises(StoreFailed, match="must stop"):
        kv.write([(b"a", b"1")])

    kv._db = database

    with pytest.raises(StoreFailed, match="restart"):
        kv.write([(b"a", b"1")])
    kv.close()


def test_after_a_full_disk_the_database_is_opened_anew_and_takes_the_batch(tmp_path):
    kv = create_kv(tmp_path / "db")
    kv.write([(b"a", b"1")])
    kv._db = Refusing(kv._db, "No space left on device")
    with pytest.raises(StoreFull, match="free some"):
        kv.write([(b"a", b"2")])

    kv.write([(b"a", b"2")])

    assert kv.get(b"a") == b"2"
    kv.close()


def test_while_the_disk_is_full_the_database_stays_open_for_reads(tmp_path, monkeypatch):
    def no_room_at_all(_descriptor, _offset, _size):
        raise OSError(errno.ENOSPC, "No space left on device")

    kv = create_kv(tmp_path / "db")
    kv.write([(b"a", b"1")])
    database, kv._db = kv._db, Refusing(kv._db, "No space left on device")
    with pytest.raises(StoreFull):
        kv.write([(b"a", b"2")])
    kv._db = database
    monkeypatch.setattr(os, "posix_fallocate", no_room_at_all)

    with pytest.raises(StoreFull):
        kv.write([(b"a", b"2")])

    assert kv.get(b"a") == b"1"
    kv.close()


@pytest.fixture(scope="module")
def level(tmp_path_factory):
    kv = create_kv(tmp_path_factory.mktemp("kv") / "db")
    yield kv
    kv.close()


@given(
    pairs=st.dictionaries(FEW_BYTES, st.binary(max_size=3)),
    prefix=FEW_BYTES | st.just(b""),
    after=FEW_BYTES | st.none(),
)
def test_scans_of_leveldb_and_of_the_dict_agree(level, pairs, prefix, after):
    memory = MemoryKv()
    for kv in (memory, level):
        kv.write([(key, None) for key, _ in list(kv.scan(b""))])
        kv.write(list(pairs.items()))

    found = list(level.scan(prefix, after=after))

    assert found == list(memory.scan(prefix, after=after))
    assert found == sorted(
        (key, value)
        for key, value in pairs.items()
        if key.startswith(prefix) and (after is None or key > after)
    )


@given(pairs=st.dictionaries(FEW_BYTES, st.binary(max_size=3)), start=FEW_BYTES, stop=FEW_BYTES)
def test_what_is_between_two_keys_is_read_as_it_was_written_last(level, pairs, start, stop):
    memory = MemoryKv()
    for kv in (memory, level):
        kv.write([(key, None) for key, _ in list(kv.scan(b""))])
        assert kv.between(start, stop) == []
        kv.write(list(pairs.items()))

    found = level.between(start, stop)

    assert found == memory.between(start, stop)
    assert found == sorted((key, value) for key, value in pairs.items() if start <= key < stop)
    assert level.between(b"", b"\xff" * 99) == sorted(pairs.items())
