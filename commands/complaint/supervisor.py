"""`sapha complaint assign, decide, hold, set-template`: what a supervisor does."""

import json
from pathlib import Path

from client.abi import argument_of
from client.complaints.supervisor import Supervisor
from commands.complaint.acting import Deed, case_id
from commands.output import UsageFault
from contracts.complaints.core.messages import DECISIONS, Template
from contracts.sdk.schema import record_of
from genesis.files import read_text


def assign(case: str, to: str, *, reason: str) -> Deed[Supervisor]:
    """Give a stuck case to an agency."""
    return lambda supervisor: supervisor.assign(case_id(case), to, reason)


def decide(case: str, decision: str, *, to: str) -> Deed[Supervisor]:
    """Decide an appeal."""
    if decision not in DECISIONS:
        raise UsageFault(f"{decision!r:.40}: must be one of {', '.join(DECISIONS)}")
    return lambda supervisor: supervisor.decide(case_id(case), decision, to)


def set_template(file: Path) -> Deed[Supervisor]:
    """Put the next version of a template in force."""
    template = read_template(file)
    return lambda supervisor: supervisor.set_template(template)


def reading_hosts(hosts: list[str]) -> Deed[Supervisor]:
    """Put the supervisor's reading key on the ledger, for citizens who appeal."""
    return lambda supervisor: supervisor.set_key(tuple(hosts))


def place(case: str, *, basis: str) -> Deed[Supervisor]:
    """Forbid erasure."""
    return lambda supervisor: supervisor.erasure.place_hold(case_id(case), basis)


def lift(case: str) -> Deed[Supervisor]:
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
