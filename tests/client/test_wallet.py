"""Wallets sign for one address, alone or together."""

import pytest

from client.wallet import Wallet
from primitives.crypto import SigningKey
from primitives.errors import BadShape
from primitives.ids import Address, address_of
from primitives.limits import SIGNATURES_MAX
from primitives.transaction import Body

KEYS = [SigningKey(bytes([i]) * 32) for i in range(1, 4)]
SHARED = Address(b"shared-account-20-by")


def body(sender: Address) -> Body:
    return Body(
        chain_id="devnet-1",
        sender=sender,
        nonce=1,
        expires_at_ms=2,
        contract="cbdc",
        method="transfer",
        args=(sender, 1),
    )


def test_a_single_key_controls_its_own_address():
    wallet = Wallet([KEYS[0]])

    assert wallet.address == address_of(KEYS[0].public_key)


def test_fresh_wallets_differ_and_come_back_from_their_seed():
    one, other = Wallet.generate(), Wallet.generate()

    assert one.address != other.address
    assert Wallet.from_seed(one.seed).address == one.address


def test_every_key_of_a_shared_account_signs():
    wallet = Wallet(KEYS, SHARED)

    transaction = wallet.sign(body(SHARED))

    transaction.check_signatures()
    assert {key for key, _ in transaction.signatures} == set(wallet.public_keys)


def test_holders_in_different_places_sign_one_after_another():
    first = Wallet([KEYS[0]], SHARED).sign(body(SHARED))

    second = Wallet([KEYS[1]], SHARED).co_sign(first.raw)

    second.check_signatures()
    assert len(second.signatures) == 2
    assert second.transaction_id == first.transaction_id
    assert second.raw == Wallet(KEYS[:2], SHARED).sign(body(SHARED)).raw


def test_signing_twice_changes_nothing():
    wallet = Wallet(KEYS, SHARED)
    transaction = wallet.sign(body(SHARED))

    assert wallet.co_sign(transaction.raw).raw == transaction.raw


def test_more_signatures_than_allowed_are_refused():
    many = [SigningKey(bytes([i]) * 32) for i in range(10, 10 + SIGNATURES_MAX)]
    full = Wallet(many, SHARED).sign(body(SHARED))

    with pytest.raises(BadShape, match="17 signatures, at most 16"):
        Wallet([KEYS[0]], SHARED).co_sign(full.raw)


@pytest.mark.parametrize(
    ("keys", "address"), [([], None), ([KEYS[0], KEYS[0]], SHARED), (KEYS, None)]
)
def test_keys_that_make_no_wallet_are_refused(keys, address):
    with pytest.raises(BadShape):
        Wallet(keys, address)


def test_a_wallet_never_shows_its_secret():
    assert KEYS[0].seed.hex() not in repr(Wallet([KEYS[0]]))
