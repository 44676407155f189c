"""From places to seats, as far as no lots are needed, and the quorum.

Source: docs/voting.md, seats and lots.
"""

from collections.abc import Sequence

from verifier.election import Totals

_PERCENT = 100


def seats_of(places: Sequence[int], count: int) -> tuple[list[int], list[int]]:
    """Return which options have the seats of a contest, and which are tied for those left."""
    elected: list[int] = []
    for place in sorted(set(places)):
        equal = [option for option, at in enumerate(places) if at == place]
        left = count - len(elected)
        if len(equal) > left:
            return elected, equal if left else []
        elected += equal
    return elected, []


def turnout(totals: Sequence[Totals]) -> tuple[int, int]:
    """Return how many voted, and how many are on the roll, of all classes."""
    return sum(one.pseudonyms for one in totals), sum(one.eligible for one in totals)


def has_quorum(totals: Sequence[Totals], percent: int) -> bool:
    """Return whether at least this part of those on the roll have voted."""
    voted, eligible = turnout(totals)
    return voted * _PERCENT >= eligible * percent
