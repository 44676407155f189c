"""The published example of a vouched key verifies, and is made again from its seed."""

import json

import pytest

from contracts.identity.crypto.certificates import (
    are_certificates,
    held,
    key_labels,
    show_statement,
    use_statement,
)
from contracts.sdk.bls import add_g2, decode_g1, decode_g2
from contracts.sdk.bls_blind import is_key_proven
from contracts.sdk.crypto import verify
from primitives.crypto import PublicKey, Signature
from tests.contracts.identity.make_vouching_vectors import CHAIN_ID, DAY, FILE, LIST, PLACE, build


@pytest.fixture(scope="module")
def vectors():
    return json.loads(FILE.read_text(encoding="utf-8"))


def without_proofs(shown):
    """Everything that is not random."""
    if isinstance(shown, dict):
        return {name: without_proofs(part) for name, part in shown.items() if name != "proof"}
    return [without_proofs(part) for part in shown] if isinstance(shown, list) else shown


def test_the_seed_gives_every_value_again(vectors):
    assert without_proofs(build()) == without_proofs(vectors)


def test_the_vouchers_keys_are_proven_for_their_round_and_place(vectors):
    for asked, shown, place in (
        (LIST, vectors["enrolment"], PLACE[1]),
        (DAY, vectors["alive"], vectors["alive"]["class"]),
    ):
        keys = shown["vouchers"]["keys"]
        for one in keys:
            key, proof = bytes.fromhex(one["key"]), bytes.fromhex(one["proof"])
            named = (one["voucher"], one["agency"])
            assert is_key_proven(key_labels(CHAIN_ID, asked, place, named), key, proof)
            assert not is_key_proven(key_labels(CHAIN_ID, asked, place + 1, named), key, proof)
        total = add_g2([decode_g2(bytes.fromhex(one["key"])) for one in keys])
        assert total.encoded.hex() == shown["vouchers"]["sum"]


def test_both_certificates_and_both_signatures_verify(vectors):
    shown = [vectors["enrolment"], vectors["alive"]]
    pair = tuple(
        held(
            bytes.fromhex(one["vouchers"]["sum"]),
            decode_g1(bytes.fromhex(one["hashed"])),
            decode_g1(bytes.fromhex(one["certificate"])),
        )
        for one in shown
    )
    key, slot_key = (
        PublicKey(bytes.fromhex(vectors["enrolment"]["key"])),
        PublicKey(bytes.fromhex(vectors["alive"]["slot_key"])),
    )
    epoch, signed = vectors["alive"]["epoch"], vectors["shown"]

    assert are_certificates((pair,))
    shows = show_statement(CHAIN_ID, epoch, PLACE, slot_key)
    assert verify(key, *shows, Signature(bytes.fromhex(signed["signature"])))
    uses = use_statement(CHAIN_ID, epoch, key)
    assert verify(slot_key, *uses, Signature(bytes.fromhex(signed["slot"])))
