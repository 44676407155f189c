"""What silent validators cost: the same loads with all present, and with f of them silent.

    python -m bench.absent [--validators N] [--seconds S] [--rate R] [--how stop|kill]

One network, one run: payments at 10 a second, at a moderate fixed rate, and as many as fit, first
with all present; then f validators fall silent (stopped with SIGSTOP, or killed) and everything is
measured again; then they come back, catch up, and all are measured once more. The first minutes of
a silence are shown apart, because that is when turns are tried again most often (rule R3.3: after
4n, 8n, 16n ... heights). Load and receipts are those of the validators that stay. A view above 0 is
a height whose first proposer did not get its block decided.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.machine import run, views_at
from client.contract import Actor
from client.follow import Follower
from client.load import Measured, sign_transfers
from client.rpc import RpcClient
from commands.devnet_files import Devnet, DevnetNode, DevnetPlan
from commands.output import CheckFailed, say
from commands.processes import pid_of, request_restart, run_dir_of
from commands.temporary import temporary_devnet
from primitives.validators import faults_max
from scenes.kit.chain import height_of
from scenes.kit.load import funded_holders, loading, settle

_SENDERS = 200
_FUNDS_SATANG = 10_000_000
_QUIET_TX_S = 10.0
_WINDOW = 3_000
_PRESIGNED_TX_S = 2_500
_BACK_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phase:
    """One load: what was committed, and how many of how many heights needed another view."""

    name: str
    measured: Measured
    heights: int
    late: int

    def line(self) -> str:
        """Return the line of the table."""
        done = self.measured
        return (
            f"{self.name:<34} {done.per_second:8.1f}/s  p50 {done.latency_ms(0.5):7.1f}  "
            f"p99 {done.latency_ms(0.99):7.1f} ms  heights {self.heights:5}  "
            f"with a view above 0: {self.late}"
        )


@dataclass(frozen=True, slots=True)
class _Bench:
    """A network, who pays, and who stays."""

    devnet: Devnet
    staying: tuple[DevnetNode, ...]
    silent: tuple[DevnetNode, ...]
    rpc: RpcClient
    holders: list[Actor]

    async def phase(self, name: str, *, rate: float | None, seconds: float) -> _Phase:
        """Pay at `rate` a second, or as fast as it goes, and tell what came of it."""
        count = int((_PRESIGNED_TX_S if rate is None else rate) * seconds)
        receivers = [holder.address for holder in self.holders]
        transfers = await asyncio.to_thread(sign_transfers, self.holders, receivers, count)
        first = await height_of(self.rpc)
        async with loading([node.url for node in self.staying]) as (follower, loader):
            began = time.monotonic()
            if rate is None:
                await loader.saturate(transfers, window=_WINDOW, seconds=seconds)
            else:
                await loader.at_rate(transfers, rate)
            loaded_until = time.monotonic()
            await settle(name, loader, follower)
            ended = loaded_until if rate is None else time.monotonic()
            measured = loader.measure(began, ended)
        last = await height_of(self.rpc)
        late = await self._late(first + 1, last)
        made = _Phase(name=name, measured=measured, heights=last - first, late=late)
        print(made.line(), flush=True)
        return made

    async def _late(self, first: int, last: int) -> int:
        """Return how many heights from `first` to `last` were decided in a view above 0."""
        return sum(view > 0 for view in await views_at(self.rpc, first, last))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the processes of those who fall silent."""
        for node in self.silent:
            pid = pid_of(node.name, run_dir_of(self.devnet))
            if pid is None:
                raise CheckFailed(f"{node.name} does not run")
            os.kill(pid, number)

    async def wait_back(self) -> None:
        """Wait until those who were silent have caught up."""
        deadline = time.monotonic() + _BACK_S
        urls = [node.url for node in self.silent]
        target = await height_of(self.rpc)
        async with Follower(urls, from_height=target - 1) as follower:
            while follower.height_everywhere < target:
                if time.monotonic() > deadline:
                    raise CheckFailed(f"not back within {_BACK_S} s")
                await follower.changed(0.25)


async def _measure(asked: argparse.Namespace) -> int:
    count = asked.validators
    async with temporary_devnet(DevnetPlan(validators=count)) as devnet:
        silent = devnet.validators[count - faults_max(count) :]
        staying = devnet.validators[: count - faults_max(count)]
        async with RpcClient([node.url for node in staying]) as rpc:
            holders = await funded_holders(devnet, rpc, _SENDERS, _FUNDS_SATANG)
            bench = _Bench(devnet, staying, silent, rpc, holders)
            say(f"{count} validators; falling silent: {', '.join(node.name for node in silent)}")
            before = await _loads(bench, "all present", asked)
            bench.signal(signal.SIGSTOP if asked.how == "stop" else signal.SIGKILL)
            await bench.phase("silent, the first heights, 10/s", rate=10, seconds=asked.seconds)
            during = await _loads(bench, "f silent", asked)
            await _come_back(bench, asked.how)
            after = await _loads(bench, "all present again", asked)
    _show_ratios(before, during, after)
    return 0


async def _loads(bench: _Bench, name: str, asked: argparse.Namespace) -> list[Measured]:
    loads = (("10/s", _QUIET_TX_S), (f"{asked.rate:.0f}/s", asked.rate), ("all that fits", None))
    phases = [
        await bench.phase(f"{name}, {load}", rate=rate, seconds=asked.seconds)
        for load, rate in loads
    ]
    return [phase.measured for phase in phases]


async def _come_back(bench: _Bench, how: str) -> None:
    if how == "stop":
        bench.signal(signal.SIGCONT)
    else:
        for node in bench.silent:
            await asyncio.to_thread(request_restart, bench.devnet, node)
    await bench.wait_back()


def _show_ratios(
    before: Sequence[Measured], during: Sequence[Measured], after: Sequence[Measured]
) -> None:
    """Print f silent beside the mean of all present before and after."""
    quiet, moderate, most = zip(before, during, after, strict=True)
    for name, (first, silent, last) in (("10/s", quiet), ("moderate", moderate)):
        for part in (0.5, 0.99):
            mean = (first.latency_ms(part) + last.latency_ms(part)) / 2
            print(f"{name}, p{part * 100:.0f}: {silent.latency_ms(part) / mean:.2f} times")
        kept = silent.per_second / ((first.per_second + last.per_second) / 2)
        print(f"{name}, throughput kept: {kept:.2f}")
    first, silent, last = most
    print(f"throughput kept: {silent.per_second / ((first.per_second + last.per_second) / 2):.2f}")
    print(f"load average afterwards {os.getloadavg()[0]:.2f}")


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description="What silent validators cost.")
    parser.add_argument("--validators", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each phase")
    parser.add_argument("--rate", type=float, default=200.0, help="moderate load, payments/s")
    parser.add_argument("--how", choices=("stop", "kill"), default="stop")
    asked = parser.parse_args()
    return run(_measure(asked))


if __name__ == "__main__":
    sys.exit(main())
