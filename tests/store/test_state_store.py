"""State values, the bucket tree and its proofs, against plain dicts."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from node.store.faults import StoreDamaged
from node.store.memory_kv import MemoryKv
from node.store.schema import BUCKETS, STATE, bucket_key
from node.store.state_store import StateCaches, StateStore
from primitives.state_proof import (
    BadProof,
    bucket_hash,
    bucket_of,
    check_proof,
    key_hash,
    node_hash,
    root_hash,
    value_hash,
)

KEYS = st.binary(min_size=1, max_size=2)
VALUES = st.binary(max_size=8)
NO_CACHE = StateCaches(values_max=1, bucket_bytes_max=1)


def store_on(kv: MemoryKv, bits: int = 4, caches: StateCaches = NO_CACHE) -> StateStore:
    store = StateStore(kv, Path("db"), bits, caches)
    store.load()
    return store


def apply(kv: MemoryKv, store: StateStore, writes: dict) -> bytes:
    plan = store.plan(writes)
    kv.write(store.puts(plan))
    store.applied(plan)
    return plan.root


def model_root(model: dict[bytes, bytes], bits: int) -> bytes:
    """Compute the state root in the plainest way."""
    buckets = [b""] * (1 << bits)
    for hashed, value in sorted((key_hash(key), value) for key, value in model.items()):
        buckets[bucket_of(hashed, bits)] += hashed + value_hash(value)
    level = [bucket_hash(entries) for entries in buckets]
    while len(level) > 1:
        level = [node_hash(b"".join(level[i : i + 4])) for i in range(0, len(level), 4)]
    return root_hash(bits, level[0])


class StateMachine(RuleBasedStateMachine):
    """Batches of writes against a dict: same values, same root, and proofs that verify."""

    @initialize(bits=st.sampled_from([2, 4, 8]), cache=st.sampled_from([1, 3, 1000]))
    def start(self, bits, cache):
        self.bits, self.model, self.kv = bits, {}, MemoryKv()
        self.caches = StateCaches(values_max=cache, bucket_bytes_max=cache * 200)
        self.store = store_on(self.kv, bits, self.caches)

    @rule(writes=st.dictionaries(KEYS, VALUES | st.none(), max_size=12))
    def commit(self, writes):
        before = self.store.root
        planned = self.store.plan(writes).root
        assert self.store.root == before
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

    @rule(prefix=st.binary(max_size=1), after=KEYS | st.none(), limit=st.integers(0, 5))
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
        self.store = store_on(self.kv, self.bits, self.caches)

    @invariant()
    def root_is_that_of_the_model(self):
        assert self.store.root == model_root(self.model, self.bits)
        assert all(self.store.get(key) == value for key, value in self.model.items())


TestStateMachine = StateMachine.TestCase
TestStateMachine.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)


def test_a_removed_state_leaves_the_root_of_an_empty_one():
    kv = MemoryKv()
    store = store_on(kv)
    empty = store.root
    apply(kv, store, {b"a": b"1", b"b": b"2"})

    apply(kv, store, {b"a": None, b"b": None})

    assert store.root == empty
    assert not list(kv.scan(BUCKETS))


@pytest.fixture
def damaged():
    """Return the database of a store with three values, to be damaged behind its back."""
    kv = MemoryKv()
    store = store_on(kv)
    apply(kv, store, {b"key": b"value", b"other": b"thing", b"third": b"one"})
    return kv


@pytest.mark.parametrize("change", [b"valuf", b"", None])
def test_a_changed_or_lost_value_is_damage_and_not_an_answer(damaged, change):
    store = store_on(damaged)
    damaged.write([(STATE + b"key", change)])

    with pytest.raises(StoreDamaged, match="sapha node rebuild"):
        store.get(b"key")


def test_a_value_from_nowhere_is_damage_and_not_an_answer(damaged):
    store = store_on(damaged)
    damaged.write([(STATE + b"new", b"money")])

    with pytest.raises(StoreDamaged):
        store.get(b"new")
    with pytest.raises(StoreDamaged):
        list(store.iterate(b"", after=None, limit=10))


def test_a_bucket_changed_after_opening_is_damage(damaged):
    store = store_on(damaged)
    bucket = bucket_of(key_hash(b"key"), 4)
    damaged.write([(bucket_key(bucket), None)])

    with pytest.raises(StoreDamaged, match="bucket"):
        store.prove(b"key")


def test_a_bucket_changed_before_opening_gives_another_root(damaged):
    root = store_on(damaged).root
    bucket = bucket_of(key_hash(b"key"), 4)

    damaged.write([(bucket_key(bucket), None)])

    assert store_on(damaged).root != root
