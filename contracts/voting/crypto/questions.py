"""Kinds of questions, each as ciphertexts of 0 or 1 and sums that must be within bounds.

- single: one ciphertext an option; the sum is 1.
- approval: one an option; the sum is from `low` to `high`.
- score (and majority judgment): one for each option and grade, options first; each row sums to 1.
- ranked (borda, schulze, copeland, ranked-pairs, by how the sums are read): two for each pair of
  options, "i before j" and "j before i"; together they are a weak order.

A blank is the last ciphertext. It belongs to every sum of exactly 1, so that a blank ballot is 0
elsewhere; with approval, two proofs say "blank, or within bounds", with rankings one says "blank,
or not". Everything stays homomorphic.
"""

from typing import Annotated

from contracts.sdk import Chars, CountMax, Range, record, require
from contracts.sdk.labels import look_of
from contracts.voting.crypto.errors import BadContest, LooksAlike

SINGLE = "single"
APPROVAL = "approval"
SCORE = "score"
BORDA = "borda"
SCHULZE = "schulze"
COPELAND = "copeland"
RANKED_PAIRS = "ranked-pairs"
RANKED = (BORDA, SCHULZE, COPELAND, RANKED_PAIRS)
KINDS = (SINGLE, APPROVAL, SCORE, *RANKED)

CONTESTS_MAX = 16
OPTIONS_MAX = 64
RANKED_OPTIONS_MAX = 10
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
    With `ranked`, the number of options, the ciphertexts but the blank are a weak order.
    """

    count: Index
    sums: Annotated[tuple[Sum, ...], CountMax(SUMS_MAX)]
    blank: Sum | None
    ranked: Options


def check_contest(contest: Contest) -> None:
    """Refuse a question without a meaning. Rejects: BadContest, LooksAlike."""
    count = len(contest.options)
    require(contest.kind in KINDS, BadContest, field="kind")
    is_approval = contest.kind == APPROVAL
    is_bounded = 0 <= contest.low <= contest.high <= count and contest.high > 0
    has_bounds = is_bounded if is_approval else contest.low == contest.high == 0
    require(has_bounds, BadContest, field="high")
    grades = len(contest.grades)
    require(grades >= 2 if contest.kind == SCORE else grades == 0, BadContest, field="grades")
    for field, labels in (("options", contest.options), ("grades", contest.grades)):
        check_labels(field, labels)
    is_rankable = 2 <= count <= RANKED_OPTIONS_MAX
    require(contest.kind not in RANKED or is_rankable, BadContest, field="options")
    require(choice_count(contest) <= CHOICES_MAX, BadContest, field="options")


def check_labels(field: str, labels: tuple[str, ...]) -> None:
    """Refuse labels that people cannot tell apart. Rejects: LooksAlike, which names the first."""
    looks = [look_of(label) for label in labels]
    for number, label in enumerate(labels):
        is_seen = looks[number] != "" and looks[number] not in looks[:number]
        require(is_seen, LooksAlike, field=field, label=label)


def choice_count(contest: Contest) -> int:
    """Return how many ciphertexts a ballot has for the contest."""
    return len(contest.options) * columns_of(contest) + (1 if contest.has_blank else 0)


def shape_of(contest: Contest) -> Shape:
    """Return what a ballot must prove of a contest that `check_contest` accepted."""
    count = choice_count(contest)
    options, columns = len(contest.options), columns_of(contest)
    choices = _indices(0, options * columns)
    if contest.kind in RANKED:
        beside = Sum(choices, 0, options * columns // 2)
        return Shape(count, (), beside if contest.has_blank else None, options)
    if contest.kind == APPROVAL:
        return _approval_shape(contest, choices, count)
    lines = [choices]
    if contest.kind == SCORE:
        lines = [_indices(row * columns, columns) for row in range(len(contest.options))]
    blank = (count - 1,) if contest.has_blank else ()
    return Shape(count, tuple([Sum(line + blank, 1, 1) for line in lines]), None, 0)


def _approval_shape(contest: Contest, choices: tuple[int, ...], count: int) -> Shape:
    within = Sum(choices, contest.low, contest.high)
    if contest.has_blank:
        return Shape(count, (), within, 0)
    is_free = contest.low == 0 and contest.high == len(contest.options)
    return Shape(count, () if is_free else (within,), None, 0)


def satisfies(shape: Shape, values: tuple[int, ...]) -> bool:
    """Whether numbers of 0 and 1, one a ciphertext, are an answer to the contest."""
    if len(values) != shape.count or not all([value in (0, 1) for value in values]):
        return False
    if shape.ranked > 0 and not is_weak_order(shape.ranked, values):
        return False
    is_summed = all([_is_within(line, values) for line in shape.sums])
    if shape.blank is None:
        return is_summed
    if values[-1] == 1:
        return sum([values[index] for index in shape.blank.indices]) == 0
    return _is_within(shape.blank, values)


def pairs_of(options: int) -> tuple[tuple[int, int], ...]:
    """Return the pairs (i, j) with i < j, in order; pair k has the ciphertexts 2k and 2k + 1."""
    numbers = range(min(options, RANKED_OPTIONS_MAX))
    return tuple([(left, right) for left in numbers for right in numbers if left < right])


def places_before(options: int) -> tuple[tuple[int, ...], ...]:
    """Return for each option the ciphertexts that say "it is before another": a row of p."""
    return _places(options, 0)


def places_after(options: int) -> tuple[tuple[int, ...], ...]:
    """Return for each option the ciphertexts that say "another is before it": a column of p."""
    return _places(options, 1)


def is_weak_order(options: int, values: tuple[int, ...]) -> bool:
    """Whether numbers of 0 and 1, two a pair, are a ranking; ties and blanks are rankings.

    They are if each option is before exactly those that are before fewer options than it.
    """
    before = [sum([values[place] for place in row]) for row in places_before(options)]
    stated = [
        (1 if before[left] > before[right] else 0, 1 if before[left] < before[right] else 0)
        for left, right in pairs_of(options)
    ]
    return all([values[2 * at : 2 * at + 2] == pair for at, pair in enumerate(stated)])


def columns_of(contest: Contest) -> int:
    """Return how many ciphertexts each option has; with rankings, half of those it is part of."""
    if contest.kind == SCORE:
        return len(contest.grades)
    return len(contest.options) - 1 if contest.kind in RANKED else 1


def _indices(start: int, count: int) -> tuple[int, ...]:
    return tuple([start + number for number in range(min(count, CHOICES_MAX))])


def _is_within(line: Sum, values: tuple[int, ...]) -> bool:
    return line.low <= sum([values[index] for index in line.indices]) <= line.high


def _places(options: int, side: int) -> tuple[tuple[int, ...], ...]:
    pairs = pairs_of(options)
    rows = []
    for option in range(min(options, RANKED_OPTIONS_MAX)):
        row = [
            2 * at + (side if pair[0] == option else 1 - side)
            for at, pair in enumerate(pairs)
            if option in pair
        ]
        rows.append(tuple(row))
    return tuple(rows)
