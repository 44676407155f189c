"""Encrypts a ballot and proves that it is a valid one without saying what it holds.

Proofs always take fresh random numbers from the system: were one used for two challenges, it would
give the vote away. Owns no keys; the pseudonym's key is passed in.
Source: Cramer, Damgård, Schoenmakers 1994; docs/voting.md#transcripts.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contracts.sdk.group import (
    ORDER,
    Point,
    add,
    decode_point,
    encode_scalar,
    multiply,
    multiply_base,
    subtract,
)
from contracts.sdk.transcript import uint
from contracts.voting.crypto.ballots import (
    CAST,
    BallotStatement,
    EncryptedAnswer,
    EncryptedBallot,
    Openings,
    ballot_context,
    cast_hash,
)
from contracts.voting.crypto.elgamal import Ciphertext, add_ciphertexts, encode_ciphertext
from contracts.voting.crypto.proofs import (
    Claim,
    Keys,
    Labels,
    blank_claims,
    nothing_beside_claim,
    order_challenge,
    pair_claim,
    quadratic_form,
    second_generator,
    share_challenge,
    sum_claim,
    zero_one_claim,
)
from contracts.voting.crypto.questions import (
    Shape,
    Sum,
    pairs_of,
    places_after,
    places_before,
    satisfies,
    shape_of,
)
from contracts.voting.crypto.transcript import challenge
from primitives.crypto import Signature, SigningKey
from primitives.errors import InvariantBroken, Rejected

Values = tuple[int, ...]  # 0 or 1 for each ciphertext of a contest


class NotAnAnswer(Rejected):
    """The values are no answer to the contest; nothing was encrypted."""


@dataclass(frozen=True, slots=True)
class SealedBallot:
    """A ballot, and the randomness that would open it: to be destroyed once it is cast."""

    ballot: EncryptedBallot
    openings: tuple[Openings, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """Which branch of a claim is true, and the randomness of each of that branch's ciphertexts."""

    branch: int
    randomness: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A relation of pairs, and the randomness of each of its ciphertexts."""

    options: int
    values: Values = field(repr=False)
    randomness: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One contest while it is encrypted."""

    shape: Shape
    values: Values
    randomness: tuple[int, ...]
    ciphertexts: tuple[Ciphertext, ...]


def random_scalar() -> int:
    """Return a uniform number from 1 to ORDER - 1 from the system's generator."""
    return 1 + secrets.randbelow(ORDER - 1)


def encrypt(key: Point, number: int, randomness: int) -> Ciphertext:
    """Return `number` under `key`: (rG, rK + mG)."""
    masked = add(multiply(randomness, key), multiply_base(number))
    return multiply_base(randomness), masked


def seal_ballot(
    statement: BallotStatement,
    values: Sequence[Values],
    signer: SigningKey,
    draw: Callable[[], int] = random_scalar,
) -> SealedBallot:
    """Return the encrypted ballot for `values`, one row a contest (see `marking.mark`).

    `draw` gives the randomness of the ciphertexts, each from 1 to ORDER - 1. It may come from a
    seed if no two different ballots ever share a number. `signer` is the key of
    `statement.voter_key`.

    Raises:
        NotAnAnswer: the values do not answer the contests.
        BadPoint: the election key is not usable.
    """
    key = decode_point(statement.key)
    if len(values) != len(statement.contests) or signer.public_key != statement.voter_key:
        raise NotAnAnswer("the rows are not one a contest, or the key is not the ballot's")
    answers = []
    for contest, row in zip(statement.contests, values, strict=True):
        shape = shape_of(contest)
        if not satisfies(shape, row):
            raise NotAnAnswer(f"{row} is no answer to a {contest.kind} contest", kind=contest.kind)
        answers.append(_encrypt_row(key, shape, row, draw))
    openings = tuple(tuple(map(encode_scalar, answer.randomness)) for answer in answers)
    return SealedBallot(_prove(statement, key, answers, signer), openings)


def _encrypt_row(key: Point, shape: Shape, row: Values, draw: Callable[[], int]) -> _Answer:
    randomness = tuple(draw() for _ in row)
    pairs = zip(row, randomness, strict=True)
    return _Answer(shape, row, randomness, tuple(encrypt(key, m, r) for m, r in pairs))


