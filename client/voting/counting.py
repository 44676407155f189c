"""After the close: count the box, and publish the result from the trustees' shares. Anyone may.

Nobody is trusted for the result: the contract checks counts against shares, and shares against
proofs. What is done here is only work.
"""

import asyncio
from collections.abc import Sequence

from client.contract import Actor, events_in
from client.errors import LedgerRefused, RpcRefused
from client.outcome import Outcome
from client.voting.errors import NotOpen
from client.voting.facts import ElectionFacts, Facts
from client.voting.roll import Progress
from client.voting.trustee import count_of
from client.voting.trustee_service import places_of, sum_at
from contracts.sdk.group import POINT_BYTES, Point, unchecked_point
from contracts.voting.core.state import Closing, closings, shares
from contracts.voting.crypto.elgamal import unchecked_ciphertext
from contracts.voting.tally.messages import BoxCounted, CountBox, Tally

_DONE = "ALREADY_COUNTED"


async def count_box(actor: Actor, election_id: str, progress: Progress | None = None) -> None:
    """Have the closed box counted, in as many steps as it needs; again changes nothing.

    `progress` is told steps done, and 0 as the end is not known.

    Raises:
        RpcRefused, LedgerRefused: such as OUTSIDE_WINDOW before the close.
    """
    steps = 0
    while True:
        try:
            outcome = await actor.do(CountBox(election_id=election_id))
        except (RpcRefused, LedgerRefused) as refused:
            if refused.code == _DONE:
                return
            raise
        steps += 1
        if progress is not None:
            progress(steps, 0)
        if events_in(outcome, BoxCounted):
            return


async def publish(actor: Actor, facts: Facts, election_id: str) -> Outcome:
    """Put the shares together and publish the counts.

    Raises:
        NotOpen: the box is not counted, or too few trustees have delivered.
        CountNotFound: shares or sums are not this election's.
        RpcRefused, LedgerRefused: such as ALREADY_TALLIED.
    """
    election = await facts.election(election_id)
    closing = await facts.value(closings, election_id)
    if closing is None:
        raise NotOpen(f"the box of {election_id} is not counted yet")
    given = await delivered(facts, election)
    needed = election.manifest.trustees.needed
    if len(given) < needed:
        raise NotOpen(f"{len(given)} trustees of {needed} have delivered their shares")
    chosen = dict(list(given.items())[:needed])
    counts = await asyncio.to_thread(counts_of, election, closing, chosen)
    message = Tally(election_id=election_id, trustees=tuple(chosen), counts=counts)
    return await actor.do(message)


async def delivered(facts: Facts, election: ElectionFacts) -> dict[int, Sequence[Point]]:
    """Return the shares of each trustee that has delivered, in order of numbers."""
    found: dict[int, Sequence[Point]] = {}
    for number in range(1, len(election.manifest.trustees.agencies) + 1):
        held = await facts.value(shares, election.election_id, number)
        if held is not None:
            places = range(0, len(held), POINT_BYTES)
            found[number] = [unchecked_point(held[at : at + POINT_BYTES]) for at in places]
    return found


def counts_of(
    election: ElectionFacts, closing: Closing, given: dict[int, Sequence[Point]]
) -> tuple[tuple[int, ...], ...]:
    """Return the weighted counts, a row a contest. Raises CountNotFound."""
    heaviest = max(one.weight for one in election.manifest.classes)
    rows: list[list[int]] = [[] for _ in election.manifest.contests]
    for number, (contest, _choice) in enumerate(places_of(election)):
        total = unchecked_ciphertext(sum_at(closing, number))
        parts = {trustee: held[number] for trustee, held in given.items()}
        rows[contest].append(count_of(total, parts, closing.ballots * heaviest))
    return tuple(tuple(row) for row in rows)
