"""python -m verifier.bundle FILE: the whole program as one file that Python runs.

The same sources give the same bytes on every machine: files by name, without compression, times or
owners. So whoever has the sources can tell whether a file that somebody hands out is made of them.
"""

import io
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_SOURCES = Path(__file__).parent
_SHEBANG = b"#!/usr/bin/env python3\n"
_MAIN = """\
from verifier.needs import require_needs

require_needs()

import sys

from verifier.__main__ import main

sys.exit(main())
"""
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3
_PROGRAM = 0o755


def bundle(sources: Path = _SOURCES) -> bytes:
    """Return the program of a folder of sources as one file."""
    files = {f"verifier/{path.name}": path.read_bytes() for path in sources.glob("*.py")}
    files["__main__.py"] = _MAIN.encode()
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            member = ZipInfo(name, _TIME)
            member.create_system, member.external_attr = _UNIX, _MODE
            archive.writestr(member, files[name])
    return _SHEBANG + out.getvalue()


def main(arguments: list[str]) -> int:
    """Write the file that is named, and print its hash; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m verifier.bundle FILE\n")
        return 2
    path, data = Path(arguments[0]), bundle()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(_PROGRAM)
    sys.stdout.write(f"{path}: {len(data)} bytes, sha256 {sha256(data).hexdigest()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
