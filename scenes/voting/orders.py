"""The 475 real ballots of the Debian project's election of 2002, and what they come to."""

import random
from collections.abc import Sequence
from itertools import combinations

from scenes.kit.cast import DATA

_BALLOTS = "debian-2002-leader.soi"
_SHUFFLE = 2002

Order = tuple[int, ...]  # options from 0, the first preference first; some may be left out


def real_orders() -> list[Order]:
    """Return the order of each ballot, shuffled so that neighbours do not vote alike."""
    text = (DATA / _BALLOTS).read_text(encoding="utf-8")
    orders: list[Order] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            count, order = line.split(":")
            orders += [tuple(int(one) - 1 for one in order.split(","))] * int(count)
    random.Random(_SHUFFLE).shuffle(orders)  # noqa: S311 - the same on every machine
    return orders


def ranking(order: Order, options: int) -> Order:
    """Return an order of the first so many options alone."""
    return tuple(option for option in order if option < options)


def pairwise(rankings: Sequence[Order], options: int) -> list[int]:
    """Return for each pair of options how many place the first before the second, and the reverse.

    An option that is left out is behind all others.
    """
    counts = []
    for left, right in combinations(range(options), 2):
        before = sum(_is_before(left, right, one) for one in rankings)
        counts += [before, sum(_is_before(right, left, one) for one in rankings)]
    return counts


def _is_before(left: int, right: int, ranked: Order) -> bool:
    return left in ranked and (right not in ranked or ranked.index(left) < ranked.index(right))
