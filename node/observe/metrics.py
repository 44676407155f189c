"""The metrics of a node, in the Prometheus text format; each part is given here what it counts.

One registry a node, with the process's own metrics. Labels take values of fixed lists (methods,
codes, validators of the set), never a stranger's text, so that their memory is bounded.
"""

from collections.abc import Mapping
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SECONDS = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)

# Else a line stands beside each counter; the process says when it began.
disable_created_metrics()  # type: ignore[no-untyped-call]


class NodeMetrics:
    """Every metric that a node shows; `page` is all of them as text."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.build = Info("build", "The release.", namespace="sapha", registry=self._registry)
        self._add_gauges()
        self._add_counters()
        self._add_histograms()

    def page(self) -> bytes:
        """Return all metrics in the text format, of type CONTENT_TYPE."""
        return generate_latest(self._registry)

    def _add_gauges(self) -> None:
        gauge = partial(Gauge, namespace="sapha", registry=self._registry)
        self.height = gauge("height", "Height of the last committed block.")
        self.view = gauge("view", "View of the height that is being decided.")
        self.signed = gauge(
            "signed_certificates",
            "Of the last 100 certificates in blocks, those signed, by validator.",
            ["validator"],
        )
        self.peers = gauge("peers", "Members with a ready session.")
        self.sockets = gauge("sockets", "Open client sockets.")
        self.clock_offset = gauge(
            "clock_offset_seconds",
            "This node's clock against the validators' median, ahead is positive.",
        )
        self.peer_clock_offset = gauge(
            "peer_clock_offset_seconds",
            "Each validator's clock, by its own word, against the median.",
            ["peer"],
        )
        self.mempool_transactions = gauge(
            "mempool_transactions", "Transactions that wait for a block."
        )
        self.mempool_bytes = gauge("mempool_bytes", "Bytes of transactions that wait for a block.")
        self.certificate_days_left = gauge(
            "certificate_days_left", "Days until this node's TLS certificate expires."
        )
        self.may_sign = gauge("may_sign", "1 while this node signs what it is asked to, else 0.")
        self.not_signing = gauge(
            "not_signing", "Why it does not sign: 1 for the reason that holds.", ["reason"]
        )

    def _add_counters(self) -> None:
        counter = partial(Counter, namespace="sapha", registry=self._registry)
        self.blocks = counter("blocks", "Blocks committed since the start.")
        self.transactions = counter("transactions", "Transactions committed since the start.")
        self.transactions_failed = counter(
            "transactions_failed", "Committed transactions that took no effect."
        )
        self.signatures_checked = counter(
            "signatures_checked", "Signatures of transactions verified since the start."
        )
        self.rpc_calls = counter("rpc_calls", "Calls answered, by method.", ["method"])
        self.rpc_errors = counter("rpc_errors", "Calls refused, by stable code.", ["code"])
        self.peer_faults = counter("peer_faults", "Protocol faults of members.")

    def _add_histograms(self) -> None:
        histogram = partial(Histogram, namespace="sapha", registry=self._registry, buckets=SECONDS)
        self.loop_lag = histogram("loop_lag_seconds", "How late the event loop runs what is due.")
        self.round_seconds = histogram("round_seconds", "From one commit to the next.")
        self.commit_seconds = histogram("commit_seconds", "Committing a block to the store.")
        self.fsync_seconds = histogram(
            "fsync_seconds", "One fsync of the write-ahead log, sign-state or mempool journal."
        )


def show_only(gauge: Gauge, values: Mapping[str, float]) -> None:
    """Show these values of the gauge's label and no others."""
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)
