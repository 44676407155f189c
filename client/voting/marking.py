"""From what a voter marked to the numbers that are encrypted, and back. Nothing here is secret."""

from contracts.voting.crypto.questions import (
    APPROVAL,
    BORDA,
    SCORE,
    SINGLE,
    Contest,
    choice_count,
    satisfies,
    shape_of,
)
from primitives.errors import Rejected


class BadMarks(Rejected):
    """The marks do not answer the contest."""


def mark(contest: Contest, marks: tuple[int, ...] | None) -> tuple[int, ...]:
    """Return 0 or 1 for each ciphertext of the contest; None is a blank ballot.

    Marks are option numbers from 0: one for single, any for approval, all of them from first place
    to last for borda; for score they are one grade's number for each option.

    Raises:
        BadMarks: not such marks, or not what the contest allows.
    """
    values = [0] * choice_count(contest)
    if marks is None:
        if not contest.has_blank:
            raise BadMarks("the contest has no blank")
        values[-1] = 1
        return tuple(values)
    places = _places(contest, marks)
    if len(set(places)) != len(places) or not all(0 <= place < len(values) for place in places):
        raise BadMarks(f"{marks}: a number is repeated or too large")
    for place in places:
        values[place] = 1
    if not satisfies(shape_of(contest), tuple(values)):
        raise BadMarks(f"{marks} is no answer to a {contest.kind} contest")
    return tuple(values)


def _places(contest: Contest, marks: tuple[int, ...]) -> list[int]:
    columns = {SINGLE: 1, APPROVAL: 1, SCORE: len(contest.grades), BORDA: len(contest.options)}
    width, rows = columns[contest.kind], len(contest.options)
    if contest.kind in {SINGLE, APPROVAL}:
        return _within(list(marks), rows)
    if len(marks) != rows:
        raise BadMarks(f"{len(marks)} marks for {rows} options")
    if contest.kind == SCORE:
        return [option * width + grade for option, grade in enumerate(_within(list(marks), width))]
    return [option * width + place for place, option in enumerate(_within(list(marks), rows))]


def _within(marks: list[int], limit: int) -> list[int]:
    if not all(0 <= number < limit for number in marks):
        raise BadMarks(f"marks are from 0 to {limit - 1}")
    return marks
