"""Ledgers with agencies, and the changes that they vote on."""

from pathlib import Path

from contracts.governance.messages import (
    AdministratorChange,
    Admission,
    Change,
    Execute,
    KindsChange,
    ParameterChange,
    Propose,
    StatusChange,
    Vote,
)
from contracts.registry import CONTRACTS
from contracts.sdk.schema import record_of
from contracts.tools.testing import Ledger
from primitives.ids import show_address

CONTRACT = "governance"
FOLDER = Path(__file__).parent.parent.parent.parent / "contracts" / "governance"
CONTRACTS_HERE = {name: CONTRACTS[name] for name in ("accounts", "governance")}
MEMBERS = ("dopa", "bot", "rd", "etda")
DAY_MS = 86_400_000


def entry(agency_id, *kinds, administrator=None):
    """An agency of genesis, run by the account of the name "<id>-admin"."""
    return {
        "id": agency_id,
        "name_th": "หน่วยงาน",
        "name_en": f"Agency {agency_id}",
        "kinds": list(kinds),
        "administrator": show_address(administrator or admin(agency_id)),
    }


def admin(agency_id):
    """The address that administers an agency of these tests."""
    return Ledger.address(f"{agency_id}-admin")


def ledger_of(*entries, **parameters):
    """A ledger whose genesis lists these agencies and parameters."""
    config = {"agencies": list(entries), "parameters": parameters}
    return Ledger(CONTRACTS_HERE, {CONTRACT: config})


def council(**parameters):
    """A ledger with four member agencies, the bank "kbank" (no member) and no officers."""
    members = [entry(agency_id, "validator") for agency_id in MEMBERS]
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return ledger_of(*members, entry("kbank", "bank", "idp"), **named)


def as_admin(ledger, agency_id):
    """The sender that administers an agency of these tests."""
    return ledger.as_(f"{agency_id}-admin")


def ask(ledger, query, *args):
    """The answer of a query of governance."""
    return ledger.query(CONTRACT, query, *args)


def change(**parts):
    """A change with these parts, as the arguments of a transaction carry it."""
    return tuple(
        None if name not in parts else record_of(type(parts[name])).write(parts[name], name)
        for name in record_of(Change).names
    )


def admission(agency_id, *kinds, administrator=None):
    """The change that admits an agency."""
    who = administrator or admin(agency_id)
    return change(admission=Admission(agency_id, "ใหม่", "New", kinds or ("rp",), who))


def status(agency_id, word):
    """The change that suspends or reinstates."""
    return change(status=StatusChange(agency_id, word))


def kinds(agency_id, *codes):
    """The change that gives an agency these kinds."""
    return change(kinds=KindsChange(agency_id, codes))


def parameter(name, value):
    """The change that sets a parameter."""
    return change(parameter=ParameterChange(name, value))


def administrator(agency_id, name):
    """The change that puts an agency under the account of `name`."""
    return change(administrator=AdministratorChange(agency_id, Ledger.address(name)))


def proposal_of(ledger, wanted, *, seconds=1, ms=DAY_MS):
    """A proposal to be executed `seconds` from now and to expire `ms` from now."""
    now_ms = ledger.block.time_ms
    return Propose(wanted, now_ms + seconds * 1_000, now_ms + ms)


def propose(ledger, wanted, *, by="dopa", **times):
    """Propose a change and return its number."""
    events = as_admin(ledger, by).execute(proposal_of(ledger, wanted, **times))
    return events[0].fields[0]


def voted(ledger, wanted, *, yes=MEMBERS, no=(), **times):
    """Propose a change, let agencies vote, move on to its time; return its number."""
    number = propose(ledger, wanted, **times)
    for agency_id in yes:
        as_admin(ledger, agency_id).execute(Vote(number, True))
    for agency_id in no:
        as_admin(ledger, agency_id).execute(Vote(number, False))
    ledger.next_block()
    return number


def decide(ledger, wanted):
    """Let all who are members now vote for a change and execute it; return the events."""
    yes = ask(ledger, "member_agencies")
    number = voted(ledger, wanted, yes=yes, by=yes[0])
    return ledger.as_("anyone").execute(Execute(number))
