"""What operators see of a node: metrics, logs and health."""

from node.observe.clocks import Clocks, judge_clocks
from node.observe.health import Finding, Health, HealthReport, Signing
from node.observe.log import set_up
from node.observe.metrics import Choice, Counter, Gauge, Histogram, Registry, watch_loop_lag
from node.observe.node_metrics import NodeMetrics

__all__ = [
    "Choice",
    "Clocks",
    "Counter",
    "Finding",
    "Gauge",
    "Health",
    "HealthReport",
    "Histogram",
    "NodeMetrics",
    "Registry",
    "Signing",
    "judge_clocks",
    "set_up",
    "watch_loop_lag",
]
