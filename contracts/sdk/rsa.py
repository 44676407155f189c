"""RSA for contracts: the verifying side of blind signatures. The exponent is always 65537.

Every key is RSA-3072; numbers are 384 bytes, big-endian. Signing is never done in a contract.
Source: RFC 8017 §8.1 (PSS) through OpenSSL; RFC 9474; Auerbach, Poettering 2018 (key proofs).
"""

from functools import cache, lru_cache
from hashlib import sha384
from math import gcd, isqrt, prod

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from primitives.crypto import digest
from primitives.errors import ContractError

__all__ = [
    "MODULUS_BYTES",
    "ROOTS",
    "BadModulus",
    "has_roots",
    "is_coprime",
    "is_usable_modulus",
    "raise_to_e",
    "root_challenges",
    "verify_pss",
]

MODULUS_BYTES = 384
ROOTS = 8  # each would exist with a chance of 1 in 65537 only, did 65537 divide the group's order
_EXPONENT = 65537
_SALT_BYTES = 48
_FACTOR_MAX = 65536
_SURPLUS_BYTES = 16  # so that the remainder of a challenge is as good as uniform
_KEYS_KEPT = 256


class BadModulus(ContractError):
    """The modulus is not 384 bytes with the highest bit set, and odd."""


def verify_pss(modulus: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is the key's RSASSA-PSS signature of `message`.

    SHA-384, MGF1 with SHA-384, a salt of 48 bytes; a signature has 384 bytes.

    Raises:
        BadModulus: see there.
    """
    key = _key_of(modulus)
    if len(signature) != MODULUS_BYTES:
        return False
    try:
        key.verify(signature, message, _SCHEME, _HASH)
    except InvalidSignature:
        return False
    return True


def raise_to_e(value: bytes, modulus: bytes) -> bytes:
    """Return `value` to the power of 65537: undoes a blind signature. Raises BadModulus.

    A value that is not below the modulus, or not of its length, gives zero bytes, which no
    blinded message equals: it would be a second form of another value.
    """
    n = _decode(modulus)
    number = int.from_bytes(value, "big")
    if len(value) != MODULUS_BYTES or number >= n:
        return bytes(MODULUS_BYTES)
    return pow(number, _EXPONENT, n).to_bytes(MODULUS_BYTES, "big")


def is_coprime(value: bytes, modulus: bytes) -> bool:
    """Return whether `value` may be signed: 384 bytes, below the modulus and coprime to it.

    Raises:
        BadModulus: see there.
    """
    n = _decode(modulus)
    number = int.from_bytes(value, "big")
    return len(value) == MODULUS_BYTES and 0 < number < n and gcd(number, n) == 1


def is_usable_modulus(modulus: bytes) -> bool:
    """Return whether a key is of 3072 bits, odd, without factors below 2**16, prime or square."""
    if not _is_sized(modulus):
        return False
    n = int.from_bytes(modulus, "big")
    if gcd(n, _small_primes()) != 1 or isqrt(n) ** 2 == n:
        return False
    return pow(2, n - 1, n) != 1  # Fermat: a prime would give 1


def has_roots(modulus: bytes, roots: tuple[bytes, ...]) -> bool:
    """Return whether `roots` are the 65537th roots of the key's challenges, in order.

    It shows that signing gives each blinded message one answer, so that answers mark nobody.

    Raises:
        BadModulus: see there.
    """
    wanted = root_challenges(modulus)
    return len(roots) == ROOTS and wanted == tuple(raise_to_e(root, modulus) for root in roots)


def root_challenges(modulus: bytes) -> tuple[bytes, ...]:
    """Return the numbers whose roots a signer shows; the modulus alone decides them.

    Number i is MGF1-SHA384 of H("vote-registrar-key", n) and the byte i, 400 bytes, modulo n.

    Raises:
        BadModulus: see there.
    """
    n = _decode(modulus)
    seed = digest("vote-registrar-key", modulus)
    masks = [_mask(seed + bytes([index])) for index in range(ROOTS)]
    return tuple((int.from_bytes(mask, "big") % n).to_bytes(MODULUS_BYTES, "big") for mask in masks)


_HASH = hashes.SHA384()
_SCHEME = padding.PSS(padding.MGF1(_HASH), _SALT_BYTES)


@lru_cache(maxsize=_KEYS_KEPT)
def _key_of(modulus: bytes) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(_EXPONENT, _decode(modulus)).public_key()


def _is_sized(modulus: bytes) -> bool:
    return len(modulus) == MODULUS_BYTES and modulus[0] >= 128 and modulus[-1] % 2 == 1


def _decode(modulus: bytes) -> int:
    if not _is_sized(modulus):
        raise BadModulus
    return int.from_bytes(modulus, "big")


def _mask(seed: bytes) -> bytes:
    """Return MGF1-SHA384 of `seed`. Source: RFC 8017 §B.2.1."""
    blocks = [sha384(seed + number.to_bytes(4, "big")).digest() for number in range(9)]
    return b"".join(blocks)[: MODULUS_BYTES + _SURPLUS_BYTES]


@cache
def _small_primes() -> int:
    """Return the product of all primes below 2**16."""
    is_prime = bytearray([0, 0]) + bytearray([1]) * (_FACTOR_MAX - 2)
    for number in range(2, isqrt(_FACTOR_MAX) + 1):
        if is_prime[number]:
            multiples = range(number * number, _FACTOR_MAX, number)
            is_prime[number * number :: number] = bytes(len(multiples))
    return prod(number for number in range(_FACTOR_MAX) if is_prime[number])
