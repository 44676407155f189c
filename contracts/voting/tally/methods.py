"""From the counts of a contest to points and places: what a result means.

Equal options share a place; nothing here draws lots. With rankings, N(i, j) is how many placed i
before j, and i wins against j if N(i, j) > N(j, i). Source: docs/voting.md#methods.
"""

from typing import Annotated

from contracts.sdk import CountMax, Range, record
from contracts.voting.crypto.questions import (
    BORDA,
    CONTESTS_MAX,
    COPELAND,
    OPTIONS_MAX,
    RANKED,
    RANKED_OPTIONS_MAX,
    SCHULZE,
    SCORE,
    Contest,
    columns_of,
    pairs_of,
)

Counts = tuple[int, ...]
Numbers = Annotated[tuple[Annotated[int, Range(0, 2**53)], ...], CountMax(OPTIONS_MAX)]
Table = list[list[int]]  # a row an option, a column an option


@record
class Standing:
    """What the counts of a contest mean, option by option.

    `points` are votes (single, approval), grades' steps above the first (score), options placed
    after it (borda), 2 for each win and 1 for each draw (copeland), or options that it is above
    (schulze, ranked-pairs). `places` are from 1. `medians` are numbers of grades, of score alone.
    """

    points: Numbers
    places: Numbers
    medians: Numbers


Outcome = Annotated[tuple[Standing, ...], CountMax(CONTESTS_MAX)]


def standing_of(contest: Contest, counts: Counts) -> Standing:
    """Return points, places and medians of a contest's counts, the blank left out."""
    options = len(contest.options)
    if contest.kind in RANKED:
        table = pairwise(options, counts)
        if contest.kind == BORDA:
            return _by_points([sum(row) for row in table])
        if contest.kind == COPELAND:
            return _by_points(_copeland(table))
        is_above = _schulze(table) if contest.kind == SCHULZE else _ranked_pairs(table)
        return _by_relation(is_above)
    width = columns_of(contest)
    rows = [counts[at * width : (at + 1) * width] for at, _ in enumerate(contest.options)]
    if contest.kind != SCORE:
        return _by_points([row[0] for row in rows])
    points = [sum([step * count for step, count in enumerate(row)]) for row in rows]
    standing = _by_points(points)
    return Standing(standing.points, standing.places, tuple([_median(row) for row in rows]))


def pairwise(options: int, counts: Counts) -> Table:
    """Return N: how many placed the option of the row before that of the column."""
    numbers = range(min(options, RANKED_OPTIONS_MAX))
    table = [[0 for _ in numbers] for _ in numbers]
    for at, (left, right) in enumerate(pairs_of(options)):
        table[left][right] = counts[2 * at]
        table[right][left] = counts[2 * at + 1]
    return table


def _by_points(points: list[int]) -> Standing:
    places = [1 + sum([other > one for other in points]) for one in points]
    return Standing(tuple(points), tuple(places), ())


def _by_relation(is_above: Table) -> Standing:
    """Return places in a strict partial order: 1 and how many are above."""
    points = [sum(row) for row in is_above]
    places = [1 + sum(column) for column in zip(*is_above, strict=True)]
    return Standing(tuple(points), tuple(places), ())


def _copeland(table: Table) -> list[int]:
    """Return 2 for each win and 1 for each draw."""
    others = [(row, [line[at] for line in table]) for at, row in enumerate(table)]
    draws_and_wins = [
        sum([(mine >= theirs) + (mine > theirs) for mine, theirs in zip(row, column, strict=True)])
        for row, column in others
    ]
    return [count - 1 for count in draws_and_wins]  # without the draw against itself


def _schulze(table: Table) -> Table:
    """Return who is above whom: the strongest path there is stronger than that back.

    A link is a win, its strength the votes that won; a path is as strong as its weakest link.
    Source: Schulze 2011, section 2, winning votes.
    """
    numbers = range(len(table))
    paths = [[table[i][j] if table[i][j] > table[j][i] else 0 for j in numbers] for i in numbers]
    for middle in numbers:
        through = paths[middle]
        paths = [[max(row[j], min(row[middle], through[j])) for j in numbers] for row in paths]
    return [[1 if paths[i][j] > paths[j][i] else 0 for j in numbers] for i in numbers]


def _ranked_pairs(table: Table) -> Table:
    """Return who is above whom by the wins that were kept.

    Wins are gone through by votes that won, the most first, and among equals by votes against, the
    fewest first. Those equal in both are taken together: each is kept unless a way leads back
    over those kept before and the others of its strength. Source: Tideman 1987; no order of equals.
    """
    numbers = range(len(table))
    wins = [(i, j) for i in numbers for j in numbers if table[i][j] > table[j][i]]
    strengths = sorted({(-table[i][j], table[j][i]): True for i, j in wins})
    kept = [[0 for _ in numbers] for _ in numbers]
    for votes, against in strengths:
        equals = [(i, j) for i, j in wins if (-table[i][j], table[j][i]) == (votes, against)]
        tried = [[1 if (i, j) in equals else kept[i][j] for j in numbers] for i in numbers]
        leads = _closure(tried)
        for i, j in equals:
            if leads[j][i] == 0:
                kept[i][j] = 1
    return _closure(kept)


def _closure(links: Table) -> Table:
    """Return from where a way of links leads where."""
    numbers = range(len(links))
    for middle in numbers:
        through = links[middle]
        links = [[max(row[j], min(row[middle], through[j])) for j in numbers] for row in links]
    return links


def _median(row: Counts) -> int:
    """Return the lower middle grade: the best that more than half gave, or a better one.

    The first grade when nobody graded. Source: Balinski and Laraki 2007, majority grade.
    """
    total = sum(row)
    reached = [grade for grade in range(len(row)) if 2 * sum(row[grade:]) > total]
    return reached[-1] if len(reached) > 0 else 0
