"""The metrics of a node, by name; what each part counts, it is given from here."""

from dataclasses import dataclass, field

from node.observe.health import NOT_SIGNING
from node.observe.metrics import Choice, Counter, Gauge, GaugeOf, Histogram, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetrics:
    """Every metric that a node shows; `registry` holds them all."""

    registry: Registry = field(default_factory=Registry)
    height: Gauge = field(default_factory=Gauge)
    view: Gauge = field(default_factory=Gauge)
    signed: GaugeOf = field(default_factory=lambda: GaugeOf("validator"))
    peers: Gauge = field(default_factory=Gauge)
    loop_lag: Histogram = field(default_factory=Histogram)
    sockets: Gauge = field(default_factory=Gauge)
    clock_offset: Gauge = field(default_factory=Gauge)
    peer_clock_offset: GaugeOf = field(default_factory=lambda: GaugeOf("peer"))
    mempool_transactions: Gauge = field(default_factory=Gauge)
    mempool_bytes: Gauge = field(default_factory=Gauge)
    certificate_days_left: Gauge = field(default_factory=Gauge)
    blocks: Counter = field(default_factory=Counter)
    transactions: Counter = field(default_factory=Counter)
    transactions_failed: Counter = field(default_factory=Counter)
    round_seconds: Histogram = field(default_factory=Histogram)
    commit_seconds: Histogram = field(default_factory=Histogram)
    fsync_seconds: Histogram = field(default_factory=Histogram)
    rpc_calls: Counter = field(default_factory=lambda: Counter("method"))
    rpc_errors: Counter = field(default_factory=lambda: Counter("code"))
    peer_faults: Counter = field(default_factory=Counter)
    may_sign: Gauge = field(default_factory=Gauge)
    not_signing: Choice = field(default_factory=lambda: Choice("reason", NOT_SIGNING))

    def __post_init__(self) -> None:
        for name, text in _TEXTS.items():
            shown = name + _SUFFIXES.get(name, "")
            self.registry.add(shown, getattr(self, name), text)


_SUFFIXES = {
    "loop_lag": "_seconds",
    "signed": "_certificates",
    "clock_offset": "_seconds",
    "peer_clock_offset": "_seconds",
    "blocks": "_total",
    "transactions": "_total",
    "transactions_failed": "_total",
    "rpc_calls": "_total",
    "rpc_errors": "_total",
    "peer_faults": "_total",
}

_TEXTS = {
    "height": "Height of the last committed block.",
    "view": "View of the height that is being decided.",
    "signed": "Of the last 100 certificates in blocks, those signed, by validator.",
    "peers": "Members with a ready session.",
    "loop_lag": "How late the event loop runs what is due.",
    "sockets": "Open client sockets.",
    "clock_offset": "This node's clock against the validators' median, ahead is positive.",
    "peer_clock_offset": "Each validator's clock, by its own word, against the median.",
    "mempool_transactions": "Transactions that wait for a block.",
    "mempool_bytes": "Bytes of transactions that wait for a block.",
    "certificate_days_left": "Days until this node's TLS certificate expires.",
    "blocks": "Blocks committed since the start.",
    "transactions": "Transactions committed since the start.",
    "transactions_failed": "Committed transactions that took no effect.",
    "round_seconds": "From one commit to the next.",
    "commit_seconds": "Committing a block to the store.",
    "fsync_seconds": "One fsync of the write-ahead log, sign-state or mempool journal.",
    "rpc_calls": "Calls answered, by method.",
    "rpc_errors": "Calls refused, by stable code.",
    "peer_faults": "Protocol faults of members.",
    "may_sign": "1 while this node signs what it is asked to, else 0.",
    "not_signing": "Why it does not sign: 1 for the reason that holds.",
}
