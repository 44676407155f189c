"""Ledgers that the tests of contracts begin with."""

from contracts.cbdc.authority.messages import Issue
from contracts.registry import CONTRACTS
from contracts.tools.testing import Ledger
from primitives.ids import show_address

START_SATANG = 1_000


def agency(agency_id, kind, administrator):
    return {
        "id": agency_id,
        "name_th": agency_id,
        "name_en": agency_id,
        "kinds": [kind],
        "administrator": show_address(Ledger.address(administrator)),
    }


def cbdc_config(**more):
    """A member that votes, and the central bank, whose administrator is `bank`, with one key.

    Accounts hold money without being registered, unless `more` says otherwise.
    """
    more = {"unregistered_accounts": 1, "issuer_signers_min": 1} | more
    agencies = [agency("dopa", "validator", "dopa-admin"), agency("bank", "central-bank", "bank")]
    return {"cbdc": more, "governance": {"agencies": agencies}}


def empty_ledger(**more):
    """A ledger with a central bank and no money."""
    return Ledger(CONTRACTS, cbdc_config(**more))


def funded_ledger(*names):
    """A ledger on which each of `names` has START_SATANG."""
    ledger = empty_ledger()
    for name in names:
        issue = Issue(ledger.address(name), START_SATANG, f"start-{name}")
        ledger.as_("bank").execute(issue)
    return ledger
