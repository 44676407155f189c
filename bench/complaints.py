"""Complaints filed and moved a second, beside plain transfers; and what their statistics cost.

    python -m bench.complaints [--seconds S] [--cases N ...] [--only network|statistics]

All transactions are signed beforehand and committed on four validators. A filing is of an account,
with commitments and no content, of which nodes hear nothing; a stage change is an agency's.
"""

import argparse
import asyncio
import os
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.complaints_statistics import Answered
from bench.complaints_statistics import measure as ask
from bench.run import machine
from client.answers import uint_field
from client.complaints.ledger import CONTRACT
from client.follow import Follower
from client.identity.office import fields_of, method_of
from client.load import Loader, sign_transfers
from client.rpc import RpcClient
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from commands.bench import VALIDATORS, calibrate
from commands.demo.complaints_bangkok import offices
from commands.demo.complaints_cast import Keys, Part
from commands.demo.together import all_together
from commands.devnet_files import Devnet
from commands.output import CheckFailed, say
from commands.temporary import fund_holders, temporary_devnet
from contracts.complaints.fields import FieldCommit
from contracts.complaints.first_templates import CITY
from contracts.complaints.messages import Accept, File, SetHandler, SetStage
from primitives.crypto import digest
from primitives.transaction import Transaction

CASES = (1_000, 10_000, 100_000)
_HOLDERS = 500
_FUNDS_SATANG = 10_000_000
_WINDOW = 4_000
_WARM_UP_S = 2.0
_SETTLE_S = 60.0
_PRESIGNED_PART = 0.6  # of the limit; no run has come near
_FILINGS_PART = 0.6  # of the transfers
_STAGES = ("in-progress", "study", "budget", "procurement")


@dataclass(frozen=True, slots=True)
class Writer:
    """Signs messages of complaints."""

    builder: TransactionBuilder

    def sign(self, wallet: Wallet, message: object) -> Transaction:
        """Return the signed call of a message."""
        method = method_of(type(message))
        intent = Intent(contract=CONTRACT, method=method, fields=fields_of(message))
        return wallet.sign(self.builder.build(wallet.address, intent))


def main() -> int:
    """Print the figures; return the exit code."""
    parser = argparse.ArgumentParser(description="Complaints beside plain transfers.")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each phase")
    parser.add_argument("--cases", type=int, nargs="+", default=list(CASES))
    parser.add_argument("--only", choices=("network", "statistics"), default=None)
    options = parser.parse_args()
    print(f"machine: {machine()}; load average {os.getloadavg()[0]:.2f}")
    try:
        if options.only != "statistics":
            asyncio.run(measure(options.seconds))
        if options.only != "network":
            show({cases: _asked(cases) for cases in options.cases})
    except CheckFailed as failed:
        print(f"failed: {failed}", file=sys.stderr)
        return 1
    return 0


async def measure(seconds: float) -> None:
    """Print the rates of a network that lives for this run. Raises CheckFailed."""
    limit = len(os.sched_getaffinity(0)) * 1e6 / (VALIDATORS * calibrate())
    keys = Keys()
    plan = replace(keys.plan(), parameters=None)  # the clock's own time
    async with temporary_devnet(plan) as devnet, RpcClient(devnet.urls) as rpc:
        transfers = await _transfers(devnet, rpc, (limit, seconds))
        say(f"{transfers:.0f} transfers a second")
        builder = await TransactionBuilder.from_node(rpc, [CONTRACT], devnet.genesis.chain_id)
        filings, stages = await _complaints(devnet, keys, Writer(builder), (transfers, seconds))
    for name, rate in (
        ("signature checks alone would allow", limit),
        ("transfers", transfers),
        ("cases filed", filings),
        ("stage changes", stages),
    ):
        print(f"{name:36} {rate:8.0f} /s {rate / transfers:8.3f} of the transfers")


async def _transfers(devnet: Devnet, rpc: RpcClient, load: tuple[float, float]) -> float:
    """Return committed transfers a second when as many as fit are sent."""
    limit, seconds = load
    wallets = [Wallet.generate() for _ in range(_HOLDERS)]
    holders = await fund_holders(devnet, rpc, wallets, _FUNDS_SATANG)
    receivers = [holder.address for holder in holders]
    count = int(limit * _PRESIGNED_PART * (seconds + _WARM_UP_S))
    signed = await asyncio.to_thread(sign_transfers, holders, receivers, count)
    rate, _sent = await _rate(devnet, signed, seconds)
    return rate


