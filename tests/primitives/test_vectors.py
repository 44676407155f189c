"""The published vectors: formats never change silently, and the files alone can be checked."""

import hashlib
import json

import pytest
from nacl.signing import VerifyKey

from primitives.certificate import check_certificate, read_certificate
from primitives.codec import decode
from primitives.errors import Rejected
from primitives.restart import holds, read_restart
from primitives.state_chunk import check_chunk, read_chunk
from primitives.state_proof import check_proof, decode_proof
from primitives.transaction import decode_transaction
from tests.builders import CHAIN_ID, RESTART, validators
from tests.primitives.make_vectors import FOLDER, shown, texts

NOW = texts()
PUBLISHED_BY_OTHERS = {
    "bls_blind.json",
    "complaint_contents.json",
    "hpke.json",
    "light_client.json",
    "openrpc.json",
    "promptpay.json",
    "ranked_ballot.json",
    "rankings.json",
    "signatures.json",
    "state_changes.json",
    "voting.json",
    "voting_rings.json",
    "vouching.json",
    "wallet_qr.json",
    "words.json",
    "wycheproof_p256.json",
}


def published(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NOW)
def test_a_published_format_has_not_changed(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == NOW[name]


def test_no_vector_is_left_over():
    ours = {path.name for path in FOLDER.glob("*.json")} - PUBLISHED_BY_OTHERS
    assert ours == set(NOW)


def test_canonical_bytes_decode_to_the_value_shown():
    rows = published("encoding")["canonical"]

    for row in rows:
        assert shown(decode(bytes.fromhex(row["bytes"]), bytes_max=1_000)) == row["value"]


def test_bytes_listed_as_refused_are_refused():
    rows = published("encoding")["refused"]

    for row in rows:
        with pytest.raises(Rejected):
            decode(bytes.fromhex(row["bytes"]), bytes_max=1_000)


def test_hashes_follow_from_the_rule_in_words():
    for row in published("hashes"):
        preimage = b"sapha/" + row["tag"].encode() + b"/v1\x00" + bytes.fromhex(row["data"])

        assert hashlib.sha256(preimage).hexdigest() == row["digest"]


def test_transactions_verify_with_another_library():
    for row in published("transactions"):
        for public_key, signature in row["signatures"]:
            VerifyKey(bytes.fromhex(public_key)[1:]).verify(
                bytes.fromhex(row["digest_signed"]), bytes.fromhex(signature)
            )

        assert (
            decode_transaction(bytes.fromhex(row["raw"])).transaction_id.hex()
            == row["transaction_id"]
        )


def test_the_certificate_proves_the_block():
    row = published("certificates")
    proven = check_certificate(
        read_certificate(bytes.fromhex(row["certificate"])),
        chain_id=CHAIN_ID,
        restart=RESTART,
        validators=validators(4),
    )

    assert proven.block_hash.hex() == row["block_hash"]


def test_the_restart_statement_reads_back_and_its_signatures_verify():
    row = published("restarts")
    signed = read_restart(bytes.fromhex(row["signed"]))

    for approval in signed.approvals:
        assert all(holds(signed.statement, *pair) for pair in approval.signatures)

    assert signed.digest.hex() == row["digest"]
    assert [approval.agency_id for approval in signed.approvals] == ["bot", "dopa"]


def test_state_proofs_prove_what_they_say():
    for row in published("state_proofs")["proofs"]:
        checked = check_proof(
            decode_proof(bytes.fromhex(row["proof"])),
            state_root=bytes.fromhex(row["state_root"]),
            key=bytes.fromhex(row["key"]),
            value=None if row["value"] is None else bytes.fromhex(row["value"]),
        )

        assert checked is None


def test_chunks_of_state_show_what_they_say():
    document = published("state_proofs")
    for row in document["chunks"]:
        chunk = read_chunk(bytes.fromhex(row["chunk"]))
        check_chunk(chunk, state_root=bytes.fromhex(document["state_root"]))

        assert len(chunk.pairs) == row["pairs"]
