"""network.toml: the plan of a network, as a coordinator writes it."""

import os
import tempfile
from pathlib import Path

from commands.output import UsageFault
from commands.plan import read_plan
from commands.plan_example import example_text
from tests.cli.test_plan import filled

NOW_MS = 1_763_900_000_000
PLACE = Path(tempfile.gettempdir()) / f"sapha-fuzz-{os.getpid()}.toml"


def check(data: bytes) -> None:
    """A plan is read, or every mistake in it is told by its place."""
    PLACE.write_bytes(data)
    said = refusal_of(PLACE)
    PLACE.unlink()
    assert not said or said.startswith(str(PLACE))


def refusal_of(path: Path) -> str:
    """What is said of a wrong file, nothing of a right one."""
    try:
        read_plan(path, NOW_MS)
    except UsageFault as refusal:
        return str(refusal)
    return ""


def seeds() -> list[bytes]:
    """The commented example, as it is printed and filled in."""
    printed = example_text()
    full = filled(printed).replace("# begins", "begins")
    return [printed.encode(), full.encode()]
