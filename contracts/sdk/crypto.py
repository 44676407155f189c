"""Cryptography for contracts; the only module of the SDK that reaches a library of it.

Every node must use the same verifier, so contracts take hashes and signatures from here.
Source: FIPS 180-4; RFC 8032 through libsodium.
"""

from hashlib import sha256 as _sha256

from nacl.bindings import crypto_core_ed25519_is_valid_point

from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    digest,
    verify,
)

__all__ = [
    "DIGEST_BYTES",
    "PUBLIC_KEY_BYTES",
    "SIGNATURE_BYTES",
    "Digest",
    "PublicKey",
    "Signature",
    "digest",
    "is_usable_key",
    "sha256",
    "verify",
]


def is_usable_key(public_key: PublicKey) -> bool:
    """Return whether the 32 bytes are a canonical point of Ed25519's prime-order subgroup."""
    return len(public_key) == PUBLIC_KEY_BYTES and bool(
        crypto_core_ed25519_is_valid_point(public_key)
    )


def sha256(data: bytes) -> Digest:
    """Return the plain SHA-256 of `data`, for locks that other systems open; else use `digest`."""
    return Digest(_sha256(data).digest())
