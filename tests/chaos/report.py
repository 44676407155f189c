"""What a run prints: strikes by kind, heights, payments, the seed that gives the plan again."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.chaos.plan import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """One strike that was carried out; times in seconds."""

    kind: Kind
    stall_s: float
    back_s: float


@dataclass(slots=True)
class Report:
    """What happened; `wrong` is empty after a run that kept every promise."""

    seed: int
    kinds: tuple[Kind, ...]
    struck: list[Struck] = field(default_factory=list)
    not_possible: dict[Kind, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the strikes by kind, with the longest stall and the longest way back."""
        by_kind: dict[Kind, list[Struck]] = defaultdict(list)
        for each in self.struck:
            by_kind[each.kind].append(each)
        lines = [f"{'strike':38} {'times':>5} {'stall, s':>9} {'signs again, s':>14}"]
        for kind in self.kinds:
            if kind in self.not_possible:
                lines.append(f"{kind.value:38} not possible here: {self.not_possible[kind]}")
            if kind in by_kind:
                stall = max(each.stall_s for each in by_kind[kind])
                back = max(each.back_s for each in by_kind[kind])
                lines.append(f"{kind.value:38} {len(by_kind[kind]):5} {stall:9.1f} {back:14.1f}")
        return "\n".join(lines)
