"""Tagged SHA-256 and Ed25519. The one place that hashes or signs.

Source: RFC 8032 (Ed25519) through libsodium; FIPS 180-4; docs/protocol.md#hashes.
"""

from hashlib import sha256
from typing import NewType

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError, CryptoError

Digest = NewType("Digest", bytes)  # 32 bytes
PublicKey = NewType("PublicKey", bytes)  # 32 bytes
Signature = NewType("Signature", bytes)  # 64 bytes

DIGEST_BYTES = 32
PUBLIC_KEY_BYTES = 32
SEED_BYTES = 32
SIGNATURE_BYTES = 64
ZERO_DIGEST = Digest(bytes(DIGEST_BYTES))


_PREFIXES: dict[str, bytes] = {}  # tag -> what is hashed before the data; tags are few


def digest(tag: str, data: bytes) -> Digest:
    """Return SHA-256 of b"sapha/", the tag, b"/v1", a zero byte and the data: 32 bytes."""
    prefix = _PREFIXES.get(tag)
    if prefix is None:
        prefix = _PREFIXES[tag] = b"sapha/%b/v1\0" % tag.encode()
    return Digest(sha256(prefix + data).digest())


class SigningKey:
    """An Ed25519 key pair made from a 32-byte seed. Never prints its secret."""

    __slots__ = ("_secret_key", "public_key", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}")
        public_key, self._secret_key = crypto_sign_seed_keypair(seed)
        self.public_key = PublicKey(public_key)
        self.seed = seed

    def __repr__(self) -> str:
        return f"SigningKey(public_key={self.public_key.hex()})"

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the 64-byte signature over H(tag, data)."""
        return Signature(crypto_sign(digest(tag, data), self._secret_key)[:SIGNATURE_BYTES])


def verify(public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
    """Return whether `signature` is `public_key`'s over H(tag, data). Never raises."""
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + digest(tag, data), public_key)
    except (BadSignatureError, CryptoError, ValueError):
        return False
    return True
