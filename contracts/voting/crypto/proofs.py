"""Verifies the zero-knowledge proofs of voting. Provers with secrets are in `client.voting`.

Each function returns whether the proof holds; bytes that are no point or scalar raise BadPoint or
BadScalar. `labels` are the leading fields of the challenge. Every scalar is from 1 to ORDER - 1.
A disjunction of n branches is c_1 .. c_n, then a z for each ciphertext of each branch, 32 bytes
each; the c_i add up to the challenge.
Source: Cramer, Damgård, Schoenmakers 1994; docs/voting.md#transcripts.
"""

from contracts.sdk import require
from contracts.sdk.group import (
    BASE,
    IDENTITY,
    ORDER,
    POINT_BYTES,
    SCALAR_BYTES,
    BadPoint,
    Point,
    add,
    clear_cofactor,
    decode_scalar,
    multiply,
    multiply_base,
    subtract,
    unchecked_point,
)
from contracts.sdk.transcript import uint
from contracts.voting.crypto.elgamal import Ciphertext, less
from contracts.voting.crypto.transcript import challenge, hash_of

ZERO_ONE_BYTES = 4 * SCALAR_BYTES
VALUES_MAX = 64  # steps from the least to the greatest number that a sum may be
SCALARS_MAX = 2 * (VALUES_MAX + 2)
PROOF_BYTES = 2 * SCALAR_BYTES  # of knowledge, and of a decryption share
PAIR_BYTES = 9 * SCALAR_BYTES  # three branches of two ciphertexts
_TRIES_MAX = 512  # about half of them are points

Labels = tuple[bytes, ...]
Bounds = tuple[int, int]
Keys = tuple[Point, Point]  # the election's key, and a generator whose logarithm nobody knows
Ciphertexts = tuple[Ciphertext, ...]
Branch = tuple[Ciphertext, ...]  # true when all of them hold 0
Claim = tuple[str, Labels, tuple[Branch, ...]]  # tag, fields, branches: one is true


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


def verify_pair(
    labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext], proof: bytes
) -> bool:
    """Whether at most one of the two holds 1, the rest 0; all points are in the group."""
    return verify_claim(pair_claim(labels, key, pair), key, proof)


def quadratic_form(values: tuple[int, ...], scale: int) -> int:
    """Return minus F of o_1 .. o_m, n_1 .. n_m, where terms of first degree are times `scale`.

    F, the sum of m(o + n) - 2 o^2 - 2 n^2 + 2 o n over the rows o and the columns n of a relation
    of m options, is 0 for weak orders alone. Source: docs/voting.md#weak-orders.
    """
    options = len(values) // 2
    pairs = zip(values[:options], values[options:], strict=True)
    second = sum([2 * o * o + 2 * n * n - 2 * o * n for o, n in pairs])
    return second - scale * options * sum(values)


def order_bytes(options: int) -> int:
    """Return the length of the proof that pairs are a weak order: c, 2m z, 2m rho, s, C1."""
    return SCALAR_BYTES * (4 * options + 2) + POINT_BYTES


def verify_order(
    labels: Labels, keys: Keys, sums: Ciphertexts, choices: Ciphertexts, proof: bytes
) -> bool:
    """Whether the rows and columns of pairs, each proven by `verify_pair`, are of a weak order.

    `sums` are o_1 .. o_m, n_1 .. n_m. With z = y' + c y and rho = r' + c r for each sum y:
    rho G = a + c A, rho K + z G = b + c B, and Fh(z, c) G + s H2 = C0 + c C1, Fh being
    `quadratic_form`. Labels: ctx_B, contest, m.
    """
    count = len(sums)
    if len(proof) != order_bytes(count // 2):
        return False
    scalars = decode_scalars(proof[:-POINT_BYTES], 2 * count + 2)
    linear = unchecked_point(proof[-POINT_BYTES:])  # C1, which is multiplied
    require(linear != IDENTITY, BadPoint)
    part, blinding = scalars[0], scalars[-1]
    values, masks = scalars[1 : 1 + count], scalars[1 + count : -1]
    commitments: list[Point] = []
    for (left, right), value, mask in zip(sums, values, masks, strict=True):
        commitments.append(subtract(multiply_base(mask), multiply(part, left)))
        opened = add(multiply(mask, keys[0]), multiply_base(value))
        commitments.append(subtract(opened, multiply(part, right)))
    form = multiply_base(quadratic_form(tuple(values), part) % ORDER)
    constant = subtract(add(form, multiply(blinding, keys[1])), multiply(part, linear))
    return order_challenge(labels, keys, choices, (*commitments, constant, linear)) == part


def verify_knowledge(tag: str, labels: Labels, point: Point, proof: bytes) -> bool:
    """Whether the prover knows x with `point` = x * G: c = Hs(tag, labels, a); proof is c || z.

    The labels hold the point itself.
    """
    if len(proof) != PROOF_BYTES:
        return False
    expected, response = decode_scalars(proof, 2)
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
    expected, response = decode_scalars(proof, 2)
    commitments = (
        subtract(multiply_base(response), multiply(expected, verification_key)),
        subtract(multiply(response, mask), multiply(expected, share)),
    )
    return share_challenge(labels, verification_key, pair, commitments) == expected


def zero_one_claim(labels: Labels, key: Point, ciphertext: Ciphertext) -> Claim:
    """Return Hs("or01", labels, G, K, A, B, a0, b0, a1, b1) without the commitments."""
    fields = (*labels, BASE.encoded, key.encoded, *_encoded(ciphertext))
    return "or01", fields, ((ciphertext,), (less(ciphertext, 1),))


def sum_claim(labels: Labels, key: Point, total: Ciphertext, bounds: Bounds) -> Claim:
    """Return Hs("sum", labels, min, max, G, K, A_S, B_S, a_min, b_min .. a_max, b_max) likewise."""
    limits = (uint(bounds[0]), uint(bounds[1]))
    fields = (*labels, *limits, BASE.encoded, key.encoded, *_encoded(total))
    return "sum", fields, _within(total, bounds)


def blank_claims(
    labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext], bounds: Bounds
) -> tuple[Claim, Claim]:
    """Return `nothing_beside_claim`, then Hs("blank1", ..): blank, or within bounds."""
    blank, total = pair
    first = nothing_beside_claim(labels, key, pair, bounds)
    is_answer = ("blank1", first[1], ((less(blank, 1),), *_within(total, bounds)))
    return first, is_answer


