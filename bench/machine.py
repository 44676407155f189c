"""What measurements share: the machine, its limit, views of blocks."""

import asyncio
import os
import platform
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from client.answers import hex_field
from client.rpc import RpcClient
from commands.bench import VALIDATORS
from commands.load_phases import calibrate, core_count
from commands.output import CheckFailed
from primitives.certificate import read_certificate
from primitives.errors import LocalFault
from scenes.kit.chain import at_heights

T = TypeVar("T")

_ROUNDS = 5


def run(work: Coroutine[Any, Any, T]) -> T:
    """Print what the machine is, and return what the work measured.

    Raises:
        SystemExit: a check of the work failed, or a network did not start; its words, exit code 1.
    """
    print(machine())
    try:
        return asyncio.run(work)
    except (CheckFailed, LocalFault) as failed:
        raise SystemExit(f"failed: {failed}") from failed


def used_s(work: Callable[[], object]) -> float:
    """Return the processor time of `work`, the median of some rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        rounds.append(time.process_time() - began)
    return median(rounds)


def machine() -> str:
    """Return processor, cores, memory, kernel, Python and the load average in one line."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in _lines("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.processor() or "unknown",
    )
    memory_kb = next(
        (int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0
    )
    return (
        f"machine: {cpu}, {os.cpu_count()} cores, {memory_kb // 1024**2} GiB, {platform.system()} "
        f"{platform.release()}, {platform.python_implementation()} {platform.python_version()}; "
        f"load average {os.getloadavg()[0]:.2f}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def signature_limit() -> float:
    """Return the transactions a second that the validators' signature checks alone allow here."""
    return core_count() * 1e6 / (VALIDATORS * calibrate())


async def views_at(rpc: RpcClient, first: int, last: int) -> list[int]:
    """Return the view in which each block from `first` to `last` was decided."""
    headers = await at_heights(rpc, "chain_getHeader", range(first, last + 1))
    return [read_certificate(hex_field(header, "certificate")).view for header in headers]
