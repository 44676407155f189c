"""Ballots that rank: the proof that what they say of each pair of options is one ranking.

Options are ranked by pairs (i, j), i < j in order; pair k has the ciphertexts 2k ("i before j") and
2k + 1 ("j before i"). Source: docs/voting.md, weak orders.
"""

from functools import lru_cache
from itertools import combinations

from nacl.bindings import crypto_core_ed25519_add
from nacl.exceptions import CryptoError

from verifier.group import (
    GENERATOR,
    ORDER,
    ZERO,
    base,
    minus,
    plus,
    point,
    scalars,
    times,
    total_of,
)
from verifier.proofs import Pair, one_branch_is_zero, without
from verifier.refusal import Refused
from verifier.transcript import challenge, hashed, number

OPTIONS_MAX = 10
PAIR_BYTES = 288
_TRIES = 512


def order_bytes(options: int) -> int:
    """Return how long the proof of a ranking of so many options is."""
    return 32 * (4 * options + 3)


def is_pair(labels: tuple[bytes, ...], key: bytes, both: tuple[Pair, Pair], proof: bytes) -> bool:
    """Whether two ciphertexts hold (0, 0), (1, 0) or (0, 1)."""
    first, second = both
    fields = (*labels, GENERATOR, key, *first, *second)
    branches = [[first, second], [without(first, 1), second], [first, without(second, 1)]]
    return one_branch_is_zero("pair", fields, branches, key, proof)


def is_ranking(
    context: bytes, labels: tuple[bytes, ...], key: bytes, pairs: list[Pair], proof: bytes
) -> bool:
    """Whether pairs, each proven by `is_pair`, are a weak order; `context` is the election's.

    `labels` are ctx_B and the contest.
    """
    options = next(m for m in range(2, OPTIONS_MAX + 1) if m * (m - 1) == len(pairs))
    values = scalars(proof[:-32], 4 * options + 2, "quad proof")
    linear = point(proof[-32:], "quad proof")
    other = second_generator(context)
    part, opened, masks = values[0], values[1 : 2 * options + 1], values[2 * options + 1 : -1]
    commitments = []
    for (left, right), value, mask in zip(_totals(options, pairs), opened, masks, strict=True):
        commitments += [
            minus(base(mask), times(part, left)),
            minus(plus(times(mask, key), base(value)), times(part, right)),
        ]
    form = _form(opened[:options], opened[options:], part)
    constant = minus(plus(base(form), times(values[-1], other)), times(part, linear))
    halves = [half for pair in pairs for half in pair]
    points = (GENERATOR, key, other, *halves, *commitments, constant, linear)
    return challenge("quad", *labels, number(options), *points) == part


def second_generator(context: bytes) -> bytes:
    """Return the second generator of an election. Raises Refused."""
    return drawn_generator("quad-gen", context)


@lru_cache(maxsize=4)
def drawn_generator(tag: str, context: bytes) -> bytes:
    """Return the point whose logarithm nobody knows, of a tag and election. Raises Refused."""
    for attempt in range(_TRIES):
        data = hashed(tag, context, number(attempt))[:32]
        eightfold = _eight_times(data)
        if eightfold is not None and eightfold != ZERO:
            return eightfold
    raise Refused(f"the election has no generator {tag}")


def _eight_times(data: bytes) -> bytes | None:
    """Return eight times the point that is encoded; None when it encodes none, or not uniquely."""
    try:
        found: bytes = crypto_core_ed25519_add(ZERO, data)
    except CryptoError:
        return None
    if found != data:
        return None
    for _ in range(3):
        found = crypto_core_ed25519_add(found, found)
    return found


def _totals(options: int, pairs: list[Pair]) -> list[Pair]:
    """Return the ciphertexts of "how many are after it" for each option, then "before it"."""
    after: list[list[Pair]] = [[] for _ in range(options)]
    before: list[list[Pair]] = [[] for _ in range(options)]
    for at, (first, second) in enumerate(combinations(range(options), 2)):
        after[first].append(pairs[2 * at])
        before[second].append(pairs[2 * at])
        after[second].append(pairs[2 * at + 1])
        before[first].append(pairs[2 * at + 1])
    return [
        (total_of([left for left, _ in row]), total_of([right for _, right in row]))
        for row in (*after, *before)
    ]


def _form(after: list[int], before: list[int], scale: int) -> int:
    """Return the form that is 0 for weak orders alone, at masked sums."""
    quadratic = sum(2 * (a * a + b * b - a * b) for a, b in zip(after, before, strict=True))
    return (quadratic - scale * len(after) * (sum(after) + sum(before))) % ORDER
