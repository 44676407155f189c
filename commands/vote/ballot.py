"""`sapha vote`: make a ballot, cast it or have it audited, and check a receipt."""

import json
from pathlib import Path

from client.voting.audit import audit as audit_ballot
from client.voting.casting import Booth, until_time
from client.voting.marking import ContestMarks, marked
from client.voting.pending import load_pending, remove_pending, save_pending
from client.voting.receipt import (
    BallotReceipt,
    read_receipt,
    tracker_qr,
    tracker_qr_text,
    tracker_words,
)
from client.voting.seed import VoterSeed
from client.voting.ticket import load_ticket
from client.voting.voter import VoterWallet
from commands.output import Shown, UsageFault, emit, lines, require_new
from commands.progress import progress
from commands.trust import open_light
from commands.vote.acting import Session
from commands.vote.reading import write_new
from genesis.files import read_text


async def prepare(  # noqa: PLR0913 - each is an option of the command
    session: Session,
    election_id: str,
    *,
    seed: VoterSeed,
    mark: list[ContestMarks],
    ballot: Path,
    token: Path,
) -> Shown:
    """Encrypt a ballot and show its tracker; note it elsewhere, then cast the ballot, or spoil."""
    ticket, facts = load_ticket(token), session.facts
    wallet = VoterWallet(seed, await facts.election(election_id), ticket.class_id)
    ticket.check(wallet.facts)
    if ticket.voter_key != wallet.pseudonym:
        raise UsageFault(f"{token}: was fetched with other words than these")
    made = wallet.ballot(ticket.token, mark, await wallet.done(facts))
    save_pending(ballot, made)
    contests = wallet.facts.manifest.contests
    rows = zip(contests, wallet.values(mark), strict=True)
    said = [marked(contest, row) for contest, row in rows]
    data: dict[str, object] = {
        "tracker": "0x" + made.tracker.hex(),
        "tracker_words": tracker_words(made.tracker),
        "ballot": str(ballot),
    }
    qr = tracker_qr_text(election_id, made.tracker)
    return Shown(data, f"{lines(data)}\n{_spoken(said)}\n{qr}")


async def cast(  # noqa: PLR0913 - each is an option of the command
    session: Session,
    election_id: str,
    *,
    seed: VoterSeed,
    ballot: Path,
    receipt: Path,
    qr: Path | None,
    now: bool,
) -> Shown:
    """Cast a prepared ballot at a random time in the window, and keep the proof that it is in."""
    require_new(receipt, "receipts")
    facts = session.facts
    election = await facts.election(election_id)
    made = load_pending(ballot, election)
    wallet = VoterWallet(seed, election, made.statement.class_id)
    at_ms = election.windows.cast_from_ms if now else wallet.cast_time_ms()
    with progress("waiting for the drawn time, seconds", is_quiet=session.is_quiet) as told:
        await until_time(facts, at_ms, told)
    done = await Booth(wallet, facts).cast(made)
    write_new(receipt, json.dumps(done.to_json(), indent=2) + "\n")
    if qr is not None:
        write_new(qr, tracker_qr(election_id, made.tracker))
    remove_pending(ballot)
    return _shown_receipt(done, receipt)


async def spoil(session: Session, election_id: str, *, seed: VoterSeed, ballot: Path) -> Shown:
    """Open a prepared ballot for all to see, so that a second device can audit this one."""
    facts = session.facts
    election = await facts.election(election_id)
    made = load_pending(ballot, election)
    wallet = VoterWallet(seed, election, made.statement.class_id)
    await Booth(wallet, facts).spoil(made)
    remove_pending(ballot)
    tracker = "0x" + made.tracker.hex()
    text = f"spoiled; on another device: sapha vote audit {election_id} {tracker}"
    return Shown({"tracker": tracker, "spoiled": True}, text)


async def audit(session: Session, election_id: str, tracker: bytes) -> Shown:
    """Show what a spoiled ballot really held; run it on a device other than the one that voted."""
    election = await session.facts.election(election_id)
    said = (await audit_ballot(session.facts, election, tracker)).said(election)
    data: dict[str, object] = {"tracker": "0x" + tracker.hex(), "marked": said}
    text = f"{_spoken(said)}\nif you marked anything else, the first device cheats"
    return Shown(data, text)


def receipt(file: Path, *, genesis: Path, as_json: bool) -> None:
    """Check a receipt from the genesis file alone; needs no network."""
    try:
        text = read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file}: is no readable file") from error
    found = read_receipt(text)
    found.check(open_light(genesis))
    shown = _shown_receipt(found, file)
    emit(shown.data, shown.text, as_json=as_json)


def _shown_receipt(receipt: BallotReceipt, file: Path) -> Shown:
    data: dict[str, object] = {
        "election": receipt.election_id,
        "tracker": "0x" + receipt.tracker.hex(),
        "tracker_words": receipt.words,
        "transaction_id": "0x" + receipt.transaction_id.hex(),
        "receipt": str(file),
    }
    return Shown(data, f"the ballot is in the box\n{lines(data)}")


def _spoken(said: list[list[str]]) -> str:
    return "\n".join(f"question {n}: {', '.join(row)}" for n, row in enumerate(said, start=1))
