"""The zero-knowledge proofs of an election. Each function says whether a proof holds.

Source: docs/voting.md, transcripts. A ciphertext is a pair (A, B) of points; it holds 0 under the
key K when B = r K for the r of A = r G.
"""

from verifier.group import (
    GENERATOR,
    ORDER,
    base,
    minus,
    scalars,
    times,
)
from verifier.transcript import challenge, number

Pair = tuple[bytes, bytes]
Bounds = tuple[int, int]


def one_branch_is_zero(
    tag: str, fields: tuple[bytes, ...], branches: list[list[Pair]], key: bytes, proof: bytes
) -> bool:
    """Whether all of some branch hold 0, by a disjunction of Chaum-Pedersen proofs."""
    count, pairs = len(branches), sum(map(len, branches))
    values = scalars(proof, count + pairs, f"{tag} proof")
    parts, answers = values[:count], iter(values[count:])
    commitments: list[bytes] = []
    for branch, part in zip(branches, parts, strict=True):
        for left, right in branch:
            answer = next(answers)
            commitments.append(minus(base(answer), times(part, left)))
            commitments.append(minus(times(answer, key), times(part, right)))
    return sum(parts) % ORDER == challenge(tag, *fields, *commitments)


def is_zero_or_one(labels: tuple[bytes, ...], key: bytes, pair: Pair, proof: bytes) -> bool:
    """Whether a ciphertext holds 0 or 1."""
    fields = (*labels, GENERATOR, key, *pair)
    return one_branch_is_zero("or01", fields, [[pair], [without(pair, 1)]], key, proof)


def is_within(
    labels: tuple[bytes, ...], key: bytes, pair: Pair, bounds: Bounds, proof: bytes
) -> bool:
    """Whether a ciphertext holds a number within bounds."""
    low, high = bounds
    fields = (*labels, number(low), number(high), GENERATOR, key, *pair)
    branches = [[without(pair, value)] for value in range(low, high + 1)]
    return one_branch_is_zero("sum", fields, branches, key, proof)


def is_blank_or_within(
    labels: tuple[bytes, ...], key: bytes, pairs: tuple[Pair, Pair], claim: tuple[Bounds, bytes]
) -> bool:
    """Whether (blank, sum) is (1, 0), or (0, a number within bounds)."""
    blank, total = pairs
    (low, high), proof = claim
    fields = (*labels, number(low), number(high), GENERATOR, key, *blank, *total)
    answers = [[without(total, value)] for value in range(low, high + 1)]
    return is_nothing_beside_blank(labels, key, pairs, (claim[0], proof[:128])) and (
        one_branch_is_zero("blank1", fields, [[without(blank, 1)], *answers], key, proof[128:])
    )


def is_nothing_beside_blank(
    labels: tuple[bytes, ...], key: bytes, pairs: tuple[Pair, Pair], claim: tuple[Bounds, bytes]
) -> bool:
    """Whether the blank is 0 or the sum is."""
    blank, total = pairs
    (low, high), proof = claim
    fields = (*labels, number(low), number(high), GENERATOR, key, *blank, *total)
    return one_branch_is_zero("blank0", fields, [[blank], [total]], key, proof)


def is_known(tag: str, labels: tuple[bytes, ...], element: bytes, proof: bytes) -> bool:
    """Whether somebody knows the logarithm of a point."""
    expected, answer = scalars(proof, 2, f"{tag} proof")
    commitment = minus(base(answer), times(expected, element))
    return challenge(tag, *labels, commitment) == expected


def is_share(labels: tuple[bytes, ...], key: bytes, pair: Pair, proof: bytes) -> bool:
    """Whether the pair (A, D) has D = s A for the s of `key` = s G."""
    mask, share = pair
    expected, answer = scalars(proof, 2, "share proof")
    first = minus(base(answer), times(expected, key))
    second = minus(times(answer, mask), times(expected, share))
    fields = (*labels, GENERATOR, key, mask, share, first, second)
    return challenge("dec", *fields) == expected


def without(pair: Pair, value: int) -> Pair:
    """Return the ciphertext of the number less `value`."""
    return pair[0], minus(pair[1], base(value))
