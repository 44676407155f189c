"""Whom contracts know: senders that are no strangers to a node."""

import pytest

from contracts.accounts.rules import account_of
from contracts.accounts.state import accounts
from contracts.cbdc.state import balances
from contracts.complaints.state import owned, receipts
from contracts.governance.state import administrators, officer_posts
from contracts.identity.state import key_accounts
from contracts.registry import CONTRACTS
from contracts.sdk import Contract, anyone, dispatch, message
from contracts.sdk.context import WRITING, Context, Run
from contracts.sdk.ports import BlockInfo
from contracts.tools.testing import DictState
from tests.builders import key

BLOCK = BlockInfo(chain_id="test", height=1, time_ms=1)
SOMEBODY, NOBODY = bytes([1]) * 20, bytes(20)

ENTRIES = {
    "an administrator": ("governance", lambda ctx: administrators.save(ctx, SOMEBODY, "dopa")),
    "an officer": ("governance", lambda ctx: officer_posts.save(ctx, SOMEBODY, 1)),
    "money": ("cbdc", lambda ctx: balances.save(ctx, SOMEBODY, 1)),
    "a key of a subject or node": ("identity", lambda ctx: key_accounts.save(ctx, SOMEBODY, 1)),
    "the key of a receipt": ("complaints", lambda ctx: receipts.save(ctx, SOMEBODY, bytes(16))),
    "a case": ("complaints", lambda ctx: owned.save(ctx, (SOMEBODY, bytes(16)), 1)),
}


def test_who_only_configured_an_account_is_no_more_known_than_before():
    state = DictState()
    writing = Context(Run(state, BLOCK, None, CONTRACTS), CONTRACTS["accounts"].scope, WRITING)

    accounts.save(writing, SOMEBODY, account_of((key(1).public_key,), 1))

    assert not dispatch.knows(CONTRACTS, state, BLOCK, SOMEBODY)  # anybody may, for nothing


@pytest.mark.parametrize("entry", ENTRIES)
def test_who_has_an_entry_is_known(entry):
    name, save = ENTRIES[entry]
    state = DictState()
    save(Context(Run(state, BLOCK, None, CONTRACTS), CONTRACTS[name].scope, WRITING))

    answers = [dispatch.knows(CONTRACTS, state, BLOCK, who) for who in (SOMEBODY, NOBODY)]

    assert answers == [True, False]


def test_a_sender_is_known_when_any_contract_says_so():
    known = bytes([1]) * 20
    first, second = Contract("first", version=1), Contract("second", version=1)
    second.knows(lambda _ctx, address: address == known)
    state, contracts = DictState(), {"first": first, "second": second}

    answers = [dispatch.knows(contracts, state, BLOCK, address) for address in (known, NOBODY)]

    assert answers == [True, False]


def test_only_a_precheck_that_says_so_vouches_for_its_sender():
    contract = Contract("box", version=1)

    @message
    class Cast:
        number: int

    @message
    class Open:
        number: int

    for kind in (Cast, Open):
        contract.execute(kind, allow=anyone)(lambda _ctx, _msg: None)
    contract.precheck(Cast, vouches=True)(lambda _ctx, _msg: None)
    contract.precheck(Open)(lambda _ctx, _msg: None)

    answers = [dispatch.vouches({"box": contract}, "box", name) for name in ("cast", "open", "no")]

    assert answers == [True, False, False]
    assert not dispatch.vouches({}, "box", "cast")
