"""From places to seats: who is elected, lots where a tie decides a seat, and the quorum.

The ledger says points and places and draws no lots. How many seats there are, the quorum and where
the lots' public seed comes from are the manifest's, so that nobody changes them afterwards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from client.voting.errors import BadDraw
from contracts.sdk.transcript import uint
from contracts.voting.core.state import ClassTotals
from contracts.voting.crypto.transcript import hash_of

PERCENT = 100
_SEED = re.compile(r"[0-9a-z-]{4,64}")  # one way to write it


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The lot of an option that is tied for a seat: 64 bytes in hex, the lowest wins."""

    option: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Who has the seats of a contest, options by number; `tied` wait for lots to be drawn."""

    elected: tuple[int, ...]
    tied: tuple[int, ...] = ()
    lots: tuple[Lot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What lots are drawn from: a seed that nobody knew while votes were cast, and the tally."""

    tally: bytes  # the result's commitment, so that one seed draws other lots elsewhere
    seed: str  # such as the first prize of a state lottery after the close

    def __post_init__(self) -> None:
        """Refuse a seed that can be written in two ways, for each would draw other lots.

        Raises:
            BadDraw: it is not 4 to 64 small letters, digits and hyphens.
        """
        if not _SEED.fullmatch(self.seed):
            raise BadDraw("a seed of lots has 4 to 64 of 0-9, a-z and -, and nothing else")

    def lot(self, contest: int, option: int) -> Lot:
        """Return the lot of an option."""
        fields = (self.tally, self.seed.encode(), uint(contest), uint(option))
        return Lot(option=option, value=hash_of("lot", fields).hex())


def seats_of(contest: int, places: Sequence[int], count: int, draw: Draw | None = None) -> Seats:
    """Return who has the `count` seats of a contest, given its options' places, from 1.

    Where equal options are more than the seats that are left, lots decide; without a draw they are
    said to be tied, and nobody of them is elected.
    """
    elected: list[int] = []
    for place in sorted(set(places)):
        equal = [option for option, at in enumerate(places) if at == place]
        left = count - len(elected)
        if len(equal) <= left:
            elected += equal
            continue
        if left <= 0:
            break
        if draw is None:
            return Seats(elected=tuple(elected), tied=tuple(equal))
        lots = sorted((draw.lot(contest, option) for option in equal), key=lambda one: one.value)
        elected += [one.option for one in lots[:left]]
        return Seats(elected=tuple(elected), lots=tuple(lots))
    return Seats(elected=tuple(elected))


def has_quorum(totals: Sequence[ClassTotals], percent: int) -> bool:
    """Return whether at least this part of those on the roll have voted."""
    eligible = sum(one.eligible for one in totals)
    voted = sum(one.pseudonyms for one in totals)
    return voted * PERCENT >= eligible * percent
