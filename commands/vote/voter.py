"""`sapha vote`: a voter's words, tokens, and whether the own pseudonym has voted."""

import sys
from pathlib import Path

from client.identity.keys import CitizenKeys
from client.keystore import read_secret, write_secret
from client.voting.desk import CONTRACT, Desk
from client.voting.receipt import tracker_words
from client.voting.seed import VoterSeed
from client.voting.ticket import save_ticket
from client.voting.voter import Citizen, VoterWallet
from commands.output import UsageFault, emit
from commands.sending import builder_for, open_account, show_outcome
from commands.vote.options import (
    Way,
    ballot_way,
    lines,
    open_facts,
    open_pseudonym,
    read_id,
    read_marks,
    read_words,
)


def words(file: Path, *, recover: bool, as_json: bool) -> None:
    """Make a voter's 24 words and show them once; everything of a vote follows from them."""
    seed = VoterSeed.from_words(sys.stdin.read()) if recover else None
    made = seed or VoterSeed.generate()
    write_secret(file, made.words + "\n")
    data: dict[str, object] = {"file": str(file)}
    if not recover:
        data["words"] = made.words
    text = f"{file}" if recover else f"{_rows(made.words)}\nwrite them down; who has them, votes"
    emit(data, text, as_json=as_json)


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
    """Ask every registrar for a token, under your name; any account may carry the request."""
    subject, owner = read_id(sid), _citizen(citizen)
    async with open_facts(Way(rpc=rpc, genesis=genesis, as_json=as_json)) as facts:
        wallet = await VoterWallet.open(read_words(words), facts, election, subject)
        builder = await builder_for(facts.rpc, CONTRACT)
        desk = Desk(facts.rpc, builder, open_account(key, None))
        outcome = await desk.send(wallet.request(Citizen(sid=subject, key=owner.subject)))
    show_outcome(outcome, as_json=as_json)


async def tokens(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    words: Path,
    sid: str,
    out: Path,
    genesis: Path,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Fetch your tokens before you vote; from then on nothing that is asked names you."""
    subject = read_id(sid)
    async with open_facts(Way(rpc=rpc, genesis=genesis, as_json=as_json)) as facts:
        wallet = await VoterWallet.open(read_words(words), facts, election, subject)
        ticket = await wallet.ticket(facts, subject)
    save_ticket(out, ticket)
    window = wallet.facts.manifest.windows
    data: dict[str, object] = {
        "tokens": str(out),
        "registrars": [token.registrar for token in ticket.tokens],
        "cast_from": window.cast_from,
        "cast_until": window.cast_until,
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


def _citizen(path: Path) -> CitizenKeys:
    try:
        return CitizenKeys(bytes.fromhex(read_secret(path).strip()))
    except ValueError as error:
        raise UsageFault(f"{path}: is no citizen's file") from error


def _rows(text: str) -> str:
    """Return words numbered, four a line."""
    numbered = [f"{place:2}. {word:10}" for place, word in enumerate(text.split(), start=1)]
    return "\n".join("".join(numbered[row : row + 4]) for row in range(0, len(numbered), 4))
