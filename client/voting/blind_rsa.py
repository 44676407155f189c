"""Blind RSA signatures: a registrar signs a token without seeing it.

Elections use RSABSSA-SHA384-PSS-Randomized only; the other variants exist for the RFC's vectors.
Owns the mathematics, not who may ask for a signature. Source: RFC 9474; RFC 8017 (EMSA-PSS).
"""

from dataclasses import dataclass, field
from hashlib import sha384
from secrets import randbelow, token_bytes
from typing import Any

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from client.voting.errors import BadBlindedMessage, BadRegistrarKey, BadToken, SigningFault

EXPONENT = 65537
MODULUS_BITS = 3072
MODULUS_BYTES = MODULUS_BITS // 8
PREFIX_BYTES = 32
SALT_BYTES = 48
_HASH_BYTES = 48
_BITS_MAX = 8192


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the RFC's four: how long the salt is and whether a random prefix is signed."""

    name: str
    salt_bytes: int
    is_randomized: bool


RANDOMIZED = Variant("RSABSSA-SHA384-PSS-Randomized", SALT_BYTES, is_randomized=True)
VARIANTS = {
    variant.name: variant
    for variant in (
        RANDOMIZED,
        Variant("RSABSSA-SHA384-PSSZERO-Randomized", 0, is_randomized=True),
        Variant("RSABSSA-SHA384-PSS-Deterministic", SALT_BYTES, is_randomized=False),
        Variant("RSABSSA-SHA384-PSSZERO-Deterministic", 0, is_randomized=False),
    )
}


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A registrar's public key; the exponent is always 65537."""

    modulus: int

    @classmethod
    def decode(cls, modulus: bytes) -> "VerifyKey":
        """Return the key of a big-endian modulus without leading zeros. Raises BadRegistrarKey."""
        number = int.from_bytes(modulus, "big")
        if number.bit_length() > _BITS_MAX or number.bit_length() <= max(0, 8 * len(modulus) - 8):
            raise BadRegistrarKey(f"a modulus of {len(modulus)} bytes with leading zeros, or huge")
        return cls(number)

    @property
    def size_bytes(self) -> int:
        """How long signatures and blinded messages are."""
        return (self.modulus.bit_length() + 7) // 8

    def encode(self) -> bytes:
        """Return the modulus, big-endian."""
        return self.modulus.to_bytes(self.size_bytes, "big")


@dataclass(frozen=True, slots=True)
class Blinding:
    """What hides a message: the PSS salt and a number below the modulus. Secret."""

    salt: bytes = field(repr=False)
    factor: int = field(repr=False)

    @classmethod
    def fresh(cls, key: VerifyKey) -> "Blinding":
        """Return a random blinding for `key`."""
        return cls(token_bytes(SALT_BYTES), 1 + randbelow(key.modulus - 1))


@dataclass(frozen=True, slots=True)
class Blinded:
    """A blinded message for the registrar, and the inverse that undoes the blinding (secret)."""

    message: bytes
    inverse: int = field(repr=False)


def prepare(message: bytes, prefix: bytes, variant: Variant = RANDOMIZED) -> bytes:
    """Return what is signed: a 32-byte random prefix, if the variant has one, and the message."""
    wanted = PREFIX_BYTES if variant.is_randomized else 0
    if len(prefix) != wanted:
        raise ValueError(f"{variant.name} has a prefix of {wanted} bytes, not {len(prefix)}")
    return prefix + message


def blind(key: VerifyKey, prepared: bytes, blinding: Blinding) -> Blinded:
    """Return `prepared` hidden by `blinding`.

    Raises:
        BadRegistrarKey: the message or the factor shares a factor with the modulus, which no
            honest modulus makes happen.
    """
    encoded = _pss_encode(prepared, blinding.salt, key.modulus.bit_length() - 1)
    number = int.from_bytes(encoded, "big")
    if gmpy2.gcd(number, key.modulus) != 1 or gmpy2.gcd(blinding.factor, key.modulus) != 1:
        raise BadRegistrarKey("the modulus shares a factor with a random number: its key is broken")
    hidden = number * _power(blinding.factor, key.modulus) % key.modulus
    inverse = int(gmpy2.invert(blinding.factor, key.modulus))
    return Blinded(hidden.to_bytes(key.size_bytes, "big"), inverse)


def finalize(
    key: VerifyKey,
    prepared: bytes,
    blind_signature: bytes,
    inverse: int,
    variant: Variant = RANDOMIZED,
) -> bytes:
    """Return the token: an ordinary PSS signature of `prepared`, verified. Raises BadToken."""
    if len(blind_signature) != key.size_bytes:
        raise BadToken(f"{len(blind_signature)} bytes, a signature has {key.size_bytes}")
    number = int.from_bytes(blind_signature, "big") * inverse % key.modulus
    signature = number.to_bytes(key.size_bytes, "big")
    if not verify(key, prepared, signature, variant.salt_bytes):
        raise BadToken("the registrar's answer does not unblind to a valid signature")
    return signature


