"""ECDSA over P-256 with SHA-256 (ES256); the only module that reaches the library for it.

A key is a point in compressed form, 33 bytes; a signature is r || s, 64 bytes, and of the two
values of s that verify only the lower counts, so that nobody makes a second signature of one.
Source: FIPS 186-5; SEC 1 §2.3; RFC 7518 §3.4.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POINT_BYTES = 33
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SCALAR_BYTES = 32
_SIGNATURE_BYTES = 64
_PREFIXES = (2, 3)
_CURVE = SECP256R1()
_HASH = SHA256()
_ALGORITHM = ECDSA(_HASH)


def is_point(point: bytes) -> bool:
    """Return whether the 33 bytes are the compressed form of a point of the curve."""
    return _key_of(point) is not None


def is_es256(point: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is by the 33-byte key over the message, s low. Never raises."""
    if len(signature) != _SIGNATURE_BYTES:
        return False
    r = int.from_bytes(signature[:_SCALAR_BYTES], "big")
    s = int.from_bytes(signature[_SCALAR_BYTES:], "big")
    key = _key_of(point)
    if key is None or not 0 < r < ORDER or not 0 < s <= ORDER // 2:
        return False
    try:
        key.verify(encode_dss_signature(r, s), message, _ALGORITHM)
    except InvalidSignature:
        return False
    return True


def point_of(seed: bytes) -> bytes:
    """Return the 33-byte key of a 32-byte secret. Raises ValueError: it is not below the order."""
    public = derive_private_key(int.from_bytes(seed, "big"), _CURVE).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def es256(seed: bytes, message: bytes) -> bytes:
    """Return the signature of the secret over the message: 64 bytes. Source: RFC 6979."""
    key = derive_private_key(int.from_bytes(seed, "big"), _CURVE)
    made = key.sign(message, ECDSA(_HASH, deterministic_signing=True))
    r, s = decode_dss_signature(made)
    return r.to_bytes(_SCALAR_BYTES, "big") + min(s, ORDER - s).to_bytes(_SCALAR_BYTES, "big")


def coordinates_of(point: bytes) -> tuple[bytes, bytes]:
    """Return x and y of a 33-byte key, 32 bytes each. Raises ValueError: it is no point."""
    key = _key_of(point)
    if key is None:
        raise ValueError("not the compressed form of a point of P-256")
    numbers = key.public_numbers()
    return numbers.x.to_bytes(_SCALAR_BYTES, "big"), numbers.y.to_bytes(_SCALAR_BYTES, "big")


def point_at(x: bytes, y: bytes) -> bytes:
    """Return the 33-byte key of coordinates of 32 bytes each. Raises ValueError: it is no point."""
    if len(x) != _SCALAR_BYTES or len(y) != _SCALAR_BYTES:
        raise ValueError(f"coordinates have {_SCALAR_BYTES} bytes")
    EllipticCurvePublicKey.from_encoded_point(_CURVE, b"\x04" + x + y)
    return bytes([_PREFIXES[y[-1] & 1]]) + x


def _key_of(point: bytes) -> EllipticCurvePublicKey | None:
    if len(point) != POINT_BYTES or point[0] not in _PREFIXES:
        return None
    try:
        return EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return None
