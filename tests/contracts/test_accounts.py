"""Who may sign for an account: keys, thresholds, rotation, genesis."""

import pytest

from contracts.accounts.errors import (
    KeyAbsent,
    KeyPresent,
    PasskeyUnknown,
    RepeatedKey,
    ThresholdTooHigh,
    UnusableKey,
)
from contracts.accounts.messages import Configure, RotateKey
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.errors import BadConfig
from contracts.tools.testing import Ledger, key_of
from primitives.codec import encode
from primitives.crypto import digest
from primitives.errors import (
    ArgumentOutOfBounds,
    ForeignSignature,
    KeyNotInAccount,
    MissingSignature,
    WrongArgumentType,
)
from tests.contracts.ledgers import cbdc_config, empty_ledger
from tests.passkeys import SoftPasskey

ALICE = Ledger.address("alice")
K1, K2, K3, K4 = sorted(key_of(name).public_key for name in ("one", "two", "three", "four"))
ALICE_KEY = key_of("alice").public_key
PASSKEY = SoftPasskey(b"\x07" * 32).public_key
NO_KEY = b"\x01" + b"\xff" * 32
NO_POINT = b"\x02\x02" + b"\xff" * 32


def authorise(ledger, *signers, sender=ALICE):
    dispatch.authorise(ledger.contracts, ledger.state, sender, signers)


def configured(keys=(K1, K2, K3), threshold=2):
    ledger = empty_ledger()
    ledger.as_("alice").execute(Configure(keys, threshold))
    return ledger


def test_an_account_without_a_record_is_its_own_keys():
    ledger = empty_ledger()

    authorise(ledger, ALICE_KEY)

    assert ledger.query("accounts", "account", ALICE) is None


@pytest.mark.parametrize(
    ("signers", "error"),
    [
        ((), MissingSignature),
        ((K1,), KeyNotInAccount),
        ((K1, K2), KeyNotInAccount),
        ((ALICE_KEY, K1), ForeignSignature),
    ],
)
def test_an_account_without_a_record_takes_no_other_key(signers, error):
    ledger = empty_ledger()

    with pytest.raises(error):
        authorise(ledger, *signers)


@pytest.mark.parametrize("signers", [(K1, K2), (K1, K3), (K2, K3), (K1, K2, K3)])
def test_enough_keys_of_a_record_may_act(signers):
    ledger = configured()

    authorise(ledger, *signers)

    assert ledger.query("accounts", "account", ALICE) == ((K1, K2, K3), 2)


@pytest.mark.parametrize(
    ("signers", "error"),
    [
        ((), MissingSignature),
        ((K1,), MissingSignature),
        ((K1, K1), MissingSignature),
        ((ALICE_KEY,), KeyNotInAccount),
        ((K4, ALICE_KEY), KeyNotInAccount),
        ((K1, K4), ForeignSignature),
        ((K1, K2, K4), ForeignSignature),
    ],
)
def test_too_few_or_foreign_keys_of_a_record_may_not(signers, error):
    ledger = configured()

    with pytest.raises(error):
        authorise(ledger, *signers)


def test_a_missing_signature_says_how_many_are_there_and_needed():
    ledger = configured()

    with pytest.raises(MissingSignature) as refusal:
        authorise(ledger, K2)

    assert refusal.value.details == (("have", 1), ("need", 2))


