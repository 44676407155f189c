"""`sapha vote`: make a ballot, cast it or have it audited, and check a receipt."""

import json
from pathlib import Path
from typing import Annotated

import typer

from client.voting.audit import audit as audit_ballot
from client.voting.audit import marked
from client.voting.casting import Booth, until_height
from client.voting.desk import CONTRACT
from client.voting.facts import Facts
from client.voting.pending import load_pending, save_pending
from client.voting.receipt import (
    BallotReceipt,
    read_receipt,
    tracker_qr,
    tracker_qr_text,
    tracker_words,
)
from client.voting.ticket import load_ticket
from client.voting.voter import VoterWallet
from commands.options import GenesisPath, Rpc, open_light
from commands.output import AsJson, UsageFault, command, emit
from commands.signing import builder_for
from commands.vote.options import (
    Direct,
    Election,
    Relay,
    TokensFile,
    Way,
    WordsFile,
    ballot_way,
    lines,
    open_facts,
    open_pseudonym,
    progress_of,
    read_marks,
    read_words,
    write_new,
)
from contracts.voting.crypto.transcript import HASH_BYTES
from genesis.files import read_text

app = typer.Typer()

BallotFile = Annotated[Path, typer.Option("--ballot", help="File of the prepared ballot.")]


@app.command("prepare")
@command
async def prepare(  # noqa: PLR0913 - each is an option of the command
    election: Election,
    *,
    mark: Annotated[
        list[str],
        typer.Option(help="For each question in order: 2, or 1,3, or blank; options from 1."),
    ],
    ballot: BallotFile,
    words: WordsFile,
    tokens: TokensFile,
    genesis: GenesisPath,
    relay: Relay = None,
    direct: Direct = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Encrypt a ballot and show its tracker; note it elsewhere, then cast the ballot, or spoil."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    ticket, marks = load_ticket(tokens), read_marks(mark)
    async with open_facts(way) as facts:
        wallet = await open_pseudonym(facts, words, election, ticket.class_id)
        ticket.check(wallet.facts)
        if ticket.voter_key != wallet.pseudonym:
            raise UsageFault(f"{tokens}: was fetched with other words than {words} holds")
        made = wallet.ballot(ticket.tokens, marks, await wallet.done(facts))
    save_pending(ballot, made)
    contests = wallet.facts.manifest.contests
    rows = zip(contests, wallet.values(marks), strict=True)
    said = [marked(contest, row) for contest, row in rows]
    data: dict[str, object] = {
        "tracker": "0x" + made.tracker.hex(),
        "tracker_words": tracker_words(made.tracker),
        "ballot": str(ballot),
    }
    text = f"{lines(data)}\n{_spoken(said)}\n{tracker_qr_text(election, made.tracker)}"
    emit(data, text, as_json=as_json)


@app.command("cast")
@command
async def cast(  # noqa: PLR0913 - each is an option of the command
    election: Election,
    *,
    ballot: BallotFile,
    receipt: Annotated[Path, typer.Option(help="File to make for the receipt.")],
    qr: Annotated[Path | None, typer.Option(help="Also the tracker's QR code, as SVG.")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Do not wait for the time that was drawn for you.")
    ] = False,
    words: WordsFile,
    genesis: GenesisPath,
    relay: Relay = None,
    direct: Direct = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Cast a prepared ballot at a random time in the window, and keep the proof that it is in."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    if receipt.exists():
        raise UsageFault(f"{receipt}: exists; receipts are never overwritten")
    async with open_facts(way) as facts:
        found = await facts.election(election)
        made = load_pending(ballot, found)
        wallet = VoterWallet(read_words(words), found, made.statement.class_id)
        height = found.manifest.windows.cast_from if now else wallet.cast_height()
        await until_height(facts.rpc, height, progress_of("block", as_json=as_json))
        done = await (await _booth(facts, wallet)).cast(made)
    write_new(receipt, json.dumps(done.to_json(), indent=2) + "\n")
    if qr is not None:
        write_new(qr, tracker_qr(election, made.tracker))
    ballot.unlink()
    _show_receipt(done, receipt, as_json=as_json)


@app.command("spoil")
@command
async def spoil(  # noqa: PLR0913 - each is an option of the command
    election: Election,
    *,
    ballot: BallotFile,
    words: WordsFile,
    genesis: GenesisPath,
    relay: Relay = None,
    direct: Direct = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Open a prepared ballot for all to see, so that a second device can audit this one."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    async with open_facts(way) as facts:
        found = await facts.election(election)
        made = load_pending(ballot, found)
        wallet = VoterWallet(read_words(words), found, made.statement.class_id)
        await (await _booth(facts, wallet)).spoil(made)
    ballot.unlink()
    tracker = "0x" + made.tracker.hex()
    text = f"spoiled; on another device: sapha vote audit {election} {tracker}"
    emit({"tracker": tracker, "spoiled": True}, text, as_json=as_json)


@app.command("audit")
@command
async def audit(
    election: Election,
    tracker: Annotated[str, typer.Argument(help="What the first device showed: 0x, 128 digits.")],
    *,
    genesis: GenesisPath,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Show what a spoiled ballot really held; run it on a device other than the one that voted."""
    wanted = _tracker(tracker)
    async with open_facts(Way(rpc=rpc, genesis=genesis, as_json=as_json)) as facts:
        found = await facts.election(election)
        said = (await audit_ballot(facts, found, wanted)).said(found)
    data: dict[str, object] = {"tracker": "0x" + wanted.hex(), "marked": said}
    text = f"{_spoken(said)}\nif you marked anything else, the first device cheats"
    emit(data, text, as_json=as_json)


@app.command("receipt")
@command
def receipt(
    file: Annotated[Path, typer.Argument(help="The receipt's file.")],
    *,
    genesis: GenesisPath,
    as_json: AsJson = False,
) -> None:
    """Check a receipt from the genesis file alone; needs no network."""
    try:
        text = read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file}: is no readable file") from error
    found = read_receipt(text)
    found.check(open_light(genesis))
    _show_receipt(found, file, as_json=as_json)


async def _booth(facts: Facts, wallet: VoterWallet) -> Booth:
    return Booth(wallet, facts, await builder_for(facts.rpc, CONTRACT), facts.rpc)


def _show_receipt(receipt: BallotReceipt, file: Path, *, as_json: bool) -> None:
    data: dict[str, object] = {
        "election": receipt.election_id,
        "tracker": "0x" + receipt.tracker.hex(),
        "tracker_words": receipt.words,
        "transaction_id": "0x" + receipt.transaction_id.hex(),
        "receipt": str(file),
    }
    emit(data, f"the ballot is in the box\n{lines(data)}", as_json=as_json)


def _spoken(said: list[list[str]]) -> str:
    return "\n".join(f"question {n}: {', '.join(row)}" for n, row in enumerate(said, start=1))


def _tracker(text: str) -> bytes:
    try:
        data = bytes.fromhex(text.rsplit(":", 1)[-1].removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != HASH_BYTES:
        raise UsageFault(f"{text[:40]!r} is no tracker: 0x and {2 * HASH_BYTES} hex digits")
    return data
