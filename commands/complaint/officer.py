"""`sapha complaint accept, stage, transfer, ...`: what an agency does with cases."""

from client.complaints.actor import Connection
from client.complaints.erasure import Receipted
from client.complaints.officer import Officer
from client.outcome import Outcome
from commands.complaint.acting import (
    Chosen,
    Deed,
    Look,
    Shown,
    case_id,
    open_officer,
    text_of,
)


def handler(hosts: list[str]) -> Deed[Officer]:
    """Put the agency's reading key and hosts on the ledger; the administrator signs."""
    return lambda officer: officer.desk.set_handler(hosts)


def accept(case: str) -> Deed[Officer]:
    """Take up a case that the agency holds."""
    return lambda officer: officer.accept(case_id(case))


def stage(case: str, code: str, *, note: str) -> Deed[Officer]:
    """Move a case along its template."""
    return lambda officer: officer.set_stage(case_id(case), code, note)


def ask(case: str, question: str) -> Deed[Officer]:
    """Ask the citizen; the clocks stand until the answer."""
    said = text_of(question)
    return lambda officer: officer.ask(case_id(case), said)


def resume(case: str) -> Deed[Officer]:
    """Go on without the citizen's answer."""
    return lambda officer: officer.resume(case_id(case))


def resolve(case: str, outcome: str, result: str) -> Deed[Officer]:
    """Say how the case ended."""
    said = text_of(result)
    return lambda officer: officer.resolve(case_id(case), outcome, said)


def offer(case: str, to: str, *, reason: str) -> Deed[Officer]:
    """Offer a case to an agency and wrap its content for it; you hold it until that accepts."""
    return lambda officer: officer.desk.offer(case_id(case), to, reason)


def accept_offer(case: str) -> Deed[Officer]:
    """Take over a case that is offered."""
    return lambda officer: officer.desk.accept_offer(case_id(case))


def reject_offer(case: str, *, reason: str) -> Deed[Officer]:
    """Decline a case that is offered."""
    return lambda officer: officer.desk.reject_offer(case_id(case), reason)


def cancel_offer(case: str) -> Deed[Officer]:
    """Take an offer back."""
    return lambda officer: officer.desk.cancel_offer(case_id(case))


def invite(case: str, who: str) -> Deed[Officer]:
    """Ask an agency to work on a case too, and wrap its content for it."""
    return lambda officer: officer.desk.invite(case_id(case), who)


def join(case: str) -> Deed[Officer]:
    """Agree to work on another agency's case."""
    return lambda officer: officer.desk.join(case_id(case))


def remove(case: str, who: str) -> Deed[Officer]:
    """End an agency's part in a case, or its invitation."""
    return lambda officer: officer.desk.remove(case_id(case), who)


def split(case: str, categories: list[str]) -> Deed[Officer]:
    """Split a case into parts, each with the complaint's form."""

    async def deed(officer: Officer) -> Outcome:
        return (await officer.split(case_id(case), categories)).outcome

    return deed


def merge(case: str, into: str) -> Deed[Officer]:
    """Close a case in favour of another that the agency holds."""
    return lambda officer: officer.merge(case_id(case), case_id(into))


def open_again(case: str) -> Deed[Officer]:
    """Open a resolved case of the own agency again."""
    return lambda officer: officer.reopen(case_id(case))


def erase(case: str, *, basis: str) -> Look:
    """Erase a closed case on the citizen's request, and put the nodes' receipts on the ledger."""

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        erasure = open_officer(connection, chosen).erasure
        outcome = await erasure.erase(case_id(case), basis)
        receipts = await erasure.record_receipts(case_id(case)) if outcome.is_ok else ()
        return _erased(outcome, receipts)

    return look


def _erased(outcome: Outcome, receipts: tuple[Receipted, ...]) -> Shown:
    told = [
        {"content": "0x" + one.content.hex(), "host": one.host, "recorded": one.outcome.is_ok}
        for one in receipts
    ]
    lines = [f"erased in block {outcome.height}; receipts: {len(told)}"]
    lines += [f"  {one['content']} {one['host']}" for one in told]
    return Shown({"height": outcome.height, "receipts": told}, "\n".join(lines), outcome)
