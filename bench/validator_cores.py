"""What a second core is worth to a validator: its rate, and what its event loop is left with.

    python -m bench.validator_cores [--seconds S] [--rounds R]

A validator that is a network of its own takes as many transfers as fit: on one core, on two, and
on two with a process beside it that checks signatures; in turns, each with a fresh network. The
load generator is on all cores. The time of the loop's thread is what no further core can take
over, and what other work on the machine blurs least: 1 / it is the most that a validator commits.
"""

import argparse
import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.machine import run
from client.rpc import RpcClient
from commands.bench import loaded_devnet
from commands.devnet_files import DevnetPlan
from commands.load_phases import Saturation, calibrate, saturate
from commands.output import CheckFailed
from commands.temporary import temporary_devnet
from commands.usage import loop_s

_PROCESSES = "SAPHA__NODE__SIGNATURE_PROCESSES"
_SETUPS = ((1, 0), (1, 1), (2, 0), (2, 1))  # cores, processes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One network under load; microseconds of processor time of a committed transfer."""

    saturation: Saturation
    loop_us: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What a second core is worth to a validator.")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    run(_measure(chosen.seconds, chosen.rounds))


async def _measure(seconds: float, rounds: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    setups = [setup for setup in _SETUPS if setup[0] <= len(cores)]
    if setups == list(_SETUPS[:2]):
        raise CheckFailed("one core is here; two are wanted")
    results: dict[tuple[int, int], list[_Round]] = {setup: [] for setup in setups}
    for _ in range(rounds):
        for count, processes in setups:
            with _given(cores[:count], processes):
                results[count, processes].append(await _round(seconds, cores))
    check_us = await asyncio.to_thread(calibrate)
    print(f"a signature check: {check_us:.1f} us")
    print("cores processes   committed/s  ratio   us/tx   of it loop  ratio")
    first = results[setups[0]]
    for (count, processes), measured in results.items():
        rate, base_rate = _rate(measured), _rate(first)
        loop_us, base_us = _loop_us(measured), _loop_us(first)
        used_us = median(item.saturation.processor_us for item in measured)
        print(
            f"{count:>5} {processes:>9}   {rate:>11.0f}  {rate / base_rate:>5.2f}"
            f"  {used_us:>6.1f}   {loop_us:>10.1f}  {loop_us / base_us:>5.2f}"
        )


async def _round(seconds: float, cores: Sequence[int]) -> _Round:
    async with (
        temporary_devnet(DevnetPlan(validators=1)) as devnet,
        RpcClient(devnet.urls) as rpc,
    ):
        os.sched_setaffinity(0, cores)  # the validator keeps what it was started with
        loaded = await loaded_devnet(devnet, rpc)
        before_s = loop_s(devnet)
        saturation = await saturate(loaded, seconds)
        used_s = loop_s(devnet) - before_s
    return _Round(saturation=saturation, loop_us=used_s * 1e6 / max(1, saturation.committed))


@contextmanager
def _given(cores: Sequence[int], processes: int) -> Iterator[None]:
    """Have processes started now run on some cores, with a setting of their nodes."""
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    os.environ[_PROCESSES] = str(processes)
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)
        del os.environ[_PROCESSES]


def _rate(measured: Sequence[_Round]) -> float:
    return median(item.saturation.measured.per_second for item in measured)


def _loop_us(measured: Sequence[_Round]) -> float:
    return median(item.loop_us for item in measured)


if __name__ == "__main__":
    main()
