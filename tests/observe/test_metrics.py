"""Metrics in the Prometheus text format."""

import asyncio

import pytest

from node.observe import Choice, Counter, Gauge, Histogram, NodeMetrics, Registry, watch_loop_lag
from tests.mempool.builders import until


def lines_of(name, metric):
    return list(metric.samples(name))


def test_a_counter_shows_one_line_for_each_label_value():
    counter = Counter("method")
    counter.add(of="a")
    counter.add(2, of="b")

    assert lines_of("calls", counter) == ['calls{method="a"} 1', 'calls{method="b"} 2']
    assert counter.value("b") == 2


def test_label_values_are_escaped():
    counter = Counter("code")
    counter.add(of='a"b\\c\nd')

    assert lines_of("x", counter) == ['x{code="a\\"b\\\\c\\nd"} 1']


def test_a_gauge_shows_what_its_function_reads():
    assert lines_of("x", Gauge(lambda: 1.5)) == ["x 1.5"]


def test_a_choice_shows_which_of_its_values_holds():
    choice = Choice("reason", ("waiting", "halted"))
    choice.set("halted")

    assert lines_of("x", choice) == ['x{reason="waiting"} 0', 'x{reason="halted"} 1']


def test_a_histogram_counts_into_cumulative_buckets():
    histogram = Histogram((0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 3.0):
        histogram.observe(seconds)

    assert lines_of("t", histogram) == [
        't_bucket{le="0.1"} 2',
        't_bucket{le="1"} 3',
        't_bucket{le="+Inf"} 4',
        "t_sum 3.65",
        "t_count 4",
    ]


def test_a_name_is_taken_once():
    registry = Registry()
    registry.add("x", Gauge(), "A thing.")

    with pytest.raises(ValueError, match="x"):
        registry.add("x", Gauge(), "Another.")


def test_every_metric_of_a_node_is_explained_and_typed():
    page = NodeMetrics().registry.show().splitlines()

    helped = [line.split()[2] for line in page if line.startswith("# HELP")]
    typed = [line.split()[2] for line in page if line.startswith("# TYPE")]
    assert helped == typed
    assert {"sapha_height", "sapha_loop_lag_seconds", "sapha_fsync_seconds"} <= set(typed)
    assert all(len(line.split()) > 4 for line in page if line.startswith("# HELP"))


async def test_the_loop_lag_is_measured_again_and_again(monkeypatch):
    monkeypatch.setattr("node.observe.metrics._LAG_EVERY_S", 0.001)
    seen = []

    watching = asyncio.create_task(watch_loop_lag(seen.append))
    await until(lambda: len(seen) >= 3)
    watching.cancel()

    assert all(seconds >= 0 for seconds in seen)
