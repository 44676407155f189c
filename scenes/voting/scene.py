"""Voting: 475 real ballots, encrypted; nobody learns who voted how, and anyone checks the count."""

import asyncio
import time
from pathlib import Path
from typing import ClassVar

from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import say
from scenes.kit.story import OUTPUT
from scenes.voting import ballots as box
from scenes.voting import forgeries as cheats
from scenes.voting import record, result, roll, tokens
from scenes.voting.cast import (
    Design,
    ElectionStory,
    agencies_of,
    assembled,
    voting_agencies,
    voting_plan,
)
from scenes.voting.orders import real_orders

_CANDIDATES = (  # in the order of the file
    ("แบรนเดน โรบินสัน", "Branden Robinson"),
    ("ราฟาแอล แอร์โซก", "Raphael Hertzog"),
    ("บีเดล การ์บี", "Bdale Garbee"),
    ("ไม่เลือกผู้ใด", "None Of The Above"),
)
EXPECTED = {
    "Branden Robinson": 144,
    "Raphael Hertzog": 101,
    "Bdale Garbee": 227,
    "None Of The Above": 3,
}
# Steps after issue_from_ms at which the later windows end.
_SPANS = {
    "request_until_ms": 40,
    "issue_until_ms": 150,
    "cast_from_ms": 160,
    "cast_until_ms": 360,
    "decrypt_until_ms": 3_000,  # each trustee replays the record first; nobody waits for this end
}
_RANKED = 3  # of the candidates: "none of the above" stands for nothing in an order
_DESIGN = Design(
    election_id="debian-leader-2002",
    titles=("ผู้นำโครงการเดเบียน พ.ศ. 2545", "Debian project leader 2002"),
    contests=(
        {
            "title": "ผู้นำโครงการ",
            "kind": "single",
            "options": [thai for thai, _ in _CANDIDATES],
            "low": 0,
            "high": 0,
            "grades": [],
            "has_blank": False,
        },
        {
            "title": "ลำดับของผู้สมัคร",
            "kind": "schulze",
            "options": [thai for thai, _ in _CANDIDATES[:_RANKED]],
            "low": 0,
            "high": 0,
            "grades": [],
            "has_blank": False,
        },
    ),
    english=(
        {"title": "Project leader", "options": [name for _, name in _CANDIDATES], "grades": []},
        {
            "title": "Order of the candidates",
            "options": [name for _, name in _CANDIDATES[:_RANKED]],
            "grades": [],
        },
    ),
    registrars=agencies_of("registrar", 4),
    signatures=3,
    trustees=agencies_of("trustee", 5),
    shares=3,
)


class Voting:
    """Scene 4."""

    title: ClassVar[str] = "A secret ballot that anyone can check"

    def __init__(self) -> None:
        self._agencies = voting_agencies(_DESIGN)
        self.plan = voting_plan(self._agencies)

    async def run(self, devnet: Devnet) -> ElectionStory:
        """Return what was seen."""
        began = time.monotonic()
        folder = OUTPUT / "election"
        folder.mkdir(parents=True, exist_ok=True)
        async with (
            RpcClient(devnet.urls) as rpc,
            assembled(devnet, rpc, self._agencies, _DESIGN) as hall,
        ):
            story = ElectionStory(hall=hall, orders=real_orders())
            await _found(story)
            await _give_tokens(story)
            await _take_ballots(story)
            await _publish(story, folder)
        story.measured("the whole election in", began)
        return story


async def _found(story: ElectionStory) -> None:
    """Citizens, the roll with two objections, the trustees' key, the opening."""
    hall, count = story.hall, len(story.orders)
    say(f"{count + 1} citizens are registered and proofed")
    story.vaults, citizens = await roll.populate(hall, count + 1)
    story.measured(f"{count + 1} citizens registered and proofed in identity")
    story.people, stranger = citizens[:-1], citizens[-1]
    story.windows = await roll.found(hall, count, _SPANS)
    await roll.enter(hall, [*story.people[:-1], stranger])
    await roll.object_to(story, stranger)
    say("five trustees make the election's key, in rounds; nobody ever holds it whole")
    await roll.prepare(hall, story.windows, story.vaults)
    story.measured("roll entered, objected to and frozen; key ceremony; opening")
    qualified = len((await story.facts()).opened().qualified)
    seen = f"{qualified} of {len(hall.design.trustees)} came through"
    story.note("the key is made by all trustees", seen, is_kept=qualified == 5)


async def _give_tokens(story: ElectionStory) -> None:
    """Requests under the voters' names, blind signatures, tokens."""
    await story.hall.clock.until(story.windows["issue_from_ms"])
    await tokens.request_tokens(story)
    await tokens.issue_tokens(story)


async def _take_ballots(story: ElectionStory) -> None:
    """Ballots over both ways, second thoughts, audits; then those who cheat."""
    await story.hall.clock.until(story.windows["issue_until_ms"])
    await tokens.close(story)
    ballots, _ = await asyncio.gather(
        _fill_in(story), story.hall.clock.until(story.windows["cast_from_ms"])
    )
    voter, filled = ballots.relayed[0]
    await box.check_not_voted(story, voter)
    receipts = await box.vote(story, ballots)
    await box.check_receipt(story, receipts[0], voter)
    say("somebody tries to vote twice, to stuff the box, to copy a ballot, to decrypt early")
    await cheats.cheat(story, filled)
    await story.hall.clock.until(story.windows["cast_until_ms"])


async def _fill_in(story: ElectionStory) -> box.Ballots:
    """Tokens and ballots are made on the voters' devices while the gap of blocks passes."""
    await tokens.fetch_tokens(story)
    return await box.fill_in(story)


async def _publish(story: ElectionStory, folder: Path) -> None:
    """The count, the chart, the protocol, the record."""
    outcome = await result.count(story)
    result.check_result(story, outcome, EXPECTED)
    result.check_order(story, outcome)
    chart = result.draw(story, outcome, folder)
    protocol = await result.print_protocol(story, folder)
    whole = await record.check_record(story, folder)
    story.figures += [
        ("bar chart", str(chart)),
        ("protocol to be signed", str(protocol)),
        ("election record", str(whole)),
    ]
