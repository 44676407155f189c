"""Blind BLS signatures by several signers over one blinded element: what a ledger checks of them.

A voter hides h1(M) as B = r h1(M); every signer answers the same B with S_i = x_i B; the sum of the
answers, times 1/r, is the one signature of M under the sum of the signers' keys X_i = x_i G2. A
request that was not tied to one element would let voters mix answers into more signatures than
voters. Signing and unblinding: client/bls_blind.py. Rules by number: docs/voting.md#tokens.
Source: Boldyreva, PKC 2003; RFC 9380; Bellare, Neven 2006 (keys are proven before they are summed).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from contracts.sdk.bls import (
    BASE_G2,
    G1,
    G2,
    ORDER,
    BadElement,
    add_g2,
    are_pairings_equal,
    decode_exponent,
    decode_g2,
    hash_to_g1,
    multiply_g2,
    sum_products_g1,
)
from contracts.sdk.crypto import sha256
from contracts.sdk.transcript import hash_fields, uint
from primitives.errors import InvariantBroken

__all__ = [
    "PROOF_BYTES",
    "Purpose",
    "Shown",
    "Signed",
    "are_signatures",
    "first_bad_answer",
    "hash_message",
    "is_key_proven",
    "is_signature",
    "key_challenge",
    "summed_key",
]

PROOF_BYTES = 96 + 32  # W, z
_KEY_TAG = "sapha/bls/v1/key-pok"
_COEFFICIENT_BYTES = 16


class Purpose(Enum):
    """What signatures are for; the value is the tag of hash_to_curve, and never comes from input.

    Signatures for one purpose, and answers to requests for it, are of no use for another.
    """

    TOKEN = b"SAPHA-VOTE-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_TOKEN_"
    ENROL = b"SAPHA-ID-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_ENROL_"
    ALIVE = b"SAPHA-ID-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_ALIVE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A message, as a point, and what is said to be its signature."""

    hashed: G1
    signature: G1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A signature that its holder shows; `place` says of what it is, and under which key."""

    place: tuple[bytes, int, G2]
    holder: bytes
    signed: Signed


def hash_message(purpose: Purpose, message: bytes) -> G1:
    """Return h1(M), the point that is signed for a message."""
    return hash_to_g1(message, purpose.value)


def key_challenge(labels: tuple[bytes, ...], key: bytes, commitment: bytes) -> int:
    """Return Hs("sapha/bls/v1/key-pok", labels, enc X, enc W); labels say whose key, and for what.

    Labels end with the owner's number and name, so that a copied proof is nobody else's.
    """
    digest = hash_fields(_KEY_TAG, (*labels, key, commitment))
    return int.from_bytes(digest, "little") % ORDER


def is_key_proven(labels: tuple[bytes, ...], key: bytes, proof: bytes) -> bool:
    """Whether the proof, W and z, shows that the key's owner knows x: z G2 = W + c X.

    Rejects: BadElement, BadExponent.
    """
    commitment, response = proof[:96], decode_exponent(proof[96:])
    public, drawn = decode_g2(key), decode_g2(commitment)
    part = key_challenge(labels, key, commitment)
    return multiply_g2(response, BASE_G2) == add_g2([drawn, multiply_g2(part, public)])


def summed_key(keys: Sequence[G2]) -> G2 | None:
    """Return the sum of proven keys, None when they cancel: then nobody could sign."""
    try:
        return add_g2(keys)
    except BadElement:
        return None


def is_signature(key: G2, hashed: G1, signature: G1) -> bool:
    """Whether e(signature, G2) = e(h1(M), X)."""
    return are_pairings_equal((signature, BASE_G2), (hashed, key))


def are_signatures(key: G2, seed: bytes, signed: Sequence[Signed]) -> bool:
    """Whether all are signatures, by one equation; wrong with a chance of 2^-127 at most.

    `seed` is a hash over everything that is checked, so that nobody chose it to fit.
    """
    return _do_answer(key, coefficients(seed, len(signed)), signed)


def first_bad_answer(key: G2, seed: bytes, signed: Sequence[Signed]) -> int | None:
    """Return the place of the first that is no answer of the key, None when all are.

    `hashed` is then a blinded element. The coefficients stay those of the whole batch.
    """
    factors = coefficients(seed, len(signed))
    if _do_answer(key, factors, signed):
        return None
    low, high = 0, len(signed)  # the first bad one is from low to before high
    while high - low > 1:
        middle = (low + high) // 2
        if _do_answer(key, factors[low:middle], signed[low:middle]):
            low = middle
        else:
            high = middle
    return low


def coefficients(seed: bytes, count: int) -> list[int]:
    """Return c_j for j from 0: the first 16 bytes of SHA-256(seed || j), big-endian, made odd."""
    found = []
    for place in range(count):
        drawn = sha256(seed + uint(place))[:_COEFFICIENT_BYTES]
        found.append(int.from_bytes(drawn, "big") | 1)
    return found


def _do_answer(key: G2, factors: Sequence[int], signed: Sequence[Signed]) -> bool:
    """Whether e(sum c_j S_j, G2) = e(sum c_j B_j, X)."""
    if not signed:
        raise InvariantBroken("no signatures to check: an empty batch would be right")
    if len(signed) == 1:
        return is_signature(key, signed[0].hashed, signed[0].signature)
    answered = sum_products_g1(factors, [each.signature for each in signed])
    hidden = sum_products_g1(factors, [each.hashed for each in signed])
    return are_pairings_equal((answered, BASE_G2), (hidden, key))
