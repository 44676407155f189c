"""Gives a validator of `make chaos` a wall clock of its own; nothing of the product knows of it.

Python imports this module at its start from the PYTHONPATH that the harness sets. The file
`clock` in the directory that `--dir` names holds how far the clock is off: nanoseconds as 8 signed
big-endian bytes, read anew at each look at the clock, so that it jumps while the node runs.
"""

import mmap
import struct
import sys
import time
from pathlib import Path

_OFFSET = struct.Struct(">q")


def _install(path: Path) -> None:
    with path.open("rb") as file:
        offset = mmap.mmap(file.fileno(), _OFFSET.size, access=mmap.ACCESS_READ)
    machine_ns = time.time_ns

    def time_ns() -> int:
        return machine_ns() + int(_OFFSET.unpack_from(offset)[0])

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9


if "--dir" in sys.orig_argv[:-1]:
    _clock = Path(sys.orig_argv[sys.orig_argv.index("--dir") + 1]) / "clock"
    if _clock.is_file():
        _install(_clock)
