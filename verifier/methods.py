"""What counts mean: points, places and medians, by the method that the manifest names.

Source: docs/voting.md, methods. A table's entry (i, j) is how many placed i before j.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product

Table = dict[tuple[int, int], int]
Beats = set[tuple[int, int]]  # (i, j): i is above j


@dataclass(frozen=True, slots=True)
class Standing:
    """Points and places from 1, by option; equal options share a place."""

    points: list[int]
    places: list[int]


def by_points(points: list[int]) -> Standing:
    """Return the options in order of their points."""
    order = sorted(points, reverse=True)
    return Standing(points, [order.index(one) + 1 for one in points])


def ranked(kind: str, options: int, counts: list[int]) -> Standing:
    """Return what the table of a ranked contest means by its method."""
    table = table_of(options, counts)
    return _METHODS[kind](options, table)


def table_of(options: int, counts: list[int]) -> Table:
    """Return how many placed each option before each other."""
    table: Table = {}
    for at, (first, second) in enumerate(combinations(range(options), 2)):
        table[first, second], table[second, first] = counts[2 * at], counts[2 * at + 1]
    return table


def median_of(row: list[int]) -> int:
    """Return the lower middle one of the grades given; the first when none was."""
    middle = (sum(row) - 1) // 2
    for grade, count in enumerate(row):
        middle -= count
        if middle < 0:
            return grade
    return 0


def _borda(options: int, table: Table) -> Standing:
    return by_points([sum(table[i, j] for j in range(options) if i != j) for i in range(options)])


def _copeland(options: int, table: Table) -> Standing:
    points = [0] * options
    for i, j in combinations(range(options), 2):
        ahead = table[i, j] - table[j, i]
        points[i] += 2 if ahead > 0 else int(ahead == 0)
        points[j] += 2 if ahead < 0 else int(ahead == 0)
    return by_points(points)


def _schulze(options: int, table: Table) -> Standing:
    """Compare the widest paths of won votes, there and back."""
    width = {pair: votes if votes > table[pair[::-1]] else 0 for pair, votes in table.items()}
    for k, i, j in product(range(options), repeat=3):
        if len({i, j, k}) == 3:
            width[i, j] = max(width[i, j], min(width[i, k], width[k, j]))
    return _by_beats(options, {pair for pair in width if width[pair] > width[pair[::-1]]})


def _ranked_pairs(options: int, table: Table) -> Standing:
    """Keep won pairs, strongest first, that close no circle; equals are judged together."""

    def strength(pair: tuple[int, int]) -> tuple[int, int]:
        return table[pair], -table[pair[::-1]]

    won = [pair for pair in table if table[pair] > table[pair[::-1]]]
    kept: Beats = set()
    for level in sorted({strength(pair) for pair in won}, reverse=True):
        equals = {pair for pair in won if strength(pair) == level}
        kept |= {(i, j) for i, j in equals if i not in _reached(j, kept | equals)}
    return _by_beats(options, {(i, j) for i in range(options) for j in _reached(i, kept)})


def _reached(start: int, links: Beats) -> set[int]:
    """Return what links lead to from an option."""
    found: set[int] = set()
    new = {start}
    while new:
        new = {j for i, j in links if i in new} - found
        found |= new
    return found


def _by_beats(options: int, beats: Beats) -> Standing:
    numbers = range(options)
    points = [sum(i == one for i, _ in beats) for one in numbers]
    return Standing(points, [1 + sum(j == one for _, j in beats) for one in numbers])


_METHODS: dict[str, Callable[[int, Table], Standing]] = {
    "borda": _borda,
    "schulze": _schulze,
    "copeland": _copeland,
    "ranked-pairs": _ranked_pairs,
}
RANKED = tuple(_METHODS)
