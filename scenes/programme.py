"""The demonstration: its scenes, the promises that each has to keep, and how both are shown.

promises.toml lists the promises in the order of their numbers. One that a scene has not checked is
broken, and so is a check that nobody promised.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from commands.output import CheckFailed, emit, show_table
from commands.temporary import temporary_devnet
from scenes.cbdc.scene import Cbdc
from scenes.complaints.scene import Complaints
from scenes.identity.scene import Identity
from scenes.kit.story import Check, Scene
from scenes.payments import Payments
from scenes.voting.scene import Voting

SCENES: Mapping[str, Callable[[], Scene]] = {
    "payments": Payments,
    "identity": Identity,
    "cbdc": Cbdc,
    "voting": Voting,
    "complaints": Complaints,
}
_PROMISES = Path(__file__).parent / "data" / "promises.toml"

# A promise's number, as "3.14", and what was seen of it.
Numbered = tuple[str, Check]


async def play(name: str, *, as_json: bool) -> None:
    """Play a scene on a network of its own and show it. Raises CheckFailed: a promise is broken."""
    scene = SCENES[name]()
    async with temporary_devnet(scene.plan) as devnet:
        story = await scene.run(devnet)
    numbered = numbered_checks(name, story.checks)
    data: dict[str, object] = {
        "scene": scene.title,
        "figures": dict(story.figures),
        "checks": [
            {"number": number, "name": check.name, "seen": check.seen, "ok": check.is_kept}
            for number, check in numbered
        ],
    }
    emit(data, _text(scene.title, story.figures, numbered), as_json=as_json)
    if broken := [check.name for _, check in numbered if not check.is_kept]:
        raise CheckFailed(f"{scene.title}: {', '.join(broken)}")


def promises() -> dict[str, list[str]]:
    """Return the promises of each scene in their order."""
    listed: dict[str, list[str]] = tomllib.loads(_PROMISES.read_text(encoding="utf-8"))
    return listed


def numbered_checks(scene: str, checks: Sequence[Check]) -> list[Numbered]:
    """Return every promise of a scene and every check with its number, in order."""
    place, names = list(SCENES).index(scene) + 1, promises()[scene]
    known = {check.name: check for check in checks}
    numbered = [
        (f"{place}.{number}", known.get(name, Check(name=name, seen="not checked", is_kept=False)))
        for number, name in enumerate(names, start=1)
    ]
    unknown = [check for check in checks if check.name not in names]
    return numbered + [
        ("-", Check(name=check.name, seen=f"not promised; {check.seen}", is_kept=False))
        for check in unknown
    ]


def _text(title: str, figures: Sequence[tuple[str, str]], numbered: Sequence[Numbered]) -> str:
    rows = [
        (number, check.name, "kept" if check.is_kept else "BROKEN", check.seen)
        for number, check in numbered
    ]
    measured = show_table(title, ["measured here, now", ""], figures)
    return measured + "\n" + show_table("Promises", ["", "promise", "", "seen"], rows)
