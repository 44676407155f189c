"""`make storm`: attacks on four real validators beside honest load, and what the load sees of it.

    python -m bench.storm [--seconds S] [--rate R] [ATTACK...]

Each attack is measured beside the same payments without it, in turns, in one run. Payers have an
address each, as citizens have; who reads the blocks for the measurement comes from the nodes' own
network. Attackers are processes of the lowest priority with addresses of their own, on the machine
of the validators, from which they take time as no stranger of a real network can: so without an
attack a process runs that only computes, as much as the attackers' did ("neighbour", whose own row
is beside nothing at all).

The exit code is 1 where a goal of the design is missed: p99 of payments at most twice, no block
late by more than one view, memory under 1 GiB, disk by strangers under 1 GB a day a node, logs
under 1 MB a minute. Of the neighbour nothing is asked.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.machine import run, views_at
from bench.storm_attackers import Orders, attacking
from bench.storm_attacks import ABSENT, ATTACKS, BALLOTS, HOARDS, NEIGHBOUR, WRITING
from bench.storm_ballots import wrong_ballots
from bench.storm_filings import OFFICE, Filings, open_office
from bench.voting_network import DESIGN
from client.access import RpcSettings
from client.answers import list_field
from client.contract import Actor
from client.follow import Follower
from client.load import Loader, Measured, sign_transfers
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import say
from commands.temporary import temporary_devnet
from commands.usage import resident_mb
from primitives.transaction import Transaction
from scenes.kit.cast import Agencies
from scenes.kit.chain import height_of
from scenes.kit.load import funded_holders, loading, settle
from scenes.voting.cast import voting_agencies, voting_plan

VALIDATORS = 4
_HOLDERS = 200
_FUNDS_SATANG = 100_000_000
_SETTLE_S = 60.0
_WARM_UP_S = 2.0
_ROUNDS = 3
_DAY_S = 86_400
_PAYERS = tuple(f"127.0.1.{number}" for number in range(1, 41))
_OBSERVER = RpcSettings(local_address="127.0.2.1")
_HOARDERS = 10
_BALLOTS = 400  # wrong ones, sent again and again
_SHARE_PERCENT = 25
_DISK_FACTOR = 4  # bytes of disk a byte of a transaction, with receipt, indexes and state
_DRAIN_S = 60.0  # until what strangers may bring at once is used up

P99_RATIO_MAX = 2.0
VIEW_MAX = 1
RSS_MB_MAX = 1024.0
DISK_BYTES_A_DAY_MAX = 10**9
LOG_BYTES_A_MINUTE_MAX = 10**6
FILED_S_MAX = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """What one stretch of honest payments saw; bytes are those of one node, a second."""

    payments: Measured
    refused: int
    view_max: int
    rss_mb: float
    foreign_bytes: int  # of transactions in blocks that are not the honest payments
    foreign_bytes_a_s: float
    log_bytes_a_s: float
    answers: dict[str, int]
    attack_cores: float  # that the attackers' own process used
    filed_s: tuple[float, ...] = ()  # until a real filing's content lay at its hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """One attack: the payments before it and during it."""

    name: str
    before: Phase
    during: Phase

    @property
    def p99_ratio(self) -> float:
        """How much longer the slowest payments took during the attack."""
        return self.during.payments.latency_ms(0.99) / max(
            1.0, self.before.payments.latency_ms(0.99)
        )

    @property
    def disk_bytes_a_day(self) -> float:
        """What a day of the attack would add to a node's disk."""
        return self.during.foreign_bytes_a_s * _DISK_FACTOR * _DAY_S

    def missed(self) -> list[str]:
        """Return the goals that are missed, in words; none by a neighbour, which attacks nobody."""
        if self.name == NEIGHBOUR:
            return []
        during = self.during
        disk = self.disk_bytes_a_day
        goals = (
            (self.p99_ratio <= P99_RATIO_MAX, f"p99 {self.p99_ratio:.1f} times"),
            (during.view_max <= VIEW_MAX, f"a block in view {during.view_max}"),
            (during.rss_mb < RSS_MB_MAX, f"{during.rss_mb:.0f} MiB"),
            (disk < DISK_BYTES_A_DAY_MAX, f"{disk / 1e9:.1f} GB of disk a day"),
            (
                during.log_bytes_a_s * 60 < LOG_BYTES_A_MINUTE_MAX,
                f"{during.log_bytes_a_s * 60 / 1e6:.1f} MB of log a minute",
            ),
            (during.refused == 0, f"{during.refused} payments refused"),
            (
                max(during.filed_s, default=0.0) <= FILED_S_MAX,
                f"a content {max(during.filed_s, default=0.0):.1f} s late",
            ),
        )
        return [text for is_met, text in goals if not is_met]


