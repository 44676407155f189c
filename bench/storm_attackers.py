"""The process of attackers that a storm runs beside: begun, weighed and ended. IO."""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from commands.devnet_files import Devnet

_AUTOGROUP = Path("/proc/self/autogroup")  # sched(7): a session's processes share one priority
_CORES_MIN = 0.01  # of a core, that a neighbour uses at least
_ENDED_S = 60.0  # until attackers have ended


@dataclass(frozen=True, slots=True)
class Orders:
    """What attackers do, and for how long; what they read, and how much of a core they may use."""

    attack: str | None
    seconds: float
    full_height: int
    parcel: Path
    cores: float


@dataclass(slots=True)
class Attackers:
    """What the attackers' process was answered, and how much of a core it used."""

    answers: dict[str, int] = field(default_factory=dict)
    cores: float = 0.0


@asynccontextmanager
async def attacking(devnet: Devnet, orders: Orders) -> AsyncIterator[Attackers]:
    """Run an attack beside; what became of it is known when the block ends."""
    attackers = Attackers()
    if orders.attack is None:
        yield attackers
        return
    command = ["-m", "bench.storm_attacks", orders.attack, str(orders.seconds), *devnet.urls]
    used_s, started_s = _used_by_ended_children_s(), time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "STORM_FULL_HEIGHT": str(orders.full_height),
            "STORM_CHAIN_ID": devnet.genesis.chain_id,
            "STORM_MEMBERS": " ".join(_members_of(devnet)),
            "STORM_PARCEL": str(orders.parcel),
            "STORM_CORES": str(max(_CORES_MIN, orders.cores)),
        },
        start_new_session=True,
        preexec_fn=_least_important,
    )
    try:
        yield attackers
        said, _ = await asyncio.wait_for(process.communicate(), _ENDED_S)
        attackers.answers.update(json.loads(said or b"{}"))
        passed_s = time.monotonic() - started_s
        attackers.cores = (_used_by_ended_children_s() - used_s) / passed_s
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _used_by_ended_children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _members_of(devnet: Devnet) -> list[str]:
    """Return the members' doors of the validators."""
    return [f"{one.host}:{one.port}" for one in devnet.genesis.members if one.is_validator]


def _least_important() -> None:
    """Give this process the lowest priority, also among sessions where each is scheduled as one.

    Of policy idle it gives way when another wakes; a nice one ends its slice of milliseconds.
    """
    os.nice(19)
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    if _AUTOGROUP.exists():
        _AUTOGROUP.write_text("19", encoding="ascii")
