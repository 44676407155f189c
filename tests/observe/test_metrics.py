"""Metrics in the Prometheus text format."""

import asyncio
import re

from node.observe.loop_lag import watch_loop_lag
from node.observe.metrics import NodeMetrics, show_only
from tests.mempool.builders import until


def lines_of(metrics):
    return metrics.page().decode().splitlines()


def test_every_metric_of_a_node_is_explained_and_typed():
    page = lines_of(NodeMetrics())

    helped = [line.split()[2] for line in page if line.startswith("# HELP")]
    typed = [line.split()[2] for line in page if line.startswith("# TYPE")]
    assert helped == typed
    assert {"sapha_height", "sapha_loop_lag_seconds", "sapha_blocks_total"} <= set(typed)
    assert all(len(line.split()) > 4 for line in page if line.startswith("# HELP sapha_"))


def test_the_process_and_the_release_are_shown():
    metrics = NodeMetrics()
    metrics.build.info({"version": "1.2.3"})

    page = lines_of(metrics)

    assert 'sapha_build_info{version="1.2.3"} 1.0' in page
    names = {line.partition(" ")[0].partition("{")[0] for line in page}
    assert {"process_cpu_seconds_total", "process_open_fds", "python_info"} <= names


def test_each_node_of_a_process_counts_for_itself():
    first, second = NodeMetrics(), NodeMetrics()

    first.blocks.inc()

    assert "sapha_blocks_total 1.0" in lines_of(first)
    assert "sapha_blocks_total 0.0" in lines_of(second)


def test_a_histogram_tells_waits_of_up_to_a_minute_apart():
    metrics = NodeMetrics()
    for seconds in (0.0004, 0.25, 7.0, 59.0, 61.0):
        metrics.loop_lag.observe(seconds)

    page = "\n".join(lines_of(metrics))

    counts = re.findall(r'^sapha_loop_lag_seconds_bucket\{le="(\S+)"\} (\S+)$', page, flags=re.M)
    assert {name: float(count) for name, count in counts}.items() >= {
        ("0.0005", 1.0),
        ("0.25", 2.0),
        ("5.0", 2.0),
        ("10.0", 3.0),
        ("60.0", 4.0),
        ("+Inf", 5.0),
    }


def test_a_label_shows_the_values_given_last_and_no_others():
    metrics = NodeMetrics()
    show_only(metrics.peer_clock_offset, {"dopa": 0.5, "bot": -0.25})
    show_only(metrics.peer_clock_offset, {"bot": 0.125})

    shown = [line for line in lines_of(metrics) if line.startswith("sapha_peer_clock")]

    assert shown == ['sapha_peer_clock_offset_seconds{peer="bot"} 0.125']


async def test_the_loop_lag_is_measured_again_and_again(monkeypatch):
    monkeypatch.setattr("node.observe.loop_lag._EVERY_S", 0.001)
    seen: list[float] = []

    watching = asyncio.create_task(watch_loop_lag(seen.append))
    await until(lambda: len(seen) >= 3)
    watching.cancel()

    assert all(seconds >= 0 for seconds in seen)