def together(phases: Sequence[Phase]) -> Phase:
    """Return several phases as one: all latencies, the worst of the rest, the mean growth."""
    latencies = sorted(ms for phase in phases for ms in phase.payments.latencies_ms)
    answers: Counter[str] = Counter()
    for phase in phases:
        answers.update(phase.answers)
    return Phase(
        payments=Measured(
            committed=sum(phase.payments.committed for phase in phases),
            seconds=sum(phase.payments.seconds for phase in phases),
            latencies_ms=tuple(latencies),
        ),
        refused=sum(phase.refused for phase in phases),
        view_max=max(phase.view_max for phase in phases),
        rss_mb=max(phase.rss_mb for phase in phases),
        foreign_bytes=sum(phase.foreign_bytes for phase in phases),
        foreign_bytes_a_s=sum(phase.foreign_bytes_a_s for phase in phases) / len(phases),
        log_bytes_a_s=sum(phase.log_bytes_a_s for phase in phases) / len(phases),
        answers=dict(answers),
        attack_cores=sum(phase.attack_cores for phase in phases) / len(phases),
        filed_s=tuple(seconds for phase in phases for seconds in phase.filed_s),
    )


class Field:
    """A network with funded holders, on which storms are measured."""

    def __init__(self, devnet: Devnet, rpc: RpcClient, holders: Sequence[Actor]) -> None:
        self.devnet = devnet
        self._rpc = rpc
        self._holders = holders
        self.full_height = 1
        self.wrong_ballots: Callable[[int], list[Transaction]] | None = None
        self.filings: Filings | None = None

    async def storm(self, name: str, *, seconds: float, rate: float) -> Storm:
        """Measure the payments without and with an attack, in turn: other work hits both alike.

        Without one a neighbour computes as much as the attackers' process just did, so that what
        that takes from the validators is in both.
        """
        before: list[Phase] = []
        during: list[Phase] = []
        control = None if name == NEIGHBOUR else NEIGHBOUR
        if name in WRITING:
            await self.phase(name, seconds=_DRAIN_S, rate=rate)
        started = time.monotonic()
        part_s = seconds / _ROUNDS
        for _ in range(_ROUNDS):
            during.append(await self.phase(name, seconds=part_s, rate=rate))
            cores = during[-1].attack_cores
            before.append(await self.phase(control, seconds=part_s, rate=rate, cores=cores))
        storm = Storm(name=name, before=together(before), during=together(during))
        if name not in WRITING:
            return storm
        # What strangers may bring goes on gathering between the phases: all of the time counts.
        passed_s = time.monotonic() - started
        mean = sum(phase.foreign_bytes for phase in before + during) / passed_s
        return replace(storm, during=replace(storm.during, foreign_bytes_a_s=mean))

    async def phase(
        self, attack: str | None, *, seconds: float, rate: float, cores: float = 1.0
    ) -> Phase:
        """Pay at a fixed rate for some seconds, beside an attack if one is named.

        A neighbour uses `cores` of a core.
        """
        addresses = [holder.address for holder in self._holders]
        count = int(rate * seconds)
        transfers = await asyncio.to_thread(sign_transfers, self._holders, addresses, count)
        height = await height_of(self._rpc)
        parcel = await self._parcel(attack)
        async with (
            attacking(
                self.devnet,
                Orders(attack, seconds + _WARM_UP_S, self.full_height, parcel, cores),
            ) as attackers,
            Follower(self.devnet.urls, from_height=height, settings=_OBSERVER) as follower,
            Loader(self.devnet.urls, follower, addresses=_PAYERS) as loader,
            _filing(self.filings) as filed_s,
        ):
            if attack is not None:
                await asyncio.sleep(_WARM_UP_S)
            log, first = self._log_bytes(), await height_of(self._rpc)
            started = time.monotonic()
            await loader.at_rate(transfers, rate)
            rss = resident_mb(self.devnet)
            await settle(str(attack), loader, follower)
            payments = loader.measure(started, time.monotonic())
            passed_s = max(1.0, time.monotonic() - started)
        foreign_bytes = await self._foreign_bytes(first, transfers)
        return Phase(
            payments=payments,
            refused=len(loader.sent.refused),
            view_max=await self._view_max(height),
            rss_mb=rss,
            foreign_bytes=foreign_bytes,
            foreign_bytes_a_s=foreign_bytes / passed_s,
            log_bytes_a_s=(self._log_bytes() - log) / VALIDATORS / passed_s,
            answers=dict(attackers.answers),
            attack_cores=attackers.cores,
            filed_s=tuple(filed_s),
        )

    async def _parcel(self, attack: str | None) -> Path:
        """Return a file of what an attack sends that must be signed before."""
        path = self.devnet.directory / "parcel"
        if attack == BALLOTS and self.wrong_ballots is not None:
            signed = await asyncio.to_thread(self.wrong_ballots, _BALLOTS)
            path.write_text("\n".join("0x" + one.raw.hex() for one in signed), encoding="ascii")
        if attack == HOARDS:
            seeds = [holder.wallet.seed.hex() for holder in self._holders[:_HOARDERS]]
            path.write_text("\n".join(seeds), encoding="ascii")
        return path

    async def fill_a_block(self) -> None:
        """Commit many payments at once and remember the height of the fullest block."""
        addresses = [holder.address for holder in self._holders]
        transfers = await asyncio.to_thread(sign_transfers, self._holders, addresses, 3_000)
        async with loading(self.devnet.urls) as (follower, loader):
            await loader.saturate(transfers, window=3_000)
            await settle("filling a block", loader, follower)
            counts = Counter(placed.height for placed in follower.placed.values())
        self.full_height, _ = counts.most_common(1)[0]
        say(f"the fullest block holds {counts[self.full_height]} payments")

    async def _view_max(self, above: int) -> int:
        """Return the highest view in which a block above a height was decided."""
        return max([0, *await views_at(self._rpc, above + 1, await height_of(self._rpc))])

    async def _foreign_bytes(self, above: int, own: Sequence[Transaction]) -> int:
        """Return the bytes of transactions above a height that are not of `own`."""
        known = {transaction.raw for transaction in own}
        if self.filings is not None:
            known |= self.filings.raws
        size = 0
        for height in range(above + 1, await height_of(self._rpc) + 1):
            block = await self._rpc.call("chain_getBlock", {"at": height})
            raws = [bytes.fromhex(raw[2:]) for raw in list_field(block, "transactions")]
            size += sum(len(raw) for raw in raws if raw not in known)
        return size

    def _log_bytes(self) -> int:
        return sum((node.directory / "node.log").stat().st_size for node in self.devnet.validators)


