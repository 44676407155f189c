"""Verifies the zero-knowledge proofs of voting. Provers with secrets are in `client.voting`.

Each function returns whether the proof holds; bytes that are no point or scalar raise BadPoint or
BadScalar. `labels` are the leading fields of the challenge. Every scalar is from 1 to ORDER - 1.
A disjunction of n statements is c_1 .. c_n, z_1 .. z_n, 32 bytes each, where the c_i add up to the
challenge. Source: Cramer, Damgård, Schoenmakers 1994; docs/voting.md#transcripts.
"""

from contracts.sdk.group import (
    BASE,
    ORDER,
    SCALAR_BYTES,
    Point,
    decode_scalar,
    multiply,
    multiply_base,
    subtract,
)
from contracts.voting.elgamal import Ciphertext, less
from contracts.voting.transcript import challenge, uint

ZERO_ONE_BYTES = 4 * SCALAR_BYTES
VALUES_MAX = 64  # steps from the least to the greatest number that a sum may be
PROOF_BYTES = 2 * SCALAR_BYTES  # of knowledge, and of a decryption share

Labels = tuple[bytes, ...]
Bounds = tuple[int, int]


def verify_zero_one(labels: Labels, key: Point, ciphertext: Ciphertext, proof: bytes) -> bool:
    """Whether the ciphertext holds 0 or 1. Labels: ctx_B, contest, number of the ciphertext.

    Hs("or01", labels, G, K, A, B, a0, b0, a1, b1). Checks both points of the ciphertext.
    """
    branches = (ciphertext, less(ciphertext, 1))
    fields = (*labels, BASE.encoded, key.encoded, ciphertext[0].encoded, ciphertext[1].encoded)
    return _verify_one_of("or01", fields, key, branches, proof)


def verify_sum(labels: Labels, key: Point, total: Ciphertext, bounds: Bounds, proof: bytes) -> bool:
    """Whether the summed ciphertext holds a number within `bounds`. Labels: ctx_B, contest.

    Hs("sum", labels, min, max, G, K, A_S, B_S, a_min, b_min .. a_max, b_max).
    """
    fields = (
        *labels,
        uint(bounds[0]),
        uint(bounds[1]),
        BASE.encoded,
        key.encoded,
        total[0].encoded,
        total[1].encoded,
    )
    return _verify_one_of("sum", fields, key, _within(total, bounds), proof)


def verify_blank(
    labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext], bounds: Bounds, proof: bytes
) -> bool:
    """Whether `pair`, the blank and the sum, is (1, 0) or (0, a number within `bounds`).

    The blank is proven to be 0 or 1 apart. `proof` is that of "blank0" (blank = 0 or sum = 0), then
    that of "blank1" (blank = 1 or sum within bounds). Labels: ctx_B, contest.
    Hs("blank0" | "blank1", labels, min, max, G, K, A_0, B_0, A_S, B_S, commitments).
    """
    blank, total = pair
    fields = (
        *labels,
        uint(bounds[0]),
        uint(bounds[1]),
        BASE.encoded,
        key.encoded,
        blank[0].encoded,
        blank[1].encoded,
        total[0].encoded,
        total[1].encoded,
    )
    first, second = proof[:ZERO_ONE_BYTES], proof[ZERO_ONE_BYTES:]
    if not _verify_one_of("blank0", fields, key, (blank, total), first):
        return False
    branches = (less(blank, 1), *_within(total, bounds))
    return _verify_one_of("blank1", fields, key, branches, second)


def verify_knowledge(tag: str, labels: Labels, point: Point, proof: bytes) -> bool:
    """Whether the prover knows x with `point` = x * G: c = Hs(tag, labels, a); proof is c || z.

    The labels hold the point itself.
    """
    if len(proof) != PROOF_BYTES:
        return False
    expected = decode_scalar(proof[:SCALAR_BYTES])
    response = decode_scalar(proof[SCALAR_BYTES:])
    commitment = subtract(multiply_base(response), multiply(expected, point))
    return challenge(tag, (*labels, commitment.encoded)) == expected


def verify_share(
    labels: Labels, verification_key: Point, pair: tuple[Point, Point], proof: bytes
) -> bool:
    """Whether `pair` (A, D) has D = s * A for the s of `verification_key` V = s * G.

    Hs("dec", labels, G, V, A, D, a, b); proof is c || z. Labels: ctx_E, contest, number of the
    ciphertext, trustee, hash of the counted ballots.
    """
    if len(proof) != PROOF_BYTES:
        return False
    mask, share = pair
    expected = decode_scalar(proof[:SCALAR_BYTES])
    response = decode_scalar(proof[SCALAR_BYTES:])
    fields = (
        *labels,
        BASE.encoded,
        verification_key.encoded,
        mask.encoded,
        share.encoded,
        subtract(multiply_base(response), multiply(expected, verification_key)).encoded,
        subtract(multiply(response, mask), multiply(expected, share)).encoded,
    )
    return challenge("dec", fields) == expected


def sum_proof_bytes(bounds: Bounds) -> int:
    """Return the length of a proof that a sum is within `bounds`."""
    return 2 * SCALAR_BYTES * (bounds[1] - bounds[0] + 1)


def blank_proof_bytes(bounds: Bounds) -> int:
    """Return the length of the two proofs about an explicit blank."""
    return ZERO_ONE_BYTES + 2 * SCALAR_BYTES + sum_proof_bytes(bounds)


def _within(total: Ciphertext, bounds: Bounds) -> tuple[Ciphertext, ...]:
    """Return, for each number within bounds, what holds 0 if it is the number."""
    branches = [less(total, bounds[0])]
    for _ in range(min(bounds[1] - bounds[0], VALUES_MAX)):
        branches.append(less(branches[-1], 1))
    return tuple(branches)


def _verify_one_of(
    tag: str, fields: Labels, key: Point, branches: tuple[Ciphertext, ...], proof: bytes
) -> bool:
    """Whether one of `branches` holds 0 under `key`, by the disjunctive proof `proof`."""
    count = len(branches)
    if len(proof) != 2 * SCALAR_BYTES * count:
        return False
    challenges = _scalars(proof[: SCALAR_BYTES * count], count)
    responses = _scalars(proof[SCALAR_BYTES * count :], count)
    commitments: list[bytes] = []
    for index, (mask, masked) in enumerate(branches):
        part, response = challenges[index], responses[index]
        commitments.append(subtract(multiply_base(response), multiply(part, mask)).encoded)
        commitments.append(subtract(multiply(response, key), multiply(part, masked)).encoded)
    return challenge(tag, (*fields, *commitments)) == sum(challenges) % ORDER


def _scalars(data: bytes, count: int) -> list[int]:
    places = [SCALAR_BYTES * index for index in range(min(count, VALUES_MAX + 2))]
    return [decode_scalar(data[place : place + SCALAR_BYTES]) for place in places]
