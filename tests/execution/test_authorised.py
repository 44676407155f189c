"""Whose keys may act for whom, asked once for the same contracts, state, sender and signers."""

import pytest

from contracts.sdk import Contract
from contracts.tools.testing import Ledger, key_of
from node.execution.authorised import Authorised
from primitives.errors import MissingSignature
from tests.contracts.ledgers import empty_ledger

ALICE = Ledger.address("alice")
SIGNERS = (key_of("alice").public_key,)


@pytest.fixture
def upgraded():
    """Contracts of which the one of accounts lets nobody in."""
    contract = Contract("accounts", version=2)

    @contract.authorise
    def authorise(_ctx, _sender, _signers):
        raise MissingSignature("nobody may sign")

    return {"accounts": contract}


def test_an_answer_of_other_contracts_is_not_remembered(upgraded):
    ledger, authorised = empty_ledger(), Authorised()
    authorised.check(ledger.contracts, ledger.state, ALICE, SIGNERS)

    with pytest.raises(MissingSignature):
        authorised.check(upgraded, ledger.state, ALICE, SIGNERS)

    with pytest.raises(MissingSignature):
        authorised.check(upgraded, ledger.state, ALICE, SIGNERS)
