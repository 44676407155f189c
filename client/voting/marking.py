"""From what a voter marked to the numbers that are encrypted, and back. Nothing here is secret."""

from contracts.voting.crypto.questions import (
    RANKED,
    SCORE,
    Contest,
    choice_count,
    columns_of,
    pairs_of,
    places_before,
    satisfies,
    shape_of,
)
from primitives.errors import Rejected

Mark = int | tuple[int, ...]  # an option; in a ranking also options that share a place
ContestMarks = tuple[Mark, ...] | None  # None is a blank ballot

BLANK = "(blank)"
UNRANKED = "(none ranked)"


class BadMarks(Rejected):
    """The marks do not answer the contest."""


def mark(contest: Contest, marks: ContestMarks) -> tuple[int, ...]:
    """Return 0 or 1 for each ciphertext of the contest; None is a blank ballot.

    Marks are option numbers from 0: one for single, any for approval; for rankings the places
    from the first on, options left out being equal below them; for score they are one grade's
    number for each option. A ranking of nothing is a blank ballot.

    Raises:
        BadMarks: not such marks, or not what the contest allows.
    """
    values = [0] * choice_count(contest)
    is_ranked = contest.kind in RANKED
    if marks is None or (is_ranked and not marks):
        if not contest.has_blank and not is_ranked:
            raise BadMarks("the contest has no blank")
        if contest.has_blank:
            values[-1] = 1
        return tuple(values)
    places = _ranked(contest, marks) if is_ranked else _marked(contest, marks)
    if len(set(places)) != len(places) or not all(0 <= place < len(values) for place in places):
        raise BadMarks(f"{marks}: a number is repeated or too large")
    for place in places:
        values[place] = 1
    if not satisfies(shape_of(contest), tuple(values)):
        raise BadMarks(f"{marks} is no answer to a {contest.kind} contest")
    return tuple(values)


def marked(contest: Contest, values: tuple[int, ...]) -> list[str]:
    """Return marks in words: options, or "option: grade", or places, where "=" joins equals."""
    if contest.has_blank and values[-1] == 1:
        return [BLANK]
    if contest.kind in RANKED:
        return _ranking(contest, values)
    width = columns_of(contest)
    ones = [place for place in range(len(contest.options) * width) if values[place] == 1]
    if contest.kind == SCORE:
        return [f"{contest.options[one // width]}: {contest.grades[one % width]}" for one in ones]
    return [contest.options[one] for one in ones]


def _marked(contest: Contest, marks: tuple[Mark, ...]) -> list[int]:
    numbers = [number for number in marks if isinstance(number, int)]
    if len(numbers) != len(marks):
        raise BadMarks(f"options share a place in rankings only, not in a {contest.kind} contest")
    if contest.kind != SCORE:
        return _within(numbers, len(contest.options))
    width = len(contest.grades)
    if len(numbers) != len(contest.options):
        raise BadMarks(f"{len(numbers)} marks for {len(contest.options)} options")
    return [option * width + grade for option, grade in enumerate(_within(numbers, width))]


def _ranked(contest: Contest, marks: tuple[Mark, ...]) -> list[int]:
    """Return the ciphertexts that hold 1: those of "i before j" for each i placed before j."""
    count = len(contest.options)
    place_of = dict.fromkeys(range(count), len(marks))  # those left out are last, and equal
    named = [(one, place) for place, mark in enumerate(marks) for one in _options(mark)]
    for option, place in named:
        place_of[option] = place
    if len(_within([option for option, _ in named], count)) != len({one for one, _ in named}):
        raise BadMarks(f"{marks}: an option has two places")
    return [
        2 * at + (place_of[left] > place_of[right])
        for at, (left, right) in enumerate(pairs_of(count))
        if place_of[left] != place_of[right]
    ]


def _options(mark: Mark) -> tuple[int, ...]:
    return (mark,) if isinstance(mark, int) else mark


def _ranking(contest: Contest, values: tuple[int, ...]) -> list[str]:
    """Return the places of a weak order, the last one too; options before as many are equal."""
    rows = places_before(len(contest.options))
    before = [sum(values[place] for place in row) for row in rows]
    if not any(before):
        return [UNRANKED]
    groups = [
        [name for name, count in zip(contest.options, before, strict=True) if count == level]
        for level in sorted(set(before), reverse=True)
    ]
    return [f"{place}. {' = '.join(names)}" for place, names in enumerate(groups, start=1)]


def _within(marks: list[int], limit: int) -> list[int]:
    if not all(0 <= number < limit for number in marks):
        raise BadMarks(f"marks are from 0 to {limit - 1}")
    return marks
