"""`sapha vote`: a voter's words, token, and whether the own pseudonym has voted."""

from pathlib import Path

from client.voting.desk import CONTRACT, Desk
from client.voting.receipt import tracker_words
from client.voting.ticket import save_ticket
from client.voting.voter import Citizen, VoterWallet
from commands.citizen import open_citizen
from commands.output import emit, lines
from commands.sending import builder_for, open_account, show_outcome
from commands.vote.options import (
    Way,
    ballot_way,
    open_facts,
    open_pseudonym,
    read_id,
    read_marks,
    read_words,
)


async def request(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    words: Path,
    sid: str,
    citizen: Path,
    genesis: Path,
    key: list[str],
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Ask all registrars for a token, under your name; any account may carry the request."""
    subject, owner = read_id(sid), open_citizen(citizen)
    async with open_facts(Way(rpc=rpc, genesis=genesis, as_json=as_json)) as facts:
        wallet = await VoterWallet.open(read_words(words), facts, election, subject)
        builder = await builder_for(facts.rpc, CONTRACT)
        desk = Desk(facts.rpc, builder, open_account(key, None))
        outcome = await desk.send(wallet.request(Citizen(sid=subject, key=owner.subject)))
    show_outcome(outcome, as_json=as_json)


async def token(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    words: Path,
    sid: str,
    out: Path,
    genesis: Path,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Fetch your token before you vote; from then on nothing that is asked names you."""
    subject = read_id(sid)
    async with open_facts(Way(rpc=rpc, genesis=genesis, as_json=as_json)) as facts:
        wallet = await VoterWallet.open(read_words(words), facts, election, subject)
        ticket = await wallet.ticket(facts, subject)
    save_ticket(out, ticket)
    window, agencies = wallet.facts.windows, wallet.facts.manifest.registrars.agencies
    signers = wallet.facts.signers(ticket.class_id)
    data: dict[str, object] = {
        "token": str(out),
        "signed_by": [agencies[number - 1] for number in signers.registrars],
        "cast_from_ms": window.cast_from_ms,
        "cast_until_ms": window.cast_until_ms,
    }
    emit(data, lines(data), as_json=as_json)


async def voted(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    mark: list[str] | None,
    words: Path,
    genesis: Path,
    relay: list[str] | None,
    direct: bool,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Prove whether your pseudonym has a ballot in the box; none means nobody voted for you."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    async with open_facts(way) as facts:
        wallet = await open_pseudonym(facts, words, election, 0)
        entry, done = await wallet.voted(facts), await wallet.done(facts)
    acts = 0 if done is None else done.ballots
    height = wallet.facts.height
    data: dict[str, object] = {"voted": entry is not None, "acts": acts, "height": height}
    if entry is not None:
        data |= {
            "tracker": "0x" + entry.ballot_hash.hex(),
            "tracker_words": tracker_words(entry.ballot_hash),
            "seq": entry.seq,
            "cast_at": entry.cast_at,
        }
        if mark:
            data["holds"] = wallet.is_mine(entry, read_marks(mark))
    emit(data, lines(data), as_json=as_json)
