"""Ballots through a whole network: admitted by four validators, counted, decrypted, tallied.

    python -m bench.voting_network [--ballots N] [--options N]

An approval contest, of five options or fewer. Citizens, roll, keys, tokens and ballots are made
beforehand; timed is from the first ballot handed over until all are on every validator, and from
the close to the result. Beside it, in the same run, stands what one core needs to verify the same
ballots once: envelope, token and every proof. Four validators that each verify every ballot on two
cores take twice that at least. What trustees spend on replaying the record before they deliver is
shown apart.
Then the record is exported, and verified by the separate verifier in a process of its own.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.machine import run
from bench.voting_pool import sealed
from client.contract import Actor
from client.files import whole_file
from client.rpc import RpcClient
from client.vault import Vault
from client.voting.counting import count_box, publish
from client.voting.record import export
from client.voting.ticket import Ticket
from client.voting.voter import PreparedBallot, VoterWallet
from commands.bench import VALIDATORS
from commands.output import CheckFailed, say
from commands.temporary import temporary_devnet
from commands.usage import processor_s
from contracts.voting.core.state import results
from contracts.voting.crypto.ballots import verify_ballot
from contracts.voting.tokens.messages import CloseIssuing, RequestToken
from primitives.transaction import Transaction
from scenes.kit.load import all_together
from scenes.voting import roll
from scenes.voting.cast import (
    AUTHORITY,
    Design,
    Hall,
    Person,
    agencies_of,
    assembled,
    voting_agencies,
    voting_plan,
)
from scenes.voting.result import deliver
from scenes.voting.tokens import serve

_OPTIONS = ("ก", "ข", "ค", "ง", "จ")
_ENGLISH = ("A", "B", "C", "D", "E")


def design_of(options: int) -> Design:
    """Return an election of one approval contest of so many options, 1 to 5."""
    return Design(
        election_id="bench",
        titles=("การวัด", "Measurement"),
        contests=(
            {
                "title": "กรรมการ",
                "kind": "approval",
                "options": list(_OPTIONS[:options]),
                "low": 0,
                "high": options,
                "grades": [],
                "has_blank": False,
            },
        ),
        english=({"title": "Committee", "options": list(_ENGLISH[:options]), "grades": []},),
        registrars=agencies_of("registrar", 3),
        signatures=2,
        trustees=agencies_of("trustee", 3),
        shares=2,
    )


DESIGN = design_of(len(_OPTIONS))
_SAMPLE = 100  # ballots verified on one core, before the load and after it
_TOGETHER = 48
_PART = 2_500  # transactions signed and sent at a time

T = TypeVar("T")
_AIM = 4.0
_CORES = 2
VERIFY = """
import sys, time
from pathlib import Path
from verifier.__main__ import main

code = main(sys.argv[1:])
lines = Path("/proc/self/status").read_text("ascii").splitlines()
most = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
print(time.process_time(), most)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Voter:
    """A voter with a token and a sealed ballot; `marks` are what it holds."""

    person: Person
    wallet: VoterWallet
    ticket: Ticket
    ballot: PreparedBallot
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The exported record, and what verifying it took one process."""

    size_bytes: int
    export_s: float
    verify_cpu_s: float
    verify_rss_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Seconds."""

    ballots: int
    admitted_s: float
    validators_cpu_s: float  # of all four while ballots were admitted
    counted_s: float  # the box added up, and the result published
    trustees_s: float  # all trustees, who each replay the record, and their shares
    one_core_s: float  # for all ballots
    record: Record

    @property
    def ratio(self) -> float:
        """The network's time to the result for one core's verification."""
        return (self.admitted_s + self.counted_s) / self.one_core_s


def main() -> int:
    """Print the figures; return 0 if the aim is met."""
    parser = argparse.ArgumentParser(description="Ballots through a network of four validators.")
    parser.add_argument("--ballots", type=int, default=1_000)
    parser.add_argument("--options", type=int, default=len(_OPTIONS), choices=range(1, 6))
    asked = parser.parse_args()
    count, design = asked.ballots, design_of(asked.options)
    found = run(measure(count, design))
    each_ms = 1000 * found.one_core_s / count
    print(f"{count} approval ballots of {asked.options} options, each verified by 4 validators")
    print(f"one core verifies them in        {found.one_core_s:8.1f} s   ({each_ms:.2f} ms each)")
    print(f"on all validators after          {found.admitted_s:8.1f} s")
    own = found.validators_cpu_s / _CORES / found.one_core_s
    print(f"  processor time of validators   {found.validators_cpu_s:8.1f} s")
    each_ms = 1000 * found.validators_cpu_s / count / VALIDATORS
    print(f"  a ballot and validator         {each_ms:8.2f} ms")
    print(f"  on {_CORES} cores of their own        {own:8.2f} of one core")
    print(f"counted, published in            {found.counted_s:8.1f} s")
    print(f"replayed by each trustee in      {found.trustees_s / design.shares:8.1f} s")
    record = found.record
    print(f"record                           {record.size_bytes / count:8.0f} bytes a ballot")
    print(f"  exported in                    {record.export_s:8.1f} s")
    print(f"  verified, processor time       {record.verify_cpu_s:8.1f} s")
    print(f"    a ballot                     {1000 * record.verify_cpu_s / count:8.2f} ms")
    print(f"  memory of the verifier         {record.verify_rss_mb:8.0f} MiB")
    print(f"network to one core              {found.ratio:8.2f}     (aim: at most {_AIM:.0f})")
    return 0 if found.ratio <= _AIM else 1


