"""An encrypted ballot: its form, what its hashes cover, and the check of all its proofs.

A ballot answers every contest of the election. Owns no state: whether the pseudonym may vote, the
sequence number rises, and the ciphertexts are new is the contract's to say.
"""

from typing import Annotated

from contracts.sdk import CountMax, Length, PublicKey, Range, Signature, record, require
from contracts.sdk.crypto import digest, verify
from contracts.sdk.group import (
    IDENTITY,
    POINT_BYTES,
    BadPoint,
    Point,
    decode_scalar,
    unchecked_point,
)
from contracts.sdk.transcript import uint
from contracts.voting.crypto.elgamal import (
    CIPHERTEXT_BYTES,
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
    PAIR_BYTES,
    ZERO_ONE_BYTES,
    Ciphertexts,
    Keys,
    Labels,
    blank_proof_bytes,
    nothing_beside_claim,
    order_bytes,
    second_generator,
    sum_proof_bytes,
    verify_blank,
    verify_claim,
    verify_order,
    verify_pair,
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
    pairs_of,
    places_after,
    places_before,
    shape_of,
)
from contracts.voting.crypto.transcript import Hash, PointBytes, hash_of

CAST = "vote/cast"  # tag of the pseudonym's signature
SEQ_MAX = 2**31
_SUM_BYTES_MAX = 65 * 64
_BLANK_BYTES_MAX = _SUM_BYTES_MAX + 192

Place = tuple[int, Shape]  # the number of a contest, and what it asks

ChoiceProof = Annotated[bytes, Length(ZERO_ONE_BYTES, 288)]
SumProof = Annotated[bytes, Length(64, _SUM_BYTES_MAX)]
BlankProof = Annotated[bytes, Length(0, _BLANK_BYTES_MAX)]
Scalar = Annotated[bytes, Length(32)]


@record
class EncryptedAnswer:
    """The answer to one contest, by number of the ciphertext; `blank` is empty where not asked.

    Of a ranked contest, `proofs` has one for each pair of ciphertexts and then the blank's, and
    `sums` the one proof that the pairs are a weak order.
    """

    choices: Annotated[tuple[CiphertextBytes, ...], CountMax(CHOICES_MAX, low=1)]
    proofs: Annotated[tuple[ChoiceProof, ...], CountMax(CHOICES_MAX, low=1)]
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

    `election` is ctx_E, `key` is K, `token` is the pseudonym's: sigma, or the tag of a ring.
    """

    election: Hash
    key: PointBytes
    contests: Annotated[tuple[Contest, ...], CountMax(CONTESTS_MAX, low=1)]
    class_id: Annotated[int, Range(0, 2**31)]
    voter_key: PublicKey
    seq: Annotated[int, Range(0, SEQ_MAX)]
    token: Annotated[bytes, Length(POINT_BYTES, 48)]


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
        labels = (ballot_context(statement, ballot, number), uint(number))
        place = (number, shape_of(statement.contests[number]))
        _verify_answer(statement, place, labels, answer)


def check_shape(statement: BallotStatement, ballot: EncryptedBallot) -> None:
    """Check that numbers and lengths are what the contests need. Rejects: BadBallotShape."""
    require(len(ballot.answers) == len(statement.contests), BadBallotShape)
    for number, answer in enumerate(ballot.answers):
        shape = shape_of(statement.contests[number])
        require(len(answer.choices) == shape.count, BadBallotShape, contest=number)
        for proofs, wanted in (
            (answer.proofs, _proof_bytes(shape)),
            (answer.sums, _sum_bytes(shape)),
        ):
            lengths = [len(proof) for proof in proofs]
            require(lengths == wanted, BadBallotShape, contest=number)
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
        proofs = sum(_proof_bytes(shape)) + sum(_sum_bytes(shape)) + _blank_bytes(shape)
        total += shape.count * CIPHERTEXT_BYTES + proofs
    return total


def _proof_bytes(shape: Shape) -> list[int]:
    """Return the length of each proof that ciphertexts hold 0 or 1."""
    if shape.ranked == 0:
        return [ZERO_ONE_BYTES for _ in range(min(shape.count, CHOICES_MAX))]
    blank = [] if shape.blank is None else [ZERO_ONE_BYTES]
    return [PAIR_BYTES for _ in pairs_of(shape.ranked)] + blank


def _sum_bytes(shape: Shape) -> list[int]:
    if shape.ranked > 0:
        return [order_bytes(shape.ranked)]
    return [sum_proof_bytes((line.low, line.high)) for line in shape.sums]


def _blank_bytes(shape: Shape) -> int:
    if shape.blank is None:
        return 0
    if shape.ranked > 0:
        return ZERO_ONE_BYTES
    return blank_proof_bytes((shape.blank.low, shape.blank.high))


def _verify_answer(
    stated: BallotStatement, place: Place, labels: Labels, answer: EncryptedAnswer
) -> None:
    """Check one contest's proofs; first those of the ciphertexts, which check every point."""
    key = unchecked_point(stated.key)
    choices = tuple([submitted_ciphertext(choice) for choice in answer.choices])
    if place[1].ranked > 0:
        keys = (key, second_generator(stated.election))
        _verify_ranking(labels, keys, place, choices, answer)
    else:
        _verify_values(labels, key, place, choices, answer)
    _verify_blank(labels, key, place, choices, answer)


