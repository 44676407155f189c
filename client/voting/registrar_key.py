"""Whether a registrar's key may be trusted to sign blindly, and the registrar's proof that it may.

A crooked modulus could mark voters: several roots a number, or a blinding that leaks. The ledger
checks the same; a voter checks again, and more, because the secrecy at stake is the voter's.
"""

from functools import lru_cache

import gmpy2

from client.voting.blind_rsa import BlindSigner, VerifyKey
from client.voting.errors import BadRegistrarKey
from contracts.sdk.rsa import (
    MODULUS_BYTES,
    BadModulus,
    has_roots,
    is_usable_modulus,
    root_challenges,
)


def prove_key(signer: BlindSigner) -> tuple[bytes, ...]:
    """Return the roots of the numbers that the key's modulus decides; ledger and voters check."""
    return tuple(signer.sign(challenge) for challenge in root_challenges(signer.public.encode()))


def check_key(modulus: bytes, proof: tuple[bytes, ...]) -> VerifyKey:
    """Return the key of `modulus` if it may be used in an election. Raises BadRegistrarKey."""
    key = check_modulus(modulus)
    try:
        is_proven = has_roots(modulus, proof)
    except BadModulus as error:
        raise BadRegistrarKey(error.message) from error
    if not is_proven:
        raise BadRegistrarKey("the roots that prove the key are wrong")
    return key


@lru_cache(maxsize=256)
def check_modulus(modulus: bytes) -> VerifyKey:
    """Return the key of a 3072-bit composite without small factors. Raises BadRegistrarKey."""
    key = VerifyKey.decode(modulus)
    bits = key.modulus.bit_length()
    if bits != 8 * MODULUS_BYTES:
        raise BadRegistrarKey(f"a modulus of {bits} bits, must have {8 * MODULUS_BYTES}")
    if not is_usable_modulus(modulus):
        raise BadRegistrarKey("the modulus is even, has a factor below 65536, is a square or prime")
    if gmpy2.is_prime(key.modulus) or gmpy2.is_power(key.modulus):
        raise BadRegistrarKey("the modulus is a prime or a power, not a product of two primes")
    return key