async def measure(count: int, design: Design) -> Found:
    """Hold an election of so many ballots and return its figures. Raises CheckFailed."""
    agencies = voting_agencies(design)
    async with (
        temporary_devnet(voting_plan(agencies)) as devnet,
        RpcClient(devnet.urls) as rpc,
        assembled(devnet, rpc, agencies, design) as hall,
    ):
        windows, voters = await prepare(hall, count)
        await hall.clock.until(windows["cast_from_ms"])
        before = await asyncio.to_thread(_one_core_s, hall, voters)
        cpu_s = processor_s(devnet)
        admitted_s = await _send("casting", hall, voters, _sign_ballot)
        cpu_s = processor_s(devnet) - cpu_s
        after = await asyncio.to_thread(_one_core_s, hall, voters)
        await hall.clock.until(windows["cast_until_ms"])
        counted_s, trustees_s = await _tally(hall)
        await _check(hall, voters)
        record = await _record(hall)
    one_core_s = count * (before + after) / 2
    return Found(
        ballots=count,
        admitted_s=admitted_s,
        validators_cpu_s=cpu_s,
        counted_s=counted_s,
        trustees_s=trustees_s,
        one_core_s=one_core_s,
        record=record,
    )


async def prepare(
    hall: Hall, count: int, later: dict[str, int] | None = None
) -> tuple[dict[str, int], list[Voter]]:
    """Do everything up to the sealed ballots; return the windows and who may cast.

    `later` are the windows of tokens and ballots, in steps after issue_from_ms.
    """
    say(f"registering {count} citizens")
    vaults, people = await roll.populate(hall, count)
    say(f"{count} citizens in {hall.clock.steps} steps of {hall.clock.step_ms} ms")
    windows = await roll.found(hall, count, later or _later(hall.clock.steps))
    await roll.enter(hall, people)
    await hall.clock.until(windows["roll_until_ms"])
    await roll.prepare(hall, windows, vaults)
    await hall.clock.until(windows["issue_from_ms"])
    facts = await hall.facts.election(hall.election_id)
    wallets = [VoterWallet(person.seed, facts, 0) for person in people]
    say("issuing tokens")
    await _issue(hall, list(zip(people, wallets, strict=True)), vaults)
    await hall.clock.until(windows["issue_until_ms"])
    await hall.actor(AUTHORITY).do(CloseIssuing(election_id=hall.election_id))
    facts = await hall.facts.election(hall.election_id)
    for wallet in wallets:
        wallet.facts = facts
    say("sealing ballots")
    gate = asyncio.Semaphore(_TOGETHER)

    async def ticket_of(person: Person, wallet: VoterWallet) -> Ticket:
        async with gate:
            return await wallet.ticket(hall.facts, person.sid)

    pairs = list(zip(people, wallets, strict=True))
    tickets = await asyncio.gather(*(ticket_of(*pair) for pair in pairs))
    options = range(len(facts.manifest.contests[0].options))
    marks = [tuple(option for option in options if number >> option & 1) for number in range(count)]
    slips = [
        (person.seed, ticket.token, [row])
        for person, ticket, row in zip(people, tickets, marks, strict=True)
    ]
    ballots = await asyncio.to_thread(sealed, facts, slips)
    made = zip(pairs, tickets, ballots, marks, strict=True)
    voters = [Voter(*pair, ticket, ballot, row) for pair, ticket, ballot, row in made]
    say(f"{windows['cast_from_ms'] - hall.clock.now_ms()} ms before the box opens")
    return windows, voters


def _later(steps: int) -> dict[str, int]:
    """Return windows for as many voters as were registered in so many steps, with time to spare.

    Beside the two transactions that register a voter, asking takes about as long, two answers two
    to three times, a token with a sealed ballot four times, and admitting the ballot three times.
    """
    lengths = (
        ("request_until_ms", 30 + 2 * steps),
        ("issue_until_ms", 30 + 5 * steps),
        ("cast_from_ms", 80 + 9 * steps),
        ("cast_until_ms", 60 + 6 * steps),
        ("decrypt_until_ms", 200 + 8 * steps),
    )
    spans, at = {}, 0
    for name, length in lengths:
        at += length
        spans[name] = at
    return spans


