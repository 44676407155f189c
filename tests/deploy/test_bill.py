"""The bill of materials: what the runtime lock names, with its hashes, the same each time."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.meta.sources import ROOT

LOCK = ROOT / "deploy" / "runtime.lock"


def bill(folder: Path, name: str) -> bytes:
    """Write the bill as `make sbom` does, and return it."""
    recipe = re.search(r"cyclonedx-py (.*?)--output-file", (ROOT / "Makefile").read_text(), re.S)
    assert recipe is not None
    words = recipe[1].replace("\\\n", " ").split()
    program = Path(sys.executable).parent / "cyclonedx-py"
    command = [program, *words, "--output-file", folder / name]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return (folder / name).read_bytes()


def test_the_bill_names_every_locked_distribution_and_is_equal_when_written_again(tmp_path):
    first = bill(tmp_path, "first.json")

    components = json.loads(first)["components"]
    named = {f"{one['name']}=={one['version']}" for one in components}
    assert named == set(re.findall(r"^([\w.-]+==[\w.]+)", LOCK.read_text("utf-8"), re.M))
    assert json.loads(first)["metadata"]["component"]["name"] == "sapha"
    assert bill(tmp_path, "second.json") == first
