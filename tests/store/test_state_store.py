"""State values, the tree over them and its proofs, against plain dicts."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from node.store.faults import StoreDamaged
from node.store.memory_kv import MemoryKv
from node.store.schema import ENTRIES, STATE
from node.store.state_store import StateCaches, StateStore
from primitives.state_proof import BadProof, check_proof
from primitives.state_tree import content_of, key_hash
from tests.primitives.tree_model import TreeModel

KEYS = st.integers(0, 150).map(b"%d".__mod__)
VALUES = st.binary(max_size=8) | st.binary(min_size=31, max_size=34)
WRITES = st.dictionaries(KEYS, VALUES | st.none(), max_size=100)
NO_CACHE = StateCaches(values_max=1, leaf_bytes_max=1)


def store_on(kv: MemoryKv, caches: StateCaches = NO_CACHE) -> StateStore:
    store = StateStore(kv, Path("db"), caches)
    store.load()
    return store


def apply(kv: MemoryKv, store: StateStore, writes: dict) -> bytes:
    plan = store.plan(writes)
    kv.write(store.puts(plan))
    store.applied(plan)
    return plan.root


class StateMachine(RuleBasedStateMachine):
    """Batches of writes against a dict: same values, same root, and proofs that verify."""

    @initialize(cache=st.sampled_from([1, 3, 1000]))
    def start(self, cache):
        self.model, self.kv = {}, MemoryKv()
        self.caches = StateCaches(values_max=cache, leaf_bytes_max=cache * 200)
        self.store = store_on(self.kv, self.caches)

    @rule(writes=WRITES)
    def commit(self, writes):
        self.change(writes)

    @rule(keep=st.integers(0, 17))
    def remove_most(self, keep):
        self.change(dict.fromkeys(list(self.model)[keep:]))

    def change(self, writes):
        before, rows = self.store.root, dict(self.kv.pairs)
        planned = self.store.plan(writes).root
        assert (self.store.root, self.kv.pairs) == (before, rows)
        assert apply(self.kv, self.store, writes) == planned
        for key, value in writes.items():
            self.model.pop(key, None)
            if value is not None:
                self.model[key] = value

    @rule(key=KEYS)
    def prove(self, key):
        value, proof = self.store.prove(key)
        assert value == self.model.get(key)
        check_proof(proof, state_root=self.store.root, key=key, value=value)
        with pytest.raises(BadProof):
            check_proof(proof, state_root=self.store.root, key=key, value=b"another value")

    @rule(
        prefix=st.sampled_from([b"", b"1", b"9"]), after=KEYS | st.none(), limit=st.integers(0, 5)
    )
    def iterate(self, prefix, after, limit):
        found = list(self.store.iterate(prefix, after=after, limit=limit))
        expected = sorted(
            pair
            for pair in self.model.items()
            if pair[0].startswith(prefix) and (after is None or pair[0] > after)
        )
        assert found == expected[:limit]

    @rule()
    def open_again(self):
        self.store = store_on(self.kv, self.caches)
        assert self.store.scrub() == len(self.model)

    @invariant()
    def root_is_that_of_the_model(self):
        assert self.store.root == TreeModel(self.model).root
        assert all(self.store.get(key) == value for key, value in self.model.items())
        assert all(self.store.get_in_thread(key) == value for key, value in self.model.items())


TestStateMachine = StateMachine.TestCase
TestStateMachine.settings = settings(max_examples=40, stateful_step_count=10, deadline=None)

MANY = {b"key %d" % number: b"%d" % number for number in range(1_000)}


def test_a_removed_state_leaves_the_root_of_an_empty_one():
    kv = MemoryKv()
    store = store_on(kv)
    empty = store.root
    apply(kv, store, MANY)

    apply(kv, store, dict.fromkeys(MANY))

    assert store.root == empty
    assert not kv.pairs


def test_keys_that_came_and_went_leave_no_trace():
    kv = MemoryKv()
    store = store_on(kv)
    before = apply(kv, store, {key: MANY[key] for key in list(MANY)[:100]})
    pairs = dict(kv.pairs)
    apply(kv, store, MANY)

    apply(kv, store, dict.fromkeys(list(MANY)[100:]))

    assert (store.root, kv.pairs) == (before, pairs)


def test_neither_the_order_of_a_batch_nor_its_cuts_matter():
    roots = set()
    for order, cut in ((list(MANY), 1_000), (list(MANY)[::-1], 1_000), (list(MANY), 7)):
        kv = MemoryKv()
        store = store_on(kv)
        for start in range(0, len(order), cut):
            apply(kv, store, {key: MANY[key] for key in order[start : start + cut]})
        roots.add(store.root)

    assert roots == {TreeModel(MANY).root}


def test_a_plan_that_is_dropped_leaves_nothing():
    kv = MemoryKv()
    store = store_on(kv, StateCaches())
    apply(kv, store, MANY)
    root, pairs = store.root, dict(kv.pairs)

    store.plan(dict.fromkeys(MANY) | {b"new": b"1"})
    store.plan({b"key 1": bytes(40), b"other": b"2"})

    assert (store.root, kv.pairs) == (root, pairs)
    assert store.get(b"key 1") == b"1"
    assert apply(kv, store, {b"key 1": b"2"}) == TreeModel(MANY | {b"key 1": b"2"}).root


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        (None, b"short", {"e", "s"}),
        (b"short", b"other", {"e"}),
        (b"short", b"short", set()),
        (b"short", bytes(40), {"e", "s"}),
        (bytes(40), bytes(41), {"e", "s"}),
        (bytes(40), bytes(40), set()),
        (bytes(40), b"short", {"e", "s"}),
        (b"short", None, {"e", "s"}),
        (None, None, set()),
    ],
)
def test_a_change_writes_the_rows_that_differ_and_no_other(before, after, rows):
    kv = MemoryKv()
    store = store_on(kv)
    apply(kv, store, {b"key": before})

    puts = list(store.puts(store.plan({b"key": after})))

    assert {chr(key[0]) for key, _value in puts} == rows
    kv.write(puts)
    assert store_on(kv).root == TreeModel({} if after is None else {b"key": after}).root


def test_a_changed_balance_puts_at_most_fifty_bytes():
    kv = MemoryKv()
    store = store_on(kv)
    apply(kv, store, MANY)

    puts = list(store.puts(store.plan({key: bytes(7) for key in MANY})))

    assert len(puts) == len(MANY)
    assert sum(len(key) + len(value) for key, value in puts) <= 50 * len(MANY)


class CountingKv(MemoryKv):
    """Notes what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.read = []

    def get(self, key):
        self.read.append(key)
        return super().get(key)

    def between(self, start, stop):
        self.read.append(start)
        return super().between(start, stop)