async def _issue(
    hall: Hall, asking: Sequence[tuple[Person, VoterWallet]], vaults: dict[str, Vault]
) -> None:
    """Request tokens for everybody, and have as many registrars as are needed answer."""
    requests = [(person, wallet.request(person.citizen)) for person, wallet in asking]

    def ask(pair: tuple[Person, RequestToken]) -> Transaction:
        person, request = pair
        return hall.actor_of(person.account).sign(request)

    await _send("asking", hall, requests, ask)
    facts = await hall.facts.election(hall.election_id)
    for name in hall.design.registrars[: hall.design.signatures]:
        say(f"{name} answers")
        await serve(hall.registrar(name, vaults[name]), facts, name)


def _sign_ballot(voter: Voter) -> Transaction:
    return voter.wallet.sign(voter.ballot.cast())


async def _send(
    what: str, hall: Hall, items: Sequence[T], sign: Callable[[T], Transaction]
) -> float:
    """Sign and send part by part, as what is signed expires; return the seconds of sending."""
    seconds = 0.0
    for start in range(0, len(items), _PART):
        part = items[start : start + _PART]
        signed = await asyncio.to_thread(lambda part=part: [sign(item) for item in part])  # type: ignore[misc]
        say(f"{what}: {start + len(part)} of {len(items)}")
        began = time.monotonic()
        await all_together(what, hall.devnet, signed)
        seconds += time.monotonic() - began
    return seconds


def _one_core_s(hall: Hall, voters: Sequence[Voter]) -> float:
    """Return how long one core needs to verify one ballot, as a validator does; the median."""
    times = []
    for voter in voters[:: max(1, len(voters) // _SAMPLE)]:
        ballot, ticket = voter.ballot, voter.ticket
        signed = _sign_ballot(voter)
        began = time.thread_time()
        signed.check_signatures()
        ticket.check(voter.wallet.facts)
        verify_ballot(ballot.statement, ballot.sealed.ballot)
        times.append(time.thread_time() - began)
    return median(times)


async def _tally(hall: Hall) -> tuple[float, float]:
    """Count the box, have the trustees deliver, publish; return seconds without and of trustees."""
    design = hall.design
    actor: Actor = hall.actor(design.trustees[0])
    began = time.monotonic()
    await count_box(actor, hall.election_id)
    counted = time.monotonic()
    for name in design.trustees[: design.shares]:  # one after the other: each has its own machine
        await deliver(hall, (name,))
    delivered = time.monotonic()
    await publish(actor, hall.facts, hall.election_id)
    trustees_s = delivered - counted
    return time.monotonic() - began - trustees_s, trustees_s


async def _check(hall: Hall, voters: Sequence[Voter]) -> None:
    """Raise CheckFailed unless the result is what was marked."""
    result = await hall.facts.value(results, hall.election_id)
    options = range(len(voters[0].wallet.facts.manifest.contests[0].options))
    wanted = tuple(sum(option in voter.marks for voter in voters) for option in options)
    if result is None or result.counts != (wanted,):
        raise CheckFailed(f"the result is {result and result.counts}, marked was {wanted}")


async def _record(hall: Hall) -> Record:
    """Export the election and verify it as anybody does. Raises CheckFailed."""
    path = hall.devnet.directory / "record.jsonl"
    began = time.monotonic()
    with whole_file(path) as file:
        await export(hall.rpc, hall.devnet.genesis, hall.election_id, file)
    export_s = time.monotonic() - began
    cpu_s, memory_mb = await asyncio.to_thread(_verifying, path, hall.devnet.genesis_path)
    return Record(
        size_bytes=path.stat().st_size,
        export_s=export_s,
        verify_cpu_s=cpu_s,
        verify_rss_mb=memory_mb,
    )


def _verifying(record: Path, genesis: Path) -> tuple[float, float]:
    """Return the processor seconds and the most MiB of memory of the separate verifier.

    It says both itself: the memory that the system keeps of a process begins with its parent's.

    Raises:
        CheckFailed: it refuses the record.
    """
    command = (sys.executable, "-c", VERIFY, str(record), str(genesis))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.communicate()[0]
    if process.returncode != 0:
        raise CheckFailed(f"the verifier refuses the record: exit code {process.returncode}")
    *_, cpu_s, memory_kb = said.split()
    return float(cpu_s), int(memory_kb) / 1024


if __name__ == "__main__":
    sys.exit(main())
