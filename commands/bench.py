"""`sapha bench`: committed transactions a second beside this machine's own limit.

The limit is what the signature checks alone allow: each of n validators verifies each
transaction once, so L = cores / (n x verify time). Both are measured in the same run.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from client.answers import uint_field
from client.contract import Actor
from client.follow import Follower
from client.load import Loader, Measured, sign_transfers
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetPlan
from commands.output import CheckFailed, emit, say
from commands.processes import pid_of, run_dir_of
from commands.table import show_table
from commands.temporary import fund_holders, temporary_devnet
from primitives.crypto import SigningKey, verify

VALIDATORS = 4
_SENDERS = 500
_FUNDS_SATANG = 10_000_000
_WINDOW = 6_000
_WARM_UP_S = 3.0
_SETTLE_S = 60.0
_PRESIGNED_MAX = 250_000
_CALIBRATE_ROUNDS = 15
_CALIBRATE_CHECKS = 400
_BODY_BYTES = 160
_LATENCY_LOAD = 0.5
_QUIET_TX_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """What one run measured."""

    verify_us: float
    saturated: Measured
    paced: Measured
    quiet: Measured
    rss_mb: float
    bytes_per_tx: float
    generator_cpu: float

    @property
    def limit(self) -> float:
        """Transactions a second that signature checks alone would allow."""
        return _cores() * 1e6 / (VALIDATORS * self.verify_us)

    def to_json(self) -> dict[str, object]:
        """Return the line that the command prints."""
        return {
            "limit_tx_s": round(self.limit, 1),
            "committed_tx_s": round(self.saturated.per_second, 1),
            "ratio": round(self.saturated.per_second / self.limit, 4),
            "latency_ms": {
                "p50": round(self.paced.latency_ms(0.5), 1),
                "p99": round(self.paced.latency_ms(0.99), 1),
            },
            "latency_at_10_tx_s_ms": {
                "p50": round(self.quiet.latency_ms(0.5), 1),
                "p99": round(self.quiet.latency_ms(0.99), 1),
            },
            "rss_mb": round(self.rss_mb, 1),
            "bytes_per_tx": round(self.bytes_per_tx, 1),
            "verify_us": round(self.verify_us, 2),
            "cores": _cores(),
            "validators": VALIDATORS,
            "generator_cpu": round(self.generator_cpu, 3),
            "latency_at_tx_s": round(self.paced.per_second, 1),
        }


async def bench(*, seconds: float, as_json: bool) -> None:
    """Measure four validators: saturated throughput, latency at half of it and at 10 a second."""
    results = await _measure(seconds)
    data = results.to_json()
    rows = [(name, str(value)) for name, value in data.items()]
    emit(data, show_table("Benchmark", ["measured here, now", ""], rows), as_json=as_json)


def calibrate() -> float:
    """Return the microseconds of one signature check while every core checks signatures.

    All cores at once, because a core alone may run faster than it does when the others work too.
    """
    cores = _cores()
    with get_context("spawn").Pool(cores) as pool:
        return median(pool.map(_verify_us, range(cores), chunksize=1))


def _verify_us(_core: int) -> float:
    key = SigningKey(os.urandom(32))
    data = os.urandom(_BODY_BYTES)
    signature = key.sign("tx", data)
    rounds = []
    for _ in range(_CALIBRATE_ROUNDS):
        began = time.perf_counter()
        for _ in range(_CALIBRATE_CHECKS):
            verify(key.public_key, "tx", data, signature)
        rounds.append((time.perf_counter() - began) / _CALIBRATE_CHECKS)
    return median(rounds) * 1e6


async def _measure(seconds: float) -> _Results:
    verify_us = await asyncio.to_thread(calibrate)
    limit = _cores() * 1e6 / (VALIDATORS * verify_us)
    async with (
        temporary_devnet(DevnetPlan(validators=VALIDATORS)) as devnet,
        RpcClient(devnet.urls) as rpc,
    ):
        wallets = [Wallet.generate() for _ in range(_SENDERS)]
        holders = await fund_holders(devnet, rpc, wallets, _FUNDS_SATANG)
        before = disk_bytes(devnet)
        say(f"saturating for {seconds} s; the limit of this machine is {limit:.0f} a second")
        count = min(_PRESIGNED_MAX, int(limit * (seconds + _WARM_UP_S)))
        saturated, sent, generator_cpu = await _saturate(devnet, rpc, holders, (count, seconds))
        bytes_per_tx = (disk_bytes(devnet) - before) / VALIDATORS / max(1, sent)
        verify_us = (verify_us + await asyncio.to_thread(calibrate)) / 2  # the clock may drift
        rate = max(1.0, saturated.per_second * _LATENCY_LOAD)
        say(f"{saturated.per_second:.0f} a second; latency at {rate:.0f} a second")
        paced = await _pace(devnet, rpc, holders, (rate, seconds))
        quiet = await _pace(devnet, rpc, holders, (_QUIET_TX_S, seconds))
        return _Results(
            verify_us=verify_us,
            saturated=saturated,
            paced=paced,
            quiet=quiet,
            rss_mb=rss_mb(devnet),
            bytes_per_tx=bytes_per_tx,
            generator_cpu=generator_cpu,
        )


async def _saturate(
    devnet: Devnet, rpc: RpcClient, holders: Sequence[Actor], load: tuple[int, float]
) -> tuple[Measured, int, float]:
    """Return what was committed after the warm-up, how many in all, and this process's load.

    The load is the part of one core that generating and following took.
    """
    count, seconds = load
    transfers = await asyncio.to_thread(
        sign_transfers, holders, [holder.address for holder in holders], count
    )
    height = uint_field(await rpc.call("chain_getStatus"), "height")
    async with (
        Follower(devnet.urls, from_height=height) as follower,
        Loader(devnet.urls, follower) as loader,
    ):
        started, cpu = time.monotonic(), time.process_time()
        await loader.saturate(transfers, window=_WINDOW, seconds=seconds + _WARM_UP_S)
        ended = time.monotonic()
        generator_cpu = (time.process_time() - cpu) / (ended - started)
        await _settle(loader, follower)
        measured = loader.measure(started + _WARM_UP_S, ended)
        return measured, len(follower.committed_everywhere()), generator_cpu


async def _pace(
    devnet: Devnet, rpc: RpcClient, holders: Sequence[Actor], load: tuple[float, float]
) -> Measured:
    """Return the latencies at a fixed rate, after a warm-up."""
    rate, seconds = load
    count = int(rate * (seconds + _WARM_UP_S))
    transfers = sign_transfers(holders, [holder.address for holder in holders], count)
    height = uint_field(await rpc.call("chain_getStatus"), "height")
    async with (
        Follower(devnet.urls, from_height=height) as follower,
        Loader(devnet.urls, follower) as loader,
    ):
        began = time.monotonic() + _WARM_UP_S
        await loader.at_rate(transfers, rate)
        await _settle(loader, follower)
        return loader.measure(began, time.monotonic())


async def _settle(loader: Loader, follower: Follower) -> None:
    is_settled = await loader.settle(_SETTLE_S)
    if follower.differences:
        raise CheckFailed("; ".join(follower.differences))
    if not is_settled:
        raise CheckFailed(f"acknowledged transactions are missing after {_SETTLE_S} s")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def disk_bytes(devnet: Devnet) -> int:
    """Return the bytes of all validators' data."""
    files = [path for node in devnet.validators for path in (node.directory / "data").rglob("*")]
    return sum(_size(path) for path in files)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0  # the database removes files while it runs


def rss_mb(devnet: Devnet) -> float:
    """Return the largest resident memory of a validator in MiB; 0 where /proc is missing."""
    sizes = [0.0]
    for node in devnet.validators:
        pid = pid_of(node.name, run_dir_of(devnet))
        status = Path(f"/proc/{pid}/status")
        if pid is None or not status.exists():
            continue
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                sizes.append(int(line.split()[1]) / 1024)
    return max(sizes)
