"""Kinds of questions, each as ciphertexts of 0 or 1 and sums that must be within bounds.

- single: one ciphertext an option; the sum is 1.
- approval: one an option; the sum is from `low` to `high`.
- score (and majority judgment): one for each option and grade, options first; each row sums to 1.
- borda: one for each option and place, options first; rows and columns sum to 1.

A blank is the last ciphertext. It belongs to every sum of exactly 1, so that a blank ballot is 0
elsewhere; with approval, two proofs say "blank, or within bounds". Everything stays homomorphic.
"""

from typing import Annotated

from contracts.sdk import Chars, CountMax, Range, record, require
from contracts.sdk.words import is_distinct
from contracts.voting.crypto.errors import BadContest

SINGLE = "single"
APPROVAL = "approval"
SCORE = "score"
BORDA = "borda"
KINDS = (SINGLE, APPROVAL, SCORE, BORDA)

CONTESTS_MAX = 16
OPTIONS_MAX = 64
GRADES_MAX = 12
CHOICES_MAX = 256  # ciphertexts of one contest, and of one ballot
SUMS_MAX = 64

Label = Annotated[str, Chars(1, 200)]
Options = Annotated[int, Range(0, OPTIONS_MAX)]
Index = Annotated[int, Range(0, CHOICES_MAX)]


@record
class Contest:
    """One question of an election; `low` and `high` are of approval, `grades` of score, else 0."""

    title: Label
    kind: Annotated[str, Chars(1, 16)]
    options: Annotated[tuple[Label, ...], CountMax(OPTIONS_MAX, low=1)]
    low: Options
    high: Options
    grades: Annotated[tuple[Label, ...], CountMax(GRADES_MAX)]
    has_blank: bool


@record
class Sum:
    """The ciphertexts of `indices` add up to a number from `low` to `high`."""

    indices: Annotated[tuple[Index, ...], CountMax(CHOICES_MAX)]
    low: Options
    high: Options


@record
class Shape:
    """What a ballot must prove of one contest: `count` ciphertexts of 0 or 1, and these sums.

    With `blank`, the last ciphertext is 1 and that sum 0, or it is 0 and the sum within its bounds.
    """

    count: Index
    sums: Annotated[tuple[Sum, ...], CountMax(SUMS_MAX)]
    blank: Sum | None


def check_contest(contest: Contest) -> None:
    """Refuse a question without a meaning. Rejects: BadContest."""
    count = len(contest.options)
    require(contest.kind in KINDS, BadContest, field="kind")
    is_approval = contest.kind == APPROVAL
    is_bounded = 0 <= contest.low <= contest.high <= count and contest.high > 0
    has_bounds = is_bounded if is_approval else contest.low == contest.high == 0
    require(has_bounds, BadContest, field="high")
    grades = len(contest.grades)
    require(grades >= 2 if contest.kind == SCORE else grades == 0, BadContest, field="grades")
    for labels in (contest.options, contest.grades):
        require(is_distinct(labels), BadContest, field="options")
    require(choice_count(contest) <= CHOICES_MAX, BadContest, field="options")
    rows = 2 * count if contest.kind == BORDA else count if contest.kind == SCORE else 1
    require(rows <= SUMS_MAX, BadContest, field="options")


def choice_count(contest: Contest) -> int:
    """Return how many ciphertexts a ballot has for the contest."""
    return len(contest.options) * _columns(contest) + (1 if contest.has_blank else 0)


def shape_of(contest: Contest) -> Shape:
    """Return what a ballot must prove of a contest that `check_contest` accepted."""
    count = choice_count(contest)
    choices = _indices(0, 1, len(contest.options) * _columns(contest))
    if contest.kind == APPROVAL:
        return _approval_shape(contest, choices, count)
    lines = [choices]
    if contest.kind in (SCORE, BORDA):
        columns = _columns(contest)
        rows = len(contest.options)
        lines = [_indices(row * columns, 1, columns) for row in range(len(contest.options))]
        if contest.kind == BORDA:
            lines += [_indices(column, rows, rows) for column in range(len(contest.options))]
    blank = (count - 1,) if contest.has_blank else ()
    return Shape(count, tuple([Sum(line + blank, 1, 1) for line in lines]), None)


def _approval_shape(contest: Contest, choices: tuple[int, ...], count: int) -> Shape:
    within = Sum(choices, contest.low, contest.high)
    if contest.has_blank:
        return Shape(count, (), within)
    is_free = contest.low == 0 and contest.high == len(contest.options)
    return Shape(count, () if is_free else (within,), None)


def satisfies(shape: Shape, values: tuple[int, ...]) -> bool:
    """Whether numbers of 0 and 1, one a ciphertext, are an answer to the contest."""
    if len(values) != shape.count or not all([value in (0, 1) for value in values]):
        return False
    is_summed = all([_is_within(line, values) for line in shape.sums])
    if shape.blank is None:
        return is_summed
    if values[-1] == 1:
        return sum([values[index] for index in shape.blank.indices]) == 0
    return _is_within(shape.blank, values)


def points_of(contest: Contest, counts: tuple[int, ...]) -> tuple[int, ...]:
    """Return each option's points from the decrypted counts, the blank left out.

    Votes for single and approval. The first grade of score and the last place of borda give 0, and
    one more for each step.
    """
    columns = _columns(contest)
    points = []
    for option in range(len(contest.options)):
        row = counts[option * columns : (option + 1) * columns]
        if contest.kind == BORDA:
            row = row[::-1]
        worth = [step * count for step, count in enumerate(row)]
        points.append(sum(worth) if contest.kind in (SCORE, BORDA) else row[0])
    return tuple(points)


def _columns(contest: Contest) -> int:
    if contest.kind == SCORE:
        return len(contest.grades)
    return len(contest.options) if contest.kind == BORDA else 1


def _indices(start: int, step: int, count: int) -> tuple[int, ...]:
    return tuple([start + step * number for number in range(min(count, CHOICES_MAX))])


def _is_within(line: Sum, values: tuple[int, ...]) -> bool:
    return line.low <= sum([values[index] for index in line.indices]) <= line.high
