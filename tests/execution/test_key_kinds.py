"""Transactions by keys of four kinds on a real chain: what passes, and what stops at the door."""

from dataclasses import replace

import pytest

from contracts.accounts.messages import UNSIGNED, SetPasskey, passkey_statement
from contracts.sdk import array_of
from primitives import errors
from primitives.keys import P256Key
from primitives.transaction import sign_body
from tests.execution.chain import ALICE, BOB, Chain
from tests.passkeys import ORIGIN, RP_ID_HASH, SoftPasskey

DEVICE = P256Key(b"\x21" * 32)
ELSEWHERE = "https://evil.sapha.go.th"


@pytest.fixture
def chain(tmp_path):
    chain = Chain(tmp_path)
    chain.commit(chain.issue(ALICE, 1_000))
    return chain


def passkey_of_alice(chain):
    """Put a passkey beside Alice's key, on a chain that knows where it signs."""
    passkey = SoftPasskey(b"\x22" * 32)
    draft = SetPasskey(
        key=passkey.public_key,
        version=1,
        rp_id_hash=RP_ID_HASH,
        origins=(ORIGIN,),
        proof=UNSIGNED,
    )
    stated = replace(draft, proof=passkey.sign(*passkey_statement(chain.genesis.chain_id, draft)))
    chain.commit(chain.transaction(BOB, "set_passkey", *array_of(stated), contract="accounts"))
    keys = tuple(sorted((ALICE.public_key, passkey.public_key)))
    chain.commit(chain.transaction(ALICE, "configure", keys, 1, contract="accounts"))
    return passkey


def test_an_account_of_a_p_256_key_pays(chain):
    chain.commit(chain.transfer(ALICE, DEVICE, 100))

    chain.commit(chain.transfer(DEVICE, BOB, 40))

    assert chain.balance(DEVICE) == 60


def test_a_passkey_pays_for_the_account_that_lists_it(chain):
    passkey = passkey_of_alice(chain)

    chain.commit(sign_body(chain.transfer(ALICE, BOB, 40).body, [passkey]))

    assert (chain.balance(ALICE), chain.balance(BOB)) == (960, 40)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"origin": ELSEWHERE}, errors.ForeignSite),
        ({"rp_id": "evil.example"}, errors.ForeignSite),
        ({"flags": 1}, errors.BadAssertion),
        ({"is_high": True}, errors.BadAssertion),
    ],
)
def test_a_passkey_that_signed_otherwise_stops_at_the_door(chain, facts, error):
    passkey = passkey_of_alice(chain)
    passkey.facts = facts

    with pytest.raises(error):
        chain.ledger.check(
            sign_body(chain.transfer(ALICE, BOB, 40).body, [passkey]), now_ms=chain.next_ms
        )
