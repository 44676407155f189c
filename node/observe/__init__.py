"""What operators see of a node: logs and health; `metrics` and `loop_lag` are asked for by name.

Their library is none that a command should load.
"""

from node.observe.clocks import Clocks, judge_clocks
from node.observe.health import Finding, Health, HealthReport, Signing
from node.observe.log import set_up

__all__ = [
    "Clocks",
    "Finding",
    "Health",
    "HealthReport",
    "Signing",
    "judge_clocks",
    "set_up",
]
