"""The protocol of an election: what its officials sign, all of it proven but the signers' names.

The trackers of the counted ballots are the node's words, but hash to what the ledger counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from client.contract import all_pages, ask
from client.errors import BadAnswer
from client.voting.committee import Draw, Seats, has_quorum, seats_of
from client.voting.errors import NotOpen
from client.voting.facts import ElectionFacts, Facts
from client.voting.secrecy import ClassOpening, openings_of
from contracts.voting.box.handlers import box_page
from contracts.voting.box.state import BallotLine
from contracts.voting.core.messages import Windows
from contracts.voting.core.rules import dates_of
from contracts.voting.core.state import (
    ClassTotals,
    Result,
    accepted,
    annulled,
    closings,
    results,
)
from contracts.voting.crypto.transcript import hash_of
from contracts.voting.tally.methods import Standing, standing_of
from primitives.crypto import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDate:
    """A date of the manifest that the two offices moved, by its name there."""

    name: str
    was_ms: int
    is_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Everything that is printed."""

    genesis_hash: bytes
    election: ElectionFacts
    result: Result
    classes: tuple[ClassOpening, ...]
    accepted: str | None  # why two offices went on in spite of surplus tokens
    signers: tuple[str, ...]  # names and offices
    standings: tuple[Standing, ...]
    seats: tuple[Seats, ...]
    seed: str | None
    trackers: tuple[bytes, ...]  # rising

    @property
    def totals(self) -> tuple[ClassTotals, ...]:
        """The public numbers of each class."""
        return self.result.totals

    @property
    def has_quorum(self) -> bool:
        """Whether enough have voted for the result to stand."""
        return has_quorum(self.totals, self.election.manifest.seating.quorum_percent)

    @property
    def moved(self) -> tuple[MovedDate, ...]:
        """The dates that the two offices moved, in the order of the manifest."""
        before, after = self.election.manifest.windows, self.election.windows
        return tuple(
            MovedDate(name=field.name, was_ms=was, is_ms=now)
            for field, was, now in zip(
                fields(Windows), dates_of(before), dates_of(after), strict=True
            )
            if was != now
        )


async def protocol_of(
    facts: Facts, election_id: str, signers: Sequence[str], seed: str | None
) -> Protocol:
    """Return the protocol of a counted election; `seed` draws lots for seats that are tied.

    Raises:
        NotOpen: there is no result yet, or, as the election was annulled, ever.
        BadAnswer: the node leaves out a counted ballot, or names another.
    """
    election = await facts.election(election_id)
    result = await facts.value(results, election_id)
    reason = await facts.value(annulled, election_id)
    if reason is not None:
        raise NotOpen(f"{election_id} was annulled by authority and official: {reason}")
    closing = await facts.value(closings, election_id)
    if result is None or closing is None:
        raise NotOpen(f"{election_id} has no result yet")
    went_on = await facts.value(accepted, election_id)
    ballots = [one.counted for one in result.totals]
    contests = election.manifest.contests
    rows = zip(contests, result.counts, strict=True)
    standings = tuple(standing_of(contest, counts) for contest, counts in rows)
    draw = None if seed is None else Draw(tally=result.tally, seed=seed)
    pairs = enumerate(zip(standings, election.manifest.seating.seats, strict=True))
    return Protocol(
        genesis_hash=facts.light.genesis.hash,
        election=election,
        result=result,
        classes=openings_of(election.manifest, closing.weights, ballots),
        accepted=went_on,
        signers=tuple(signers),
        standings=standings,
        seats=tuple(seats_of(at, one.places, count, draw) for at, (one, count) in pairs),
        seed=seed,
        trackers=tuple(sorted(line.ballot_hash for line in await counted(facts, election))),
    )


async def counted(facts: Facts, election: ElectionFacts) -> tuple[BallotLine, ...]:
    """Return the ballots that were counted, as the certified count hashes them.

    Raises:
        NotOpen: the box is not counted.
        BadAnswer: the node leaves one out, or names another.
    """
    of, rpc = election.election_id, facts.rpc
    closing = await facts.value(closings, of)
    if closing is None:
        raise NotOpen(f"the box of {of} is not counted yet")

    async def page(after: PublicKey | None, limit: int) -> tuple[BallotLine, ...]:
        return await ask(rpc, box_page, of, after, limit)

    lines = await all_pages(page, None, lambda line: PublicKey(line.voter_key))
    if counted_head(election.context, lines) != closing.counted:
        raise BadAnswer("the ballots that the node lists are not those that were counted")
    return lines


def counted_head(context: bytes, lines: Sequence[BallotLine]) -> bytes:
    """Return the hash over counted ballots in order. Source: docs/voting.md#transcripts."""
    head = hash_of("counted", (context,))
    for line in lines:
        head = hash_of("counted", (head, line.voter_key, line.ballot_hash))
    return head
