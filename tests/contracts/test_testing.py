"""The ledger that tests of contracts rely on must itself notice what they rely on."""

import pytest

from contracts.cbdc.core.messages import InsufficientFunds, SelfTransfer
from contracts.cbdc.payments.messages import Transfer
from contracts.sdk import Contract, anyone, message
from contracts.tools.testing import Ledger
from primitives.errors import InvariantBroken, Rejected
from tests.contracts.ledgers import funded_ledger
from tests.contracts.toy import NotTrue


def test_an_acceptance_where_a_rejection_is_expected_is_noticed():
    ledger = funded_ledger("alice")

    with pytest.raises(AssertionError, match=r"cbdc\.transfer was accepted"):
        ledger.as_("alice").rejects(SelfTransfer, Transfer(ledger.address("bob"), 1, ""))


def test_another_rejection_than_the_expected_is_noticed():
    ledger = funded_ledger("alice")

    with pytest.raises(Rejected, match="amount"):
        ledger.as_("alice").rejects(SelfTransfer, Transfer(ledger.address("bob"), 0, ""))


def test_an_error_that_the_abi_lacks_is_noticed():
    contract = Contract("sly", version=1)

    @message
    class Go:
        number: int

    @contract.execute(Go, allow=anyone)
    def go(ctx, msg):
        """Reject with an error that no search by name finds: the function is in another."""
        raise NotTrue

    with pytest.raises(InvariantBroken, match=r"ABI of sly\.go lacks NOT_TRUE"):
        Ledger({"sly": contract}).as_("ann").execute(Go(1))


def test_a_rejection_that_changed_state_is_noticed(monkeypatch):
    ledger = funded_ledger("alice")
    monkeypatch.setattr(ledger.state, "discard", ledger.state.keep)
    transfer = Transfer(ledger.address("bob"), 10**6, "")
    ledger.state.set(b"cbdc\x00stray", b"x")

    with pytest.raises(InvariantBroken, match="changed state"):
        ledger.as_("alice").rejects(InsufficientFunds, transfer)


def test_a_message_that_no_contract_takes_is_noticed():
    @message
    class Unheard:
        number: int

    with pytest.raises(LookupError, match="Unheard"):
        funded_ledger().as_("alice").execute(Unheard(1))


def test_a_sender_may_be_an_address():
    ledger = funded_ledger("alice")

    events = ledger.at(ledger.address("alice")).execute(Transfer(ledger.address("bob"), 1, ""))

    assert len(events) == 1