def test_keys_are_kept_in_order_and_the_event_says_so():
    ledger = empty_ledger()

    events = ledger.as_("alice").execute(Configure((K3, K1), 1))

    assert events[0].name == "AccountConfigured"
    assert events[0].fields == (ALICE, (K1, K3), 1)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (((), 1), ArgumentOutOfBounds),
        (((K1,), 0), ArgumentOutOfBounds),
        (((K1,), 17), ArgumentOutOfBounds),
        (((K1,), True), WrongArgumentType),
        ((tuple(bytes([i]) * 33 for i in range(17)), 1), ArgumentOutOfBounds),
        (((K1[:32],), 1), ArgumentOutOfBounds),
        (("key", 1), WrongArgumentType),
        ((("key",), 1), WrongArgumentType),
        (((K1, K2), 3), ThresholdTooHigh),
        (((K1, K2, K1), 2), RepeatedKey),
        (((K1, NO_KEY), 1), UnusableKey),
        (((bytes(33),), 1), UnusableKey),
        (((b"\x05" + K1[1:],), 1), UnusableKey),
        (((K1, NO_POINT), 1), UnusableKey),
        (((K1, b"\x02" + K1[1:]), 1), UnusableKey),
        (((K1, PASSKEY), 1), PasskeyUnknown),
    ],
)
def test_keys_that_nobody_could_sign_with_are_refused(args, error):
    ledger = empty_ledger()

    refusal = ledger.as_("alice").rejects_call(error, "accounts", "configure", args)

    assert refusal.code == error.code


def test_an_own_key_is_replaced_and_the_address_stays():
    ledger = empty_ledger()

    events = ledger.as_("alice").execute(RotateKey(ALICE_KEY, K1))

    assert events[0].fields == (ALICE, ALICE_KEY, K1)
    authorise(ledger, K1)
    with pytest.raises(KeyNotInAccount):
        authorise(ledger, ALICE_KEY)


def test_one_key_of_many_is_replaced_and_the_threshold_stays():
    ledger = configured()

    ledger.as_("alice").execute(RotateKey(K2, K4))

    assert ledger.query("accounts", "account", ALICE) == (tuple(sorted((K1, K3, K4))), 2)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (K4, ALICE_KEY, KeyAbsent),
        (K1, K2, KeyPresent),
        (K1, K1, KeyPresent),
        (K1, NO_KEY, UnusableKey),
        (K1, NO_POINT, UnusableKey),
        (K1, PASSKEY, PasskeyUnknown),
    ],
)
def test_a_rotation_that_makes_no_sense_is_refused(old, new, error):
    ledger = configured()

    refusal = ledger.as_("alice").rejects(error, RotateKey(old, new))

    assert refusal.code == error.code


def test_nobody_rotates_the_key_of_an_account_without_a_record_but_its_own():
    ledger = empty_ledger()

    refusal = ledger.as_("alice").rejects(KeyAbsent, RotateKey(K1, K2))

    assert refusal.code == "KEY_ABSENT"


def entry(threshold, *keys):
    return {"keys": ["0x" + key.hex() for key in keys], "threshold": threshold}


def genesis(*entries):
    return Ledger(CONTRACTS, {**cbdc_config(), "accounts": {"accounts": list(entries)}})


def test_genesis_opens_accounts_at_the_address_of_their_keys():
    address = digest("account", encode((2, (K1, K2, K3))))[:20]

    ledger = genesis(entry(2, K3, K1, K2), entry(1, K4))

    assert ledger.query("accounts", "account", address) == ((K1, K2, K3), 2)
    authorise(ledger, K1, K3, sender=address)


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        ([{"threshold": 1}], r"accounts\.accounts\[0\]\.keys: missing"),
        ([{"keys": "K", "threshold": 1}], r"accounts\.accounts\[0\]\.keys: must be a list"),
        ([{"keys": ["zz"], "threshold": 1}], r"accounts\[0\]\.keys\[0\] must be 0x and pairs"),
        ([{"keys": [5], "threshold": 1}], r"accounts\[0\]\.keys\[0\] must be 0x and pairs"),
        ([{"keys": ["0x00ff"], "threshold": 1}], r"accounts\[0\]\.keys\[0\] must be a kind byte"),
        ([entry(1, PASSKEY)], "no record of where it signs"),
        ([entry(0, K1)], r"accounts\[0\]\.threshold: must be"),
        ([{**entry(1, K1), "x": 1}], r"accounts\[0\]\.x: unknown"),
        (["text"], r"accounts\.accounts\[0\]: must be an object"),
        ([entry(2, K1)], "threshold exceeds"),
        ([entry(1, K1), entry(1, K1)], "listed twice"),
    ],
)
def test_a_wrong_account_in_genesis_is_refused_by_place(entries, place):
    with pytest.raises(BadConfig, match=place):
        genesis(*entries)