async def _complaints(
    devnet: Devnet, keys: Keys, writer: Writer, load: tuple[float, float]
) -> tuple[float, float]:
    """Return cases filed, and stage changes, a second."""
    transfers, seconds = load
    parts = [keys.parts[office.agency] for office in offices()]
    hosts = tuple(node.name for node in devnet.validators[:2])
    setting = [
        writer.sign(part.wallet, SetHandler(part.agency, part.reader.public, hosts))
        for part in parts
    ]
    await all_together("setting handlers", devnet, setting)
    citizens = [Wallet.generate() for _ in range(_HOLDERS)]
    count = int(transfers * _FILINGS_PART * (seconds + _WARM_UP_S))
    cases = [(secrets.token_bytes(16), parts[number % len(parts)]) for number in range(count)]
    signed = [
        writer.sign(citizens[number % _HOLDERS], _filing(case_id, part))
        for number, (case_id, part) in enumerate(cases)
    ]
    filings, sent = await _rate(devnet, signed, seconds)
    say(f"{sent} cases filed, {filings:.0f} a second")
    return filings, await _stages(devnet, writer, cases[:sent])


async def _stages(devnet: Devnet, writer: Writer, cases: Sequence[tuple[bytes, Part]]) -> float:
    """Return stage changes a second: each case goes through four stages, all cases together."""
    accepting = [writer.sign(part.wallet, Accept(case_id)) for case_id, part in cases]
    await all_together("accepting", devnet, accepting)
    rounds = [
        [writer.sign(part.wallet, SetStage(case_id, stage, None)) for case_id, part in cases]
        for stage in _STAGES
    ]
    began = time.monotonic()
    for signed in rounds:
        await all_together("stages", devnet, signed)
    return len(cases) * len(_STAGES) / (time.monotonic() - began)


async def _rate(devnet: Devnet, signed: Sequence[Transaction], seconds: float) -> tuple[float, int]:
    """Send as many as fit; return committed ones a second, and how many were sent at all."""
    async with RpcClient(devnet.urls) as rpc:
        height = uint_field(await rpc.call("chain_getStatus"), "height")
    async with (
        Follower(devnet.urls, from_height=height) as follower,
        Loader(devnet.urls, follower) as loader,
    ):
        started = time.monotonic()
        await loader.saturate(signed, window=_WINDOW, seconds=seconds + _WARM_UP_S)
        ended = time.monotonic()
        is_settled = await loader.settle(_SETTLE_S)
        codes = {one.code for one in follower.placed.values() if not one.is_ok}
        codes |= set(loader.sent.refused.values())
        if codes or not is_settled or follower.differences:
            raise CheckFailed(f"not committed: {', '.join(sorted(codes)) or 'in time'}")
        rate = loader.measure(started + _WARM_UP_S, ended).per_second
        return rate, len(loader.sent.acknowledged)


def _filing(case_id: bytes, part: Part) -> File:
    commitment = digest("bench", case_id)
    return File(
        case_id=case_id,
        template=CITY.code,
        version=CITY.version,
        category=CITY.categories[0].code,
        agency=part.agency,
        area=part.agency,
        commitment=commitment,
        fields=(FieldCommit("description", commitment),),
        contents=(),
        owner_pk=None,
        sid=None,
    )


def _asked(cases: int) -> list[Answered]:
    answers, seconds = ask(cases)
    say(f"{cases:,} cases made by the contract in {seconds:.0f} s")
    return answers


def show(found: dict[int, list[Answered]]) -> None:
    """Print each question's milliseconds, and keys read and lines answered, by number of cases."""
    print("\nms (keys of state read, lines of the answer); medians, store of a node")
    print(f"{'':20}" + "".join(f"{cases:>26,}" for cases in found))
    for rows in zip(*found.values(), strict=True):
        cells = [f"{one.ms:.2f} ({one.keys}, {one.lines})" for one in rows]
        print(f"{rows[0].name:20}" + "".join(f"{cell:>26}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
