"""An encrypted ballot: its form, what its hashes cover, and the check of all its proofs.

A ballot answers every contest of the election. Owns no state: whether the pseudonym may vote, the
sequence number rises, and the ciphertexts are new is the contract's to say.
"""

from typing import Annotated

from contracts.sdk import CountMax, Length, PublicKey, Range, Signature, record, require
from contracts.sdk.crypto import digest, verify
from contracts.sdk.group import IDENTITY, BadPoint, Point, decode_scalar, unchecked_point
from contracts.sdk.transcript import uint
from contracts.voting.crypto.elgamal import (
    Ciphertext,
    CiphertextBytes,
    add_ciphertexts,
    opens_to,
    submitted_ciphertext,
    unchecked_ciphertext,
)
from contracts.voting.crypto.errors import (
    BadBallotProof,
    BadBallotShape,
    BadBallotSignature,
    BadOpening,
    BallotTooLarge,
    RepeatedCiphertext,
)
from contracts.voting.crypto.proofs import (
    ZERO_ONE_BYTES,
    blank_proof_bytes,
    sum_proof_bytes,
    verify_blank,
    verify_sum,
    verify_zero_one,
)
from contracts.voting.crypto.questions import (
    CHOICES_MAX,
    CONTESTS_MAX,
    SUMS_MAX,
    Contest,
    Shape,
    choice_count,
    shape_of,
)
from contracts.voting.crypto.transcript import Hash, PointBytes, hash_of

CAST = "vote/cast"  # tag of the pseudonym's signature
SEQ_MAX = 2**31
_SUM_BYTES_MAX = 65 * 64
_BLANK_BYTES_MAX = _SUM_BYTES_MAX + 192

ZeroOneProof = Annotated[bytes, Length(128)]
SumProof = Annotated[bytes, Length(64, _SUM_BYTES_MAX)]
BlankProof = Annotated[bytes, Length(0, _BLANK_BYTES_MAX)]
Scalar = Annotated[bytes, Length(32)]


@record
class EncryptedAnswer:
    """The answer to one contest, by number of the ciphertext; `blank` is empty where not asked."""

    choices: Annotated[tuple[CiphertextBytes, ...], CountMax(CHOICES_MAX, low=1)]
    proofs: Annotated[tuple[ZeroOneProof, ...], CountMax(CHOICES_MAX, low=1)]
    sums: Annotated[tuple[SumProof, ...], CountMax(SUMS_MAX)]
    blank: BlankProof


@record
class EncryptedBallot:
    """Answers in the order of the contests, and the pseudonym's signature over `cast_hash`."""

    answers: Annotated[tuple[EncryptedAnswer, ...], CountMax(CONTESTS_MAX, low=1)]
    signature: Signature


@record
class BallotStatement:
    """What a ballot's proofs are tied to; all of it is in the hash of every proof.

    `election` is ctx_E, `key` is K, `token` is the pseudonym's.
    """

    election: Hash
    key: PointBytes
    contests: Annotated[tuple[Contest, ...], CountMax(CONTESTS_MAX, low=1)]
    class_id: Annotated[int, Range(0, 2**31)]
    voter_key: PublicKey
    seq: Annotated[int, Range(0, SEQ_MAX)]
    token: Annotated[bytes, Length(48)]


Openings = Annotated[tuple[Scalar, ...], CountMax(CHOICES_MAX, low=1)]  # of one contest


def verify_ballot(statement: BallotStatement, ballot: EncryptedBallot) -> None:
    """Check the ballot: shape, then signature, then every proof.

    Rejects: BadBallotShape, RepeatedCiphertext, BadBallotSignature, BadPoint, BadScalar,
    BadBallotProof.
    """
    check_shape(statement, ballot)
    ciphertext_digests(ballot)
    covered = cast_hash(statement, ballot)
    require(verify(statement.voter_key, CAST, covered, ballot.signature), BadBallotSignature)
    key = unchecked_point(statement.key)  # every proof multiplies it
    require(key != IDENTITY, BadPoint)
    for number, answer in enumerate(ballot.answers):
        shape = shape_of(statement.contests[number])
        _verify_answer(ballot_context(statement, ballot, number), (number, shape), key, answer)


def check_shape(statement: BallotStatement, ballot: EncryptedBallot) -> None:
    """Check that numbers and lengths are what the contests need. Rejects: BadBallotShape."""
    require(len(ballot.answers) == len(statement.contests), BadBallotShape)
    for number, answer in enumerate(ballot.answers):
        shape = shape_of(statement.contests[number])
        is_counted = len(answer.choices) == len(answer.proofs) == shape.count
        lengths = [len(proof) for proof in answer.sums]
        wanted = [sum_proof_bytes((line.low, line.high)) for line in shape.sums]
        require(is_counted and lengths == wanted, BadBallotShape, contest=number)
        require(len(answer.blank) == _blank_bytes(shape), BadBallotShape, contest=number)


