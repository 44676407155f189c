"""What more validators cost, how fast one catches up, and how long the loop is held.

    python -m bench.scale [--seconds S] [--validators N ...] [PART ...]

Parts: `sizes`, payments at 10 a second with more and more validators on this machine; `catching`,
one of four validators is away while the others commit, and comes back: killed and started again,
then stopped and continued, then stopped while blocks are small (processor time is of all four,
those who send included); `loop`, how late the event loop of
a validator ran what was due while as much as fits was sent.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.machine import run
from client.load import sign_transfers
from client.metrics import metric_of
from client.rpc import RpcClient
from commands.bench import QUIET_TX_S, VALIDATORS, loaded_devnet
from commands.devnet_files import Devnet, DevnetNode, DevnetPlan
from commands.load_phases import LoadedNetwork, pace, saturate
from commands.output import CheckFailed, say
from commands.processes import pid_of, request_restart, run_dir_of
from commands.temporary import temporary_devnet
from commands.usage import processor_s
from scenes.kit.chain import height_of, until_height
from scenes.kit.load import loading, settle

SIZES = (4, 16, 31)
_WINDOW = 3_000
_PRESIGNED_TX_S = 4_000
_SMALL_TX_S = 30.0  # so few that nearly each has a block of its own
_BUCKETS = ("0.01", "0.025", "0.05", "0.1", "0.25")  # of the histogram, in seconds


@dataclass(frozen=True, slots=True)
class _Bench:
    """A network with funded accounts, and how long each phase is."""

    devnet: Devnet
    rpc: RpcClient
    loaded: LoadedNetwork
    seconds: float

    @property
    def away(self) -> DevnetNode:
        """The validator that goes and comes back."""
        return self.devnet.validators[-1]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the one that goes. Raises CheckFailed."""
        pid = pid_of(self.away.name, run_dir_of(self.devnet))
        if pid is None:
            raise CheckFailed(f"{self.away.name} does not run")
        os.kill(pid, number)

    async def commit(self, rate: float | None) -> tuple[int, int]:
        """Have the others commit; return how many transactions in how many blocks."""
        staying = [node.url for node in self.devnet.validators[:-1]]
        holders = self.loaded.holders
        count = int((rate or _PRESIGNED_TX_S) * self.seconds)
        addresses = [holder.address for holder in holders]
        transfers = await asyncio.to_thread(sign_transfers, holders, addresses, count)
        first = await height_of(self.rpc)
        async with loading(staying) as (follower, loader):
            if rate is None:
                await loader.saturate(transfers, window=_WINDOW, seconds=self.seconds)
            else:
                await loader.at_rate(transfers, rate)
            await settle("one is away", loader, follower)
            committed = len(follower.committed_everywhere())
        return committed, await height_of(self.rpc) - first


@asynccontextmanager
async def _network(validators: int, seconds: float) -> AsyncIterator[_Bench]:
    async with (
        temporary_devnet(DevnetPlan(validators=validators)) as devnet,
        RpcClient([devnet.validators[0].url]) as rpc,
    ):
        yield _Bench(devnet, rpc, await loaded_devnet(devnet, rpc), seconds)


async def _sizes(counts: Sequence[int], seconds: float) -> None:
    print("validators  p50 ms  p99 ms  at 10 a second")
    for count in counts:
        async with _network(count, seconds) as bench:
            quiet = await pace(bench.loaded, QUIET_TX_S, seconds)
        print(
            f"{count:>10}  {quiet.latency_ms(0.5):6.1f}  {quiet.latency_ms(0.99):6.1f}  "
            f"load average {os.getloadavg()[0]:.2f}",
            flush=True,
        )


async def _catching(seconds: float) -> None:
    print(
        "away                     transactions  blocks       s  transactions/s  blocks/s  "
        "processor us a transaction"
    )
    async with _network(VALIDATORS, seconds) as bench:

        async def restarted() -> None:
            await asyncio.to_thread(request_restart, bench.devnet, bench.away)

        async def continued() -> None:
            bench.signal(signal.SIGCONT)

        bench.signal(signal.SIGKILL)
        await _come_back(bench, "killed, with its start", None, restarted)
        bench.signal(signal.SIGSTOP)
        await _come_back(bench, "stopped", None, continued)
        bench.signal(signal.SIGSTOP)
        await _come_back(bench, "stopped, small blocks", _SMALL_TX_S, continued)


async def _come_back(
    bench: _Bench, name: str, rate: float | None, back: Callable[[], Awaitable[None]]
) -> None:
    transactions, blocks = await bench.commit(rate)
    target = await height_of(bench.rpc)
    used_s, began = processor_s(bench.devnet), time.monotonic()
    await back()
    await until_height([bench.away.url], target)
    took = time.monotonic() - began
    used_s = processor_s(bench.devnet) - used_s
    print(
        f"{name:<23}  {transactions:>12}  {blocks:>6}  {took:6.1f}  {transactions / took:14.0f}  "
        f"{blocks / took:8.0f}  {used_s * 1e6 / transactions:25.0f}",
        flush=True,
    )


async def _loop(seconds: float) -> None:
    async with _network(VALIDATORS, seconds) as bench:
        doors = [node.operator_socket for node in bench.devnet.validators]

        async def counts() -> list[int]:
            names = [f'sapha_loop_lag_seconds_bucket{{le="{limit}"}}' for limit in _BUCKETS]
            names.append("sapha_loop_lag_seconds_count")
            return [sum([int(await metric_of(door, name)) for door in doors]) for name in names]

        before = await counts()
        saturated = await saturate(bench.loaded, seconds)
        *within, of_all = [
            later - earlier for later, earlier in zip(await counts(), before, strict=True)
        ]
    say(f"{saturated.measured.per_second:.0f} transactions a second")
    for limit, count in zip(_BUCKETS, within, strict=True):
        late = of_all - count
        print(
            f"the loop was more than {float(limit) * 1000:3.0f} ms late: {late} of {of_all} times"
        )


async def _measure(asked: argparse.Namespace) -> int:
    for part in asked.parts:
        if part == "sizes":
            await _sizes(asked.validators, asked.seconds)
        elif part == "catching":
            await _catching(asked.seconds)
        else:
            await _loop(asked.seconds)
    return 0


def main() -> int:
    """Measure and print; return the exit code."""
    parts = ("sizes", "catching", "loop")
    parser = argparse.ArgumentParser(description="More validators, catching up, the loop.")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each phase")
    parser.add_argument("--validators", type=int, nargs="+", default=SIZES)
    parser.add_argument("parts", nargs="*", default=parts, choices=(*parts, parts), metavar="PART")
    return run(_measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