def _prove(
    statement: BallotStatement, key: Point, answers: list[_Answer], signer: SigningKey
) -> EncryptedBallot:
    """Return the ballot with all proofs; every context covers the ciphertexts of all contests."""
    bare = EncryptedBallot(
        tuple(EncryptedAnswer(_choices(answer), (), (), b"") for answer in answers),
        Signature(bytes(64)),
    )
    proven = []
    for number, answer in enumerate(answers):
        labels = (ballot_context(statement, bare, number), uint(number))
        proven.append(_prove_answer(statement, labels, key, answer))
    ballot = EncryptedBallot(tuple(proven), Signature(bytes(64)))
    signature = signer.sign(CAST, cast_hash(statement, ballot))
    return EncryptedBallot(ballot.answers, signature)


def _choices(answer: _Answer) -> tuple[bytes, ...]:
    return tuple(encode_ciphertext(ciphertext) for ciphertext in answer.ciphertexts)


def _prove_answer(
    statement: BallotStatement, labels: Labels, key: Point, answer: _Answer
) -> EncryptedAnswer:
    if answer.shape.ranked:
        keys = (key, second_generator(statement.election))
        proofs, sums = _prove_ranking(labels, keys, answer)
    else:
        everywhere = range(len(answer.values))
        proofs = [_prove_zero_one(labels, key, answer, index) for index in everywhere]
        sums = [_prove_sum(labels, key, answer, line) for line in answer.shape.sums]
    blank = b""
    if answer.shape.blank is not None:
        blank = _prove_blank(labels, key, answer, answer.shape.blank)
    return EncryptedAnswer(_choices(answer), tuple(proofs), tuple(sums), blank)


def _prove_zero_one(labels: Labels, key: Point, answer: _Answer, index: int) -> bytes:
    claim = zero_one_claim((*labels, uint(index)), key, answer.ciphertexts[index])
    return prove_claim(claim, key, Truth(answer.values[index], (answer.randomness[index],)))


def _prove_sum(labels: Labels, key: Point, answer: _Answer, line: Sum) -> bytes:
    total, value, randomness = _total(answer, line.indices)
    claim = sum_claim(labels, key, total, (line.low, line.high))
    return prove_claim(claim, key, Truth(value - line.low, (randomness,)))


def _prove_ranking(labels: Labels, keys: Keys, answer: _Answer) -> tuple[list[bytes], list[bytes]]:
    """Return the proofs of pairs (and of the blank), and that they are a weak order."""
    options, proofs = answer.shape.ranked, []
    for index, (left, right) in enumerate(pairs_of(options)):
        two = slice(2 * index, 2 * index + 2)
        before, after = answer.ciphertexts[two]
        claim = pair_claim((*labels, uint(left), uint(right)), keys[0], (before, after))
        is_before, is_after = answer.values[two]
        truth = Truth(is_before + 2 * is_after, answer.randomness[two])
        proofs.append(prove_claim(claim, keys[0], truth))
    if answer.shape.blank is not None:
        proofs.append(_prove_zero_one(labels, keys[0], answer, answer.shape.count - 1))
    ranked = slice(0, options * (options - 1))
    secret = Ranking(options, answer.values[ranked], answer.randomness[ranked])
    stated = (*labels, uint(options))
    return proofs, [prove_order(stated, keys, answer.ciphertexts[ranked], secret)]


def _total(answer: _Answer, indices: tuple[int, ...]) -> tuple[Ciphertext, int, int]:
    """Return the sum of ciphertexts, the number that it holds, and its randomness."""
    total = add_ciphertexts(tuple(answer.ciphertexts[index] for index in indices))
    value = sum(answer.values[index] for index in indices)
    return total, value, sum(answer.randomness[index] for index in indices)


def _prove_blank(labels: Labels, key: Point, answer: _Answer, line: Sum) -> bytes:
    total, value, of_sum = _total(answer, line.indices)
    pair, bounds = (answer.ciphertexts[-1], total), (line.low, line.high)
    is_blank, of_blank = answer.values[-1], answer.randomness[-1]
    is_nothing = Truth(1, (of_sum,)) if is_blank else Truth(0, (of_blank,))
    if answer.shape.ranked:
        return prove_claim(nothing_beside_claim(labels, key, pair, bounds), key, is_nothing)
    first, second = blank_claims(labels, key, pair, bounds)
    is_answer = Truth(0, (of_blank,)) if is_blank else Truth(1 + value - line.low, (of_sum,))
    return prove_claim(first, key, is_nothing) + prove_claim(second, key, is_answer)


