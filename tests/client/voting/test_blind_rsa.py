"""RFC 9474, bit for bit, and what a registrar and a voter refuse."""

import json
from pathlib import Path

import gmpy2
import pytest

from client.voting import blind_rsa
from client.voting.blind_rsa import (
    VARIANTS,
    Blinding,
    BlindSigner,
    VerifyKey,
    blind,
    finalize,
    prepare,
    verify,
)
from client.voting.errors import BadBlindedMessage, BadRegistrarKey, BadToken, SigningFault
from tests.client.voting.keys import signer

_FILE = Path(__file__).parents[2] / "vectors" / "rfc9474.json"
VECTORS = {vector["name"]: vector for vector in json.loads(_FILE.read_text())["vectors"]}
MESSAGE = b"token"


def read(vector: dict, name: str) -> bytes:
    return bytes.fromhex(vector[name].removeprefix("0x"))


def number(vector: dict, name: str) -> int:
    return int(vector[name], 16)


@pytest.mark.parametrize("name", VECTORS)
def test_every_step_gives_the_bytes_of_the_rfc(name):
    vector, variant = VECTORS[name], VARIANTS[name]
    private = BlindSigner((number(vector, "p"), number(vector, "q")))
    inverse = number(vector, "inv")
    factor = int(gmpy2.invert(inverse, private.public.modulus))

    prepared = prepare(read(vector, "msg"), read(vector, "msg_prefix"), variant)
    blinded = blind(private.public, prepared, Blinding(read(vector, "salt"), factor))
    signed = private.sign(blinded.message)
    token = finalize(private.public, prepared, signed, blinded.inverse, variant)

    assert private.public.modulus == number(vector, "n")
    assert prepared == read(vector, "input_msg")
    assert (blinded.message, blinded.inverse) == (read(vector, "blinded_msg"), inverse)
    assert signed == read(vector, "blind_sig")
    assert token == read(vector, "sig")
    assert verify(private.public, prepared, token, variant.salt_bytes)


def asked(prefix: bytes = b"p" * 32):
    key = signer().public
    prepared = prepare(MESSAGE, prefix)
    return key, prepared, blind(key, prepared, Blinding.fresh(key))


def test_a_token_is_the_registrars_and_of_this_message_only():
    key, prepared, blinded = asked()

    token = finalize(key, prepared, signer().sign(blinded.message), blinded.inverse)

    assert verify(key, prepared, token)
    assert not verify(key, prepared + b"x", token)
    assert not verify(signer(1).public, prepared, token)
    assert not verify(key, prepared, token[:-1])


def test_the_registrar_sees_the_same_message_differently_each_time():
    first, second = asked()[2], asked()[2]

    assert first.message != second.message


@pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: bytes(384), lambda s: s[::-1]])
def test_a_wrong_answer_is_no_token(change):
    key, prepared, blinded = asked()
    answer = signer().sign(blinded.message)

    with pytest.raises(BadToken):
        finalize(key, prepared, change(answer), blinded.inverse)


def number_of(value: int) -> bytes:
    return value.to_bytes(384, "big")


@pytest.mark.parametrize(
    "blinded",
    [
        b"",
        bytes(384),
        bytes(383) + b"\x01\x01",
        lambda: number_of(signer().public.modulus),
        lambda: b"\xff" * 384,
        lambda: number_of(signer().factors[0]),
    ],
)
def test_a_registrar_signs_only_numbers_below_and_coprime_to_its_modulus(blinded):
    message = blinded() if callable(blinded) else blinded

    with pytest.raises(BadBlindedMessage):
        signer().sign(message)


def test_a_faulty_root_never_leaves_the_machine(monkeypatch):
    _, _, blinded = asked()
    private = BlindSigner(signer().factors)
    whole = blind_rsa.gmpy2.powmod_sec

    def faulty(base, exponent, modulus):
        return whole(base, exponent, modulus) ^ (modulus == private.factors[0])

    monkeypatch.setattr(blind_rsa.gmpy2, "powmod_sec", faulty)

    with pytest.raises(SigningFault, match="wrong"):
        private.sign(blinded.message)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=lambda variant: variant.name)
def test_a_prefix_of_another_length_is_our_mistake(variant):
    with pytest.raises(ValueError, match="prefix"):
        prepare(MESSAGE, b"x", variant)


def test_a_key_that_shares_a_factor_with_the_blinding_is_refused():
    p, _ = signer().factors

    with pytest.raises(BadRegistrarKey):
        blind(signer().public, prepare(MESSAGE, bytes(32)), Blinding(bytes(48), p))


@pytest.mark.parametrize("modulus", [b"", b"\x00" + b"\xff" * 383, b"\xff" * 2000])
def test_a_modulus_of_another_form_is_no_key(modulus):
    with pytest.raises(BadRegistrarKey):
        VerifyKey.decode(modulus)


def test_no_secret_is_printed():
    key = signer()
    blinding, (_, _, blinded) = Blinding.fresh(key.public), asked()

    shown = repr(key) + repr(blinding) + repr(blinded)

    secrets = (*key.factors, blinding.factor, blinded.inverse, blinding.salt)
    assert not any(str(secret) in shown for secret in secrets)
