"""`sapha bench`: what a committed transaction costs a validator here, and how many fit a second.

Processor time of a transaction and validator is the figure that other work on the machine blurs
least. Of it the signature checks are the part that no program can save: their count, as the
validators say, times the processor time of one check, measured in the same run.
"""

import asyncio
from dataclasses import dataclass

from client.load import Measured
from client.metrics import metric_of
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetPlan
from commands.load_phases import LoadedNetwork, Saturation, calibrate, core_count, pace, saturate
from commands.output import emit, say
from commands.table import show_table
from commands.temporary import fund_holders, temporary_devnet

VALIDATORS = 4
SENDERS = 500
FUNDS_SATANG = 10_000_000
QUIET_TX_S = 10.0
_LATENCY_LOAD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """What one run measured."""

    verify_us: float
    saturated: Saturation
    paced: Measured
    quiet: Measured

    def to_json(self) -> dict[str, object]:
        """Return the line that the command prints."""
        saturated = self.saturated
        return {
            "processor_us_a_tx_and_validator": round(saturated.processor_us, 1),
            "signature_share": round(saturated.signature_share(self.verify_us), 3),
            "signature_checks_a_tx_and_validator": round(saturated.signatures_checked, 3),
            "signature_check_processor_us": round(self.verify_us, 2),
            "committed_tx_s": round(saturated.measured.per_second, 1),
            "latency_ms": _latencies(self.paced),
            "latency_at_tx_s": round(self.paced.per_second, 1),
            "latency_at_10_tx_s_ms": _latencies(self.quiet),
            "rss_mb": round(saturated.resident_mb, 1),
            "bytes_per_tx": round(saturated.disk_bytes, 1),
            "generator_cores": round(saturated.generator_cores, 3),
            "cores": core_count(),
            "validators": VALIDATORS,
        }


async def bench(*, seconds: float, as_json: bool) -> None:
    """Measure four validators: with as much as fits, at half of it, and at 10 a second."""
    results = await _measure(seconds)
    data = results.to_json()
    rows = [(name, str(value)) for name, value in data.items()]
    emit(data, show_table("Benchmark", ["measured here, now", ""], rows), as_json=as_json)


async def loaded_devnet(devnet: Devnet, rpc: RpcClient) -> LoadedNetwork:
    """Return a development network with funded accounts that pay."""
    wallets = [Wallet.generate() for _ in range(SENDERS)]
    holders = await fund_holders(devnet, rpc, wallets, FUNDS_SATANG)

    async def signatures_checked() -> int:
        doors = [node.operator_socket for node in devnet.validators]
        return sum([int(await metric_of(door, "sapha_signatures_checked_total")) for door in doors])

    return LoadedNetwork(
        network=devnet, urls=devnet.urls, holders=holders, signatures_checked=signatures_checked
    )


async def _measure(seconds: float) -> _Results:
    verify_us = await asyncio.to_thread(calibrate)
    async with (
        temporary_devnet(DevnetPlan(validators=VALIDATORS)) as devnet,
        RpcClient(devnet.urls) as rpc,
    ):
        loaded = await loaded_devnet(devnet, rpc)
        say(f"saturating for {seconds} s; a signature check takes {verify_us:.0f} us here")
        saturated = await saturate(loaded, seconds)
        verify_us = (verify_us + await asyncio.to_thread(calibrate)) / 2  # the clock may drift
        rate = max(1.0, saturated.measured.per_second * _LATENCY_LOAD)
        say(f"{saturated.measured.per_second:.0f} a second; latency at {rate:.0f} a second")
        paced = await pace(loaded, rate, seconds)
        quiet = await pace(loaded, QUIET_TX_S, seconds)
        return _Results(verify_us=verify_us, saturated=saturated, paced=paced, quiet=quiet)


def _latencies(measured: Measured) -> dict[str, float]:
    return {
        "p50": round(measured.latency_ms(0.5), 1),
        "p99": round(measured.latency_ms(0.99), 1),
    }
