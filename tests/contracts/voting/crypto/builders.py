"""Contests, statements and sealed ballots for the tests of the cryptography."""

from dataclasses import replace

from client.voting.marking import ContestMarks, mark
from client.voting.prover import SealedBallot, seal_ballot
from contracts.sdk.group import Point, multiply_base
from contracts.voting.crypto.ballots import BallotStatement, EncryptedAnswer, EncryptedBallot
from contracts.voting.crypto.questions import (
    APPROVAL,
    BORDA,
    COPELAND,
    RANKED_PAIRS,
    SCHULZE,
    SCORE,
    SINGLE,
    Contest,
)
from primitives.crypto import SigningKey

SECRET = 0xE1EC7104
KEY: Point = multiply_base(SECRET)
VOTER = SigningKey(b"\x07" * 32)
OPTIONS = ("Garbee", "Robinson", "Hertzog", "Zhou", "Anna")


def contest(
    kind: str,
    options: int = 3,
    *,
    low: int = 0,
    high: int = 0,
    grades: int = 0,
    blank: bool = False,
) -> Contest:
    names = tuple(f"grade {grade}" for grade in range(grades))
    return Contest("Who?", kind, OPTIONS[:options], low, high, names, blank)


# Each kind with marks that answer it.
ASKED = {
    "single": (contest(SINGLE), (1,)),
    "single or blank": (contest(SINGLE, blank=True), None),
    "approval of any": (contest(APPROVAL, high=3), ()),
    "approval of 1 to 2": (contest(APPROVAL, low=1, high=2), (0, 2)),
    "approval or blank": (contest(APPROVAL, low=1, high=2, blank=True), (0,)),
    "blank approval": (contest(APPROVAL, low=2, high=2, blank=True), None),
    "score": (contest(SCORE, 2, grades=3), (2, 0)),
    "blank score": (contest(SCORE, 2, grades=2, blank=True), None),
    "borda": (contest(BORDA), (2, 0, 1)),
    "borda of one": (contest(BORDA, 4), (3,)),
    "borda of two or blank": (contest(BORDA, 2, blank=True), (0,)),
    "schulze": (contest(SCHULZE, 4), (2, (0, 3))),
    "schulze, all equal": (contest(SCHULZE, blank=True), ((0, 1, 2),)),
    "schulze, none ranked": (contest(SCHULZE), None),
    "copeland, blank": (contest(COPELAND, blank=True), ()),
    "ranked pairs of two": (contest(RANKED_PAIRS, 2), (1, 0)),
}


def statement(*contests: Contest, voter: SigningKey = VOTER) -> BallotStatement:
    return BallotStatement(
        election=b"\xe1" * 64,
        key=KEY.encoded,
        contests=contests,
        class_id=1,
        voter_key=voter.public_key,
        seq=3,
        token=b"\x70" * 48,
    )


def sealed(stated: BallotStatement, *marks: ContestMarks) -> SealedBallot:
    values = [mark(asked, marked) for asked, marked in zip(stated.contests, marks, strict=True)]
    return seal_ballot(stated, values, VOTER)


def with_answer(ballot: EncryptedBallot, number: int = 0, **changes: object) -> EncryptedBallot:
    answers = list(ballot.answers)
    answers[number] = replace(answers[number], **changes)
    return replace(ballot, answers=tuple(answers))


def swapped(items: tuple[bytes, ...], index: int, item: bytes) -> tuple[bytes, ...]:
    return (*items[:index], item, *items[index + 1 :])


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def first(ballot: EncryptedBallot) -> EncryptedAnswer:
    return ballot.answers[0]
