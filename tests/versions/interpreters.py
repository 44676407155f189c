"""The interpreters of this machine for the versions of Python that the project supports."""

import functools
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.meta.sources import ROOT

_KEPT = ROOT / "build" / "versions"  # environments, kept from run to run
_ASK = "import json, sys; print(json.dumps(sys.version_info[:2]))"


def supported() -> list[str]:
    """Return the minor versions that the classifiers name, such as "3.11"."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [re.search(r":: (3\.\d+)$", line) for line in project["classifiers"]]
    return [match[1] for match in found if match]


@functools.cache
def found() -> dict[str, Path]:
    """Return an interpreter of each supported version that this machine has."""
    return {
        version: path
        for version in supported()
        if (path := next(filter(None, map(_running(version), _candidates(version))), None))
    }


def environment(version: str, interpreter: Path) -> Path:
    """Return the Python of the environment that `make setup` makes with the interpreter.

    Of the version that runs this, `make setup` has made one already.
    """
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    folder = _KEPT / version
    made = subprocess.run(
        ["make", "setup", f"PYTHON={interpreter}", f"VENV={folder}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, f"make setup under {version}: {made.stdout}\n{made.stderr}"
    return folder / "bin" / "python"


def _candidates(version: str) -> Iterator[Path]:
    """Yield where the version may be: on the path, then where pyenv keeps its versions."""
    name = f"python{version}"
    for folder in os.get_exec_path():
        yield Path(folder) / name
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(root.glob(f"versions/{version}.*/bin/{name}"), reverse=True)


def _running(version: str):
    """Return a check that a path is a Python of this version: a shim of pyenv may lead nowhere."""

    def path_if_running(path: Path) -> Path | None:
        if not path.is_file():
            return None
        asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)
        is_right = asked.returncode == 0 and json.loads(asked.stdout) == [
            int(part) for part in version.split(".")
        ]
        return path if is_right else None

    return path_if_running
