"""The secret side of blind BLS signatures: keys of signers, and who hides what is signed.

Owns the mathematics, not who may ask for a signature. Elements from others are decoded, and so
checked to be in the group, before they meet a secret. Source: docs/voting.md#tokens.
"""

import hmac
import secrets
from collections.abc import Sequence

from contracts.sdk.bls import (
    BASE_G2,
    G1,
    ORDER,
    add_g1,
    encode_exponent,
    multiply_g1,
    multiply_g2,
)
from contracts.sdk.bls_blind import key_challenge
from primitives.errors import InvariantBroken

_MATERIAL_BYTES = 64
_EMPTY_SALT = bytes(64)


class SignerKey:
    """The secret key x of one signer. Never prints it."""

    __slots__ = ("_secret", "public")

    def __init__(self, secret: int) -> None:
        """Take a number from 1 to ORDER - 1."""
        if not 0 < secret < ORDER:
            raise InvariantBroken("a signer's secret is no number from 1 to the group's order")
        self._secret = secret
        self.public = multiply_g2(secret, BASE_G2)  # X

    @classmethod
    def derive(cls, seed: bytes, info: bytes) -> "SignerKey":
        """Return the key that the seed gives for `info`, which says what the key is for."""
        return cls(derive_exponent(seed, info))

    def __repr__(self) -> str:
        return f"SignerKey({self.public.encoded[:8].hex()}...)"

    def sign(self, blinded: G1) -> G1:
        """Return S = x B, the answer to a request."""
        return multiply_g1(self._secret, blinded)

    def prove(self, labels: tuple[bytes, ...]) -> bytes:
        """Return W and z, 128 bytes: that this key's owner knows it; see `key_challenge`."""
        while True:
            drawn = 1 + secrets.randbelow(ORDER - 1)
            commitment = multiply_g2(drawn, BASE_G2).encoded
            part = key_challenge(labels, self.public.encoded, commitment)
            response = (drawn + part * self._secret) % ORDER
            if response:  # a zero scalar is refused everywhere
                return commitment + encode_exponent(response)


def blind(hashed: G1, factor: int) -> G1:
    """Return B = r h1(M), what every signer is asked to sign."""
    return multiply_g1(factor, hashed)


def unblind(answers: Sequence[G1], factor: int) -> G1:
    """Return the signature, 1/r times the sum of the answers; whether it holds is to be checked.

    Raises BadElement when the answers cancel.
    """
    return multiply_g1(pow(factor, -1, ORDER), add_g1(answers))


def derive_exponent(seed: bytes, info: bytes) -> int:
    """Return HKDF-SHA512(seed, no salt, info), 64 bytes, little-endian, modulo the group's order.

    Raises InvariantBroken for 0, which no seed gives. Source: RFC 5869.
    """
    found = int.from_bytes(hkdf_sha512(seed, info), "little") % ORDER
    if found == 0:
        raise InvariantBroken("a derived secret is 0: choose another seed")
    return found


def hkdf_sha512(seed: bytes, info: bytes) -> bytes:
    """Return 64 bytes: one block of HKDF-SHA512 without salt. Source: RFC 5869."""
    key = hmac.digest(_EMPTY_SALT, seed, "sha512")
    return hmac.digest(key, info + b"\x01", "sha512")[:_MATERIAL_BYTES]
