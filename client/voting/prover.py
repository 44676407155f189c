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
    Labels,
    blank_claims,
    share_challenge,
    sum_claim,
    zero_one_claim,
)
from contracts.voting.crypto.questions import Shape, Sum, satisfies, shape_of
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
    """Which branch of a claim holds 0, and the randomness of that branch's ciphertext."""

    branch: int
    randomness: int = field(repr=False)


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
        proven.append(_prove_answer(labels, key, answer))
    ballot = EncryptedBallot(tuple(proven), Signature(bytes(64)))
    signature = signer.sign(CAST, cast_hash(statement, ballot))
    return EncryptedBallot(ballot.answers, signature)


def _choices(answer: _Answer) -> tuple[bytes, ...]:
    return tuple(encode_ciphertext(ciphertext) for ciphertext in answer.ciphertexts)


def _prove_answer(labels: Labels, key: Point, answer: _Answer) -> EncryptedAnswer:
    proofs = []
    for index, ciphertext in enumerate(answer.ciphertexts):
        claim = zero_one_claim((*labels, uint(index)), key, ciphertext)
        truth = Truth(answer.values[index], answer.randomness[index])
        proofs.append(prove_claim(claim, key, truth))
    sums = []
    for line in answer.shape.sums:
        total, truth = _total(answer, line)
        claim = sum_claim(labels, key, total, (line.low, line.high))
        sums.append(prove_claim(claim, key, truth))
    blank = b""
    if answer.shape.blank is not None:
        blank = _prove_blank(labels, key, answer, answer.shape.blank)
    return EncryptedAnswer(_choices(answer), tuple(proofs), tuple(sums), blank)


def _total(answer: _Answer, line: Sum) -> tuple[Ciphertext, Truth]:
    """Return the sum of the line's ciphertexts, and where within its bounds the number is."""
    total = add_ciphertexts(tuple(answer.ciphertexts[index] for index in line.indices))
    value = sum(answer.values[index] for index in line.indices)
    randomness = sum(answer.randomness[index] for index in line.indices)
    return total, Truth(value - line.low, randomness)


def _prove_blank(labels: Labels, key: Point, answer: _Answer, line: Sum) -> bytes:
    total, of_sum = _total(answer, line)
    pair = (answer.ciphertexts[-1], total)
    first, second = blank_claims(labels, key, pair, (line.low, line.high))
    randomness = answer.randomness[-1]
    if answer.values[-1] == 1:
        sum_is_0 = prove_claim(first, key, Truth(1, of_sum.randomness))
        return sum_is_0 + prove_claim(second, key, Truth(0, randomness))
    blank_is_0 = prove_claim(first, key, Truth(0, randomness))
    return blank_is_0 + prove_claim(second, key, Truth(1 + of_sum.branch, of_sum.randomness))


def prove_claim(claim: Claim, key: Point, truth: Truth) -> bytes:
    """Return the disjunctive proof: the true branch is answered, the others are simulated."""
    tag, fields, branches = claim
    while True:
        nonce = random_scalar()
        parts = [random_scalar() for _ in branches]
        responses = [random_scalar() for _ in branches]
        commitments = []
        for index, branch in enumerate(branches):
            if index == truth.branch:
                pair = (multiply_base(nonce), multiply(nonce, key))
            else:
                pair = _simulated(key, branch, parts[index], responses[index])
            commitments += [pair[0].encoded, pair[1].encoded]
        others = sum(parts) - parts[truth.branch]
        part = (challenge(tag, (*fields, *commitments)) - others) % ORDER
        parts[truth.branch] = part
        responses[truth.branch] = (nonce + part * truth.randomness) % ORDER
        if part and responses[truth.branch]:  # zero scalars are refused everywhere
            return b"".join(map(encode_scalar, [*parts, *responses]))


def _simulated(key: Point, branch: Ciphertext, part: int, response: int) -> Ciphertext:
    left = subtract(multiply_base(response), multiply(part, branch[0]))
    return left, subtract(multiply(response, key), multiply(part, branch[1]))


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
