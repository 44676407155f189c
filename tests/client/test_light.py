"""The light client believes nothing that a quorum of the genesis validators did not seal."""

from dataclasses import replace

import pytest

from client.errors import StaleAnswer
from client.light import LightClient, ReceiptProof
from primitives.certificate import BadCertificate, seal_bytes
from primitives.codec import encode
from primitives.crypto import Digest, SigningKey
from primitives.errors import Rejected, WrongChain
from primitives.ids import View
from primitives.state_proof import BadProof
from tests.client.builders import (
    KEYS,
    RECEIPT_BYTES,
    RECEIPTS,
    TIME_MS,
    State,
    certify,
    make_chain,
    make_genesis,
    receipt_path,
)

GENESIS = make_genesis()
STATE = State({b"cbdc\0balances\0" + bytes([i]): encode(i * 100) for i in range(40)})
PRESENT = b"cbdc\0balances\0" + bytes([3])
ABSENT = b"cbdc\0balances\0absent"
LINK = make_chain(GENESIS, STATE, 3)[2]
HEADER = LINK.block.header
LIGHT = LightClient(GENESIS)


def proven():
    return LIGHT.check_header(HEADER.encode(), LINK.certificate.encode())


def proof_bytes(key: bytes) -> bytes:
    return encode(STATE.proof(key).to_value())


def test_a_certified_header_is_accepted():
    assert proven().header == HEADER


