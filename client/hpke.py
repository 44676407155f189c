"""Sealing to one receiver: HPKE in base mode, the one suite of everything that is sealed here.

X25519 with HKDF-SHA256, HKDF-SHA256, ChaCha20-Poly1305, as `cryptography` has it; the only module
that reaches it. Sealed bytes are the sender's fresh key (32), then the ciphertext with its tag
(16). `info` says what they are for, and they open for nothing else. They do not say who made them.
Source: RFC 9180; tests/vectors/hpke.json.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from client.errors import BadSealingKey, NotOpened

KEY_BYTES = 32
OVERHEAD_BYTES = 48  # what sealing adds
_LENGTH_BYTES = 8
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class SealingKey:
    """A key pair that others seal to. Never prints its secret."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        """Make the key of 32 secret bytes that serve nothing else; they are its private key."""
        self._private = X25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "SealingKey":
        """Return a fresh key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        return f"SealingKey(public={self.public.hex()})"

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Return what was sealed to this key for `info`.

        Raises:
            NotOpened: sealed to another key or for something else, or changed on the way.
        """
        try:
            return _SUITE.decrypt(sealed, self._private, info=info)
        except InvalidTag as error:
            raise NotOpened("this key does not open it: made for another, or changed") from error


def seal(data: bytes, receiver: bytes, info: bytes) -> bytes:
    """Return `data`, readable only by the owner of the public key `receiver`.

    Raises:
        BadSealingKey: not 32 bytes, or a key of low order, to which everybody has the secret.
    """
    if len(receiver) != KEY_BYTES:
        raise BadSealingKey(f"an X25519 key has {KEY_BYTES} bytes, not {len(receiver)}")
    public = X25519PublicKey.from_public_bytes(receiver)
    try:
        return _SUITE.encrypt(data, public, info=info)
    except ValueError as error:
        raise BadSealingKey("the X25519 key is of low order: anybody could read") from error


def info_of(*parts: bytes) -> bytes:
    """Return lp(part) of each part joined: its length in 8 bytes, big-endian, and the part."""
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)
