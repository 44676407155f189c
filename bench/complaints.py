"""Complaints filed and moved a second, beside plain transfers; and what their statistics cost.

    python -m bench.complaints [--seconds S] [--cases N ...] [--only network|statistics]

All transactions are signed beforehand; counted is the time from the first until every validator
has committed all. A filing is an account's, with commitments and no content; stage changes are
agencies', four for each case, all cases together.
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
from client.complaints.ledger import CONTRACT
from client.identity.office import fields_of, method_of
from client.load import sign_transfers
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
from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import FieldCommit
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.templates.messages import SetHandler
from contracts.complaints.work.messages import Accept, SetStage
from primitives.crypto import digest
from primitives.transaction import Transaction

CASES = (1_000, 10_000, 100_000)
_HOLDERS = 500
_FUNDS_SATANG = 10_000_000
_TRANSFERS_PART = 0.3  # about what a network commits of the limit
_FILINGS_PART = 0.25  # about what it files of the transfers that it commits
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
    parser.add_argument(
        "--seconds", type=float, default=6.0, help="about how long each phase lasts"
    )
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
        transfers = await _transfers(devnet, rpc, int(limit * _TRANSFERS_PART * seconds))
        say(f"{transfers:.0f} transfers a second")
        builder = await TransactionBuilder.from_node(rpc, [CONTRACT], devnet.genesis.chain_id)
        filings, stages = await _complaints(
            devnet, keys, Writer(builder), int(transfers * _FILINGS_PART * seconds)
        )
    for name, rate in (
        ("signature checks alone would allow", limit),
        ("transfers", transfers),
        ("cases filed", filings),
        ("stage changes", stages),
    ):
        print(f"{name:36} {rate:8.0f} /s {rate / transfers:8.3f} of the transfers")


async def _transfers(devnet: Devnet, rpc: RpcClient, count: int) -> float:
    """Return committed transfers a second."""
    wallets = [Wallet.generate() for _ in range(_HOLDERS)]
    holders = await fund_holders(devnet, rpc, wallets, _FUNDS_SATANG)
    receivers = [holder.address for holder in holders]
    signed = await asyncio.to_thread(sign_transfers, holders, receivers, count)
    return await _rate("transfers", devnet, [signed])


async def _complaints(
    devnet: Devnet, keys: Keys, writer: Writer, count: int
) -> tuple[float, float]:
    """Return cases filed, and stage changes, a second."""
    parts = [keys.parts[office.agency] for office in offices()]
    hosts = tuple(node.name for node in devnet.validators[:2])
    setting = [
        writer.sign(part.wallet, SetHandler(part.agency, part.reader.public, hosts))
        for part in parts
    ]
    await all_together("setting handlers", devnet, setting)
    citizens = [Wallet.generate() for _ in range(_HOLDERS)]
    cases = [(secrets.token_bytes(16), parts[number % len(parts)]) for number in range(count)]
    signed = [
        writer.sign(citizens[number % _HOLDERS], _filing(case_id, part))
        for number, (case_id, part) in enumerate(cases)
    ]
    filings = await _rate("filing", devnet, [signed])
    say(f"{count} cases filed, {filings:.0f} a second")
    return filings, await _stages(devnet, writer, cases)


async def _stages(devnet: Devnet, writer: Writer, cases: Sequence[tuple[bytes, Part]]) -> float:
    """Return stage changes a second: each case goes through four stages, all cases together."""
    accepting = [writer.sign(part.wallet, Accept(case_id)) for case_id, part in cases]
    await all_together("accepting", devnet, accepting)
    rounds = [
        [writer.sign(part.wallet, SetStage(case_id, stage, None)) for case_id, part in cases]
        for stage in _STAGES
    ]
    return await _rate("stages", devnet, rounds)


async def _rate(what: str, devnet: Devnet, rounds: Sequence[Sequence[Transaction]]) -> float:
    """Send rounds, each once the last is on every validator; return transactions a second."""
    began = time.monotonic()
    for signed in rounds:
        await all_together(what, devnet, signed)
    return sum(map(len, rounds)) / (time.monotonic() - began)


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