def verify(key: VerifyKey, prepared: bytes, signature: bytes, salt_bytes: int = SALT_BYTES) -> bool:
    """Return whether `signature` is the key's RSASSA-PSS signature of `prepared`."""
    try:
        public = rsa.RSAPublicNumbers(EXPONENT, key.modulus).public_key()
        scheme = padding.PSS(padding.MGF1(hashes.SHA384()), salt_bytes)
        public.verify(signature, prepared, scheme, hashes.SHA384())
    except (InvalidSignature, ValueError):
        return False
    return True


class BlindSigner:
    """A registrar's private key. Never prints its secret."""

    __slots__ = ("_exponents", "_factors", "_inverse", "public")

    def __init__(self, factors: tuple[int, int]) -> None:
        """Make the key of the two primes p and q. Raises BadRegistrarKey."""
        p, q = factors
        if p == q or gmpy2.gcd(EXPONENT, (p - 1) * (q - 1)) != 1:
            raise BadRegistrarKey("the primes are equal, or do not go with the exponent 65537")
        self.public = VerifyKey(p * q)
        self._factors = (gmpy2.mpz(p), gmpy2.mpz(q))
        self._exponents = tuple(gmpy2.invert(EXPONENT, prime - 1) for prime in self._factors)
        self._inverse = gmpy2.invert(q, p)

    @classmethod
    def generate(cls) -> "BlindSigner":
        """Return a fresh RSA-3072 key; one serves one class of one election only."""
        numbers = rsa.generate_private_key(EXPONENT, MODULUS_BITS).private_numbers()
        return cls((numbers.p, numbers.q))

    def __repr__(self) -> str:
        return f"BlindSigner({self.public.encode()[:8].hex()}...)"

    @property
    def factors(self) -> tuple[int, int]:
        """The primes p and q, to be sealed."""
        return int(self._factors[0]), int(self._factors[1])

    def sign(self, blinded: bytes) -> bytes:
        """Return the blind signature: the only e-th root of `blinded`.

        The base is blinded against timing and the result checked against faults before it leaves.

        Raises:
            BadBlindedMessage: no number of 1 to n-1 in the modulus's length, or not coprime to it.
            SigningFault: the root is wrong; nothing of it is returned.
        """
        modulus = self.public.modulus
        number = int.from_bytes(blinded, "big")
        is_sized = len(blinded) == self.public.size_bytes and 0 < number < modulus
        if not is_sized or gmpy2.gcd(number, modulus) != 1:
            raise BadBlindedMessage("no number below the modulus that is coprime to it")
        mask = 1 + randbelow(modulus - 1)
        masked = number * _power(mask, modulus) % modulus
        root = int(self._root(masked) * gmpy2.invert(mask, modulus) % modulus)
        if _power(root, modulus) != number:
            raise SigningFault(
                "a blind signature that this machine made is wrong; check its memory"
            )
        return root.to_bytes(self.public.size_bytes, "big")

    def _root(self, number: int) -> Any:  # noqa: ANN401 - gmpy2's integer
        """Return the e-th root by the Chinese remainder theorem, in constant time a prime."""
        p, q = self._factors
        by_p = gmpy2.powmod_sec(number % p, self._exponents[0], p)
        by_q = gmpy2.powmod_sec(number % q, self._exponents[1], q)
        return by_q + q * ((by_p - by_q) * self._inverse % p)


def _power(number: int, modulus: int) -> int:
    return int(gmpy2.powmod(number, EXPONENT, modulus))


def _pss_encode(message: bytes, salt: bytes, bits: int) -> bytes:
    """Return EMSA-PSS of SHA-384 with MGF1-SHA384. Source: RFC 8017 §9.1.1."""
    size = (bits + 7) // 8
    if size < _HASH_BYTES + len(salt) + 2:
        raise BadRegistrarKey(f"a modulus of {bits + 1} bits is too short for the salt")
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    data = bytes(size - len(salt) - _HASH_BYTES - 2) + b"\x01" + salt
    mask = _expand(digest, len(data))
    masked = bytearray(a ^ b for a, b in zip(data, mask, strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def _expand(seed: bytes, size: int) -> bytes:
    """Return `size` bytes of MGF1-SHA384 of `seed`. Source: RFC 8017 §B.2.1."""
    blocks = range((size + _HASH_BYTES - 1) // _HASH_BYTES)
    data = b"".join(sha384(seed + number.to_bytes(4, "big")).digest() for number in blocks)
    return data[:size]
