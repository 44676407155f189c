"""Tokens: every voter asks once under their own name, every registrar signs what it cannot see."""

import asyncio
from dataclasses import replace

from client.voting.errors import AnswersMissing
from client.voting.facts import ElectionFacts
from client.voting.registrar import Registrar, Served, refuse_these
from client.voting.seed import VoterSeed
from client.voting.voter import VoterWallet
from commands.output import CheckFailed, say
from contracts.voting.tokens.messages import CloseIssuing
from contracts.voting.tokens.state import answers
from primitives.transaction import Transaction
from scenes.kit.calls import code_from
from scenes.kit.load import all_together
from scenes.voting.cast import AUTHORITY, ElectionStory, Voter

REFUSED_FOR = "technical"
_TOGETHER = 48
_ROUNDS = 5


async def request_tokens(story: ElectionStory) -> None:
    """Have every voter ask all registrars by one element; one tries it twice."""
    facts = await story.facts()
    pairs = zip(story.people, story.orders, strict=True)
    story.voters = [
        Voter(person=person, order=order, wallet=VoterWallet(person.seed, facts, 0))
        for person, order in pairs
    ]
    count = len(story.voters)
    say(f"{count} voters ask {len(facts.manifest.registrars.agencies)} registrars for a token")
    await all_together("asking", story.hall.devnet, await asyncio.to_thread(_requests, story))
    story.measured(f"{count} requests signed with identity keys, on all validators")

    first = story.voters[0].person
    other = VoterWallet(VoterSeed.generate(), facts, 0).request(first.citizen)
    code = await code_from(story.hall.actor_of(first.account).do(other))
    story.note_code("one voter asks once", code, "ALREADY_REQUESTED")
    thief = replace(first.citizen, key=story.voters[1].person.keys.subject)
    stolen = VoterWallet(VoterSeed.generate(), facts, 0).request(thief)
    code = await code_from(story.hall.actor_of(first.account).do(stolen))
    story.note_code("nobody asks in another's name", code, "NOT_VOTER_KEY")


def _requests(story: ElectionStory) -> list[Transaction]:
    return [
        story.hall.actor_of(voter.person.account).sign(voter.wallet.request(voter.person.citizen))
        for voter in story.voters
    ]


async def issue_tokens(story: ElectionStory) -> None:
    """Have the registrars answer; the last one refuses one voter, and says why."""
    facts = await story.facts()
    refused = story.voters[-1].person.sid
    judge = refuse_these({facts.voter_ref(refused): REFUSED_FOR})
    last = facts.manifest.registrars.agencies[-1]
    registrars = {
        name: story.hall.registrar(name, vault, *([judge] if name == last else []))
        for name, vault in story.vaults.items()
    }
    say(f"{len(registrars)} registrars sign blindly, each from its own vault")
    done = await asyncio.gather(
        *(serve(registrar, facts, name) for name, registrar in registrars.items())
    )
    issued = sum(served.issued for served in done)
    story.measured(f"{issued} blind signatures, each request proven to its registrar")
    await _note_refusal(story, facts, sum(served.refused for served in done))


async def serve(registrar: Registrar, facts: ElectionFacts, name: str) -> Served:
    """Return all that a registrar did until no request waits for it."""
    total = Served()
    for _ in range(_ROUNDS):
        done = await registrar.serve(facts, name)
        total = Served(issued=total.issued + done.issued, refused=total.refused + done.refused)
        if not done.waiting:
            return total
    raise CheckFailed(f"{name}: {done.waiting} requests wait after {_ROUNDS} rounds")


async def _note_refusal(story: ElectionStory, facts: ElectionFacts, count: int) -> None:
    """Note whether the last registrar's refusal is public, and the only one of `count`."""
    voter, names = story.voters[-1].person, facts.manifest.registrars.agencies
    answer = await story.hall.facts.value(
        answers, facts.election_id, facts.voter_ref(voter.sid), len(names)
    )
    reason = None if answer is None else answer.reason
    is_kept = reason == REFUSED_FOR and count == 1
    seen = f"{names[-1]}: {reason}"
    story.note("a registrar that says no says why, in public", seen, is_kept=is_kept)


async def close(story: ElectionStory) -> None:
    """Have it fixed who signs: the three registrars whose answers cover all voters."""
    await story.hall.actor(AUTHORITY).do(CloseIssuing(election_id=story.election_id))
    facts = await story.facts()
    for voter in story.voters:
        voter.wallet.facts = facts
    names = facts.manifest.registrars.agencies
    chosen = [names[number - 1] for number in facts.signers(0).registrars]
    is_kept = names[-1] not in chosen and len(chosen) == facts.manifest.registrars.needed
    name = "those who answered everybody sign, so no voter stands out"
    story.note(name, ", ".join(chosen), is_kept=is_kept)


async def fetch_tokens(story: ElectionStory) -> None:
    """Have every voter unblind and verify their token, each answer proven."""
    gate = asyncio.Semaphore(_TOGETHER)

    async def fetch(voter: Voter) -> None:
        async with gate:
            voter.token = await voter.wallet.token(story.hall.facts, voter.person.sid)

    try:
        await asyncio.gather(*map(fetch, story.voters))
    except AnswersMissing as error:
        raise CheckFailed(f"a voter has no token: {error.message}") from error
    has_all = len({voter.token for voter in story.voters}) == len(story.voters)
    seen = f"{len(story.voters)} voters, one token each"
    story.note("refused by one registrar, a voter still votes", seen, is_kept=has_all)
    story.measured(f"{len(story.voters)} tokens unblinded and verified by the voters")
