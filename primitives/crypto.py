"""Tagged SHA-256 and Ed25519. The one place that hashes, and where nodes sign.

A public key is a kind byte and the key. What people sign with besides Ed25519 is in `keys`.
Source: RFC 8032 (Ed25519) through libsodium; FIPS 180-4; docs/protocol.md#hashes.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NewType, cast

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError, CryptoError

Digest = NewType("Digest", bytes)  # 32 bytes
PublicKey = NewType("PublicKey", bytes)  # a kind byte and the key: 33 or 34 bytes
Signature = NewType("Signature", bytes)  # 64 bytes; an assertion's is longer

DIGEST_BYTES = 32
ED25519 = b"\x01"  # the kind of the keys that nodes have
PUBLIC_KEY_BYTES = 33  # of an Ed25519 key
SEED_BYTES = 32
SIGNATURE_BYTES = 64
ZERO_DIGEST = Digest(bytes(DIGEST_BYTES))


_PREFIXES: dict[str, bytes] = {}  # tags are few


def tag_prefix(tag: str) -> bytes:
    """Return what is hashed before the data: b"sapha/", the tag, b"/v1" and a zero byte."""
    prefix = _PREFIXES.get(tag)
    if prefix is None:
        prefix = _PREFIXES[tag] = b"sapha/%b/v1\0" % tag.encode()
    return prefix


def digest(tag: str, data: bytes) -> Digest:
    """Return SHA-256 of the tag's prefix and the data: 32 bytes."""
    return Digest(sha256(tag_prefix(tag) + data).digest())


def hasher(tag: str) -> Callable[[bytes], Digest]:
    """Return what hashes under one tag as `digest` does, with less work a call."""
    prefix = tag_prefix(tag)

    def hashed(data: bytes) -> bytes:
        return sha256(prefix + data).digest()

    return cast("Callable[[bytes], Digest]", hashed)


def digest_each(tag: str, items: Iterable[bytes]) -> list[Digest]:
    """Return what `digest` gives for each item, with less work an item."""
    prefix = tag_prefix(tag)
    return [Digest(sha256(prefix + item).digest()) for item in items]


class SigningKey:
    """An Ed25519 key pair made from a 32-byte seed. Never prints its secret."""

    __slots__ = ("_secret_key", "public_key", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}")
        public_key, self._secret_key = crypto_sign_seed_keypair(seed)
        self.public_key = PublicKey(ED25519 + public_key)
        self.seed = seed

    def __repr__(self) -> str:
        return f"SigningKey(public_key={self.public_key.hex()})"

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the 64-byte signature over H(tag, data)."""
        return Signature(crypto_sign(digest(tag, data), self._secret_key)[:SIGNATURE_BYTES])


def verify(public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
    """Return whether `signature` is the Ed25519 key's over H(tag, data). Never raises."""
    if len(public_key) != PUBLIC_KEY_BYTES or public_key[:1] != ED25519:
        return False
    return is_ed25519(public_key[1:], digest(tag, data), signature)


def is_ed25519_point(point: bytes) -> bool:
    """Return whether the 32 bytes are a canonical point of the prime-order subgroup."""
    return len(point) == PUBLIC_KEY_BYTES - 1 and bool(crypto_core_ed25519_is_valid_point(point))


def is_ed25519(point: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is by the 32-byte key over the message itself. Never raises."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, point)
    except (BadSignatureError, CryptoError, ValueError):
        return False
    return True
