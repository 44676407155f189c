"""`sapha demo`: plays the scenes of a clone; a wheel has none of them."""

from pathlib import Path
from typing import Annotated

import typer

from commands.output import AsJson, CheckFailed, UsageFault, command

_SCENES = Path(__file__).parent.parent / "scenes"
SCENES = ("payments", "identity", "cbdc", "voting", "complaints")


@command
async def demo(
    *,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Play this scene: {', '.join(SCENES)}. Repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run four validators here for each scene, and check every promise; a few minutes in all."""
    chosen = only or list(SCENES)
    for name in chosen:
        if name not in SCENES:
            raise UsageFault(f"no scene {name!r}; there are {', '.join(SCENES)}")
    if not _SCENES.is_dir():
        raise CheckFailed("the scenes are not installed: run `make demo` in a clone of Sapha")
    from scenes.programme import play  # noqa: PLC0415 - a wheel does not have it

    for name in chosen:
        await play(name, as_json=as_json)
