"""`sapha vote`: make a ballot, cast it or have it audited, and check a receipt."""

import json
from pathlib import Path

from client.voting.audit import audit as audit_ballot
from client.voting.casting import Booth, until_time
from client.voting.desk import CONTRACT
from client.voting.facts import Facts
from client.voting.marking import marked
from client.voting.pending import load_pending, remove_pending, save_pending
from client.voting.receipt import (
    BallotReceipt,
    read_receipt,
    tracker_qr,
    tracker_qr_text,
    tracker_words,
)
from client.voting.ticket import load_ticket
from client.voting.voter import VoterWallet
from commands.output import UsageFault, emit, lines, require_new
from commands.progress import progress
from commands.sending import builder_for
from commands.trust import open_light
from commands.vote.options import (
    Way,
    ballot_way,
    open_facts,
    open_pseudonym,
    read_marks,
    read_words,
    write_new,
)
from contracts.sdk.transcript import HASH_BYTES
from genesis.files import read_text


async def prepare(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    mark: list[str],
    ballot: Path,
    words: Path,
    token: Path,
    genesis: Path,
    relay: list[str] | None,
    direct: bool,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Encrypt a ballot and show its tracker; note it elsewhere, then cast the ballot, or spoil."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    ticket, marks = load_ticket(token), read_marks(mark)
    async with open_facts(way) as facts:
        wallet = await open_pseudonym(facts, words, election, ticket.class_id)
        ticket.check(wallet.facts)
        if ticket.voter_key != wallet.pseudonym:
            raise UsageFault(f"{token}: was fetched with other words than {words} holds")
        made = wallet.ballot(ticket.token, marks, await wallet.done(facts))
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


async def cast(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    ballot: Path,
    receipt: Path,
    qr: Path | None,
    now: bool,
    words: Path,
    genesis: Path,
    relay: list[str] | None,
    direct: bool,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Cast a prepared ballot at a random time in the window, and keep the proof that it is in."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    require_new(receipt, "receipts")
    async with open_facts(way) as facts:
        found = await facts.election(election)
        made = load_pending(ballot, found)
        wallet = VoterWallet(read_words(words), found, made.statement.class_id)
        at_ms = found.windows.cast_from_ms if now else wallet.cast_time_ms()
        with progress("waiting for the drawn time, seconds", is_quiet=as_json) as told:
            await until_time(facts, at_ms, told)
        done = await (await _booth(facts, wallet)).cast(made)
    write_new(receipt, json.dumps(done.to_json(), indent=2) + "\n")
    if qr is not None:
        write_new(qr, tracker_qr(election, made.tracker))
    remove_pending(ballot)
    _show_receipt(done, receipt, as_json=as_json)


async def spoil(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    ballot: Path,
    words: Path,
    genesis: Path,
    relay: list[str] | None,
    direct: bool,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Open a prepared ballot for all to see, so that a second device can audit this one."""
    way = ballot_way(Way(rpc=rpc, genesis=genesis, as_json=as_json), relay, direct=direct)
    async with open_facts(way) as facts:
        found = await facts.election(election)
        made = load_pending(ballot, found)
        wallet = VoterWallet(read_words(words), found, made.statement.class_id)
        await (await _booth(facts, wallet)).spoil(made)
    remove_pending(ballot)
    tracker = "0x" + made.tracker.hex()
    text = f"spoiled; on another device: sapha vote audit {election} {tracker}"
    emit({"tracker": tracker, "spoiled": True}, text, as_json=as_json)


async def audit(
    election: str, tracker: str, *, genesis: Path, rpc: list[str] | None, as_json: bool
) -> None:
    """Show what a spoiled ballot really held; run it on a device other than the one that voted."""
    wanted = _tracker(tracker)
    async with open_facts(Way(rpc=rpc, genesis=genesis, as_json=as_json)) as facts:
        found = await facts.election(election)
        said = (await audit_ballot(facts, found, wanted)).said(found)
    data: dict[str, object] = {"tracker": "0x" + wanted.hex(), "marked": said}
    text = f"{_spoken(said)}\nif you marked anything else, the first device cheats"
    emit(data, text, as_json=as_json)


def receipt(file: Path, *, genesis: Path, as_json: bool) -> None:
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
