"""What the processes of a network use: processor time, memory, disk. Read from /proc.

Processor time is the figure that other work on the machine blurs least.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from commands.processes import Network, pid_of, run_dir_of

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def processor_s(network: Network) -> float:
    """Return the processor time in seconds that all validators have used since their start."""
    return sum(map(_processor_s, _pids(network)))


def resident_mb(network: Network) -> float:
    """Return the largest resident memory of a validator in MiB; 0 where /proc is missing."""
    return max(map(_resident_mb, _pids(network)), default=0.0)


def disk_bytes(network: Network) -> int:
    """Return the bytes of all validators' data."""
    files = [path for node in network.validators for path in (node.directory / "data").rglob("*")]
    return sum(map(_size, files))


def _pids(network: Network) -> Iterator[int]:
    """Yield the processes of the validators that run."""
    for node in network.validators:
        pid = pid_of(node.name, run_dir_of(network))
        if pid is not None:
            yield pid


def _processor_s(pid: int) -> float:
    fields = _proc(pid, "stat").rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:13]) / _TICKS_A_SECOND


def _resident_mb(pid: int) -> float:
    for line in _proc(pid, "status").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except OSError:
        return ""  # it ended, or there is no /proc on this system


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0  # the database removes files while it runs
