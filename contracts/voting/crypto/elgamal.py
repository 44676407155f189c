"""Exponential ElGamal: a number m under the key K is the pair (A, B) = (rG, rK + mG).

Pairs are added to add the numbers. No secret is here; encryption is `client.voting.prover`.
"""

from typing import Annotated

from contracts.sdk import Length, require
from contracts.sdk.group import (
    BASE,
    IDENTITY,
    POINT_BYTES,
    BadPoint,
    Point,
    add,
    add_all,
    multiply,
    multiply_base,
    subtract,
    unchecked_point,
)

CIPHERTEXT_BYTES = 2 * POINT_BYTES

CiphertextBytes = Annotated[bytes, Length(64)]  # A || B
Ciphertext = tuple[Point, Point]

NOTHING = (IDENTITY, IDENTITY)  # the sum of no ciphertexts


def unchecked_ciphertext(data: bytes) -> Ciphertext:
    """Return the pair of 64 bytes that were verified before they were stored."""
    return unchecked_point(data[:POINT_BYTES]), unchecked_point(data[POINT_BYTES:])


def submitted_ciphertext(data: bytes) -> Ciphertext:
    """Return the pair of 64 bytes for `proofs.verify_zero_one`, which checks it as it multiplies.

    Raises:
        BadPoint: another length, or the identity, which multiplication lets pass.
    """
    ciphertext = unchecked_ciphertext(data)
    require(IDENTITY not in ciphertext, BadPoint)
    return ciphertext


def encode_ciphertext(ciphertext: Ciphertext) -> bytes:
    """Return A || B: 64 bytes."""
    return ciphertext[0].encoded + ciphertext[1].encoded


def add_ciphertexts(ciphertexts: tuple[Ciphertext, ...]) -> Ciphertext:
    """Return the ciphertext of the sum of the numbers; NOTHING for none."""
    lefts = [ciphertext[0] for ciphertext in ciphertexts]
    rights = [ciphertext[1] for ciphertext in ciphertexts]
    return add_all(lefts), add_all(rights)


def subtract_ciphertext(whole: Ciphertext, part: Ciphertext) -> Ciphertext:
    """Return `whole` without `part`: takes a superseded ballot out of a running sum."""
    return subtract(whole[0], part[0]), subtract(whole[1], part[1])


def weigh(ciphertext: Ciphertext, weight: int) -> Ciphertext:
    """Return the ciphertext of `weight` times the number."""
    if weight == 1:
        return ciphertext
    return multiply(weight, ciphertext[0]), multiply(weight, ciphertext[1])


def less(ciphertext: Ciphertext, number: int) -> Ciphertext:
    """Return the ciphertext of the number less `number`, with the same randomness."""
    if number == 0:
        return ciphertext
    known = BASE if number == 1 else multiply_base(number)
    return ciphertext[0], subtract(ciphertext[1], known)


def is_count(ciphertext: Ciphertext, decryption: Point, count: int) -> bool:
    """Whether `count` is what the ciphertext holds: count * G == B - D, compared as bytes."""
    return multiply_base(count) == subtract(ciphertext[1], decryption)


def opens_to(key: Point, ciphertext: Ciphertext, number: int, randomness: int) -> bool:
    """Whether the ciphertext is `number` under `key` with this randomness."""
    masked = add(multiply(randomness, key), multiply_base(number))
    return ciphertext == (multiply_base(randomness), masked)
