"""After the close: the count, the trustees' shares, the result and its chart."""

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

from client.files import write_whole
from client.voting.counting import count_box, publish
from client.voting.protocol import protocol_of
from client.voting.protocol_pdf import protocol_pdf
from client.voting.trustee import Trustee
from client.voting.trustee_service import DELIVERED, decryption_shares
from commands.output import CheckFailed, say
from contracts.sdk.group import ORDER, encode_scalar
from contracts.voting.core.state import ClassTotals, Result, closings, results
from contracts.voting.tally.messages import DeliverShares
from contracts.voting.tally.methods import standing_of
from scenes.kit.calls import verdict_on
from scenes.voting.cast import ElectionStory, Hall
from scenes.voting.chart import Bar, bar_chart
from scenes.voting.orders import pairwise, ranking

CHART, PROTOCOL = "result.svg", "protocol.pdf"
_WINNER = "Bdale Garbee"  # of the Debian project's own count, by Condorcet
_SIGNERS = ("ประธานกรรมการการเลือกตั้ง", "เลขานุการ")


async def count(story: ElectionStory) -> Result:
    """Count the closed box with the shares of three trustees of five, and return the result.

    The last trustee is absent; the one before has lost its secret and sends shares of another.
    """
    hall = story.hall
    say("the box is closed and counted; one trustee is absent, one sends a bad share")
    anybody = hall.actor_of(story.people[0].account)
    await count_box(anybody, story.election_id)
    await _bad_share(story, hall.design.trustees[-2])
    await deliver(hall, hall.design.trustees[:-2])
    await publish(anybody, hall.facts, story.election_id)
    result = await hall.facts.value(results, story.election_id)
    if result is None:
        raise CheckFailed("there is no result")
    absent = hall.design.trustees[-1]
    given = ", ".join(f"trustee-{number}" for number in result.trustees)
    is_kept = len(result.trustees) == hall.design.shares
    seen = f"by {given}; {absent} absent"
    story.note("any t of the trustees are enough", seen, is_kept=is_kept)
    story.measured("box counted, shares checked, result published")
    return result


async def deliver(hall: Hall, trustees: Sequence[str]) -> None:
    """Have trustees deliver their shares of the counted box. Raises CheckFailed."""
    acts = [hall.trustee(name).step(hall.election_id, name) for name in trustees]
    if set(await asyncio.gather(*acts)) != {DELIVERED}:
        raise CheckFailed(f"not all of {', '.join(trustees)} have delivered their shares")


async def _bad_share(story: ElectionStory, name: str) -> None:
    hall = story.hall
    facts = await story.facts()
    closing = await hall.facts.value(closings, story.election_id)
    if closing is None:
        raise CheckFailed("the box is not counted")
    number = hall.design.trustees.index(name) + 1
    wrong = Trustee(number, {number: encode_scalar(1 + secrets.randbelow(ORDER - 1))})
    shares = await asyncio.to_thread(decryption_shares, facts, closing, wrong)
    message = DeliverShares(story.election_id, number, shares)
    verdict = await verdict_on(hall.actor(name).send(message))
    is_kept = verdict.code == "BAD_SHARE" and f"trustee {number}" in verdict.details
    seen = f"{verdict.code}: {verdict.details}"
    story.note("a bad share is refused in a block, with its sender", seen, is_kept=is_kept)


def check_result(story: ElectionStory, result: Result, expected: dict[str, int]) -> None:
    """Check the counts against the real ballots, and the public numbers against each other."""
    options = story.voters[0].wallet.facts.manifest.english[0].options
    counts = dict(zip(options, result.counts[0], strict=True))
    seen = ", ".join(f"{name} {votes}" for name, votes in counts.items())
    story.note("the result is that of the real ballots", seen, is_kept=counts == expected)
    totals = result.totals[0]
    story.note(
        "the public numbers agree", _shown(totals), is_kept=_agree(totals, len(story.people))
    )


def check_order(story: ElectionStory, result: Result) -> None:
    """Check the opened pairs of the ranked contest against the real ballots, and who is first."""
    manifest = story.voters[0].wallet.facts.manifest
    contest, names = manifest.contests[1], manifest.english[1].options
    rankings = [ranking(order, len(names)) for order in story.orders]
    places = standing_of(contest, result.counts[1]).places
    order = sorted(zip(places, names, strict=True))
    is_kept = list(result.counts[1]) == pairwise(rankings, len(names)) and places.count(1) == 1
    seen = ", ".join(f"{place}. {name}" for place, name in order)
    story.note(
        "Schulze's order is that of the real rankings, of which none is seen", seen, is_kept=is_kept
    )


def _shown(totals: ClassTotals) -> str:
    return (
        f"eligible {totals.eligible} >= requested {totals.requested} >= covered {totals.covered},"
        f" pseudonyms {totals.pseudonyms} >= counted {totals.counted}"
    )


def _agree(totals: ClassTotals, voters: int) -> bool:
    numbers = (totals.eligible, totals.requested, totals.covered, totals.pseudonyms, totals.counted)
    return set(numbers) == {voters}


async def print_protocol(story: ElectionStory, folder: Path) -> Path:
    """Print the protocol that officials would sign, in Thai, and return where."""
    facts = story.hall.facts
    protocol = await protocol_of(facts, story.election_id, _SIGNERS, None)
    path = folder / PROTOCOL
    printed = await asyncio.to_thread(protocol_pdf, protocol)
    write_whole(path, printed)
    contests = protocol.election.manifest.english
    pairs = zip(contests, protocol.seats, strict=True)
    elected = [[one.options[at] for at in seats.elected] for one, seats in pairs]
    is_kept = elected == [[_WINNER], [_WINNER]] and len(protocol.trackers) == len(story.people)
    seen = f"{len(printed):,} bytes, {len(protocol.trackers)} proven trackers; elected: {_WINNER}"
    story.note("the protocol is printed of what is proven", seen, is_kept=is_kept)
    return path


def draw(story: ElectionStory, result: Result, folder: Path) -> Path:
    """Write the result as a bar chart, and return where."""
    facts = story.voters[0].wallet.facts
    manifest, counts = facts.manifest, result.counts[0]
    names = zip(manifest.contests[0].options, manifest.english[0].options, counts, strict=True)
    bars = sorted((Bar(*row) for row in names), key=lambda bar: -bar.votes)
    footer = f"{facts.chain_id} · {facts.election_id} · block {result.tallied_at}"
    path = folder / CHART
    text = bar_chart((manifest.title_th, manifest.title_en), bars, footer)
    write_whole(path, text.encode())
    return path