@pytest.mark.parametrize(
    "change",
    [
        {"height": 3},
        {"time_ms": 1},
        {"parent_hash": Digest(b"x" * 32)},
        {"transactions_root": Digest(b"x" * 32)},
        {"receipts_root": Digest(b"x" * 32)},
        {"state_root": Digest(b"x" * 32)},
        {"validators_hash": Digest(b"x" * 32)},
        {"next_validators_hash": Digest(b"x" * 32)},
        {"last_certificate_hash": Digest(b"x" * 32)},
        {"app_version": 2},
        {"proposer": KEYS[1].public_key},
        {"restart": Digest(b"x" * 32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_header_with_any_field_changed_is_refused(change):
    forged = replace(HEADER, **change)

    with pytest.raises(BadCertificate):
        LIGHT.check_header(forged.encode(), LINK.certificate.encode())


def test_a_header_of_another_chain_is_refused():
    other = make_genesis(time_ms=TIME_MS + 1)
    link = make_chain(other, STATE, 2)[1]

    with pytest.raises(WrongChain):
        LIGHT.check_header(link.block.header.encode(), link.certificate.encode())


def certificate_value() -> list:
    certificate = LINK.certificate
    made = certificate.unchecked
    return [made.height, made.view, made.block_hash, made.signers, list(made.signatures)]


def outsider_seals() -> list:
    outsiders = [SigningKey(bytes([i]) * 32) for i in range(50, 54)]
    signed = seal_bytes(GENESIS.chain_id, GENESIS.hash, HEADER.height, View(0), HEADER.hash)
    return [key.sign("seal", signed) for key in outsiders]


def tampered() -> dict[str, list]:
    height, view, block_hash, signers, seals = certificate_value()
    at = [height, view, block_hash]
    return {
        "too few seals": [*at, b"\x03", seals[:2]],
        "one seal repeated": [*at, signers, [seals[0], *seals[:-1]]],
        "seals out of order": [*at, signers, seals[::-1]],
        "one seal false": [*at, signers, [*seals[:-1], bytes(64)]],
        "a bit beyond the set": [*at, b"\x1f", seals],
        "a byte too many": [*at, signers + b"\x00", seals],
        "outsiders": [*at, signers, outsider_seals()],
        "another view": [height, 1, block_hash, signers, seals],
        "another height": [1, view, block_hash, signers, seals],
        "another block": [height, view, bytes(32), signers, seals],
    }


@pytest.mark.parametrize("value", tampered().values(), ids=tampered())
def test_each_tampering_with_the_certificate_is_refused(value):
    with pytest.raises(BadCertificate):
        LIGHT.check_header(HEADER.encode(), encode(tuple(value)))


def test_a_certificate_of_another_block_is_refused():
    other = make_chain(GENESIS, State({}), 3)[2]

    with pytest.raises(BadCertificate, match="not of this block"):
        LIGHT.check_header(HEADER.encode(), certify(GENESIS, other.block).encode())


@pytest.mark.parametrize("data", [b"", b"\x90", b"\xff" * 40, HEADER.encode() + b"\0"])
def test_bytes_that_are_no_header_are_refused(data):
    with pytest.raises(Rejected):
        LIGHT.check_header(data, LINK.certificate.encode())


def test_a_value_is_proven():
    found = LIGHT.check_state(
        proven(), key=PRESENT, value=encode(300), proof_bytes=proof_bytes(PRESENT)
    )

    assert found.value == encode(300)
    assert found.at.header.height == 2


def test_an_absence_is_proven():
    found = LIGHT.check_state(proven(), key=ABSENT, value=None, proof_bytes=proof_bytes(ABSENT))

    assert found.value is None


def without_entry(key: bytes) -> bytes:
    proof = STATE.proof(key)
    return encode(replace(proof, entries=proof.entries[1:]).to_value())


def other_sibling(key: bytes) -> bytes:
    proof = STATE.proof(key)
    mask, joined = proof.rows[0]
    return encode(replace(proof, rows=((mask, bytes(32) + joined[32:]),)).to_value())


def other_value(key: bytes) -> bytes:
    proof = STATE.proof(key)
    entries = tuple((hashed, b"\x01\x00") for hashed, _ in proof.entries)
    return encode(replace(proof, entries=entries).to_value())


def reversed_entries(key: bytes) -> bytes:
    proof = STATE.proof(key)
    return encode(replace(proof, entries=proof.entries[::-1] * 2).to_value())


@pytest.mark.parametrize(
    ("key", "value", "data"),
    [
        (PRESENT, encode(301), proof_bytes(PRESENT)),
        (PRESENT, None, proof_bytes(PRESENT)),
        (ABSENT, encode(1), proof_bytes(ABSENT)),
        (PRESENT, encode(300), without_entry(PRESENT)),
        (PRESENT, encode(300), other_sibling(PRESENT)),
        (PRESENT, encode(300), other_value(PRESENT)),
        (PRESENT, encode(300), reversed_entries(PRESENT)),
        (PRESENT, encode(300), b""),
        (PRESENT, encode(300), b"\x90"),
        (PRESENT, encode(300), encode((0, (), ()))),
        (PRESENT, encode(300), encode((20, (), tuple([(7, bytes(96))] * 8)))),
    ],
)
def test_each_false_claim_or_tampered_proof_is_refused(key, value, data):
    with pytest.raises(BadProof):
        LIGHT.check_state(proven(), key=key, value=value, proof_bytes=data)


def receipt_proof(index: int) -> ReceiptProof:
    return ReceiptProof(
        receipt_bytes=RECEIPT_BYTES[index], index=index, count=5, path=receipt_path(index)
    )


@pytest.mark.parametrize("index", range(5))
def test_each_receipt_of_a_block_is_proven(index):
    wanted = RECEIPTS[index].transaction_id

    found = LIGHT.check_receipt(proven(), transaction_id=wanted, proof=receipt_proof(index))

    assert found.receipt == RECEIPTS[index]


@pytest.mark.parametrize(
    "change",
    [
        {"receipt_bytes": RECEIPT_BYTES[0]},
        {"receipt_bytes": b""},
        {"receipt_bytes": encode((bytes([1]) * 32, "OK", "cbdc", "", (), ()))},
        {"receipt_bytes": encode((bytes([1]) * 32, "OK", "cbdc", 5, (), ()))},
        {"receipt_bytes": encode((bytes([1]) * 32, "OK", "cbdc", "", (("n", True),), ()))},
        {"receipt_bytes": encode((bytes([1]) * 32, "OK", "cbdc", "", (), (("a", "b", 1),)))},
        {"index": 2},
        {"index": 5},
        {"count": 4},
        {"count": 0},
        {"path": ()},
        {"path": (*receipt_path(1), Digest(bytes(32)))},
        {"path": (Digest(bytes(32)), *receipt_path(1)[1:])},
    ],
)
def test_each_tampering_with_a_receipt_proof_is_refused(change):
    forged = replace(receipt_proof(1), **change)
    wanted = RECEIPTS[1].transaction_id

    with pytest.raises(BadProof):
        LIGHT.check_receipt(proven(), transaction_id=wanted, proof=forged)


def test_an_old_block_is_refused_by_a_caller_who_wants_a_fresh_one():
    at = proven()
    LIGHT.check_fresh(at, now_ms=at.header.time_ms + 1_000, age_ms_max=1_000)

    with pytest.raises(StaleAnswer, match="1001 ms old"):
        LIGHT.check_fresh(at, now_ms=at.header.time_ms + 1_001, age_ms_max=1_000)
