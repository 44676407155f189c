"""Signatures of a run: cheap keyed hashes in most seeds, real Ed25519 in some.

A keyed hash is as good as a signature here because only the simulation knows the secrets.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random
from typing import Protocol

from primitives.crypto import ED25519, SIGNATURE_BYTES, PublicKey, Signature, SigningKey, verify


class Keys(Protocol):
    """Makes, uses and checks the keys of one run."""

    def make(self, rng: Random) -> PublicKey:
        """Return a new public key."""

    def sign(self, public_key: PublicKey, tag: str, data: bytes) -> Signature:
        """Return the signature of the owner of `public_key`."""

    def verify(self, public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
        """Return whether the signature is the owner's."""


@dataclass(slots=True)
class CheapKeys:
    """Signatures are keyed hashes; the registry of secrets stands for mathematics."""

    _secrets: dict[PublicKey, bytes] = field(default_factory=dict)

    def make(self, rng: Random) -> PublicKey:
        """Return a new public key."""
        public_key = PublicKey(ED25519 + rng.randbytes(32))
        self._secrets[public_key] = rng.randbytes(32)
        return public_key

    def sign(self, public_key: PublicKey, tag: str, data: bytes) -> Signature:
        """Return the signature of the owner of `public_key`."""
        return self._signature(self._secrets[public_key], tag, data)

    def verify(self, public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
        """Return whether the signature is the owner's."""
        secret = self._secrets.get(public_key)
        return secret is not None and self._signature(secret, tag, data) == signature

    @staticmethod
    def _signature(secret: bytes, tag: str, data: bytes) -> Signature:
        tagged = tag.encode() + b"\0" + data
        return Signature(blake2b(tagged, digest_size=SIGNATURE_BYTES, key=secret).digest())


@dataclass(slots=True)
class RealKeys:
    """Signatures are Ed25519, as in production."""

    _signing: dict[PublicKey, SigningKey] = field(default_factory=dict)

    def make(self, rng: Random) -> PublicKey:
        """Return a new public key."""
        key = SigningKey(rng.randbytes(32))
        self._signing[key.public_key] = key
        return key.public_key

    def sign(self, public_key: PublicKey, tag: str, data: bytes) -> Signature:
        """Return the signature of the owner of `public_key`."""
        return self._signing[public_key].sign(tag, data)

    def verify(self, public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
        """Return whether the signature is the owner's."""
        return verify(public_key, tag, data, signature)
