"""Registrars' keys and blind signatures. Source: RFC 9474; docs/voting.md."""

from hashlib import sha384
from math import gcd, isqrt

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from verifier.encoding import bytes_of, hash_of
from verifier.refusal import require

MODULUS_BYTES = 384
_EXPONENT = 65537
_ROOTS = 8


def check_key(modulus: object, roots: list[object], where: str) -> None:
    """Check a registrar's RSA-3072 key and the roots that show it is sound. Raises Refused."""
    encoded = bytes_of(modulus, where, MODULUS_BYTES)
    value = int.from_bytes(encoded, "big")
    require(value.bit_length() == 3072 and value % 2 == 1, f"{where}: not an RSA-3072 modulus")
    require(isqrt(value) ** 2 != value, f"{where}: a square")
    require(pow(2, value - 1, value) != 1, f"{where}: a prime")
    for divisor in range(3, 65536, 2):
        require(value % divisor != 0, f"{where}: divisible by {divisor}")
    require(len(roots) == _ROOTS, f"{where}: {_ROOTS} roots are needed")
    for index, root in enumerate(roots):
        wanted = _challenge(encoded, index) % value
        given = int.from_bytes(bytes_of(root, where, MODULUS_BYTES), "big")
        require(given < value and pow(given, _EXPONENT, value) == wanted, f"{where}: a wrong root")


def can_be_signed(blinded: bytes, modulus: bytes) -> bool:
    """Whether a blinded message is a number that a registrar may be asked to sign."""
    value, limit = int.from_bytes(blinded, "big"), int.from_bytes(modulus, "big")
    return len(blinded) == MODULUS_BYTES and 0 < value < limit and gcd(value, limit) == 1


def answers(blinded: bytes, answer: bytes, modulus: bytes) -> bool:
    """Whether `answer` is the key's blind signature of `blinded`."""
    value, limit = int.from_bytes(answer, "big"), int.from_bytes(modulus, "big")
    is_number = len(answer) == MODULUS_BYTES and value < limit
    return is_number and pow(value, _EXPONENT, limit) == int.from_bytes(blinded, "big")


def is_token(modulus: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is RSASSA-PSS with SHA-384 and a salt of 48 bytes under the key."""
    key = rsa.RSAPublicNumbers(_EXPONENT, int.from_bytes(modulus, "big")).public_key()
    digest = hashes.SHA384()
    try:
        key.verify(signature, message, padding.PSS(padding.MGF1(digest), 48), digest)
    except InvalidSignature:
        return False
    return len(signature) == MODULUS_BYTES


def _challenge(modulus: bytes, index: int) -> int:
    seed = hash_of("vote-registrar-key", modulus) + bytes([index])
    blocks = [sha384(seed + count.to_bytes(4, "big")).digest() for count in range(9)]
    return int.from_bytes(b"".join(blocks)[:400], "big")
