"""The pool's bounds, order and expiry, also against a model."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from node.mempool import Pool, PoolLimits
from primitives.errors import MempoolFull, QuotaExceeded
from primitives.ids import TransactionId, address_of
from tests.builders import TIME_MS, key, transaction


def numbered(nonce: int, sender: int = 0, expires_in_ms: int = 60_000):
    return transaction(
        key(sender),
        nonce=nonce,
        sender=address_of(key(sender).public_key),
        expires_at_ms=TIME_MS + expires_in_ms,
    )


def test_transactions_are_selected_in_order_of_arrival():
    pool = Pool()
    arrived = [numbered(nonce) for nonce in (5, 1, 3)]
    for item in arrived:
        pool.add(item, None)

    chosen = pool.select(2, 10_000)

    assert chosen == arrived[:2]


def test_a_selection_stops_at_the_byte_limit():
    pool = Pool()
    first, second = numbered(1), numbered(2)
    pool.add(first, None)
    pool.add(second, None)

    chosen = pool.select(10, len(first.raw) + len(second.raw) - 1)

    assert chosen == [first]


def test_a_full_pool_refuses_by_count():
    pool = Pool(PoolLimits(transactions_max=1))
    pool.add(numbered(1), None)

    with pytest.raises(MempoolFull, match="at most 1"):
        pool.add(numbered(2), None)


def test_a_full_pool_refuses_by_bytes():
    first = numbered(1)
    pool = Pool(PoolLimits(bytes_max=len(first.raw)))
    pool.add(first, None)

    with pytest.raises(MempoolFull, match="bytes"):
        pool.add(numbered(2), None)


def test_a_sender_beyond_its_quota_is_refused_and_others_are_not():
    pool = Pool(PoolLimits(per_sender_max=1))
    pool.add(numbered(1), None)

    with pytest.raises(QuotaExceeded, match="sph1"):
        pool.add(numbered(2), None)

    assert pool.add(numbered(1, sender=1), None)


def test_a_member_beyond_its_quota_is_refused_and_own_clients_are_not():
    member = key(9).public_key
    pool = Pool(PoolLimits(per_source_max=1))
    pool.add(numbered(1), member)

    with pytest.raises(QuotaExceeded, match="member"):
        pool.add(numbered(2), member)

    assert pool.add(numbered(2), None)


def test_the_same_id_again_keeps_the_first():
    pool = Pool()
    first = pool.add(numbered(1), None)

    again = pool.add(numbered(1), key(9).public_key)

    assert again is first
    assert len(pool) == 1


def test_an_expired_transaction_is_dropped_and_remembered_as_expired():
    pool = Pool()
    item = numbered(1, expires_in_ms=500)
    pool.add(item, None)

    before = pool.expire(TIME_MS + 499)
    at = pool.expire(TIME_MS + 500)

    assert (before, at) == (0, 1)
    assert pool.dropped_as(item.transaction_id) == "EXPIRED"


def test_what_was_dropped_is_remembered_within_a_bound():
    pool = Pool()
    kept = 10_000
    for nonce in range(kept + 1):
        item = _Light(nonce)
        pool.add(item, None)
        pool.drop(item.transaction_id, "KEY_NOT_IN_ACCOUNT")

    assert pool.dropped_as(_Light(0).transaction_id) is None
    assert pool.dropped_as(_Light(1).transaction_id) == "KEY_NOT_IN_ACCOUNT"


class _Light:
    """A transaction without signatures, cheap enough for thousands."""

    def __init__(self, nonce: int) -> None:
        self.transaction_id = TransactionId(nonce.to_bytes(32, "big"))
        self.raw = self.transaction_id
        self.body = numbered_body


numbered_body = numbered(0).body

LIMITS = PoolLimits(transactions_max=6, bytes_max=1_100, per_sender_max=3, per_source_max=4)
SOURCES = (None, key(8).public_key, key(9).public_key)


class PoolAgainstModel(RuleBasedStateMachine):
    """The model is a plain list of (transaction, source), searched from the start each time."""

    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.pool = Pool(LIMITS)
        self.model: list = []

    @rule(
        target=known,
        nonce=st.integers(0, 15),
        sender=st.integers(0, 2),
        expires_in_ms=st.sampled_from((400, 900, 1_500, 60_000)),
        source=st.sampled_from(SOURCES),
    )
    def add(self, nonce, sender, expires_in_ms, source):
        item = numbered(nonce, sender, expires_in_ms)
        has_room = self._model_has_room(item, source)
        try:
            self.pool.add(item, source)
        except (MempoolFull, QuotaExceeded):
            assert not has_room
        else:
            assert has_room
            if item not in [waiting for waiting, _source in self.model]:
                self.model.append((item, source))
        return item

    @rule(item=known)
    def commit(self, item):
        self.pool.remove_committed([item.transaction_id])
        self.model = [entry for entry in self.model if entry[0] != item]

    @rule(item=known)
    def drop(self, item):
        self.pool.drop(item.transaction_id, "REJECTED")
        self.model = [entry for entry in self.model if entry[0] != item]

    @rule(after_ms=st.integers(0, 2_000))
    def expire(self, after_ms):
        self.pool.expire(TIME_MS + after_ms)
        now_ms = TIME_MS + after_ms
        self.model = [entry for entry in self.model if entry[0].body.expires_at_ms > now_ms]

    @invariant()
    def holds_what_the_model_holds_within_every_bound(self):
        assert self.pool.select(100, 10**9) == [item for item, _source in self.model]
        assert self.pool.bytes_waiting == sum(len(item.raw) for item, _source in self.model)
        assert len(self.pool) <= LIMITS.transactions_max
        assert self.pool.bytes_waiting <= LIMITS.bytes_max

    def _model_has_room(self, item, source):
        waiting = [entry[0] for entry in self.model]
        if item in waiting:
            return True
        size = sum(len(other.raw) for other in waiting)
        senders = [other.body.sender for other in waiting]
        return (
            len(waiting) < LIMITS.transactions_max
            and size + len(item.raw) <= LIMITS.bytes_max
            and senders.count(item.body.sender) < LIMITS.per_sender_max
            and [entry[1] for entry in self.model].count(source) < LIMITS.per_source_max
        )


PoolAgainstModel.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
TestPoolAgainstModel = PoolAgainstModel.TestCase
