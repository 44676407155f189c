"""The overlay, against plain dicts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.execution.overlay import Overlay
from node.store.memory_kv import MemoryKv
from node.store.state_store import StateCaches, StateStore

KEYS = st.lists(st.sampled_from([0, 1, 0x61, 0xFF]), min_size=1, max_size=3).map(bytes)
WRITES = st.dictionaries(KEYS, st.binary(max_size=2) | st.none(), max_size=6)
CALLS = st.lists(st.tuples(WRITES, st.booleans()), max_size=4)


def base_of(pairs: dict) -> StateStore:
    kv = MemoryKv()
    store = StateStore(kv, Path("db"), StateCaches())
    plan = store.plan(pairs)
    kv.write(store.puts(plan))
    store.applied(plan)
    return store


def merged(model: dict, writes: dict) -> dict:
    return {key: value for key, value in (model | writes).items() if value is not None}


@given(
    base=st.dictionaries(KEYS, st.binary(max_size=2), max_size=6),
    calls=CALLS,
    pending=WRITES,
    prefix=KEYS | st.just(b""),
    after=KEYS | st.none(),
    limit=st.integers(0, 6),
)
def test_the_overlay_reads_as_a_dict_with_the_kept_calls_applied(
    base, calls, pending, prefix, after, limit
):
    overlay, model = Overlay(base_of(base)), dict(base)

    for writes, is_kept in calls:
        for key, value in writes.items():
            overlay.set(key, value)
        list(overlay.iterate(b"", after=None, limit=1))
        overlay.keep() if is_kept else overlay.discard()
        model = merged(model, writes) if is_kept else model
    for key, value in pending.items():
        overlay.set(key, value)
    model = merged(model, pending)

    expected = sorted(
        pair
        for pair in model.items()
        if pair[0].startswith(prefix) and (after is None or pair[0] > after)
    )
    assert list(overlay.iterate(prefix, after=after, limit=limit)) == expected[:limit]
    assert all(overlay.get(key) == model.get(key) for key in {*base, *pending})


def test_a_discarded_call_leaves_no_trace():
    overlay = Overlay(base_of({b"a": b"1"}))
    overlay.set(b"a", b"2")
    overlay.keep()
    overlay.set(b"a", None)
    overlay.set(b"b", b"3")

    overlay.discard()

    assert overlay.get(b"a") == b"2"
    assert overlay.get(b"b") is None
    assert overlay.writes == {b"a": b"2"}


def test_nothing_is_written_to_the_base():
    base = base_of({b"a": b"1"})
    overlay = Overlay(base)
    overlay.set(b"a", b"2")
    overlay.keep()

    assert base.get(b"a") == b"1"


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_gives_nothing(limit):
    overlay = Overlay(base_of({b"a": b"1"}))
    overlay.set(b"b", b"2")

    assert list(overlay.iterate(b"", after=None, limit=limit)) == []