@asynccontextmanager
async def storm_field(attacks: Sequence[str] = ()) -> AsyncIterator[Field]:
    """Run four validators with the bounds of a real network, and holders with money.

    For the attack `BALLOTS` an election is open for casting; for `ABSENT` an office files cases.
    """
    has_election, has_office = BALLOTS in attacks, ABSENT in attacks
    # A quarter of what a validator has: on a machine with fewer cores than validators that is less
    # than the default, which is for one with a core of its own.
    cores = len(os.sched_getaffinity(0))
    percent = max(1, int(_SHARE_PERCENT * min(1.0, cores / VALIDATORS)))
    office = (OFFICE,) if has_office else ()
    agencies = voting_agencies(DESIGN, *office) if has_election else Agencies(office)
    plan = replace(
        voting_plan(agencies) if has_election else agencies.plan(),
        validators=VALIDATORS,
        strangers_per_second=None,
        sockets_per_ip_max=None,
        share_percent=percent,
        own_networks=(f"{_OBSERVER.local_address}/32",),
    )
    async with temporary_devnet(plan) as devnet, RpcClient(devnet.urls, _OBSERVER) as rpc:
        field = Field(devnet, rpc, await funded_holders(devnet, rpc, _HOLDERS, _FUNDS_SATANG))
        if has_office:
            field.filings = await open_office(devnet, rpc, agencies.wallets[OFFICE])
        if has_election:
            field.wrong_ballots = await wrong_ballots(devnet, rpc, agencies)
        yield field


