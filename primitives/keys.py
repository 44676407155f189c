"""The four kinds of keys that people and their accounts have, and whether one has signed.

    key = kind byte || key      01 Ed25519 (32)            02 P-256, compressed (33)
                                03 WebAuthn, P-256 (33)    04 WebAuthn, Ed25519 (32)

Nodes have kind 01 alone. A signature is over H(tag, data), 32 bytes: Ed25519's, or ES256 whose hash
is taken over these again; of a passkey it is an assertion whose challenge they are. Source:
docs/protocol.md#keys.
"""

from typing import Protocol, TypeAlias

from primitives.crypto import (
    ED25519,
    PUBLIC_KEY_BYTES,
    SEED_BYTES,
    SIGNATURE_BYTES,
    PublicKey,
    Signature,
    SigningKey,
    digest,
    is_ed25519,
    is_ed25519_point,
    verify,
)
from primitives.errors import BadShape, BadSignature, Rejected
from primitives.webauthn import (
    ASSERTION_BYTES_MAX,
    Site,
    check_assertion,
    read_assertion,
    site_of,
)

P256 = b"\x02"
WEBAUTHN_P256 = b"\x03"
WEBAUTHN_ED25519 = b"\x04"
PASSKEYS = (WEBAUTHN_P256, WEBAUTHN_ED25519)
PUBLIC_KEY_BYTES_MAX = 34
SIGNATURE_BYTES_MAX = ASSERTION_BYTES_MAX

_LENGTHS = (0, PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES_MAX, PUBLIC_KEY_BYTES_MAX, PUBLIC_KEY_BYTES)


Sites: TypeAlias = tuple[tuple[PublicKey, Site | None], ...]


class Signer(Protocol):
    """What signs for an account: a key pair, or a device that holds one."""

    @property
    def public_key(self) -> PublicKey:
        """The kind byte and the key."""

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the signature over H(tag, data)."""


class P256Key:
    """A P-256 key pair made from a 32-byte secret. Never prints its secret."""

    __slots__ = ("public_key", "seed")

    def __init__(self, seed: bytes) -> None:
        from primitives import p256  # noqa: PLC0415 - Ed25519 needs no such library

        if len(seed) != SEED_BYTES or not 0 < int.from_bytes(seed, "big") < p256.ORDER:
            raise ValueError(f"a P-256 secret has {SEED_BYTES} bytes and is below the order")
        self.public_key = PublicKey(P256 + p256.point_of(seed))
        self.seed = seed

    def __repr__(self) -> str:
        return f"P256Key(public_key={self.public_key.hex()})"

    def sign(self, tag: str, data: bytes) -> Signature:
        """Return the 64-byte signature over H(tag, data), its s low."""
        from primitives import p256  # noqa: PLC0415 - Ed25519 needs no such library

        return Signature(p256.es256(self.seed, digest(tag, data)))


KeyPair: TypeAlias = SigningKey | P256Key


def signer_of(kind: bytes, seed: bytes) -> KeyPair:
    """Return the key pair of a secret. Raises ValueError: a kind that is not made of one."""
    if kind == ED25519:
        return SigningKey(seed)
    if kind == P256:
        return P256Key(seed)
    raise ValueError(f"keys of kind {kind.hex()} are not made of a secret")


def key_of(value: object, *, name: str) -> PublicKey:
    """Return `value` as a key of one of the four kinds and its length, or raise BadShape."""
    if not isinstance(value, bytes) or not _has_kind(value):
        raise BadShape(f"{name} must be a kind byte, 01 to 04, and a key", field=name)
    return PublicKey(value)


def node_key_of(value: object, *, name: str) -> PublicKey:
    """Return `value` as an Ed25519 key, which nodes have, or raise BadShape."""
    if not isinstance(value, bytes) or len(value) != PUBLIC_KEY_BYTES or value[:1] != ED25519:
        raise BadShape(f"{name} must be the byte 01 and an Ed25519 key, 32 bytes", field=name)
    return PublicKey(value)


def is_passkey(public_key: bytes) -> bool:
    """Return whether the key is one of WebAuthn's kinds."""
    return public_key[:1] in PASSKEYS


def is_usable_key(public_key: bytes) -> bool:
    """Return whether somebody could sign with the key: its kind, its length, and its point.

    An Ed25519 key must be a canonical point of the prime-order subgroup.
    """
    from primitives import p256  # noqa: PLC0415 - Ed25519 needs no such library

    kind, point = public_key[:1], public_key[1:]
    if not _has_kind(public_key):
        return False
    return p256.is_point(point) if kind in (P256, WEBAUTHN_P256) else is_ed25519_point(point)


def verify_raw(public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
    """Return whether `signature` is over H(tag, data), by a key that is no passkey's."""
    from primitives import p256  # noqa: PLC0415 - Ed25519 needs no such library

    if public_key[:1] == P256:
        return p256.is_es256(public_key[1:], digest(tag, data), signature)
    return verify(public_key, tag, data, signature)


def check_signature(public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> None:
    """Check a signature by a key of any kind; of a passkey, all that its bytes alone tell.

    Raises:
        BadSignature: it does not verify.
        BadAssertion: the first check of an assertion that fails.
    """
    from primitives import p256  # noqa: PLC0415 - Ed25519 needs no such library

    if not is_passkey(public_key):
        if not verify_raw(public_key, tag, data, signature):
            raise BadSignature(f"the signature by key {public_key.hex()} does not verify")
        return
    try:
        assertion = read_assertion(signature)
    except Rejected as error:
        raise BadSignature(f"key {public_key.hex()} signs no assertion: {error.message}") from error
    is_signed = p256.is_es256 if public_key[:1] == WEBAUTHN_P256 else is_ed25519
    check_assertion(assertion, digest(tag, data), public_key[1:], is_signed)


def verify_any(public_key: PublicKey, tag: str, data: bytes, signature: Signature) -> bool:
    """Return whether `check_signature` passes. Never raises."""
    try:
        check_signature(public_key, tag, data, signature)
    except Rejected:
        return False
    return True


def signature_of(value: object, *, name: str) -> Signature:
    """Return `value` as a signature of 64 bytes or an assertion's, or raise BadShape."""
    if not isinstance(value, bytes) or not SIGNATURE_BYTES <= len(value) <= SIGNATURE_BYTES_MAX:
        raise BadShape(
            f"{name} must be {SIGNATURE_BYTES} to {SIGNATURE_BYTES_MAX} bytes", field=name
        )
    return Signature(value)


def sites_of(signatures: tuple[tuple[PublicKey, Signature], ...]) -> Sites:
    """Return of each passkey among signatures that verify where it signed."""
    return tuple([(key, site_of(signed)) for key, signed in signatures if is_passkey(key)])


def _has_kind(key: bytes) -> bool:
    """Return whether the first byte is a kind, and the length that of its keys."""
    return bool(key) and 0 < key[0] < len(_LENGTHS) and _LENGTHS[key[0]] == len(key)
