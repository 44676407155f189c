"""`make chaos`: four real validators under payments and strikes, with every promise checked.

    python -m tests.chaos.run [--seconds S] [--seed N] [--kinds KILL,NO_WAL]

It strikes for S seconds, and until every kind was struck once. Exit code 0: all promises were
kept; 1: what is wrong is printed and the network's directory is kept. Where the machine allows
it, the run has mounts of its own, which end with it, so that a validator's disk can be full.
"""

import argparse
import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from client.follow import Follower
from client.rpc import RpcClient
from commands.bringing_up import wait_answering
from commands.devnet_files import Devnet, DevnetPlan, open_devnet
from commands.processes import run_dir_of
from scenes.kit.load import funded_holders
from tests.chaos import checks
from tests.chaos.arena import Arena, Failed
from tests.chaos.healing import NoWayOut
from tests.chaos.machine import CLOCK_CODE, Machine, NotPossibleHere
from tests.chaos.observer import Observer
from tests.chaos.payments import CLIENTS, FUNDS_SATANG, Payments
from tests.chaos.plan import WHOLE_OLDER, Kind, Strike, strikes
from tests.chaos.report import Report, Struck
from tests.chaos.strikes import perform

VALIDATORS = 4
COMMIT_AGAIN_HEIGHTS = 50
_WRONG_SHOWN = 20
_INSIDE = "--inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is to do."""

    seconds: float
    seed: int
    kinds: tuple[Kind, ...]


