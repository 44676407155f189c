"""`sapha complaint assign, decide, hold, template`: what a supervisor does."""

import json
from pathlib import Path
from typing import Annotated

import typer

from client.abi import argument_of
from client.complaints.supervisor import Supervisor
from commands.complaint.acting import BY_SUPERVISOR, AgencyId, Case, Deed, acts, case_id
from commands.output import UsageFault
from contracts.complaints.core.messages import DECISIONS, Template
from contracts.sdk.schema import record_of
from genesis.files import read_text

app = typer.Typer()
hold = typer.Typer(no_args_is_help=True, help="Legal holds, which forbid erasure.")

Basis = Annotated[str, typer.Option(help="Legal basis, in a-z, 0-9 and hyphens.")]


@acts(app, "assign", BY_SUPERVISOR)
def assign(
    case: Case, to: AgencyId, *, reason: Annotated[str, typer.Option(help="Why.")]
) -> Deed[Supervisor]:
    """Give a stuck case to an agency."""
    return lambda supervisor: supervisor.assign(case_id(case), to, reason)


@acts(app, "decide", BY_SUPERVISOR)
def decide(
    case: Case,
    decision: Annotated[str, typer.Argument(help="uphold, reopen or reassign.")],
    *,
    to: Annotated[str, typer.Option(help="The agency that a case is reassigned to.")] = "",
) -> Deed[Supervisor]:
    """Decide an appeal."""
    if decision not in DECISIONS:
        raise UsageFault(f"{decision!r:.40}: must be one of {', '.join(DECISIONS)}")
    return lambda supervisor: supervisor.decide(case_id(case), decision, to)


@acts(app, "set-template", BY_SUPERVISOR)
def set_template(
    file: Annotated[Path, typer.Argument(help="The template as JSON, as the ledger shows it.")],
) -> Deed[Supervisor]:
    """Put the next version of a template in force."""
    template = read_template(file)
    return lambda supervisor: supervisor.set_template(template)


@acts(app, "reading-hosts", BY_SUPERVISOR)
def reading_hosts(
    hosts: Annotated[list[str], typer.Argument(help="Members of the supervisor.")],
) -> Deed[Supervisor]:
    """Put the supervisor's reading key on the ledger, for citizens who appeal."""
    return lambda supervisor: supervisor.set_key(tuple(hosts))


@acts(hold, "place", BY_SUPERVISOR)
def place(case: Case, *, basis: Basis) -> Deed[Supervisor]:
    """Forbid erasure."""
    return lambda supervisor: supervisor.erasure.place_hold(case_id(case), basis)


@acts(hold, "lift", BY_SUPERVISOR)
def lift(case: Case) -> Deed[Supervisor]:
    """End the legal hold that this agency placed."""
    return lambda supervisor: supervisor.erasure.lift_hold(case_id(case))


def read_template(path: Path) -> Template:
    """Return a template from a file. Raises UsageFault, Rejected."""
    try:
        value = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"{path}: no JSON that can be read: {error}") from error
    schema = record_of(Template)
    template: Template = schema.read(argument_of(schema.describe(), value, "template"))
    return template
