"""`sapha complaint assign, decide, set-template`: what a supervisor does beside one message."""

import json
from pathlib import Path

from client.complaints.supervisor import Supervisor
from client.contract import written_record
from commands.complaint.acting import Deed
from commands.output import UsageFault
from contracts.complaints.core.messages import DECISIONS, Template
from contracts.complaints.templates.messages import SetTemplate
from genesis.files import read_text


def assign(case_id: bytes, to: str, *, reason: str) -> Deed[Supervisor]:
    """Give a stuck case to an agency."""
    return lambda supervisor: supervisor.assign(case_id, to, reason)


def decide(case_id: bytes, decision: str, *, to: str) -> Deed[Supervisor]:
    """Decide an appeal."""
    if decision not in DECISIONS:
        raise UsageFault(f"{decision!r:.40}: must be one of {', '.join(DECISIONS)}")
    return lambda supervisor: supervisor.decide(case_id, decision, to)


def set_template(file: Path) -> SetTemplate:
    """Return the message that puts the next version of a template in force."""
    return SetTemplate(template=read_template(file))


def read_template(path: Path) -> Template:
    """Return a template from a file. Raises UsageFault, Rejected."""
    try:
        value = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"{path}: no JSON that can be read: {error}") from error
    return written_record(Template, value)
