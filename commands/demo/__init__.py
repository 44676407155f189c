"""`sapha demo`: scenes that show, on real processes, what the ledger promises."""

from commands.demo.identity import Identity
from commands.demo.payments import Payments
from commands.demo.stage import Check, Scene, play
from commands.output import AsJson, CheckFailed, command

__all__ = ["Check", "Scene", "demo"]

SCENES: tuple[type[Payments] | type[Identity], ...] = (Payments, Identity)


@command
async def demo(*, as_json: AsJson = False) -> None:
    """Run four validators here, lose one under load, and check every promise; under 90 s."""
    for scene in SCENES:
        failed = await play(scene(), as_json=as_json)
        if failed:
            raise CheckFailed(f"{scene.title}: {', '.join(failed)}")
