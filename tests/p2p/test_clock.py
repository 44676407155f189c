"""A peer's clock against this node's: corrected by the round trip, a median over samples."""

import pytest

from p2p.clock import ClockComparison, read_time_ms, time_bytes

NOW_MS = 1_800_000_000_000


@pytest.fixture
def clock():
    return ClockComparison()


def test_before_the_first_sample_nothing_is_known(clock):
    assert clock.offset_ms is None


def test_half_a_round_trip_is_taken_off(clock):
    clock.add(own_ms=NOW_MS + 50, peer_ms=NOW_MS, round_trip_ms=100.0)

    assert clock.offset_ms == 0.0


def test_a_peer_that_is_ahead_is_positive(clock):
    clock.add(own_ms=NOW_MS, peer_ms=NOW_MS + 5_000, round_trip_ms=0.0)

    assert clock.offset_ms == 5_000.0


def test_single_late_answers_do_not_move_the_median(clock):
    for late_ms in (0, 0, 900, 0, 0, 700, 0):
        clock.add(own_ms=NOW_MS + late_ms, peer_ms=NOW_MS, round_trip_ms=float(late_ms) / 10)

    assert clock.offset_ms == 0.0


def test_a_clock_that_jumps_is_seen_after_a_few_samples(clock):
    for _ in range(100):
        clock.add(own_ms=NOW_MS, peer_ms=NOW_MS, round_trip_ms=0.0)
    for _ in range(5):
        clock.add(own_ms=NOW_MS, peer_ms=NOW_MS - 3_600_000, round_trip_ms=0.0)

    assert clock.offset_ms == -3_600_000.0


@pytest.mark.parametrize("time_ms", [0, NOW_MS, 2**64 - 1])
def test_a_time_goes_over_the_wire_as_it_is(time_ms):
    assert read_time_ms(time_bytes(time_ms)) == time_ms
