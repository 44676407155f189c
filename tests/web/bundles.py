"""What the built bundles weigh, compressed, as a page loads them."""

import gzip
import re
from pathlib import Path

from tests.web.conftest import WEB

DIST = WEB / "dist"
_STATIC = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def gzip_bytes(path: Path) -> int:
    """Return the compressed size of a file."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def loaded(first: Path) -> set[Path]:
    """Return the files that a page loads at once for a module: itself, and what it imports."""
    found: set[Path] = set()
    waiting = [first]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                path.parent / name for name in _STATIC.findall(path.read_text(encoding="utf-8"))
            ]
    return found


def page_bytes(module: str) -> int:
    """Return how many bytes a page loads at once for a module of dist/."""
    return sum(map(gzip_bytes, loaded(DIST / module)))
