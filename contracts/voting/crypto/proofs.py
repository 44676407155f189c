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
from contracts.sdk.transcript import uint
from contracts.voting.crypto.elgamal import Ciphertext, less
from contracts.voting.crypto.transcript import challenge

ZERO_ONE_BYTES = 4 * SCALAR_BYTES
VALUES_MAX = 64  # steps from the least to the greatest number that a sum may be
SCALARS_MAX = 2 * (VALUES_MAX + 2)
PROOF_BYTES = 2 * SCALAR_BYTES  # of knowledge, and of a decryption share

Labels = tuple[bytes, ...]
Bounds = tuple[int, int]
Claim = tuple[str, Labels, tuple[Ciphertext, ...]]  # tag, fields, branches: one holds 0


def verify_zero_one(labels: Labels, key: Point, ciphertext: Ciphertext, proof: bytes) -> bool:
    """Whether the ciphertext holds 0 or 1, and both its points are in the group.

    Labels: ctx_B, contest, number of the ciphertext.
    """
    return verify_claim(zero_one_claim(labels, key, ciphertext), key, proof)


def verify_sum(labels: Labels, key: Point, total: Ciphertext, bounds: Bounds, proof: bytes) -> bool:
    """Whether the summed ciphertext holds a number within `bounds`. Labels: ctx_B, contest."""
    return verify_claim(sum_claim(labels, key, total, bounds), key, proof)


def verify_blank(
    labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext], bounds: Bounds, proof: bytes
) -> bool:
    """Whether `pair`, the blank and the sum, is (1, 0) or (0, a number within `bounds`).

    That the blank is 0 or 1 is proven apart. `proof` is of "blank0" (blank = 0 or sum = 0), then of
    "blank1" (blank = 1 or sum within bounds). Labels: ctx_B, contest.
    """
    first, second = blank_claims(labels, key, pair, bounds)
    is_first = verify_claim(first, key, proof[:ZERO_ONE_BYTES])
    return is_first and verify_claim(second, key, proof[ZERO_ONE_BYTES:])


def verify_knowledge(tag: str, labels: Labels, point: Point, proof: bytes) -> bool:
    """Whether the prover knows x with `point` = x * G: c = Hs(tag, labels, a); proof is c || z.

    The labels hold the point itself.
    """
    if len(proof) != PROOF_BYTES:
        return False
    expected, response = _scalars(proof, 2)
    commitment = subtract(multiply_base(response), multiply(expected, point))
    return challenge(tag, (*labels, commitment.encoded)) == expected


def verify_share(
    labels: Labels, verification_key: Point, pair: tuple[Point, Point], proof: bytes
) -> bool:
    """Whether `pair` (A, D) has D = s * A for the s of `verification_key` V = s * G.

    c = Hs("dec", labels, G, V, A, D, a, b); proof is c || z. Labels: ctx_E, contest, number of the
    ciphertext, trustee, hash of the counted ballots.
    """
    if len(proof) != PROOF_BYTES:
        return False
    mask, share = pair
    expected, response = _scalars(proof, 2)
    commitments = (
        subtract(multiply_base(response), multiply(expected, verification_key)),
        subtract(multiply(response, mask), multiply(expected, share)),
    )
    return share_challenge(labels, verification_key, pair, commitments) == expected


def zero_one_claim(labels: Labels, key: Point, ciphertext: Ciphertext) -> Claim:
    """Return Hs("or01", labels, G, K, A, B, a0, b0, a1, b1) without the commitments."""
    fields = (*labels, BASE.encoded, key.encoded, *_encoded(ciphertext))
    return "or01", fields, (ciphertext, less(ciphertext, 1))


def sum_claim(labels: Labels, key: Point, total: Ciphertext, bounds: Bounds) -> Claim:
    """Return Hs("sum", labels, min, max, G, K, A_S, B_S, a_min, b_min .. a_max, b_max) likewise."""
    limits = (uint(bounds[0]), uint(bounds[1]))
    fields = (*labels, *limits, BASE.encoded, key.encoded, *_encoded(total))
    return "sum", fields, _within(total, bounds)


def blank_claims(
    labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext], bounds: Bounds
) -> tuple[Claim, Claim]:
    """Return Hs("blank0" and "blank1", labels, min, max, G, K, A_0, B_0, A_S, B_S, ..) likewise."""
    blank, total = pair
    limits = (uint(bounds[0]), uint(bounds[1]))
    points = (BASE.encoded, key.encoded, *_encoded(blank), *_encoded(total))
    fields = (*labels, *limits, *points)
    is_blank = ("blank0", fields, (blank, total))
    is_answer = ("blank1", fields, (less(blank, 1), *_within(total, bounds)))
    return is_blank, is_answer


def share_challenge(
    labels: Labels, verification_key: Point, pair: tuple[Point, Point], commitments: Ciphertext
) -> int:
    """Return the challenge of a decryption share's proof."""
    points = (BASE, verification_key, *pair, *commitments)
    return challenge("dec", (*labels, *[point.encoded for point in points]))


def verify_claim(claim: Claim, key: Point, proof: bytes) -> bool:
    """Whether one of the claim's branches holds 0 under `key`, by the disjunctive proof `proof`."""
    tag, fields, branches = claim
    count = len(branches)
    if len(proof) != 2 * SCALAR_BYTES * count:
        return False
    scalars = _scalars(proof, 2 * count)
    commitments: list[bytes] = []
    for index, (mask, masked) in enumerate(branches):
        part, response = scalars[index], scalars[count + index]
        commitments.append(subtract(multiply_base(response), multiply(part, mask)).encoded)
        commitments.append(subtract(multiply(response, key), multiply(part, masked)).encoded)
    return challenge(tag, (*fields, *commitments)) == sum(scalars[:count]) % ORDER


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


def _encoded(ciphertext: Ciphertext) -> tuple[bytes, bytes]:
    return ciphertext[0].encoded, ciphertext[1].encoded


def _scalars(data: bytes, count: int) -> list[int]:
    places = [SCALAR_BYTES * index for index in range(min(count, SCALARS_MAX))]
    return [decode_scalar(data[place : place + SCALAR_BYTES]) for place in places]
