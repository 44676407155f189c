"""Hashes are tagged, signatures are Ed25519 over tagged hashes, and secrets do not print."""

import hashlib

import pytest
from nacl.signing import SigningKey as NaclKey

from primitives.crypto import PublicKey, Signature, SigningKey, digest, verify

SEED = bytes(range(32))
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def test_a_digest_is_sha256_of_the_tag_and_the_data():
    assert digest("tx", b"abc") == hashlib.sha256(b"sapha/tx/v1\x00abc").digest()


def test_tags_keep_purposes_apart():
    assert len({digest(tag, b"abc") for tag in ("tx", "txid", "seal", "block")}) == 4


def test_a_tag_and_data_cannot_be_split_elsewhere():
    assert digest("a", b"b") != digest("ab", b"")


def test_signing_is_ed25519_over_the_tagged_hash():
    signed = SigningKey(SEED).sign("tx", b"abc")

    assert signed == NaclKey(SEED).sign(digest("tx", b"abc")).signature


def test_a_signature_verifies_under_its_own_key_tag_and_data_only():
    signer, other = SigningKey(SEED), SigningKey(bytes(32))
    signature = signer.sign("tx", b"abc")

    assert verify(signer.public_key, "tx", b"abc", signature)
    assert not verify(other.public_key, "tx", b"abc", signature)
    assert not verify(signer.public_key, "seal", b"abc", signature)
    assert not verify(signer.public_key, "tx", b"xyz", signature)


def test_no_single_bit_of_a_signature_may_change():
    signer = SigningKey(SEED)
    signature = signer.sign("tx", b"abc")
    flipped = [
        bytes(byte ^ (1 << bit) if at == place else byte for at, byte in enumerate(signature))
        for place in range(64)
        for bit in range(8)
    ]

    assert not any(verify(signer.public_key, "tx", b"abc", Signature(bad)) for bad in flipped)


def test_a_signature_has_no_second_form():
    signer = SigningKey(SEED)
    signature = signer.sign("tx", b"abc")
    scalar = int.from_bytes(signature[32:], "little") + GROUP_ORDER

    second = Signature(signature[:32] + scalar.to_bytes(32, "little"))

    assert not verify(signer.public_key, "tx", b"abc", second)


SMALL_ORDER_KEYS = [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"]


@pytest.mark.parametrize("weak_key", SMALL_ORDER_KEYS)
def test_keys_that_would_accept_any_message_accept_none(weak_key):
    forged = Signature(b"\x01" + bytes(63))

    assert not verify(PublicKey(b"\x01" + weak_key), "tx", b"abc", forged)


@pytest.mark.parametrize(
    ("key_bytes", "signature_bytes"), [(0, 64), (31, 64), (33, 64), (32, 0), (32, 63), (32, 65)]
)
def test_wrong_lengths_verify_nothing_and_raise_nothing(key_bytes, signature_bytes):
    assert not verify(
        PublicKey(b"\x01" + bytes(key_bytes)), "tx", b"abc", Signature(bytes(signature_bytes))
    )


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length):
    with pytest.raises(ValueError, match=f"32 bytes, not {length}"):
        SigningKey(bytes(length))


def test_a_key_never_prints_its_secret():
    signer = SigningKey(SEED)

    shown = repr(signer) + str(signer)

    assert signer.public_key.hex() in shown
    assert SEED.hex() not in shown
