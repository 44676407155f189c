"""What a scene tells: promises with what was seen of them, figures beside, and where files go."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from commands.devnet_files import Devnet, DevnetPlan

OUTPUT = Path("demo-output")  # where the demonstration is started; it outlives the networks


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise: what was seen, and whether it holds."""

    name: str
    seen: str
    is_kept: bool


@dataclass(slots=True, kw_only=True)
class Story:
    """What was seen of each promise, and figures as (name, value); scenes add who acts."""

    checks: list[Check] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    _measured_at: float = field(default_factory=time.monotonic)

    def note(self, name: str, seen: str, *, is_kept: bool) -> None:
        """Add what was seen of a promise."""
        self.checks.append(Check(name=name, seen=seen, is_kept=is_kept))

    def note_code(self, name: str, code: str, wanted: str) -> None:
        """Add a refusal that was promised by its code."""
        self.note(name, code, is_kept=code == wanted)

    def measured(self, name: str, since: float | None = None) -> None:
        """Add how long something took: since a monotonic time, or since the last measurement."""
        now = time.monotonic()
        began = self._measured_at if since is None else since
        self.figures.append((name, f"{now - began:.1f} s"))
        self._measured_at = now


class Scene(Protocol):
    """One story on a network of its own."""

    title: ClassVar[str]
    plan: DevnetPlan  # the network that the story needs

    async def run(self, devnet: Devnet) -> Story:
        """Return what the scene has shown. Raises CheckFailed when it cannot go on."""
