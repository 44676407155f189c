"""Attestations: signed for one holder on one chain, and carried in a file."""

import json
from dataclasses import replace

import pytest

from client.cbdc.attesting import (
    AttestationIssuer,
    Grounds,
    holder_of,
    nullifier_of,
    read_proof,
    write_proof,
)
from client.cbdc.errors import BadAttestationFile
from contracts.cbdc.wallets.messages import attestation_statement
from primitives.crypto import SigningKey, verify

CHAIN = "devnet-1"
KEY = SigningKey(bytes([7]) * 32)
HOLDER = holder_of(b"bank secret", b"customer 12")
GROUNDS = Grounds(
    ial=230,
    issued_ms=1_000,
    expires_ms=2_000,
    policy_version=1,
    nullifier=nullifier_of(b"issuers' secret", b"person 1"),
)


def test_an_attestation_is_signed_for_one_holder_on_one_chain():
    proof = AttestationIssuer("first-idp", KEY, CHAIN).attest(HOLDER, GROUNDS)

    def is_for(chain, holder, word=proof):
        return verify(KEY.public_key, *attestation_statement(chain, holder, word), word.signature)

    assert is_for(CHAIN, HOLDER)
    assert not is_for("another", HOLDER)
    assert not is_for(CHAIN, holder_of(b"bank secret", b"customer 13"))
    assert not is_for(CHAIN, HOLDER, replace(proof, ial=300))


def test_names_of_a_person_cannot_be_guessed_without_the_secret():
    assert nullifier_of(b"a", b"1234567890123") != nullifier_of(b"b", b"1234567890123")
    assert holder_of(b"a", b"x") != nullifier_of(b"a", b"x")


def test_an_attestation_travels_in_a_file(tmp_path):
    proof = AttestationIssuer("first-idp", KEY, CHAIN).attest(HOLDER, GROUNDS)

    write_proof(tmp_path / "proof.json", HOLDER, proof)

    assert read_proof(tmp_path / "proof.json") == (HOLDER, proof)


@pytest.mark.parametrize(
    "changes",
    [{"ial": 2.3}, {"ial": True}, {"holder": "0x00"}, {"signature": "zz"}, {"nullifier": None}],
)
def test_a_file_that_is_no_attestation_is_named(tmp_path, changes):
    path = tmp_path / "proof.json"
    write_proof(path, HOLDER, AttestationIssuer("i", KEY, CHAIN).attest(HOLDER, GROUNDS))
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")

    with pytest.raises(BadAttestationFile, match=r"proof\.json"):
        read_proof(path)


def test_no_file_is_no_attestation(tmp_path):
    with pytest.raises(BadAttestationFile):
        read_proof(tmp_path / "none.json")
