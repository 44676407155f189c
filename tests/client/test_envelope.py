"""A transaction in a file: every signature stays, and only its own bytes count."""

import json

import pytest

from client.envelope import co_sign, read_envelope, write_envelope
from client.errors import BadEnvelope
from client.wallet import Wallet
from primitives.crypto import SigningKey
from primitives.errors import BadSignature
from primitives.ids import address_of
from primitives.transaction import Body

KEYS = [SigningKey(bytes([n]) * 32) for n in (1, 2, 3)]
BANK = address_of(KEYS[0].public_key)
BODY = Body(
    chain_id="devnet-1",
    sender=BANK,
    nonce=1,
    expires_at_ms=1_000,
    contract="cbdc",
    method="issue",
    args=(BANK, 5, "r"),
)


def held_by(*numbers):
    return Wallet([KEYS[n] for n in numbers], BANK)


def test_further_keys_add_their_signatures(tmp_path):
    path = tmp_path / "issue.json"
    write_envelope(path, held_by(0).sign(BODY))

    signed = co_sign(path, held_by(1, 2))

    assert {key for key, _ in signed.signatures} == {key.public_key for key in KEYS}
    assert read_envelope(path).raw == signed.raw
    assert json.loads(path.read_text("utf-8"))["signatures"] == 3


def test_signing_twice_with_a_key_adds_nothing(tmp_path):
    path = tmp_path / "issue.json"
    write_envelope(path, held_by(0).sign(BODY))

    assert len(co_sign(path, held_by(0)).signatures) == 1


def test_a_changed_transaction_is_refused(tmp_path):
    path = tmp_path / "issue.json"
    write_envelope(path, held_by(0).sign(BODY))
    document = json.loads(path.read_text("utf-8"))
    document["transaction"] = document["transaction"][:-2] + "00"
    path.write_text(json.dumps(document), "utf-8")

    with pytest.raises(BadSignature):
        read_envelope(path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"transaction": "0x00"}', '{"transaction": 7}'])
def test_a_file_that_is_no_transaction_is_named(tmp_path, text):
    path = tmp_path / "issue.json"
    path.write_text(text, "utf-8")

    with pytest.raises(BadEnvelope, match=r"issue\.json"):
        read_envelope(path)


def test_no_file_is_no_transaction(tmp_path):
    with pytest.raises(BadEnvelope):
        read_envelope(tmp_path / "none.json")
