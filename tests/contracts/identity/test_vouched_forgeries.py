"""Identity 6 and 8: what was signed for other terms, and roots by a passkey that is not right."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import UNSIGNED, BadCitizenSignature
from contracts.identity.vouching.messages import (
    DepositRoot,
    EnrolRoot,
    deposit_statement,
    enrolment_root_statement,
)
from primitives.errors import ForeignSite
from tests.contracts.identity.scenes import opened
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.identity.test_person_keys import added, passkey_in
from tests.contracts.identity.test_vouched_acts import _required, answering, top
from tests.contracts.identity.vouching import YEAR, Vouching, seq_of
from tests.passkeys import PRESENT


def test_what_was_signed_for_other_terms_answers_no_request():
    vouching = _required().copied()
    vouching.show("somchai", class_id=top(vouching))
    asked, other = opened(vouching, "R"), opened(vouching, "R2", min_ial=110)
    right = answering(vouching, asked, "somchai")

    forged = replace(
        answering(vouching, other, "somchai"), citizen_signature=right.citizen_signature
    )

    vouching.refuse("kbank", BadCitizenSignature, forged)
    vouching.do("kbank", right)


def roots_by(vouching, passkey):
    """Enrolment and deposit of somchai, signed by a passkey."""
    seq = seq_of(vouching, "somchai")
    enrol = EnrolRoot(name_of("somchai"), seq, 1, 0, bytes(64), passkey.public_key, UNSIGNED)
    deposit = DepositRoot(name_of("somchai"), seq, YEAR, 0, bytes(64), passkey.public_key, UNSIGNED)
    return (
        replace(enrol, signature=passkey.sign(*enrolment_root_statement(CHAIN, enrol))),
        replace(deposit, signature=passkey.sign(*deposit_statement(CHAIN, deposit))),
    )


@pytest.fixture
def passkey_world():
    vouching = Vouching("somchai")
    passkey = passkey_in(vouching)
    vouching.do("kbank", added(passkey, seq=seq_of(vouching, "somchai")))
    return vouching, passkey


def test_a_passkey_enrols_and_deposits_for_its_subject(passkey_world):
    vouching, passkey = passkey_world

    vouching.do_as("anyone", roots_by(vouching, passkey)[0])
    vouching.do_as("anyone", roots_by(vouching, passkey)[1])

    assert vouching.ask("deposit", name_of("somchai"), YEAR) is not None


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"rp_id": "evil.go.th"}, ForeignSite),
        ({"origin": "https://evil.sapha.go.th"}, ForeignSite),
        ({"flags": PRESENT}, BadCitizenSignature),  # nobody was verified
        ({"shown": bytes(32)}, BadCitizenSignature),  # the challenge is no digest of the root
        ({"is_high": True}, BadCitizenSignature),
        ({"kind": "webauthn.create"}, BadCitizenSignature),
    ],
)
def test_a_passkey_s_assertion_that_is_not_right_puts_no_root_on_the_ledger(
    passkey_world, facts, error
):
    vouching, passkey = passkey_world
    passkey.facts = facts

    for forged in roots_by(vouching, passkey):
        vouching.refuse_as("anyone", error, forged)
