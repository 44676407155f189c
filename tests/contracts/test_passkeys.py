"""Passkeys of accounts: where each signs is on record, and elsewhere it signs for nobody."""

from dataclasses import replace

import pytest

from contracts.accounts.errors import (
    BadOrigin,
    BadPasskeyProof,
    BadPasskeyVersion,
    NoPasskey,
    UnusableKey,
)
from contracts.accounts.messages import UNSIGNED, Configure, SetPasskey, passkey_statement
from contracts.sdk import dispatch
from contracts.tools.testing import Ledger, key_of
from primitives.errors import ForeignSite, KeyNotInAccount
from primitives.ids import address_of
from primitives.keys import WEBAUTHN_ED25519, P256Key, sites_of
from tests.contracts.ledgers import empty_ledger
from tests.passkeys import ORIGIN, RP_ID_HASH, SoftPasskey

CHAIN = "test-chain"
ELSEWHERE = "https://evil.sapha.go.th"
OTHER_RP = "evil.example"


def passkey(number=7, **facts):
    made = SoftPasskey(bytes([number]) * 32)
    made.facts = facts
    return made


def stated(signer, *, version=1, origins=(ORIGIN,), rp_id_hash=RP_ID_HASH):
    draft = SetPasskey(
        key=signer.public_key,
        version=version,
        rp_id_hash=rp_id_hash,
        origins=origins,
        proof=UNSIGNED,
    )
    return replace(draft, proof=signer.sign(*passkey_statement(CHAIN, draft)))


def acts(ledger, signer, sender):
    """Let the passkey sign something for the account, as a node asks of accounts."""
    pair = (signer.public_key, signer.sign("tx", b"body"))
    dispatch.authorise(
        ledger.contracts, ledger.state, sender, (signer.public_key,), sites_of((pair,))
    )


def known(*signers):
    ledger = empty_ledger()
    for signer in signers:
        ledger.as_("anyone").execute(stated(signer))
    return ledger


def test_a_passkey_with_a_record_acts_for_the_address_that_it_is_named_by():
    signer = passkey()
    ledger = known(signer)

    acts(ledger, signer, address_of(signer.public_key))

    record = (1, RP_ID_HASH, (ORIGIN,))
    assert ledger.query("accounts", "passkey", signer.public_key) == record


def test_a_passkey_over_ed25519_acts_as_one_over_p_256_does():
    signer = SoftPasskey(b"\x08" * 32, WEBAUTHN_ED25519)
    ledger = known(signer)

    acts(ledger, signer, address_of(signer.public_key))


def test_a_passkey_acts_for_an_account_that_lists_it_beside_other_keys():
    signer, device = passkey(), P256Key(b"\x09" * 32)
    ledger = known(signer)
    keys = tuple(sorted((signer.public_key, device.public_key, key_of("alice").public_key)))
    ledger.as_("alice").execute(Configure(keys, 1))

    acts(ledger, signer, Ledger.address("alice"))


def test_a_passkey_without_a_record_acts_for_nobody():
    signer = passkey()

    with pytest.raises(ForeignSite):
        acts(empty_ledger(), signer, address_of(signer.public_key))


@pytest.mark.parametrize("facts", [{"origin": ELSEWHERE}, {"rp_id": OTHER_RP}])
def test_a_passkey_that_signed_elsewhere_acts_for_nobody(facts):
    signer = passkey()
    ledger = known(signer)
    signer.facts = facts

    with pytest.raises(ForeignSite):
        acts(ledger, signer, address_of(signer.public_key))


def test_a_passkey_of_another_account_is_no_key_of_this_one():
    signer = passkey()
    ledger = known(signer)

    with pytest.raises(KeyNotInAccount):
        acts(ledger, signer, Ledger.address("alice"))


def test_a_record_is_replaced_by_the_passkey_at_its_home():
    signer = passkey()
    ledger = known(signer)

    ledger.as_("anyone").execute(stated(signer, version=2, origins=(ORIGIN, ELSEWHERE)))

    signer.facts = {"origin": ELSEWHERE}
    acts(ledger, signer, address_of(signer.public_key))


def test_a_page_that_is_not_on_record_adds_itself_to_no_record():
    signer = passkey()
    ledger = known(signer)
    signer.facts = {"origin": ELSEWHERE}

    moved = stated(signer, version=2, origins=(ORIGIN, ELSEWHERE))

    ledger.as_("anyone").rejects(ForeignSite, moved)


def test_an_earlier_record_does_not_come_back():
    signer = passkey()
    ledger = known(signer)
    ledger.as_("anyone").execute(stated(signer, version=2, origins=(ORIGIN, ELSEWHERE)))
    ledger.as_("anyone").execute(stated(signer, version=3))

    again = stated(signer, version=2, origins=(ORIGIN, ELSEWHERE))

    refusal = ledger.as_("anyone").rejects(BadPasskeyVersion, again)
    assert refusal.details == (("expected", 4),)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (stated(passkey(), rp_id_hash=bytes(32)), ForeignSite),
        (stated(passkey(origin=ELSEWHERE)), ForeignSite),
        (stated(passkey(), version=2), BadPasskeyVersion),
        (stated(key_of("alice")), NoPasskey),
        (stated(P256Key(b"\x09" * 32)), NoPasskey),
        (replace(stated(passkey()), key=b"\x04" + b"\xff" * 32), UnusableKey),
        (replace(stated(passkey()), key=passkey(8).public_key), BadPasskeyProof),
        (replace(stated(passkey()), origins=(ELSEWHERE,)), BadPasskeyProof),
        (stated(passkey(is_high=True)), BadPasskeyProof),
        (stated(passkey(), origins=(ORIGIN, ORIGIN)), BadOrigin),
        (stated(passkey(), origins=(ORIGIN, "http://sapha.go.th")), BadOrigin),
        (stated(passkey(), origins=(ORIGIN, 'https://a"')), BadOrigin),
        (stated(passkey(), origins=(ORIGIN, "https://a\\b")), BadOrigin),
        (stated(passkey(), origins=(ORIGIN, "https://a b")), BadOrigin),
        (stated(passkey(), origins=(ORIGIN, "https://สภา")), BadOrigin),
    ],
)
def test_a_record_that_the_passkey_did_not_make_of_its_home_is_refused(message, error):
    refusal = empty_ledger().as_("anyone").rejects(error, message)

    assert refusal.code == error.code
