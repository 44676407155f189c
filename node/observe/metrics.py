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
RPC_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)  # fewer: there is a row for each method

# Else a line stands beside each counter; the process says when it began.
disable_created_metrics()  # type: ignore[no-untyped-call]


class NodeMetrics:
    """Every metric that a node shows; `page` is all of them as text."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.build = Info("build", "The release.", namespace="sapha", registry=self._registry)
        self._gauge = partial(Gauge, namespace="sapha", registry=self._registry)
        self._counter = partial(Counter, namespace="sapha", registry=self._registry)
        self._histogram = partial(
            Histogram, namespace="sapha", registry=self._registry, buckets=SECONDS
        )
        self._add_consensus()
        self._add_members()
        self._add_disk()
        self._add_clients()

    def page(self) -> bytes:
        """Return all metrics in the text format, of type CONTENT_TYPE."""
        return generate_latest(self._registry)

    def _add_consensus(self) -> None:
        gauge, counter = self._gauge, self._counter
        self.height = gauge("height", "Height of the last committed block.")
        self.view = gauge("view", "View of the height that is being decided.")
        self.block_age = gauge("block_age_seconds", "Since the last commit, or the start.")
        self.validators = gauge("validators", "Validators of the height that is being decided.")
        self.quorum = gauge("quorum", "Validators that decide a block.")
        self.listeners = gauge("listeners", "Validators that say that they may not sign.")
        self.halted = gauge("halted", "1 when a safety condition is broken here, else 0.")
        self.may_sign = gauge("may_sign", "1 while this node signs what it is asked to, else 0.")
        self.not_signing = gauge(
            "not_signing", "Why it does not sign: 1 for the reason that holds.", ["reason"]
        )
        self.signed = gauge(
            "signed_certificates",
            "Of the last 100 certificates in blocks, those signed, by validator.",
            ["validator"],
        )
        self.unsigned_blocks = gauge(
            "unsigned_blocks",
            "Blocks since the last certificate that it signed, of the last 100.",
            ["validator"],
        )
        self.missed_turns = gauge(
            "missed_turns", "Turns to propose that it missed in a row.", ["validator"]
        )
        self.upgrades_lacking = gauge(
            "upgrades_lacking", "Accepted upgrades of contracts whose code this node lacks."
        )
        self.evidence = gauge(
            "evidence", "Recorded pieces that prove a validator's double signature, up to 100."
        )
        self.check = gauge(
            "check", "A check of /health: 0 it passes, 1 it warns, 2 it fails.", ["check"]
        )
        self.blocks = counter("blocks", "Blocks committed since the start.")
        self.views_lost = counter(
            "views_lost", "Views that brought no block, at heights committed since the start."
        )
        self.transactions = counter("transactions", "Transactions committed since the start.")
        self.transactions_failed = counter(
            "transactions_failed", "Committed transactions that took no effect."
        )
        self.signatures_checked = counter(
            "signatures_checked", "Signatures of transactions verified since the start."
        )
        self.round_seconds = self._histogram("round_seconds", "From one commit to the next.")

        self._add_signer()

    def _add_signer(self) -> None:
        self.signer_fault = self._gauge(
            "signer_fault", "1 while the process that holds this node's key does not sign, else 0."
        )
        self.signer_seconds = self._histogram(
            "signer_seconds", "From a vote sent to the signer to its signature."
        )
        self.signer_refusals = self._counter(
            "signer_refusals", "Votes that the signer refused, by stable code.", ["code"]
        )

    def _add_members(self) -> None:
        gauge = self._gauge
        self.peers = gauge("peers", "Members with a ready session.")
        self.validators_connected = gauge(
            "validators_connected", "Other validators with a ready session."
        )
        self.peer_connected = gauge(
            "peer_connected", "1 while the member has a ready session, else 0.", ["peer"]
        )
        self.peer_round_trip = gauge(
            "peer_round_trip_seconds", "Of the last ping in the session.", ["peer"]
        )
        self.peer_faults = self._counter("peer_faults", "Protocol faults of members.")
        self.clock_offset = gauge(
            "clock_offset_seconds",
            "This node's clock against the validators' median, ahead is positive.",
        )
        self.peer_clock_offset = gauge(
            "peer_clock_offset_seconds",
            "Each validator's clock, by its own word, against the median.",
            ["peer"],
        )
        self.certificate_days_left = gauge(
            "certificate_days_left", "Days until this node's TLS certificate expires."
        )
        self.syncing = gauge("syncing", "1 while blocks are fetched from members, else 0.")
        self.heights_behind = gauge(
            "heights_behind", "Heights that validators work on above this node's, as f + 1 claim."
        )
        self.synced_blocks = self._counter(
            "synced_blocks", "Blocks fetched from members since the start."
        )

    def _add_disk(self) -> None:
        gauge, histogram = self._gauge, self._histogram
        self.database_bytes = gauge("database_bytes", "Files of the database.")
        self.wal_bytes = gauge("wal_bytes", "The write-ahead log.")
        self.journal_bytes = gauge("journal_bytes", "The mempool's journal.")
        self.contents_bytes = gauge("contents_bytes", "Contents beside the ledger.")
        self.disk_free_bytes = gauge("disk_free_bytes", "Free on the disk of the data folder.")
        self.disk_bytes = gauge("disk_bytes", "Size of the disk of the data folder.")
        self.commit_seconds = histogram("commit_seconds", "Committing a block to the store.")
        self.fsync_seconds = histogram(
            "fsync_seconds", "One fsync of the write-ahead log, sign-state or mempool journal."
        )

    def _add_clients(self) -> None:
        gauge, counter, histogram = self._gauge, self._counter, self._histogram
        self.mempool_transactions = gauge(
            "mempool_transactions", "Transactions that wait for a block."
        )
        self.mempool_transactions_max = gauge(
            "mempool_transactions_max", "How many transactions may wait."
        )
        self.mempool_lane = gauge(
            "mempool_lane_transactions",
            "Of them, those of senders that a contract knows, and of strangers.",
            ["lane"],
        )
        self.mempool_bytes = gauge("mempool_bytes", "Bytes of transactions that wait for a block.")
        self.sockets = gauge("sockets", "Open client sockets.")
        self.rpc_calls = counter("rpc_calls", "Calls answered, by method.", ["method"])
        self.rpc_errors = counter("rpc_errors", "Calls refused, by stable code.", ["code"])
        self.rpc_sheds = counter(
            "rpc_sheds", "Calls told to come back later, for want of a turn in time.", ["method"]
        )
        self.rpc_seconds = histogram(
            "rpc_seconds",
            "From a call read to its answer, waiting for its turn included.",
            ["method"],
            buckets=RPC_SECONDS,
        )
        self.loop_lag = histogram("loop_lag_seconds", "How late the event loop runs what is due.")


def show_only(gauge: Gauge, values: Mapping[str, float]) -> None:
    """Show these values of the gauge's label and no others."""
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)
