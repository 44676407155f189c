"""The verifier reads the ledger's published formats with code of its own."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import CHAIN_ID, RESTART, block, keys, unchecked, validators
from verifier.encoding import hash_of, pack, unpack
from verifier.ledger import (
    Header,
    Network,
    read_header,
    read_network,
    read_transaction,
)
from verifier.refusal import Refused
from verifier.state import check_state
from verifier.validators import ValidatorSet

VECTORS = Path(__file__).parents[1] / "vectors"


def vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def header_of(state_root: str) -> Header:
    return Header(1, 1, bytes.fromhex(state_root), *(bytes(32) for _ in range(4)))


def sealed():
    """Return network, header bytes and certificate bytes of a block by three of four."""
    made = block(5)
    members = tuple((item.public_key, item.name) for item in validators(4).members)
    certified = unchecked(made, keys(4)[:3])
    signatures = [bytes(signature) for signature in certified.signatures]
    packed = pack([5, 0, made.hash, certified.signers, signatures])
    sets = ((0, ValidatorSet(members)),)
    return Network(CHAIN_ID, RESTART, sets), made.header.encode(), packed


def test_a_genesis_document_gives_its_published_chain_id_and_validators():
    row = vectors("genesis")

    network = read_network(json.dumps(row["document"]))

    assert network.genesis_hash.hex() == row["genesis_hash"]
    assert network.chain_id == row["chain_id"]
    assert network.deciding(0).hash.hex() == row["validators_hash"]


def test_a_header_counts_with_the_seals_of_a_quorum():
    network, header_bytes, certificate = sealed()

    header = read_header(network, header_bytes, certificate)

    assert network.deciding(5).quorum == 3
    assert header.height == unpack(header_bytes, "header")[2]


@pytest.mark.parametrize("spoil", ["chain", "validators", "header", "seal"])
def test_a_header_without_them_does_not(spoil):
    network, header_bytes, certificate = sealed()
    if spoil == "chain":
        network = replace(network, chain_id="other")
    elif spoil == "validators":
        network = replace(network, sets=((0, ValidatorSet(network.deciding(0).members[1:])),))
    elif spoil == "header":
        header_bytes = header_bytes[:-1] + bytes([header_bytes[-1] ^ 1])
    else:
        certificate = certificate[:-1] + bytes([certificate[-1] ^ 1])

    with pytest.raises(Refused):
        read_header(network, header_bytes, certificate)


@pytest.mark.parametrize("row", vectors("transactions"), ids=lambda row: row["method"])
def test_a_transaction_is_read_with_its_published_id(row):
    found = read_transaction(bytes.fromhex(row["raw"]), "transaction")

    assert found.transaction_id.hex() == row["transaction_id"]
    assert (found.contract, found.method) == (row["contract"], row["method"])


def test_no_bit_of_a_transaction_can_be_changed():
    raw = bytes.fromhex(vectors("transactions")[0]["raw"])

    for place in range(0, len(raw), 7):
        spoilt = raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :]
        with pytest.raises(Refused):
            read_transaction(spoilt, "transaction")


@pytest.mark.parametrize("row", vectors("state_proofs")["proofs"], ids=lambda row: row["key"][:24])
def test_published_state_proofs_hold_and_no_other_value_does(row):
    whole = vectors("state_proofs")
    header = header_of(whole["state_root"])
    key, proof = bytes.fromhex(row["key"]), bytes.fromhex(row["proof"])
    value = None if row["value"] is None else bytes.fromhex(row["value"])

    check_state(header, key, value, proof)

    with pytest.raises(Refused):
        check_state(header, key, b"another value", proof)
    with pytest.raises(Refused):
        check_state(replace(header, state_root=bytes(32)), key, value, proof)


@pytest.mark.parametrize("row", vectors("state_proofs")["refused"], ids=lambda row: row["why"])
def test_published_state_proofs_that_break_a_rule_are_refused(row):
    header = header_of(row["state_root"])
    value = None if row["value"] is None else bytes.fromhex(row["value"])

    with pytest.raises(Refused):
        check_state(header, bytes.fromhex(row["key"]), value, bytes.fromhex(row["proof"]))


def test_bytes_that_are_not_canonical_are_refused():
    with pytest.raises(Refused, match="canonical"):
        unpack(b"\xcc\x01", "number")
    with pytest.raises(Refused, match="not msgpack"):
        unpack(b"\xc1", "nothing")
    with pytest.raises(Refused, match="float"):
        unpack(b"\xcb" + bytes(8), "float")


def test_tagged_hashes_are_the_published_ones():
    for row in vectors("hashes"):
        assert hash_of(row["tag"], bytes.fromhex(row["data"])).hex() == row["digest"]
