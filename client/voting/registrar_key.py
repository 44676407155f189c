"""Whether a registrar's key may be trusted to sign blindly, and the registrar's proof that it may.

A crooked modulus could mark voters (several roots a number) or make the blinding leak. The proof
shows roots of eight numbers that nobody chose: were 65537 a divisor of the group's order, each
would have one with a chance of 1 in 65537 only.
"""

from functools import cache
from math import prod

import gmpy2

from client.voting.blind_rsa import (
    EXPONENT,
    MODULUS_BITS,
    MODULUS_BYTES,
    BlindSigner,
    VerifyKey,
    expand,
)
from client.voting.errors import BadRegistrarKey
from primitives.crypto import digest

CHALLENGES = 8
_FACTOR_MAX = 65536
_SURPLUS_BYTES = 16  # so that the remainder of a challenge is as good as uniform


def prove_key(signer: BlindSigner) -> tuple[bytes, ...]:
    """Return the roots of the key's challenges: CHALLENGES numbers of the modulus's length."""
    return tuple(signer.sign(challenge) for challenge in challenges(signer.public))


def check_key(modulus: bytes, proof: tuple[bytes, ...]) -> VerifyKey:
    """Return the key of `modulus` if it may be used in an election.

    Raises:
        BadRegistrarKey: says which check failed.
    """
    key = check_modulus(modulus)
    if len(proof) != CHALLENGES:
        raise BadRegistrarKey(f"a proof of {len(proof)} roots, must have {CHALLENGES}")
    for number, (challenge, root) in enumerate(zip(challenges(key), proof, strict=True)):
        value = int.from_bytes(root, "big")
        is_root = len(root) == key.size_bytes and value < key.modulus
        if not is_root or gmpy2.powmod(value, EXPONENT, key.modulus) != int.from_bytes(
            challenge, "big"
        ):
            raise BadRegistrarKey(f"root {number} of the key's proof is wrong")
    return key


def check_modulus(modulus: bytes) -> VerifyKey:
    """Return the key of a 3072-bit composite without small factors. Raises BadRegistrarKey."""
    key = VerifyKey.decode(modulus)
    n = key.modulus
    if n.bit_length() != MODULUS_BITS or len(modulus) != MODULUS_BYTES:
        raise BadRegistrarKey(f"a modulus of {n.bit_length()} bits, must have {MODULUS_BITS}")
    factor = int(gmpy2.gcd(n, _small_primes()))
    if factor != 1:
        raise BadRegistrarKey(f"the modulus has a factor below {_FACTOR_MAX}")
    if gmpy2.is_prime(n) or gmpy2.is_power(n):
        raise BadRegistrarKey("the modulus is a prime or a power, not a product of two primes")
    return key


def challenges(key: VerifyKey) -> tuple[bytes, ...]:
    """Return the numbers whose roots the registrar shows; the modulus alone decides them."""
    seed = digest("vote-registrar-key", key.encode())
    size = key.size_bytes + _SURPLUS_BYTES
    numbers = (
        int.from_bytes(expand(seed + bytes([index]), size), "big") % key.modulus
        for index in range(CHALLENGES)
    )
    return tuple(number.to_bytes(key.size_bytes, "big") for number in numbers)


@cache
def _small_primes() -> int:
    """Return the product of all primes below _FACTOR_MAX."""
    is_prime = bytearray(b"\x01") * _FACTOR_MAX
    is_prime[:2] = b"\x00\x00"
    for number in range(2, int(_FACTOR_MAX**0.5) + 1):
        if is_prime[number]:
            is_prime[number * number :: number] = bytes(len(is_prime[number * number :: number]))
    return prod(number for number in range(_FACTOR_MAX) if is_prime[number])