def nothing_beside_claim(
    labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext], bounds: Bounds
) -> Claim:
    """Return Hs("blank0", labels, min, max, G, K, A_0, B_0, A_S, B_S, ..): no blank, or sum 0."""
    blank, total = pair
    limits = (uint(bounds[0]), uint(bounds[1]))
    points = (BASE.encoded, key.encoded, *_encoded(blank), *_encoded(total))
    return "blank0", (*labels, *limits, *points), ((blank,), (total,))


def pair_claim(labels: Labels, key: Point, pair: tuple[Ciphertext, Ciphertext]) -> Claim:
    """Return the claim that `pair`, (p_ij, p_ji), is (0, 0), (1, 0) or (0, 1).

    c = Hs("pair", labels, G, K, A, B of both, a, b of both for each branch). Labels: ctx_B,
    contest, i, j.
    """
    before, after = pair
    points = [point.encoded for ciphertext in pair for point in ciphertext]
    fields = (*labels, BASE.encoded, key.encoded, *points)
    branches = ((before, after), (less(before, 1), after), (before, less(after, 1)))
    return "pair", fields, branches


def order_challenge(
    labels: Labels, keys: Keys, choices: Ciphertexts, commitments: tuple[Point, ...]
) -> int:
    """Return Hs("quad", labels, G, K, H2, A, B of every pair, a, b of every sum, C0, C1).

    Labels: ctx_B, contest, m.
    """
    ciphertexts = [point.encoded for choice in choices for point in choice]
    points = [point.encoded for point in (BASE, *keys)]
    fields = (*labels, *points, *ciphertexts, *[point.encoded for point in commitments])
    return challenge("quad", fields)


def second_generator(election: bytes) -> Point:
    """Return H2 of an election (ctx_E), whose logarithm nobody knows."""
    return drawn_generator("quad-gen", election)


def drawn_generator(tag: str, election: bytes) -> Point:
    """Return a point of an election (ctx_E) whose logarithm nobody knows, one for each tag.

    It is 8 times the first point that the first 32 bytes of H(tag, ctx_E, n) encode, for
    n = 0, 1, ..., and not the identity.
    """
    for number in range(_TRIES_MAX):
        data = hash_of(tag, (election, uint(number)))[:POINT_BYTES]
        point = clear_cofactor(data)
        if point is not None and point != IDENTITY:
            return point
    raise BadPoint


def share_challenge(
    labels: Labels, verification_key: Point, pair: tuple[Point, Point], commitments: Ciphertext
) -> int:
    """Return the challenge of a decryption share's proof."""
    points = (BASE, verification_key, *pair, *commitments)
    return challenge("dec", (*labels, *[point.encoded for point in points]))


def verify_claim(claim: Claim, key: Point, proof: bytes) -> bool:
    """Whether one of the claim's branches is true under `key`, by the disjunctive proof `proof`."""
    tag, fields, branches = claim
    count = len(branches)
    answers = sum([len(branch) for branch in branches])
    if len(proof) != SCALAR_BYTES * (count + answers):
        return False
    scalars = decode_scalars(proof, count + answers)
    ciphertexts = [(at, pair) for at, branch in enumerate(branches) for pair in branch]
    commitments: list[bytes] = []
    for (branch_at, (mask, masked)), response in zip(ciphertexts, scalars[count:], strict=True):
        part = scalars[branch_at]
        commitments.append(subtract(multiply_base(response), multiply(part, mask)).encoded)
        commitments.append(subtract(multiply(response, key), multiply(part, masked)).encoded)
    return challenge(tag, (*fields, *commitments)) == sum(scalars[:count]) % ORDER


def sum_proof_bytes(bounds: Bounds) -> int:
    """Return the length of a proof that a sum is within `bounds`."""
    return 2 * SCALAR_BYTES * (bounds[1] - bounds[0] + 1)


def blank_proof_bytes(bounds: Bounds) -> int:
    """Return the length of the two proofs about an explicit blank."""
    return ZERO_ONE_BYTES + 2 * SCALAR_BYTES + sum_proof_bytes(bounds)


def _within(total: Ciphertext, bounds: Bounds) -> tuple[Branch, ...]:
    """Return, for each number within bounds, what holds 0 if it is the number."""
    branches = [less(total, bounds[0])]
    for _ in range(min(bounds[1] - bounds[0], VALUES_MAX)):
        branches.append(less(branches[-1], 1))
    return tuple([(branch,) for branch in branches])


def _encoded(ciphertext: Ciphertext) -> tuple[bytes, bytes]:
    return ciphertext[0].encoded, ciphertext[1].encoded


def decode_scalars(data: bytes, count: int) -> list[int]:
    """Return `count` scalars from their joined bytes. Raises BadScalar."""
    places = [SCALAR_BYTES * index for index in range(min(count, SCALARS_MAX))]
    return [decode_scalar(data[place : place + SCALAR_BYTES]) for place in places]
