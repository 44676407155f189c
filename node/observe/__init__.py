"""What operators see of a node: metrics, logs and health."""

from node.observe.health import Finding, Health, HealthReport, Signing
from node.observe.log import set_up
from node.observe.metrics import Choice, Counter, Gauge, Histogram, Registry, watch_loop_lag
from node.observe.node_metrics import NodeMetrics

__all__ = [
    "Choice",
    "Counter",
    "Finding",
    "Gauge",
    "Health",
    "HealthReport",
    "Histogram",
    "NodeMetrics",
    "Registry",
    "Signing",
    "set_up",
    "watch_loop_lag",
]
