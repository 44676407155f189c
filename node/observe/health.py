"""Health: which check fails, what was seen, what mends it, and whether the node signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from primitives.errors import LocalFault


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that does not pass: what was seen and what an operator does about it.

    A warning leaves the node healthy.
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
    """The answers of all checks; None where a check passes."""

    findings: Mapping[str, Finding | None]

    @property
    def is_healthy(self) -> bool:
        """Whether every check passes, or only warns."""
        return all(found is None or found.is_warning for found in self.findings.values())

    def to_json(self) -> dict[str, object]:
        """Return {status, checks: [{name, ok, warning?, seen?, fix?}]}."""
        return {
            "status": "ok" if self.is_healthy else "failing",
            "checks": [_check_json(name, found) for name, found in self.findings.items()],
        }


@dataclass(slots=True)
class Health:
    """The checks of a node, by name; parts add theirs at start."""

    checks: dict[str, Check] = field(default_factory=dict)

    def add(self, name: str, check: Check) -> None:
        """Ask `check` in every report; it must be quick. A fault of the disk makes it fail."""
        self.checks[name] = check

    def report(self) -> HealthReport:
        """Run every check now."""
        return HealthReport({name: _run(check) for name, check in self.checks.items()})


def _run(check: Check) -> Finding | None:
    try:
        return check()
    except OSError as error:
        seen = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except LocalFault as fault:
        seen = str(fault)
    return Finding(seen, "put back what is gone or mend the disk, then restart the node")


def _check_json(name: str, found: Finding | None) -> dict[str, object]:
    if found is None:
        return {"name": name, "ok": True}
    level = {"ok": True, "warning": True} if found.is_warning else {"ok": False}
    return {"name": name, **level, "seen": found.seen, "fix": found.mend}
