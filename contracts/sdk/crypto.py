"""Cryptography for contracts; the only module of the SDK that reaches a library of it.

Every node must use the same verifier, so contracts take hashes and signatures from here.
`verify` takes keys of kinds 01 and 02; `verify_any` passkeys as well, of which the record in
`accounts` says where they may sign. Source: FIPS 180-4; docs/protocol.md#keys.
"""

from hashlib import sha256 as _sha256

from primitives.crypto import (
    DIGEST_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    digest,
)
from primitives.keys import is_passkey, is_usable_key, verify_any
from primitives.keys import verify_raw as verify
from primitives.webauthn import Site, site_of

__all__ = [
    "DIGEST_BYTES",
    "SIGNATURE_BYTES",
    "Digest",
    "PublicKey",
    "Signature",
    "Site",
    "digest",
    "is_passkey",
    "is_usable_key",
    "sha256",
    "site_of",
    "verify",
    "verify_any",
]


def sha256(data: bytes) -> Digest:
    """Return the plain SHA-256 of `data`, for locks that other systems open; else use `digest`."""
    return Digest(_sha256(data).digest())
