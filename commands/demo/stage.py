"""What every scene stands on: a network of real processes, and how its checks are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from commands.devnet_files import Devnet, DevnetPlan
from commands.output import emit
from commands.table import show_table
from commands.temporary import temporary_devnet

OUTPUT = Path("demo-output")  # where the demonstration is started; it outlives the networks


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: what was seen, and whether it holds."""

    name: str
    seen: str
    is_kept: bool


class Scene(Protocol):
    """One story on a network of its own."""

    title: ClassVar[str]
    plan: DevnetPlan  # the network that the story needs

    async def run(self, devnet: Devnet) -> tuple[list[tuple[str, str]], list[Check]]:
        """Return the figures to show, as (name, value), and the checks made."""


async def play(scene: Scene, *, as_json: bool) -> list[str]:
    """Run a scene, show it, and return the names of the promises that do not hold."""
    async with temporary_devnet(scene.plan) as devnet:
        figures, checks = await scene.run(devnet)
    data: dict[str, object] = {
        "scene": scene.title,
        "figures": dict(figures),
        "checks": [{"name": c.name, "seen": c.seen, "ok": c.is_kept} for c in checks],
    }
    emit(data, _text(scene.title, figures, checks), as_json=as_json)
    return [check.name for check in checks if not check.is_kept]


def _text(title: str, figures: Sequence[tuple[str, str]], checks: Sequence[Check]) -> str:
    rows = [(check.name, "kept" if check.is_kept else "BROKEN", check.seen) for check in checks]
    measured = show_table(title, ["measured here, now", ""], figures)
    return measured + "\n" + show_table("Promises", ["promise", "", "seen"], rows)
