"""Whose clock is off: this node's and its peers' against the median of the validators'.

A proposer's time is taken within 2 s of a validator's clock; one that is farther off votes for
nobody and is voted for by nobody, which uses up a fault that the network tolerates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from node.observe.health import Finding
from primitives.validators import faults_max

CLOCK_WARN_MS = 200.0
CLOCK_FAIL_MS = 1_000.0
_MEND = "set the clock of {0} by a time server (chrony, ntpd) that the other agencies trust too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Offsets against the median, in milliseconds, positive when ahead.

    `own_ms` is None while too few validators are connected to tell who is off; then `peers_ms` are
    against this node's clock.
    """

    own_ms: float | None
    peers_ms: Mapping[str, float]

    @property
    def own_finding(self) -> Finding | None:
        """What to say of this node's clock."""
        if self.own_ms is None or abs(self.own_ms) < CLOCK_WARN_MS:
            return None
        return Finding(
            f"this node's clock is {_shown(self.own_ms)} the validators' median",
            _MEND.format("this machine"),
            is_warning=abs(self.own_ms) < CLOCK_FAIL_MS,
        )

    @property
    def peers_finding(self) -> Finding | None:
        """What to say of the others: a warning, since each is only its own word about itself."""
        off = {name: ms for name, ms in self.peers_ms.items() if abs(ms) >= CLOCK_WARN_MS}
        if not off:
            return None
        what = "the validators' median" if self.own_ms is not None else "this node's"
        listed = ", ".join(f"that of {name} is {_shown(ms)} {what}" for name, ms in off.items())
        return Finding(
            f"clocks by their own word: {listed}",
            _MEND.format("the machine named" if self.own_ms is not None else "whichever is off"),
            is_warning=True,
        )


def judge_clocks(offsets_ms: Mapping[str, float], *, validators: int, is_validator: bool) -> Clocks:
    """Return who is off, by the connected validators' clocks against this node's.

    The median of 2f + 1 clocks or more lies among honest ones, whatever f of them claim; of fewer
    none is taken. `validators` is their number in all; this node is one of them or not.
    """
    heard = [*offsets_ms.values(), *([0.0] if is_validator else [])]
    if len(heard) < max(3, 2 * faults_max(validators) + 1):
        return Clocks(own_ms=None, peers_ms=dict(offsets_ms))
    middle = median(heard)
    return Clocks(own_ms=-middle, peers_ms={name: ms - middle for name, ms in offsets_ms.items()})


def _shown(offset_ms: float) -> str:
    side = "ahead of" if offset_ms > 0 else "behind"
    return f"{abs(offset_ms):,.0f} ms {side}"
