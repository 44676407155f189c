"""Rates, waits, bans and the door: all on a clock that the test owns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2p.backoff import Backoff
from p2p.dialer import DialPlan, keep_dialling
from p2p.doorway import Doorway
from p2p.faults import FaultBook, FaultRules
from p2p.hello import HandshakeRefused
from p2p.rates import LogGate, TokenBucket
from p2p.settings import BackoffSettings, TransportSettings
from primitives.crypto import PublicKey

PEER = PublicKey(bytes(33))
SETTINGS = BackoffSettings(first_s=0.1, factor=2.0, max_s=1.0, stable_s=5.0)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=50))
def test_waits_stay_between_half_and_all_of_the_growing_whole(randoms):
    source = iter(randoms)
    backoff = Backoff(SETTINGS, lambda: next(source))

    waits = [backoff.next_wait_s() for _ in randoms]

    wholes = [min(0.1 * 2**n, 1.0) for n in range(len(randoms))]
    for wait, whole in zip(waits, wholes, strict=True):
        assert whole / 2 <= wait <= whole + 1e-9


@pytest.mark.parametrize(("lasted_s", "wait_s"), [(5.0, 0.1), (4.9, 0.8)])
def test_only_a_stable_session_starts_the_waits_afresh(lasted_s, wait_s):
    backoff = Backoff(SETTINGS, lambda: 1.0)
    for _ in range(3):
        backoff.next_wait_s()

    backoff.session_ended(lasted_s)

    assert backoff.next_wait_s() == pytest.approx(wait_s)


class _Enough(Exception):
    pass


class _Ended:
    async def wait_ended(self):
        return


async def waits_of_dialler(outcomes, *, banned_s=()):
    """The sleeps and refusals of a dialler whose dials end as `outcomes` say."""
    sleeps, refusals = [], []
    bans, results = iter(banned_s), iter(outcomes)

    async def dial():
        outcome = next(results, _Enough())
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def sleep(seconds):
        sleeps.append(round(seconds, 3))

    plan = DialPlan(
        dial=dial,
        backoff=Backoff(SETTINGS, lambda: 1.0),
        ban_left_s=lambda: next(bans, 0.0),
        refused=refusals.append,
        clock=lambda: 0.0,
        sleep=sleep,
    )
    with pytest.raises(_Enough):
        await keep_dialling(plan)
    return sleeps, refusals


async def test_a_dialler_backs_off_after_each_failure_and_says_why():
    outcomes = [OSError(111, "refused"), TimeoutError(), HandshakeRefused("another chain")]

    sleeps, refusals = await waits_of_dialler(outcomes)

    assert sleeps == [0.1, 0.2, 0.4]
    assert refusals == ["refused", "handshake not finished in time", "another chain"]


async def test_a_dialler_backs_off_from_a_peer_that_accepts_and_drops_it():
    sleeps, refusals = await waits_of_dialler([_Ended(), _Ended(), _Ended()])

    assert sleeps == [0.1, 0.2, 0.4]
    assert refusals == []


async def test_a_dialler_waits_until_a_ban_is_over():
    sleeps, _refusals = await waits_of_dialler([_Ended()], banned_s=[30.0])

    assert sleeps == [30.0, 0.1]


def test_a_bucket_lets_a_burst_pass_and_then_the_rate():
    bucket = TokenBucket(per_s=10.0, burst=5.0)

    burst = [bucket.take(1.0, 0.0) for _ in range(5)]

    assert burst == [0.0] * 5
    assert bucket.take(1.0, 0.0) == pytest.approx(0.1)
    assert bucket.take(1.0, 0.2) == 0.0


def test_a_refused_taking_costs_nothing():
    bucket = TokenBucket(per_s=1.0, burst=1.0)

    taken = [bucket.take_if_full(1.0, now_s) for now_s in (0.0, 0.5, 0.9, 1.0)]

    assert taken == [True, False, False, True]


def test_a_clock_that_stands_still_or_goes_back_gives_no_tokens():
    bucket = TokenBucket(per_s=10.0, burst=1.0)
    bucket.take(1.0, 5.0)

    assert bucket.take(1.0, 1.0) > 0.0


def test_one_line_of_a_kind_passes_an_interval_and_counts_the_others():
    gate = LogGate(every_s=60.0)

    passed = [gate.passes("kind", now_s) for now_s in (0.0, 1.0, 2.0, 60.0, 61.0)]

    assert passed == [0, None, None, 2, None]
    assert gate.passes("another kind", 61.0) == 0


def test_the_gate_remembers_a_bounded_number_of_kinds():
    gate = LogGate(keys_max=3)

    for key in range(10):
        gate.passes(key, 0.0)

    assert gate.passes(9, 0.0) is None
    assert gate.passes(0, 0.0) == 0


RULES = FaultRules(faults_max=3, forget_s=10.0, ban_s=30.0, ban_s_max=100.0)


def faults(book, count, now_s):
    return [book.record(PEER, now_s) for _ in range(count)]


def test_repeated_faults_cut_a_peer_off_for_a_time():
    book = FaultBook(RULES)

    verdicts = faults(book, 4, 0.0)

    assert verdicts == [False, False, False, True]
    assert book.ban_left_s(PEER, 10.0) == 20.0
    assert book.ban_left_s(PEER, 31.0) == 0.0
    assert book.total(PEER) == 4


def test_rare_faults_are_forgotten():
    book = FaultBook(RULES)

    verdicts = [book.record(PEER, 10.0 * n) for n in range(100)]

    assert not any(verdicts)


def test_bans_double_up_to_a_cap_and_begin_afresh_after_long_peace():
    book = FaultBook(RULES)

    bans = []
    for now_s in (0.0, 200.0, 400.0, 600.0, 10_000.0):
        faults(book, 4, now_s)
        bans.append(book.ban_left_s(PEER, now_s))

    assert bans == [30.0, 60.0, 100.0, 100.0, 30.0]


def test_a_peer_without_faults_is_not_cut_off():
    book = FaultBook(RULES)

    assert (book.ban_left_s(PEER, 0.0), book.total(PEER)) == (0.0, 0)


class _Visitor:
    def __init__(self):
        self.is_out = False

    def cancel(self):
        self.is_out = True


DOOR = TransportSettings(
    half_open_max=4, half_open_per_ip_max=2, accepts_per_s_max=1.0, accepts_burst=3.0
)


def test_a_full_address_turns_out_its_own_oldest():
    doorway = Doorway(DOOR)
    visitors = [_Visitor() for _ in range(3)]

    turned_out = [doorway.enter("10.0.0.1", visitor) for visitor in visitors]

    assert turned_out == [None, None, "10.0.0.1"]
    assert [visitor.is_out for visitor in visitors] == [True, False, False]


def test_a_full_door_turns_out_the_oldest_of_the_busiest_address():
    doorway = Doorway(DOOR)
    visitors = {}
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.3"):
        visitors.setdefault(address, []).append(_Visitor())
        doorway.enter(address, visitors[address][-1])

    turned_out = doorway.enter("10.0.0.4", _Visitor())

    assert turned_out == "10.0.0.2"
    assert [visitor.is_out for visitor in visitors["10.0.0.2"]] == [True, False]
    assert len(doorway) == 4


def test_who_leaves_makes_room():
    doorway = Doorway(DOOR)
    first, second, third = _Visitor(), _Visitor(), _Visitor()
    doorway.enter("10.0.0.1", first)
    doorway.enter("10.0.0.1", second)

    doorway.leave("10.0.0.1", first)
    doorway.leave("10.0.0.1", first)

    assert doorway.enter("10.0.0.1", third) is None
    assert len(doorway) == 2


def test_an_address_may_knock_at_a_bounded_rate():
    doorway = Doorway(DOOR)

    knocks = [doorway.may_knock("10.0.0.1", 0.0) for _ in range(4)]

    assert knocks == [True, True, True, False]
    assert doorway.may_knock("10.0.0.2", 0.0)
    assert doorway.may_knock("10.0.0.1", 1.0)


def test_the_door_remembers_a_bounded_number_of_addresses():
    doorway = Doorway(DOOR)

    for n in range(5000):
        doorway.may_knock(f"10.0.{n // 256}.{n % 256}", 0.0)

    assert len(doorway._rates) <= 1024
