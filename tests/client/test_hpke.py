"""HPKE: the vectors of RFC 9180, and a second reading of it that opens what we seal."""

import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from client.errors import BadSealingKey, NotOpened
from client.hpke import OVERHEAD_BYTES, SealingKey, info_of, seal

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "hpke.json").read_text())
OURS, OTHER = SealingKey(b"\x01" * 32), SealingKey(b"\x02" * 32)
KEM_SUITE = b"KEM" + (0x20).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x20, 1, 3))


def bytes_of(name: str) -> bytes:
    return bytes.fromhex(VECTOR[name])


def extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]  # at most one block


def schedule(private: bytes, enc: bytes, info: bytes) -> tuple[bytes, bytes, bytes]:
    """Shared secret, key and first nonce of a receiver, from the text of RFC 9180 §4.1 and §5.1."""
    mine = X25519PrivateKey.from_private_bytes(private)
    agreed = mine.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + mine.public_key().public_bytes_raw()
    extracted = extract(KEM_SUITE, b"", b"eae_prk", agreed)
    shared = expand(KEM_SUITE, extracted, b"shared_secret", context, 32)
    hashes = [
        extract(SUITE, b"", label, text)
        for label, text in ((b"psk_id_hash", b""), (b"info_hash", info))
    ]
    secret = extract(SUITE, shared, b"secret", b"")
    bound = b"\0" + b"".join(hashes)
    key = expand(SUITE, secret, b"key", bound, 32)
    return shared, key, expand(SUITE, secret, b"base_nonce", bound, 12)


def test_the_second_reading_gives_the_vectors_of_the_rfc():
    shared, key, nonce = schedule(bytes_of("skRm"), bytes_of("enc"), bytes_of("info"))

    assert (shared, key, nonce) == tuple(map(bytes_of, ("shared_secret", "key", "base_nonce")))
    for row in VECTOR["encryptions"]:
        at = (int.from_bytes(nonce, "big") ^ row["sequence"]).to_bytes(12, "big")
        data, aad = bytes.fromhex(row["pt"]), bytes.fromhex(row["aad"])
        assert ChaCha20Poly1305(key).encrypt(at, data, aad).hex() == row["ct"]


def test_keys_are_those_of_the_rfc():
    assert SealingKey(bytes_of("skRm")).public == bytes_of("pkRm")
    assert SealingKey(bytes_of("skEm")).public == bytes_of("enc")


def test_the_vectors_key_opens_what_the_second_reading_sealed_to_it():
    _, key, nonce = schedule(bytes_of("skRm"), bytes_of("enc"), bytes_of("info"))

    sealed = bytes_of("enc") + ChaCha20Poly1305(key).encrypt(nonce, b"Beauty is truth", b"")

    assert SealingKey(bytes_of("skRm")).open(sealed, bytes_of("info")) == b"Beauty is truth"


@given(data=st.binary(max_size=200), info=st.binary(max_size=80))
def test_the_second_reading_opens_what_we_seal(data, info):
    sealed = seal(data, OURS.public, info)

    _, key, nonce = schedule(b"\x01" * 32, sealed[:32], info)

    assert ChaCha20Poly1305(key).decrypt(nonce, sealed[32:], b"") == data
    assert len(sealed) == len(data) + OVERHEAD_BYTES
    assert OURS.open(sealed, info) == data


@pytest.mark.parametrize("place", [0, 31, 32, -1])
def test_a_changed_byte_is_not_opened(place):
    sealed = bytearray(seal(b"data", OURS.public, b"info"))
    sealed[place] ^= 1

    with pytest.raises(NotOpened):
        OURS.open(bytes(sealed), b"info")


def test_another_key_another_purpose_and_too_few_bytes_do_not_open():
    sealed = seal(b"data", OURS.public, b"info")

    for key, info, given_bytes in (
        (OTHER, b"info", sealed),
        (OURS, b"", sealed),
        (OURS, b"info", sealed[:47]),
        (OURS, b"info", b""),
    ):
        with pytest.raises(NotOpened):
            key.open(given_bytes, info)


@pytest.mark.parametrize(
    "receiver",
    [bytes(32), b"\x01" + bytes(31), (2**255 - 20).to_bytes(32, "little"), b"\x01" * 31, b""],
)
def test_nothing_is_sealed_to_a_key_that_everybody_or_nobody_has(receiver):
    with pytest.raises(BadSealingKey):
        seal(b"data", receiver, b"")


def test_the_parts_of_a_purpose_do_not_run_into_each_other():
    assert info_of(b"ab", b"c") != info_of(b"a", b"bc")
    assert info_of(b"ab", b"") != info_of(b"ab")


def test_a_key_does_not_print_its_secret():
    assert (b"\x01" * 32).hex() not in repr(OURS)
