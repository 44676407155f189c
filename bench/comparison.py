"""`make bench-peer`: four validators of ours and four of CometBFT in turns, with the same load.

    python -m bench.comparison --peer PROGRAM [--rounds N] [--seconds S] [--json FILE]

A round of an engine is a fresh network: at rest, then as many transfers as fit, then 10 a second.
The peer's application (bench/peer) takes the bytes of our transfers, checks the same signature by
the same rules and keeps the same tree. Load, follower and reading of /proc are the same code.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.comparison_report import PEER, SAPHA, Round, rows_of, to_json, to_markdown
from bench.machine import run
from bench.peer_network import loaded_peer
from client.files import write_whole
from client.rpc import RpcClient
from commands.bench import (
    FUNDS_SATANG,
    QUIET_TX_S,
    SENDERS,
    VALIDATORS,
    loaded_devnet,
)
from commands.devnet_files import DevnetPlan
from commands.load_phases import WARM_UP_S, LoadedNetwork, calibrate, pace, rest, saturate
from commands.output import CheckFailed, say
from commands.temporary import temporary_devnet


async def _measure(asked: argparse.Namespace) -> int:
    rounds: dict[str, list[Round]] = {SAPHA: [], PEER: []}
    for number in range(1, asked.rounds + 1):
        for engine, done in rounds.items():
            say(
                f"round {number} of {asked.rounds}: {engine}; load average {os.getloadavg()[0]:.2f}"
            )
            verify_us = await asyncio.to_thread(_verify_us, engine, asked.peer)
            async with _network(engine, asked.peer) as loaded:
                done.append(await _round(loaded, verify_us, asked.seconds))
    rows = rows_of(rounds)
    print(to_markdown(rows))
    print(f"load average afterwards {os.getloadavg()[0]:.2f}")
    if asked.json is not None:
        write_whole(asked.json, (json.dumps(to_json(rows, rounds), indent=2) + "\n").encode())
    return 0


@asynccontextmanager
async def _network(engine: str, program: Path) -> AsyncIterator[LoadedNetwork]:
    """Run a fresh network of an engine with funded accounts."""
    if engine == PEER:
        async with loaded_peer(
            program, validators=VALIDATORS, senders=SENDERS, satang=FUNDS_SATANG
        ) as peer:
            yield peer
        return
    async with (
        temporary_devnet(DevnetPlan(validators=VALIDATORS)) as devnet,
        RpcClient(devnet.urls) as rpc,
    ):
        yield await loaded_devnet(devnet, rpc)


async def _round(loaded: LoadedNetwork, verify_us: float, seconds: float) -> Round:
    await asyncio.sleep(WARM_UP_S)
    resting = await rest(loaded, seconds)
    saturated = await saturate(loaded, seconds)
    quiet = await pace(loaded, QUIET_TX_S, seconds)
    return Round(
        processor_us=saturated.processor_us,
        signature_share=saturated.signature_share(verify_us),
        signatures_checked=saturated.signatures_checked,
        committed_tx_s=saturated.measured.per_second,
        latency_p50_ms=quiet.latency_ms(0.5),
        latency_p99_ms=quiet.latency_ms(0.99),
        idle_cores=resting.cores,
        loaded_mb=saturated.resident_mb,
        idle_mb=resting.resident_mb,
        disk_bytes=saturated.disk_bytes,
        generator_cores=saturated.generator_cores,
    )


def _verify_us(engine: str, program: Path) -> float:
    """Return the processor time of one signature check by the engine's library, all cores busy."""
    if engine == SAPHA:
        return calibrate()
    done = subprocess.run([str(program), "calibrate"], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise CheckFailed(f"{program} calibrate: {done.stderr.strip()}")
    return float(done.stdout)


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Sapha beside CometBFT, the same transfers.")
    parser.add_argument("--peer", type=Path, required=True, help="the program of bench/peer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each phase")
    parser.add_argument("--json", type=Path, default=None, help="a file for the figures")
    return run(_measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
