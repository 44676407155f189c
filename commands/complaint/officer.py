"""`sapha complaint stage, transfer, ...`: what an agency does with cases beside one message."""

from client.complaints.actor import Connection
from client.complaints.erasure import Receipted, record_receipts
from client.complaints.officer import Officer, offer_of
from client.contract import Actor
from client.outcome import Outcome
from commands.complaint.acting import Chosen, Deed, Look, open_officer, text_of
from commands.output import Shown
from commands.sending import Make
from contracts.complaints.erasures.messages import Erase
from contracts.complaints.transfers.messages import (
    AcceptTransfer,
    CancelTransfer,
    RejectTransfer,
    RemoveJoint,
)


def handler(hosts: list[str]) -> Deed[Officer]:
    """Put the agency's reading key and hosts on the ledger; the administrator signs."""
    return lambda officer: officer.set_handler(hosts)


def stage(case_id: bytes, code: str, *, note: str) -> Deed[Officer]:
    """Move a case along its template."""
    return lambda officer: officer.set_stage(case_id, code, note)


def ask(case_id: bytes, question: str) -> Deed[Officer]:
    """Ask the citizen; the clocks stand until the answer."""
    said = text_of(question)
    return lambda officer: officer.ask(case_id, said)


def resolve(case_id: bytes, outcome: str, result: str) -> Deed[Officer]:
    """Say how the case ended."""
    said = text_of(result)
    return lambda officer: officer.resolve(case_id, outcome, said)


def offer(case_id: bytes, to: str, *, reason: str) -> Deed[Officer]:
    """Offer a case to an agency and wrap its content for it; you hold it until that accepts."""
    return lambda officer: officer.offer(case_id, to, reason)


def accept_offer(case_id: bytes) -> Make:
    """Return what takes over a case that is offered."""

    async def make(actor: Actor) -> AcceptTransfer:
        number = await offer_of(actor.rpc, case_id)
        return AcceptTransfer(case_id=case_id, offer_number=number)

    return make


def reject_offer(case_id: bytes, *, reason: str) -> Make:
    """Return what declines a case that is offered."""

    async def make(actor: Actor) -> RejectTransfer:
        number = await offer_of(actor.rpc, case_id)
        return RejectTransfer(case_id=case_id, offer_number=number, reason=reason)

    return make


def cancel_offer(case_id: bytes) -> Make:
    """Return what takes an offer back."""

    async def make(actor: Actor) -> CancelTransfer:
        number = await offer_of(actor.rpc, case_id)
        return CancelTransfer(case_id=case_id, offer_number=number)

    return make


def invite(case_id: bytes, who: str) -> Deed[Officer]:
    """Ask an agency to work on a case too, and wrap its content for it."""
    return lambda officer: officer.invite(case_id, who)


def remove(case_id: bytes, who: str, *, agency: str) -> RemoveJoint:
    """Return the message that ends an agency's part in a case, or its invitation."""
    return RemoveJoint(case_id=case_id, agency=who or agency)


def split(case_id: bytes, categories: list[str]) -> Deed[Officer]:
    """Split a case into parts, each with the complaint's form."""

    async def deed(officer: Officer) -> Outcome:
        return (await officer.split(case_id, categories)).outcome

    return deed


def erase(case_id: bytes, *, legal_basis: str) -> Look:
    """Erase a closed case on the citizen's request, and put the nodes' receipts on the ledger."""

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        officer = open_officer(connection, chosen)
        actor, agency = officer.actor, officer.agency
        message = Erase(case_id=case_id, agency=agency, legal_basis=legal_basis)
        outcome = await actor.send(message)
        receipts = await record_receipts(actor, agency, case_id) if outcome.is_ok else ()
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
