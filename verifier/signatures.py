"""Signatures by keys of four kinds, from docs/protocol.md#keys alone.

A key is a kind byte and 32 or 33 bytes. Where a passkey signs is for the ledger's accounts to know.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from verifier.encoding import hash_of, list_of, unpack
from verifier.refusal import Refused, require

KEY_BYTES = (33, 34)
BY_ANY_KEY = (64, 1_400)  # bytes of a signature: of a key, or a passkey's assertion
SIGNATURE_BYTES = 64
ASSERTION_BYTES_MAX = 1_400

_LENGTHS = {1: 33, 2: 34, 3: 34, 4: 33}
_ED25519 = (1, 4)
_PASSKEYS = (3, 4)
_HALF_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 >> 1
_CLIENT_BYTES_MAX, _AUTHENTICATOR_BYTES, _ORIGIN_BYTES_MAX = 1_024, (37, 256), 255


def is_signed(key: bytes, tag: str, data: bytes, signature: bytes) -> bool:
    """Return whether a signature under a tag verifies, by a key that is no passkey's."""
    return _is_of_kind(key, (1, 2)) and _is_by(key, hash_of(tag, data), signature)


def is_signed_by_account(key: bytes, tag: str, data: bytes, signature: bytes) -> bool:
    """Return whether a signature under a tag verifies, by a key of any kind."""
    if not _is_of_kind(key, _PASSKEYS):
        return is_signed(key, tag, data, signature)
    try:
        return _is_asserted(key, hash_of(tag, data), signature)
    except Refused:
        return False


def _is_of_kind(key: bytes, kinds: tuple[int, ...]) -> bool:
    return len(key) > 0 and key[0] in kinds and len(key) == _LENGTHS[key[0]]


def _is_by(key: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        if key[0] in _ED25519:
            crypto_sign_open(signature + message, key[1:])
        else:
            _check_es256(key[1:], message, signature)
    except (BadSignatureError, InvalidSignature, ValueError, TypeError):
        return False
    return True


def _check_es256(point: bytes, message: bytes, signature: bytes) -> None:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > _HALF_ORDER:
        raise InvalidSignature
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))


def _is_asserted(key: bytes, challenge: bytes, data: bytes) -> bool:
    """Return whether a passkey gave the assertion for the challenge. Raises Refused: another."""
    require(len(data) <= ASSERTION_BYTES_MAX, "assertion: too long")
    device, client, signature = list_of(unpack(data, "assertion"), "assertion", 3)
    parts = (device, client, signature)
    require(all(isinstance(part, bytes) for part in parts), "assertion: no bytes")
    low, high = _AUTHENTICATOR_BYTES
    if not low <= len(device) <= high or len(client) > _CLIENT_BYTES_MAX:
        return False
    if device[32] & 0x45 != 0x05:  # present and verified, and no registration
        return False
    text = urlsafe_b64encode(challenge).rstrip(b"=")
    begins = b'{"type":"webauthn.get","challenge":"' + text + b'","origin":"'
    origin, ends, rest = client[len(begins) :].partition(b'","crossOrigin":false')
    is_page = 0 < len(origin) <= _ORIGIN_BYTES_MAX and origin.isascii()
    is_page = is_page and b'"' not in origin and b"\\" not in origin
    is_same = client.startswith(begins) and ends != b"" and rest[:1] in (b"}", b",")
    return is_page and is_same and _is_by(key, device + sha256(client).digest(), signature)