def main() -> int:
    """Run, print the report, return the exit code."""
    parser = argparse.ArgumentParser(description="Strike a network and check its promises.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="", help="names of kinds, with commas; all by default")
    parser.add_argument(_INSIDE, action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.inside:
        _with_own_mounts()
    kinds = tuple(Kind[name] for name in given.kinds.split(",") if name) or tuple(Kind)
    asked = Asked(seconds=given.seconds, seed=given.seed, kinds=kinds)
    return run(asked)


def run(asked: Asked) -> int:
    """Make a network, strike it, check it; return the exit code."""
    root = Path(tempfile.mkdtemp(prefix="sapha-chaos-"))
    paths = [str(CLOCK_CODE), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    logging.getLogger("sapha.p2p").setLevel(logging.CRITICAL)  # who is killed cannot be reached
    report = Report(asked.seed, asked.kinds)
    try:
        asyncio.run(_run(root / "net", asked, report))
    except Failed as failed:
        report.wrong.append(str(failed))
    except BaseException:
        _say(f"broken off; kept: {root}")
        raise
    report.wrong += checks.no_process_left(root / "net")
    _print(report, asked)
    if report.wrong:
        _say(f"kept: {root}")
        return 1
    shutil.rmtree(root)
    return 0


def _with_own_mounts() -> None:
    """Go on in a mount namespace of our own where that is allowed; return where it is not."""
    own = ["unshare", "--mount", "--map-root-user"]
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        return
    if subprocess.run([*own, "true"], check=False, capture_output=True).returncode == 0:
        command = [*own, sys.executable, "-m", "tests.chaos.run", *sys.argv[1:], _INSIDE]
        os.execvp(own[0], command)  # noqa: S606 - our own program, in a namespace


async def _run(directory: Path, asked: Asked, report: Report) -> None:
    task = asyncio.current_task()
    if task is not None:  # so that no validator outlives a run that is told to end
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    devnet = open_devnet(directory, DevnetPlan(validators=VALIDATORS, base_port=0))
    async with (
        _running(devnet, report) as machines,
        Observer(devnet) as observer,
        RpcClient(devnet.urls) as rpc,
    ):
        holders = await funded_holders(devnet, rpc, CLIENTS, FUNDS_SATANG)
        async with (
            Follower(devnet.urls, from_height=0) as follower,
            Payments(devnet.urls, follower, holders) as payments,
        ):
            arena = Arena(machines, observer.record, follower)
            pulse = asyncio.create_task(arena.pulse())
            try:
                await _strike(arena, asked, report)
                await _check(arena, payments, report)
            finally:
                pulse.cancel()


@asynccontextmanager
async def _running(devnet: Devnet, report: Report) -> AsyncIterator[list[Machine]]:
    """Run every validator as long as the block lasts; keep what a failed run leaves."""
    keys = {member.name: member.public_key for member in devnet.genesis.members}
    machines = [Machine(node, keys[node.name], run_dir_of(devnet)) for node in devnet.validators]
    is_good = False
    try:
        for machine in machines:
            machine.start()
        for machine in machines:
            await wait_answering(machine.node)
        yield machines
        is_good = not report.wrong
    finally:
        for machine in machines:
            machine.remove(keep_disk=not is_good)


async def _strike(arena: Arena, asked: Asked, report: Report) -> None:
    """Strike until the time is over and every kind had its turn. Raises Failed."""
    deadline = time.monotonic() + asked.seconds
    left = set(asked.kinds)
    plan = strikes(asked.seed, validators=VALIDATORS, kinds=asked.kinds)
    await arena.until_signing(arena.machines)
    while left or time.monotonic() < deadline:
        strike = next(plan)
        left.discard(strike.kind)
        await asyncio.sleep(strike.pause_ms / 1000)
        await _strike_once(arena, strike, report)
        wrong = checks.signed_twice(arena) + checks.seen_by_clients(arena)
        if wrong:
            raise Failed(f"after {_words(strike)}: " + "; ".join(wrong[:5]))


async def _strike_once(arena: Arena, strike: Strike, report: Report) -> None:
    began = time.monotonic()
    _say(f"{_words(strike)} at height {arena.height}")
    arena.restored = arena.machines[strike.victim] if strike.kind in WHOLE_OLDER else None
    try:
        await perform(arena, strike)
    except NotPossibleHere as why:
        report.not_possible[strike.kind] = str(why)
    except NoWayOut as why:
        raise Failed(f"in {_words(strike)}: {why}") from why
    struck = time.monotonic()
    try:
        await arena.until_signing(arena.machines)
    except Failed as failed:
        raise Failed(f"after {_words(strike)}: {failed}") from failed
    now = time.monotonic()
    if strike.kind not in report.not_possible:
        stall_s = arena.longest_stall_s(began)
        report.struck.append(Struck(kind=strike.kind, stall_s=stall_s, back_s=now - struck))


async def _check(arena: Arena, payments: Payments, report: Report) -> None:
    """Check everything once no strike is to come. Raises Failed for a wait in vain."""
    base = arena.height
    await arena.until_signing(arena.machines)
    bound = range(base + 1, base + COMMIT_AGAIN_HEIGHTS + 1)
    report.wrong += [
        f"{machine.name} commits none of {bound.start} to {bound.stop - 1}"
        for machine in arena.machines
        if not arena.record.has_commit(machine.key, bound)
    ]
    await payments.finish()
    height = await arena.until_everywhere()
    chain = checks.Chain()
    await checks.read_on(chain, arena.machines[0].node.url)
    report.wrong += await checks.same_blocks(arena.machines, height)
    report.wrong += checks.nothing_lost(arena, chain)
    report.wrong += await checks.receipts_everywhere(arena.machines, chain)
    report.wrong += await checks.money_conserved(arena, payments, chain)
    for machine in arena.machines:
        machine.stop()
        await arena.read_log(machine)
    report.wrong += checks.signed_twice(arena) + checks.undetected(arena, chain)
    report.wrong += checks.seen_by_clients(arena)
    report.wrong += checks.no_traceback(arena.machines)
    report.facts += [
        f"heights {height}, payments sent {payments.sent}, committed {len(chain.placed)}",
        f"statements recorded {arena.record.statements}",
        f"signed twice after an older directory, and detected: {len(arena.excused)}",
        f"commands of the guide: {', '.join(arena.advice) or 'none'}",
    ]


def _words(strike: Strike) -> str:
    joined = strike.companion
    beside = f", beside validator-{joined.victim} {joined.kind.value}" if joined else ""
    return f"strike {strike.number}: validator-{strike.victim}, {strike.kind.value}{beside}"


def _print(report: Report, asked: Asked) -> None:
    _say(report.table())
    for line in report.facts:
        _say(line)
    for wrong in report.wrong[:_WRONG_SHOWN]:
        _say(f"WRONG: {wrong}")
    kinds = "" if asked.kinds == tuple(Kind) else f" KINDS={','.join(k.name for k in asked.kinds)}"
    _say(f"replay: make chaos SEED={asked.seed} SECONDS={asked.seconds:g}{kinds}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
