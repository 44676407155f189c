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
    return sum(_processor_s(f"{pid}/stat") for pid in _pids(network))


def loop_s(network: Network) -> float:
    """Return the part of it that the threads of the event loops have used: one core at most."""
    return sum(_processor_s(f"{pid}/task/{pid}/stat") for pid in _validators(network))


def resident_mb(network: Network) -> float:
    """Return the largest resident memory of a process in MiB; 0 where /proc is missing."""
    return max(map(_resident_mb, _pids(network)), default=0.0)


def disk_bytes(network: Network) -> int:
    """Return the bytes of all validators' data."""
    files = [path for node in network.validators for path in (node.directory / "data").rglob("*")]
    return sum(map(_size, files))


def _pids(network: Network) -> Iterator[int]:
    """Yield the processes of the validators that run, and those that they have started."""
    for pid in _validators(network):
        yield pid
        yield from map(int, _proc(f"{pid}/task/{pid}/children").split())


def _validators(network: Network) -> Iterator[int]:
    """Yield the first process of each validator that runs."""
    for node in network.validators:
        pid = pid_of(node.name, run_dir_of(network))
        if pid is not None:
            yield pid


def _processor_s(stat: str) -> float:
    fields = _proc(stat).rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:13]) / _TICKS_A_SECOND


def _resident_mb(pid: int) -> float:
    for line in _proc(f"{pid}/status").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _proc(place: str) -> str:
    try:
        return Path("/proc", place).read_text(encoding="utf-8")
    except OSError:
        return ""  # it ended, or there is no /proc on this system


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0  # the database removes files while it runs