def _verify_values(
    labels: Labels, key: Point, place: Place, choices: Ciphertexts, answer: EncryptedAnswer
) -> None:
    """Check that every ciphertext is 0 or 1, and every sum within its bounds."""
    contest, shape = place
    for index, choice in enumerate(choices):
        is_proven = verify_zero_one((*labels, uint(index)), key, choice, answer.proofs[index])
        require(is_proven, BadBallotProof, contest=contest, choice=index)
    for index, line in enumerate(shape.sums):
        total = add_ciphertexts(tuple([choices[part] for part in line.indices]))
        bounds = (line.low, line.high)
        is_proven = verify_sum(labels, key, total, bounds, answer.sums[index])
        require(is_proven, BadBallotProof, contest=contest, sum=index)


def _verify_ranking(
    labels: Labels, keys: Keys, place: Place, choices: Ciphertexts, answer: EncryptedAnswer
) -> None:
    """Check that the pairs are a weak order, and that a blank is 0 or 1."""
    contest, shape = place
    pairs = pairs_of(shape.ranked)
    for index, (left, right) in enumerate(pairs):
        named = (*labels, uint(left), uint(right))
        pair = (choices[2 * index], choices[2 * index + 1])
        is_proven = verify_pair(named, keys[0], pair, answer.proofs[index])
        require(is_proven, BadBallotProof, contest=contest, choice=2 * index)
    if shape.blank is not None:
        last = shape.count - 1
        named = (*labels, uint(last))
        is_proven = verify_zero_one(named, keys[0], choices[last], answer.proofs[-1])
        require(is_proven, BadBallotProof, contest=contest, choice=last)
    named = (*labels, uint(shape.ranked))
    ranked = choices[: 2 * len(pairs)]
    rows = (*places_before(shape.ranked), *places_after(shape.ranked))
    sums = tuple([add_ciphertexts(tuple([ranked[place] for place in row])) for row in rows])
    is_proven = verify_order(named, keys, sums, ranked, answer.sums[0])
    require(is_proven, BadBallotProof, contest=contest, sum=0)


def _verify_blank(
    labels: Labels, key: Point, place: Place, choices: Ciphertexts, answer: EncryptedAnswer
) -> None:
    contest, shape = place
    if shape.blank is None:
        return
    bounds = (shape.blank.low, shape.blank.high)
    pair = (choices[-1], add_ciphertexts(tuple([choices[at] for at in shape.blank.indices])))
    if shape.ranked > 0:  # a relation is within its bounds always
        claim = nothing_beside_claim(labels, key, pair, bounds)
        is_proven = verify_claim(claim, key, answer.blank)
    else:
        is_proven = verify_blank(labels, key, pair, bounds, answer.blank)
    require(is_proven, BadBallotProof, contest=contest)
