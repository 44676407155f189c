"""`sapha demo`: scenes that show, on real processes, what the ledger promises."""

from collections.abc import Callable, Mapping

from commands.demo.cbdc import Cbdc
from commands.demo.complaints import Complaints
from commands.demo.identity import Identity
from commands.demo.payments import Payments
from commands.demo.stage import Check, Scene, play
from commands.demo.voting import Voting
from commands.output import CheckFailed, UsageFault

__all__ = ["Check", "Scene", "demo"]

SCENES: Mapping[str, Callable[[], Scene]] = {
    "payments": Payments,
    "identity": Identity,
    "cbdc": Cbdc,
    "voting": Voting,
    "complaints": Complaints,
}


async def demo(*, only: list[str] | None, as_json: bool) -> None:
    """Run four validators here for each scene, and check every promise; a few minutes in all."""
    chosen = only or list(SCENES)
    for name in chosen:
        if name not in SCENES:
            raise UsageFault(f"no scene {name!r}; there are {', '.join(SCENES)}")
    for name in chosen:
        scene = SCENES[name]()
        failed = await play(scene, as_json=as_json)
        if failed:
            raise CheckFailed(f"{scene.title}: {', '.join(failed)}")