def ballot_context(statement: BallotStatement, ballot: EncryptedBallot, contest: int) -> bytes:
    """Return ctx_B of the contest with this number; it covers the ciphertexts of all contests."""
    fields = [
        statement.election,
        uint(contest),
        uint(statement.class_id),
        statement.voter_key,
        uint(statement.seq),
        statement.token,
    ]
    for answer in ballot.answers:
        for choice in answer.choices:
            fields += [choice[:32], choice[32:]]
    return hash_of("ballot", tuple(fields))


def cast_hash(statement: BallotStatement, ballot: EncryptedBallot) -> bytes:
    """Return the hash that names the ballot, its tracker: all contexts, then all proofs.

    The signature is over it and not in it, so it can be committed to before.
    """
    fields = [
        ballot_context(statement, ballot, number) for number in range(len(statement.contests))
    ]
    for answer in ballot.answers:
        fields += [*answer.proofs, *answer.sums, answer.blank]
    return hash_of("cast", tuple(fields))


def ciphertext_digests(ballot: EncryptedBallot) -> tuple[bytes, ...]:
    """Return a digest of each (A, B), 32 bytes, in ballot order, to find copies by.

    Rejects: RepeatedCiphertext.
    """
    seen: dict[bytes, bool] = {}
    for answer in ballot.answers:
        for choice in answer.choices:
            seen[digest("vote/ciphertext", choice)] = True
    count = sum([len(answer.choices) for answer in ballot.answers])
    require(len(seen) == count, RepeatedCiphertext)
    return tuple(seen)


def ciphertexts_of(answer: EncryptedAnswer) -> tuple[Ciphertext, ...]:
    """Return the pairs of an answer that was verified before it was stored."""
    return tuple([unchecked_ciphertext(choice) for choice in answer.choices])


def opened_values(key: Point, answer: EncryptedAnswer, openings: Openings) -> tuple[int, ...]:
    """Return what the ciphertexts of a spoiled ballot hold, by the randomness of each.

    Rejects: BadOpening, BadScalar.
    """
    require(len(openings) == len(answer.choices), BadOpening)
    values = []
    for choice, opening in zip(answer.choices, openings, strict=True):
        ciphertext, randomness = unchecked_ciphertext(choice), decode_scalar(opening)
        is_one = opens_to(key, ciphertext, 1, randomness)
        require(is_one or opens_to(key, ciphertext, 0, randomness), BadOpening)
        values.append(1 if is_one else 0)
    return tuple(values)


def check_size(contests: tuple[Contest, ...]) -> None:
    """Refuse contests whose ballots would be too large. Rejects: BallotTooLarge."""
    count = sum([choice_count(contest) for contest in contests])
    require(count <= CHOICES_MAX, BallotTooLarge, ciphertexts=count)


def ballot_bytes(contests: tuple[Contest, ...]) -> int:
    """Return the bytes of a ballot's ciphertexts, proofs and signature."""
    total = 64
    for contest in contests:
        shape = shape_of(contest)
        sums = sum([sum_proof_bytes((line.low, line.high)) for line in shape.sums])
        total += shape.count * (64 + ZERO_ONE_BYTES) + sums + _blank_bytes(shape)
    return total


def _blank_bytes(shape: Shape) -> int:
    return 0 if shape.blank is None else blank_proof_bytes((shape.blank.low, shape.blank.high))


def _verify_answer(
    context: bytes, place: tuple[int, Shape], key: Point, answer: EncryptedAnswer
) -> None:
    """Check one contest's proofs; first the 0/1 proofs, which check every point."""
    contest, shape = place
    labels = (context, uint(contest))
    choices = tuple([submitted_ciphertext(choice) for choice in answer.choices])
    for index, choice in enumerate(choices):
        is_proven = verify_zero_one((*labels, uint(index)), key, choice, answer.proofs[index])
        require(is_proven, BadBallotProof, contest=contest, choice=index)
    for index, line in enumerate(shape.sums):
        total = add_ciphertexts(tuple([choices[part] for part in line.indices]))
        bounds = (line.low, line.high)
        require(
            verify_sum(labels, key, total, bounds, answer.sums[index]), BadBallotProof, sum=index
        )
    if shape.blank is not None:
        total = add_ciphertexts(tuple([choices[part] for part in shape.blank.indices]))
        bounds = (shape.blank.low, shape.blank.high)
        is_proven = verify_blank(labels, key, (choices[-1], total), bounds, answer.blank)
        require(is_proven, BadBallotProof, contest=contest)
