"""Complaints filed and moved a second, beside plain transfers; and what their statistics cost.

    python -m bench.complaints [--seconds S] [--cases N ...] [--only network|statistics]

All transactions are signed beforehand; counted is the time from the first until every validator
has committed all. A filing is an account's, with commitments and no content; stage changes are
agencies', four for each case, all cases together.
"""

import argparse
import asyncio
import secrets
import sys
import time
from collections.abc import Sequence

from bench.complaints_statistics import Answered
from bench.complaints_statistics import measure as ask
from bench.machine import run, signature_limit
from client.complaints.wraps import ReadingKey
from client.contract import Actor
from client.load import sign_transfers
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet
from commands.output import say
from commands.temporary import temporary_devnet
from contracts.complaints.cases.messages import File
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.work.messages import Accept, SetStage
from primitives.crypto import digest
from primitives.transaction import Transaction
from scenes.complaints.bangkok import office_of, offices
from scenes.complaints.cast import city_agencies, handler_settings
from scenes.complaints.days import bare_filing
from scenes.kit.cast import Agencies
from scenes.kit.load import all_together, funded_holders

CASES = (1_000, 10_000, 100_000)
_HOLDERS = 500
_FUNDS_SATANG = 10_000_000
_TRANSFERS_PART = 0.3  # about what a network commits of the limit
_FILINGS_PART = 0.25  # about what it files of the transfers that it commits
Part = tuple[str, Actor]  # an agency and its administrator
_STAGES = ("in-progress", "study", "budget", "procurement")


def main() -> int:
    """Print the figures; return the exit code."""
    parser = argparse.ArgumentParser(description="Complaints beside plain transfers.")
    parser.add_argument(
        "--seconds", type=float, default=6.0, help="about how long each phase lasts"
    )
    parser.add_argument("--cases", type=int, nargs="+", default=list(CASES))
    parser.add_argument("--only", choices=("network", "statistics"), default=None)
    options = parser.parse_args()
    if options.only != "statistics":
        run(measure(options.seconds))
    if options.only != "network":
        show({cases: _asked(cases) for cases in options.cases})
    return 0


async def measure(seconds: float) -> None:
    """Print the rates of a network that lives for this run. Raises CheckFailed."""
    limit = signature_limit()
    agencies = city_agencies()
    async with temporary_devnet(agencies.plan()) as devnet, RpcClient(devnet.urls) as rpc:
        transfers = await _transfers(devnet, rpc, int(limit * _TRANSFERS_PART * seconds))
        say(f"{transfers:.0f} transfers a second")
        count = int(transfers * _FILINGS_PART * seconds)
        filings, stages = await _complaints(devnet, rpc, agencies, count)
    for name, rate in (
        ("signature checks alone would allow", limit),
        ("transfers", transfers),
        ("cases filed", filings),
        ("stage changes", stages),
    ):
        print(f"{name:36} {rate:8.0f} /s {rate / transfers:8.3f} of the transfers")


async def _transfers(devnet: Devnet, rpc: RpcClient, count: int) -> float:
    """Return committed transfers a second."""
    holders = await funded_holders(devnet, rpc, _HOLDERS, _FUNDS_SATANG)
    receivers = [holder.address for holder in holders]
    signed = await asyncio.to_thread(sign_transfers, holders, receivers, count)
    return await _rate("transfers", devnet, [signed])


async def _complaints(
    devnet: Devnet, rpc: RpcClient, agencies: Agencies, count: int
) -> tuple[float, float]:
    """Return cases filed, and stage changes, a second."""
    nobody = Actor(rpc=rpc, wallet=Wallet.generate(), chain_id=devnet.genesis.chain_id)
    actors = {name: nobody.by(wallet) for name, wallet in agencies.wallets.items()}
    parts = [(name, actors[name]) for name in map(office_of, offices().values())]
    readers = {name: ReadingKey.generate() for name, _ in parts}
    setting = [
        actors[message.agency].sign(message) for message in handler_settings(devnet, readers)
    ]
    await all_together("setting handlers", devnet, setting)
    citizens = [nobody.by(Wallet.generate()) for _ in range(_HOLDERS)]
    cases = [(secrets.token_bytes(16), parts[number % len(parts)]) for number in range(count)]
    signed = [
        citizens[number % _HOLDERS].sign(_filing(case_id, name))
        for number, (case_id, (name, _)) in enumerate(cases)
    ]
    filings = await _rate("filing", devnet, [signed])
    say(f"{count} cases filed, {filings:.0f} a second")
    return filings, await _stages(devnet, cases)


async def _stages(devnet: Devnet, cases: Sequence[tuple[bytes, Part]]) -> float:
    """Return stage changes a second: each case goes through four stages, all cases together."""
    accepting = [actor.sign(Accept(case_id)) for case_id, (_, actor) in cases]
    await all_together("accepting", devnet, accepting)
    rounds = [
        [actor.sign(SetStage(case_id, stage, None)) for case_id, (_, actor) in cases]
        for stage in _STAGES
    ]
    return await _rate("stages", devnet, rounds)


async def _rate(what: str, devnet: Devnet, rounds: Sequence[Sequence[Transaction]]) -> float:
    """Send rounds, each once the last is on every validator; return transactions a second."""
    began = time.monotonic()
    for signed in rounds:
        await all_together(what, devnet, signed)
    return sum(map(len, rounds)) / (time.monotonic() - began)


def _filing(case_id: bytes, agency: str) -> File:
    commitment, category = digest("bench", case_id), CITY.categories[0].code
    return bare_filing(case_id, commitment, agency=agency, area=agency, category=category)


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
