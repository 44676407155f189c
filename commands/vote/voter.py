"""`sapha vote`: a voter's request, token, and whether the own pseudonym has voted."""

from pathlib import Path

from client.outcome import Outcome
from client.voting.facts import ElectionFacts
from client.voting.marking import ContestMarks
from client.voting.membership import joining
from client.voting.receipt import tracker_words
from client.voting.seed import VoterSeed
from client.voting.ticket import save_ticket
from client.voting.voter import Citizen, VoterWallet
from commands.citizen import open_citizen
from commands.output import Shown, lines
from commands.vote.acting import Session
from contracts.voting.rings.handlers import keys_of


async def request(
    session: Session, election_id: str, *, seed: VoterSeed, sid: bytes, citizen: Path
) -> Outcome:
    """Ask registrars for a token, or join your class's ring, under your name.

    Any account may carry it.
    """
    asking = Citizen(sid=sid, key=open_citizen(citizen).subject)
    if (await session.facts.election(election_id)).has_rings:
        return await session.actor.send(await joining(seed, session.facts, election_id, asking))
    wallet = await VoterWallet.open(seed, session.facts, election_id, sid)
    return await session.actor.send(wallet.request(asking))


async def token(
    session: Session, election_id: str, *, seed: VoterSeed, sid: bytes, out: Path
) -> Shown:
    """Fetch your token before you vote; from then on nothing that is asked names you."""
    wallet = await VoterWallet.open(seed, session.facts, election_id, sid)
    ticket = await wallet.ticket(session.facts, sid)
    save_ticket(out, ticket)
    window = wallet.facts.windows
    data: dict[str, object] = {
        "token": str(out),
        "signed_by": _signers(wallet.facts, ticket.class_id),
        "cast_from_ms": window.cast_from_ms,
        "cast_until_ms": window.cast_until_ms,
    }
    return Shown(data, lines(data))


def _signers(facts: ElectionFacts, class_id: int) -> list[str]:
    """Return who signed the token: registrars, or one of how many members of a ring."""
    if facts.has_rings:
        members = len(keys_of(facts.rings[class_id]))
        return [f"one of the {members} members of your class's ring"]
    agencies = facts.manifest.registrars.agencies
    return [agencies[number - 1] for number in facts.signers(class_id).registrars]


async def voted(
    session: Session, election_id: str, *, seed: VoterSeed, mark: list[ContestMarks]
) -> Shown:
    """Prove whether your pseudonym has a ballot in the box; none means nobody voted for you."""
    facts = session.facts
    wallet = VoterWallet(seed, await facts.election(election_id), 0)
    entry, done = await wallet.voted(facts), await wallet.done(facts)
    data: dict[str, object] = {
        "voted": entry is not None,
        "acts": 0 if done is None else done.ballots,
        "height": wallet.facts.height,
    }
    if entry is not None:
        data |= {
            "tracker": "0x" + entry.ballot_hash.hex(),
            "tracker_words": tracker_words(entry.ballot_hash),
            "seq": entry.seq,
            "cast_at": entry.cast_at,
        }
        if mark:
            data["holds"] = wallet.is_mine(entry, mark)
    return Shown(data, lines(data))
