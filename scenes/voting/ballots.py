"""The ballots: over a relay or straight to the validators, again, and audited."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from client.hpke import SealingKey
from client.light import LightClient
from client.relay.mailbox import Mailbox
from client.relay.pool import Pool, RelayPolicy
from client.relay.server import RelayParts, RelayServer
from client.rpc import RpcClient
from client.voting.audit import audit
from client.voting.ballot_kind import BALLOTS
from client.voting.casting import Booth
from client.voting.facts import Facts
from client.voting.marking import marked
from client.voting.receipt import BallotReceipt, read_receipt
from client.voting.voter import PreparedBallot
from commands.output import say
from contracts.voting.box.state import Voting
from primitives.transaction import Transaction
from scenes.kit.load import all_together
from scenes.voting.cast import ElectionStory, Voter

RELAYED, REVOTING, AUDITING = 40, 20, 5
_BATCH_MIN, _HOLD_MS, _ROUND_MS = 8, 2_000, (300, 700)

Filled = tuple[Voter, PreparedBallot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballots:
    """First ballots by how they go, encrypted before the window opens; `again` votes twice."""

    relayed: list[Filled]
    audited: list[Filled]
    direct: list[Filled]
    again: list[Voter]


async def fill_in(story: ElectionStory) -> Ballots:
    """Encrypt everybody's first ballot; who will vote again marks somebody else at first."""
    again = story.voters[-REVOTING:]
    options = len(story.voters[0].wallet.facts.manifest.contests[0].options)

    def fill() -> list[Filled]:
        return [
            (voter, _ballot(voter, (voter.order[0] + (voter in again)) % options, None))
            for voter in story.voters
        ]

    filled = await asyncio.to_thread(fill)
    story.measured(f"{len(filled)} ballots encrypted and proven by the voters")
    direct = RELAYED + AUDITING
    return Ballots(
        relayed=filled[:RELAYED],
        audited=filled[RELAYED:direct],
        direct=filled[direct:],
        again=again,
    )


async def vote(story: ElectionStory, ballots: Ballots) -> list[BallotReceipt]:
    """Cast everything, and return the receipts of those who cast over the relay."""
    say(
        f"{len(ballots.relayed)} voters cast over a relay, {len(ballots.direct)} straight to the"
        f" validators; {len(ballots.audited)} spoil their ballot and look into it"
    )
    receipts, *_ = await asyncio.gather(
        _over_relay(story, ballots.relayed),
        _cast(story, ballots.direct),
        _audit_all(story, ballots.audited),
    )
    say(f"{len(ballots.again)} voters change their minds, those who audited cast another ballot")
    later = [voter for voter, _ in ballots.audited] + ballots.again
    done = await asyncio.gather(*(voter.wallet.done(story.hall.facts) for voter in later))
    await _cast(story, await asyncio.to_thread(_next_ballots, later, done))
    whole = len(story.voters) + len(ballots.again)
    ways = f"{len(ballots.relayed)} by relay, {whole - len(ballots.relayed)} straight to validators"
    story.measured(f"{whole} ballots cast ({ways}), {len(ballots.audited)} audited")
    return receipts


async def check_receipt(story: ElectionStory, receipt: BallotReceipt, voter: Voter) -> None:
    """Check one voter's receipt as a file, from the genesis alone, and the pseudonym's proof."""
    again = read_receipt(json.dumps(receipt.to_json()))
    proven = again.check(LightClient(story.hall.devnet.genesis))
    words = " ".join(again.words.split()[:4])
    seen = f"{words} ...: in certified block {proven.at.header.height}"
    story.note("a receipt proves the ballot is in a block", seen, is_kept=again == receipt)
    entry = await voter.wallet.voted(story.hall.facts)
    has_voted = entry is not None and entry.ballot_hash == receipt.tracker
    seen = "yes, with this tracker" if has_voted else "no"
    story.note("my pseudonym has voted", seen, is_kept=has_voted)


async def check_not_voted(story: ElectionStory, voter: Voter) -> None:
    """Check that a voter sees, before casting, that nobody voted in their place."""
    entry = await voter.wallet.voted(story.hall.facts)
    seen = "proven to have no ballot" if entry is None else "has a ballot"
    story.note("before casting: my pseudonym has not voted", seen, is_kept=entry is None)


async def _over_relay(story: ElectionStory, filled: Sequence[Filled]) -> list[BallotReceipt]:
    """Cast by a relay, which also answers what the wallets ask about their ballots."""
    async with _relay(story) as way:
        facts = Facts(way, story.hall.facts.light)
        booths = [Booth(voter.wallet, facts) for voter, _ in filled]
        casting = [booth.cast(ballot) for booth, (_, ballot) in zip(booths, filled, strict=True)]
        receipts = list(await asyncio.gather(*casting))
    seen = f"{len(receipts)} ballots sent on, {len(receipts)} checked receipts back"
    name = "a relay carries ballots, so that no validator meets a voter"
    story.note(name, seen, is_kept=len(receipts) == len(filled))
    return receipts


@asynccontextmanager
async def _relay(story: ElectionStory) -> AsyncIterator[RpcClient]:
    policy = RelayPolicy(
        chain_id=story.hall.chain_id,
        kinds=(BALLOTS,),
        batch_min=_BATCH_MIN,
        hold_ms_max=_HOLD_MS,
        round_ms_min=_ROUND_MS[0],
        round_ms_max=_ROUND_MS[1],
    )
    async with RpcClient(story.hall.devnet.urls) as nodes:
        parts = RelayParts(mailbox=Mailbox(SealingKey.generate()), pool=Pool(policy))
        server = RelayServer(nodes, parts)
        await server.start()
        sending = asyncio.create_task(server.run())
        try:
            async with RpcClient([str(server.address)]) as way:
                yield way
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await server.stop()


async def _cast(story: ElectionStory, filled: Sequence[Filled]) -> None:
    signed = await asyncio.to_thread(_signed, filled)
    await all_together("casting", story.hall.devnet, signed)


def _signed(filled: Sequence[Filled]) -> list[Transaction]:
    return [voter.wallet.sign(ballot.cast()) for voter, ballot in filled]


async def _audit_all(story: ElectionStory, filled: Sequence[Filled]) -> None:
    """Spoil ballots, and read on a second device, by their trackers alone, what they held."""
    hall = story.hall
    booths = [Booth(voter.wallet, hall.facts) for voter, _ in filled]
    spoiling = [booth.spoil(ballot) for booth, (_, ballot) in zip(booths, filled, strict=True)]
    await asyncio.gather(*spoiling)
    facts = await story.facts()
    audits = [await audit(hall.facts, facts, ballot.tracker) for _, ballot in filled]
    contests = facts.manifest.contests
    wanted = [
        [marked(*row) for row in zip(contests, voter.wallet.values(voter.marks), strict=True)]
        for voter, _ in filled
    ]
    contents = [ballot.said(facts) for ballot in audits]
    is_kept = contents == wanted
    seen = f"{len(contents)} spoiled ballots hold what was marked"
    story.note("a second device shows what was encrypted", seen, is_kept=is_kept)


def _next_ballots(voters: Sequence[Voter], done: Sequence[Voting | None]) -> list[Filled]:
    pairs = zip(voters, done, strict=True)
    return [(voter, _ballot(voter, voter.order[0], earlier)) for voter, earlier in pairs]


def _ballot(voter: Voter, option: int, done: Voting | None) -> PreparedBallot:
    return voter.wallet.ballot(voter.token, voter.marks_for(option), done)
