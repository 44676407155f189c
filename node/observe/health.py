"""Health: which check fails, what was seen, what mends it, and whether the node signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NotRequired

from typing_extensions import TypedDict

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


class CheckJson(TypedDict):
    """A check: whether it passes, if only with a warning, else what was seen and what mends it."""

    name: str
    ok: bool
    warning: NotRequired[bool]
    seen: NotRequired[str]
    fix: NotRequired[str]


class HealthJson(TypedDict):
    """Whether the node is well, by its checks."""

    status: Literal["ok", "failing"]
    checks: list[CheckJson]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The answers of all checks; None where a check passes."""

    findings: Mapping[str, Finding | None]

    @property
    def is_healthy(self) -> bool:
        """Whether every check passes, or only warns."""
        return all(found is None or found.is_warning for found in self.findings.values())

    def to_json(self) -> HealthJson:
        """Return the report as operators are told it."""
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


def _check_json(name: str, found: Finding | None) -> CheckJson:
    if found is None:
        return {"name": name, "ok": True}
    shown: CheckJson = {"name": name, "ok": found.is_warning, "seen": found.seen, "fix": found.mend}
    return {**shown, "warning": True} if found.is_warning else shown
