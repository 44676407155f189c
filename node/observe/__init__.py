"""What operators see of a node: metrics, logs and health."""

from node.observe.clocks import Clocks, judge_clocks
from node.observe.health import Finding, Health, HealthReport, Signing
from node.observe.log import set_up
from node.observe.loop_lag import watch_loop_lag
from node.observe.metrics import NodeMetrics

__all__ = [
    "Clocks",
    "Finding",
    "Health",
    "HealthReport",
    "NodeMetrics",
    "Signing",
    "judge_clocks",
    "set_up",
    "watch_loop_lag",
]
