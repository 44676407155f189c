"""Chunks of a frozen state: the whole of it, each proved alone, whatever is written meanwhile."""

import pytest

from node.store import state_chunks
from node.store.faults import StoreDamaged
from node.store.kv import create_kv
from node.store.memory_kv import MemoryKv
from node.store.schema import ENTRIES, STATE
from node.store.state_chunks import chunks_of
from node.store.state_store import StateCaches, StateStore
from primitives.state_chunk import CHUNK_BYTES_MAX, check_chunk, read_chunk
from primitives.state_tree import key_hash

MANY = {b"key %d" % number: b"%d" % number for number in range(1_500)}
LONG = {b"long %d" % size: bytes(size) for size in range(30, 60)}


def store_over(kv, state) -> StateStore:
    store = StateStore(kv, "db", StateCaches())
    store.load()
    plan = store.plan(state)
    kv.write(store.puts(plan))
    store.applied(plan)
    return store


def chunks_in(frozen, scratch, bytes_max=CHUNK_BYTES_MAX):
    made = [chunk for chunk in chunks_of(frozen, scratch, bytes_max) if chunk is not None]
    return [read_chunk(chunk.encode()) for chunk in made]


@pytest.mark.parametrize("keys_below", [4_096, 300, 40])
@pytest.mark.parametrize("bytes_max", [1, 12_000, 20_000, CHUNK_BYTES_MAX])
def test_chunks_are_the_whole_state_and_each_is_verified_alone(
    tmp_path, monkeypatch, bytes_max, keys_below
):
    monkeypatch.setattr("node.store.state_store.KEYS_BELOW", keys_below)
    kv, state = MemoryKv(), MANY | LONG
    store = store_over(kv, state)

    chunks = chunks_in(store.frozen(kv), tmp_path, bytes_max)

    for chunk in chunks:
        check_chunk(chunk, state_root=store.root)
    pairs = [pair for chunk in chunks for pair in chunk.pairs]
    assert dict(pairs) == state
    assert len(pairs) == chunks[0].count
    assert pairs == sorted(pairs, key=lambda pair: key_hash(pair[0]))
    assert bytes_max == 1 or max(len(chunk.encode()) for chunk in chunks) <= bytes_max


def test_keys_that_do_not_fit_into_memory_are_sorted_in_files_that_are_gone_afterwards(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("node.store.state_store.KEYS_BELOW", 100)
    monkeypatch.setattr(state_chunks, "_BUFFERS_BYTES", 6_400)
    kv = MemoryKv()
    frozen = store_over(kv, MANY | LONG).frozen(kv)
    filed = set()

    def watched():
        for chunk in chunks_of(frozen, tmp_path):
            filed.update(tmp_path.iterdir())
            yield chunk

    pairs = [pair for chunk in watched() if chunk for pair in chunk.pairs]

    assert dict(pairs) == MANY | LONG
    assert len(filed) > 10
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_after_the_moment_is_not_in_the_chunks(tmp_path):
    kv = create_kv(tmp_path / "db")
    store = store_over(kv, MANY)
    root, frozen = store.root, store.frozen(kv.frozen())
    plan = store.plan(dict.fromkeys(list(MANY)[:700], b"other") | {b"new": b"1"})
    kv.write(store.puts(plan))
    store.applied(plan)

    chunks = chunks_in(frozen, tmp_path)

    for chunk in chunks:
        check_chunk(chunk, state_root=root)
    assert dict(pair for chunk in chunks for pair in chunk.pairs) == MANY
    frozen.kv.close()
    kv.close()


def test_a_state_without_keys_has_no_chunk(tmp_path):
    kv = MemoryKv()
    assert chunks_in(store_over(kv, {}).frozen(kv), tmp_path) == []


@pytest.mark.parametrize(
    "row", [ENTRIES + key_hash(b"key 7"), STATE + b"key 7", STATE + b"long 50"]
)
def test_a_damaged_or_missing_row_gives_no_chunk_of_it(tmp_path, row):
    kv = MemoryKv()
    store = store_over(kv, MANY | LONG)
    kv.pairs[row] = b"\x01x" if row.startswith(ENTRIES) else b"x"
    if row == STATE + b"key 7":
        del kv.pairs[row]

    with pytest.raises(StoreDamaged):
        chunks_in(store.frozen(kv.frozen()), tmp_path)