def test_a_cold_read_of_a_short_value_or_an_absence_touches_one_place():
    kv = CountingKv()
    apply(kv, store_on(kv), MANY)
    for key, value in ((b"key 1", b"1"), (b"absent", None)):
        cold = StateStore(kv, Path("db"), StateCaches())
        cold._tree.load(cold._leaves.stored(), lambda _node, _entries: None)
        kv.read = []

        assert cold.get(key) == value
        assert cold.prove(key)[0] == value
        assert len(kv.read) == 1


@pytest.fixture
def damaged():
    """Return the database of a store with values short and long, to be damaged behind its back."""
    kv = MemoryKv()
    store = store_on(kv)
    apply(kv, store, {b"key": b"value", b"other": b"thing", b"long": bytes(40)})
    return kv


@pytest.mark.parametrize("change", [bytes(41), b"", None])
def test_a_changed_or_lost_value_is_damage_and_not_an_answer(damaged, change):
    store = store_on(damaged)
    damaged.write([(STATE + b"long", change)])

    with pytest.raises(StoreDamaged, match="sapha node rebuild"):
        store.get(b"long")


def test_a_value_beside_one_that_stands_in_the_tree_is_damage(damaged):
    store = store_on(damaged)
    damaged.write([(STATE + b"key", b"money")])

    assert store.get(b"key") == b"value"
    with pytest.raises(StoreDamaged, match="beside"):
        list(store.iterate(b"key", after=None, limit=10))


def test_a_value_from_nowhere_is_damage_and_not_an_answer(damaged):
    store = store_on(damaged)
    damaged.write([(STATE + b"new", b"money")])

    assert store.get(b"new") is None
    with pytest.raises(StoreDamaged, match="not in the tree"):
        list(store.iterate(b"", after=None, limit=10))


@pytest.mark.parametrize("change", [content_of(b"valuf"), b"\x05", b"", None])
def test_an_entry_changed_after_opening_is_damage(damaged, change):
    store = store_on(damaged)
    damaged.write([(ENTRIES + key_hash(b"key"), change)])

    with pytest.raises(StoreDamaged, match="leaf"):
        store.prove(b"key")


def test_a_row_that_grew_by_a_zero_byte_gives_no_other_value(damaged):
    """The hash of a leaf pads its entries: here the length says where the value ends."""
    damaged.write([(ENTRIES + key_hash(b"key"), content_of(b"value") + b"\0")])
    store = store_on(damaged)

    assert store.get(b"key") == b"value"
    assert store.get_in_thread(b"key") == b"value"


def test_an_entry_changed_before_opening_gives_another_root(damaged):
    root = store_on(damaged).root

    damaged.write([(ENTRIES + key_hash(b"key"), None)])

    assert store_on(damaged).root != root