def prove_claim(claim: Claim, key: Point, truth: Truth) -> bytes:
    """Return the disjunctive proof: the true branch is answered, the others are simulated."""
    tag, fields, branches = claim
    while True:
        parts = [random_scalar() for _ in branches]
        responses = [[random_scalar() for _ in branch] for branch in branches]
        commitments = []
        for index, branch in enumerate(branches):
            for pair, number in zip(branch, responses[index], strict=True):
                if index == truth.branch:  # the number serves as the nonce
                    made = (multiply_base(number), multiply(number, key))
                else:
                    made = _simulated(key, pair, parts[index], number)
                commitments += [made[0].encoded, made[1].encoded]
        others = sum(parts) - parts[truth.branch]
        part = (challenge(tag, (*fields, *commitments)) - others) % ORDER
        parts[truth.branch] = part
        nonces = zip(responses[truth.branch], truth.randomness, strict=True)
        responses[truth.branch] = [(nonce + part * r) % ORDER for nonce, r in nonces]
        scalars = [*parts, *(number for answers in responses for number in answers)]
        if all(scalars):  # zero scalars are refused everywhere
            return b"".join(map(encode_scalar, scalars))


def _simulated(key: Point, branch: Ciphertext, part: int, response: int) -> Ciphertext:
    left = subtract(multiply_base(response), multiply(part, branch[0]))
    return left, subtract(multiply(response, key), multiply(part, branch[1]))


def prove_order(
    labels: Labels, keys: Keys, choices: tuple[Ciphertext, ...], secret: Ranking
) -> bytes:
    """Return the proof that pairs are a weak order. Labels: ctx_B, contest, m.

    It comes out whatever the relation is; only of a weak order does it verify.
    """
    rows = (*places_before(secret.options), *places_after(secret.options))
    numbers = [sum(secret.values[place] for place in row) for row in rows]
    randomness = [sum(secret.randomness[place] for place in row) for row in rows]
    while True:
        hidden = [random_scalar() for _ in rows]
        masks = [random_scalar() for _ in rows]
        constant_blinding, linear_blinding = random_scalar(), random_scalar()
        constant, linear = _coefficients(secret.options, numbers, hidden)
        commitments = [
            point
            for mask, number in zip(masks, hidden, strict=True)
            for point in (multiply_base(mask), _hide(keys[0], mask, number))
        ]
        first = _hide(keys[1], constant_blinding, constant)
        second = _hide(keys[1], linear_blinding, linear)
        part = order_challenge(labels, keys, choices, (*commitments, first, second))
        values = [(y + part * x) % ORDER for y, x in zip(hidden, numbers, strict=True)]
        opened = [(m + part * r) % ORDER for m, r in zip(masks, randomness, strict=True)]
        blinding = (constant_blinding + part * linear_blinding) % ORDER
        scalars = [part, *values, *opened, blinding]
        if all(scalars):
            return b"".join(map(encode_scalar, scalars)) + second.encoded


def _coefficients(options: int, numbers: list[int], hidden: list[int]) -> tuple[int, int]:
    """Return t0 and t1: Fh(y' + c y, c) is t0 + c t1 for sums y of a weak order, hidden by y'."""
    both = tuple(x + y for x, y in zip(numbers, hidden, strict=True))
    constant, squares = quadratic_form(tuple(hidden), 0), quadratic_form(tuple(numbers), 0)
    crossed = quadratic_form(both, 0) - constant - squares
    return constant, crossed - options * sum(hidden)


def _hide(generator: Point, blinding: int, number: int) -> Point:
    return add(multiply(blinding, generator), multiply_base(number))


def prove_knowledge(tag: str, labels: Labels, secret: int) -> bytes:
    """Return the proof of knowing `secret`; the labels hold its public point."""
    nonce = random_scalar()
    part = challenge(tag, (*labels, multiply_base(nonce).encoded))
    return _response(part, nonce, secret)


def prove_share(labels: Labels, secret: int, mask: Point) -> tuple[Point, bytes]:
    """Return D = secret * mask, and the proof that it is so."""
    pair = (mask, multiply(secret, mask))
    nonce = random_scalar()
    commitments = (multiply_base(nonce), multiply(nonce, mask))
    part = share_challenge(labels, multiply_base(secret), pair, commitments)
    return pair[1], _response(part, nonce, secret)


def _response(part: int, nonce: int, secret: int) -> bytes:
    response = (nonce + part * secret) % ORDER
    if not part or not response:
        raise InvariantBroken("a hash or a random number came out as 0: the generator is broken")
    return encode_scalar(part) + encode_scalar(response)
