"""Names the tests that mirror the files changed since a commit: `make near SINCE=HEAD`.

A test is near a source when its path is the source's: node/rpc/share.py has
tests/rpc/test_share.py, else the folder tests/rpc. A contract's source is near the golden ABI too,
and a command's near the golden help. A changed test is near itself. Nothing is written when none is
near.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
GOLDEN = {"contracts": "tests/contracts/test_abi.py", "commands": "tests/cli/test_help.py"}
FOLDERS = {"commands": "cli", "scenes": "scenes"}  # of tests, where the name is another one


def changed_since(commit: str) -> list[str]:
    """Return the paths that differ from a commit, those not added yet among them."""
    differing = _git("diff", "--name-only", commit)
    return differing + _git("ls-files", "--others", "--exclude-standard")


def near(paths: Iterable[str], root: Path = ROOT) -> list[str]:
    """Return the tests that mirror the paths, sorted; a folder stands for the tests in it."""
    return sorted({test for path in paths for test in _mirrors(Path(path), root)})


def _mirrors(path: Path, root: Path) -> Iterator[str]:
    if path.suffix != ".py" or len(path.parts) == 1:
        return
    if path.parts[0] == "tests":
        if path.name.startswith("test_") and (root / path).exists():
            yield str(path)
        return
    golden = GOLDEN.get(path.parts[0])
    if golden is not None and (root / golden).exists():
        yield golden
    for folder in _folders(path):
        exact = folder / f"test_{path.stem}.py"
        if (root / exact).exists():
            yield str(exact)
            return
        if (root / folder).is_dir() and folder != Path("tests"):
            yield str(folder)
            return


def _folders(path: Path) -> Iterator[Path]:
    """Yield where the tests of a source may lie, the nearest first."""
    top, *inner = path.parent.parts
    for count in range(len(inner), -1, -1):
        yield Path("tests", FOLDERS.get(top, top), *inner[:count])
        yield Path("tests", *inner[:count])


def _git(*words: str) -> list[str]:
    run = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
    return run.stdout.splitlines()


if __name__ == "__main__":
    sys.stdout.writelines(f"{test}\n" for test in near(changed_since(sys.argv[1])))
