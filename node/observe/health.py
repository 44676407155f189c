"""Health: which check fails, what was seen, what mends it, and whether the node signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """What an operator should know: what was seen and what mends it.

    A warning is of what will fail unless something is done; the check still passes.
    """

    seen: str
    mend: str
    is_warning: bool = False


Check = Callable[[], Finding | None]


NOT_SIGNING = ("observer", "waiting", "disk-full", "halted")


@dataclass(frozen=True, slots=True)
class Signing:
    """Whether this node signs now: `reason` is None if it does, else one of NOT_SIGNING.

    `waits_for` is an operator's sentence, None when nothing is waited for.
    """

    reason: str | None = None
    waits_for: str | None = None

    @property
    def may_sign(self) -> bool:
        """Whether it signs."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The answers of all checks; None where there is nothing to say."""

    findings: Mapping[str, Finding | None]

    @property
    def is_healthy(self) -> bool:
        """Whether every check passes, if with a warning."""
        return all(found is None or found.is_warning for found in self.findings.values())

    def to_json(self) -> dict[str, object]:
        """Return {status: ok, warning or failing, checks: [{name, ok, warning?, seen?, fix?}]}."""
        has_warning = any(found is not None for found in self.findings.values())
        passes = "warning" if has_warning else "ok"
        return {
            "status": passes if self.is_healthy else "failing",
            "checks": [_check_json(name, found) for name, found in self.findings.items()],
        }


@dataclass(slots=True)
class Health:
    """The checks of a node, by name; parts add theirs at start."""

    checks: dict[str, Check] = field(default_factory=dict)

    def add(self, name: str, check: Check) -> None:
        """Ask `check` in every report; it must be quick and must not raise."""
        self.checks[name] = check

    def report(self) -> HealthReport:
        """Run every check now."""
        return HealthReport({name: check() for name, check in self.checks.items()})


def _check_json(name: str, found: Finding | None) -> dict[str, object]:
    if found is None:
        return {"name": name, "ok": True}
    if found.is_warning:
        return {"name": name, "ok": True, "warning": True, "seen": found.seen, "fix": found.mend}
    return {"name": name, "ok": False, "seen": found.seen, "fix": found.mend}
