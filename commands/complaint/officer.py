"""`sapha complaint accept, stage, transfer, ...`: what an agency does with cases."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from client.complaints import ReadingKey
from client.complaints.actor import Connection
from client.complaints.erasure import Receipted
from client.complaints.officer import Officer
from client.keystore import write_secret
from client.outcome import Outcome
from commands.complaint.acting import (
    BY_OFFICER,
    OFFICE,
    AgencyId,
    Case,
    Chosen,
    Deed,
    Look,
    Shown,
    Written,
    acts,
    asks,
    case_id,
    open_officer,
    text_of,
)
from commands.output import AsJson, command, emit

app = typer.Typer()
transfer = typer.Typer(no_args_is_help=True, help="Hand a case over to another agency.")
joint = typer.Typer(no_args_is_help=True, help="Work on a case together.")

Reason = Annotated[str, typer.Option(help="Why, in a-z, 0-9 and hyphens.")]


@app.command("reading-key")
@command
def reading_key(
    file: Annotated[Path, typer.Argument(help="File to make; whoever has it can read.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make an agency's reading key, to which complaints are sealed."""
    seed = secrets.token_bytes(32)
    write_secret(file, seed.hex() + "\n")
    public = "0x" + ReadingKey(seed).public.hex()
    emit({"file": str(file), "public_key": public}, f"{file}: {public}", as_json=as_json)


@acts(app, "handler", BY_OFFICER)
def handler(
    hosts: Annotated[list[str], typer.Argument(help="Members that keep the content, up to 4.")],
) -> Deed[Officer]:
    """Put the agency's reading key and hosts on the ledger; the administrator signs."""
    return lambda officer: officer.desk.set_handler(hosts)


@acts(app, "accept", BY_OFFICER)
def accept(case: Case) -> Deed[Officer]:
    """Take up a case that the agency holds."""
    return lambda officer: officer.accept(case_id(case))


@acts(app, "stage", BY_OFFICER)
def stage(
    case: Case,
    code: Annotated[str, typer.Argument(help="Code of the next stage.")],
    *,
    note: Annotated[str, typer.Option(help="A text that goes with it.")] = "",
) -> Deed[Officer]:
    """Move a case along its template."""
    return lambda officer: officer.set_stage(case_id(case), code, note)


@acts(app, "ask", BY_OFFICER)
def ask(case: Case, question: Written) -> Deed[Officer]:
    """Ask the citizen; the clocks stand until the answer."""
    said = text_of(question)
    return lambda officer: officer.ask(case_id(case), said)


@acts(app, "resume", BY_OFFICER)
def resume(case: Case) -> Deed[Officer]:
    """Go on without the citizen's answer."""
    return lambda officer: officer.resume(case_id(case))


@acts(app, "resolve", BY_OFFICER)
def resolve(
    case: Case,
    outcome: Annotated[str, typer.Argument(help="Code of the outcome, such as fixed.")],
    result: Written,
) -> Deed[Officer]:
    """Say how the case ended."""
    said = text_of(result)
    return lambda officer: officer.resolve(case_id(case), outcome, said)


@acts(transfer, "offer", BY_OFFICER)
def offer(case: Case, to: AgencyId, *, reason: Reason) -> Deed[Officer]:
    """Offer a case to an agency and wrap its content for it; you hold it until that accepts."""
    return lambda officer: officer.desk.offer(case_id(case), to, reason)


@acts(transfer, "accept", BY_OFFICER)
def accept_offer(case: Case) -> Deed[Officer]:
    """Take over a case that is offered."""
    return lambda officer: officer.desk.accept_offer(case_id(case))


@acts(transfer, "reject", BY_OFFICER)
def reject_offer(case: Case, *, reason: Reason) -> Deed[Officer]:
    """Decline a case that is offered."""
    return lambda officer: officer.desk.reject_offer(case_id(case), reason)


@acts(transfer, "cancel", BY_OFFICER)
def cancel_offer(case: Case) -> Deed[Officer]:
    """Take an offer back."""
    return lambda officer: officer.desk.cancel_offer(case_id(case))


@acts(joint, "invite", BY_OFFICER)
def invite(case: Case, who: AgencyId) -> Deed[Officer]:
    """Ask an agency to work on a case too, and wrap its content for it."""
    return lambda officer: officer.desk.invite(case_id(case), who)


@acts(joint, "join", BY_OFFICER)
def join(case: Case) -> Deed[Officer]:
    """Agree to work on another agency's case."""
    return lambda officer: officer.desk.join(case_id(case))


@acts(joint, "remove", BY_OFFICER)
def remove(
    case: Case,
    who: Annotated[str, typer.Argument(help="The agency; without it your own.")] = "",
) -> Deed[Officer]:
    """End an agency's part in a case, or its invitation."""
    return lambda officer: officer.desk.remove(case_id(case), who)


@acts(app, "split", BY_OFFICER)
def split(
    case: Case,
    categories: Annotated[list[str], typer.Argument(help="A category for each part.")],
) -> Deed[Officer]:
    """Split a case into parts, each with the complaint's form."""

    async def deed(officer: Officer) -> Outcome:
        return (await officer.split(case_id(case), categories)).outcome

    return deed


@acts(app, "merge", BY_OFFICER)
def merge(
    case: Case, into: Annotated[str, typer.Argument(help="The case that stays.")]
) -> Deed[Officer]:
    """Close a case in favour of another that the agency holds."""
    return lambda officer: officer.merge(case_id(case), case_id(into))


@acts(app, "open-again", BY_OFFICER)
def open_again(case: Case) -> Deed[Officer]:
    """Open a resolved case of the own agency again."""
    return lambda officer: officer.reopen(case_id(case))


@asks(app, "erase", OFFICE)
def erase(case: Case, *, basis: Annotated[str, typer.Option(help="Legal basis.")]) -> Look:
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