@asynccontextmanager
async def _filing(filings: Filings | None) -> AsyncIterator[list[float]]:
    """File beside, where there is an office; yield the seconds that each content took."""
    if filings is None:
        yield []
        return
    seconds: list[float] = []
    filings.seconds = seconds
    work = asyncio.create_task(filings.run())
    try:
        yield seconds
    finally:
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled():
            work.result()


def row(storm: Storm) -> str:
    """Return an attack's line of the table."""
    before, during = storm.before.payments, storm.during.payments
    return (
        f"| {storm.name} | {before.latency_ms(0.5):.0f} / {before.latency_ms(0.99):.0f} "
        f"| {during.latency_ms(0.5):.0f} / {during.latency_ms(0.99):.0f} | {storm.p99_ratio:.1f} "
        f"| {storm.during.view_max} | {storm.during.rss_mb:.0f} "
        f"| {storm.disk_bytes_a_day / 1e9:.2f} | {storm.during.log_bytes_a_s * 60 / 1e6:.2f} "
        f"| {'; '.join(storm.missed()) or 'met'} |"
    )


HEAD = (
    "| attack | before, p50 / p99 ms | during | p99 ratio | highest view | MiB | disk GB a day "
    "| log MB a minute | goals |\n|---|---|---|---|---|---|---|---|---|"
)


async def measure(names: Sequence[str], *, seconds: float, rate: float) -> list[Storm]:
    """Measure the attacks one after the other on one network."""
    storms = []
    async with storm_field(names) as field:
        await field.fill_a_block()
        await field.phase(None, seconds=_WARM_UP_S, rate=rate)
        print(HEAD, flush=True)
        for name in names:
            storm = await field.storm(name, seconds=seconds, rate=rate)
            print(row(storm), flush=True)
            say(f"{name}: answers {storm.during.answers}")
            if storm.during.filed_s:
                before_s, during_s = (max(one.filed_s) for one in (storm.before, storm.during))
                say(f"{name}: the slowest content {before_s:.1f} s before, {during_s:.1f} s")
            storms.append(storm)
    return storms


def main() -> int:
    """Print the table; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="Attack four validators beside honest load.")
    parser.add_argument("--seconds", type=float, default=12.0, help="length of each phase")
    parser.add_argument("--rate", type=float, default=40.0, help="honest payments a second")
    parser.add_argument("attacks", nargs="*", default=list(ATTACKS), metavar="ATTACK")
    asked = parser.parse_args()
    storms = run(measure(asked.attacks, seconds=asked.seconds, rate=asked.rate))
    return int(any(storm.missed() for storm in storms))


if __name__ == "__main__":
    sys.exit(main())
