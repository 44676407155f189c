"""Whose turn it is to propose, and who is passed over for having missed turns. Rules R3.1 to R3.3.

Pure: headers in, turns out, so that all who hold the same blocks agree. What a node itself has
seen decides nothing here. The votes of one who is passed over still count (R3.4). Source:
docs/protocol.md#absent-proposers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TypeAlias

from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.validators import Validator, ValidatorSet

MISSED_MAX = 9
_MISSED_MIN = 2  # one missed turn may be bad luck


@dataclass(frozen=True, slots=True)
class Turn:
    """One validator's record, all zeros at first.

    `missed` turns in a row, at most 9; `charged` is the height that charged the last of them;
    it is passed over at every height up to and including `until`.
    """

    missed: int = 0
    charged: int = 0
    until: int = 0


NO_TURN = Turn()
Turns: TypeAlias = Mapping[str, Turn]  # by the validator's name; absent means zeros
# By the validator's name, the first height of its seat; absent means 0, a seat of the genesis.
Since: TypeAlias = Mapping[str, Height]
FROM_GENESIS: Since = {}


def seats_since(
    since: Since, *, height: Height, validators: ValidatorSet, following: ValidatorSet
) -> dict[str, Height]:
    """Return since when each of `following` has its seat, after the block at `height` (S5).

    A seat is a node's, by name: who rotates its key keeps it, who comes back begins anew.
    Seats of the genesis are left out.
    """
    seated = {member.name for member in validators.members}
    after = {
        member.name: since.get(member.name, Height(0))
        if member.name in seated
        else Height(height + 1)
        for member in following.members
    }
    return {name: first for name, first in after.items() if first > 0}


def passed_over(
    validators: ValidatorSet, turns: Turns, height: Height, since: Since = FROM_GENESIS
) -> tuple[PublicKey, ...]:
    """Return who is passed over at `height`, in rotation order; at most f."""
    return tuple(
        member.public_key
        for member in _rotation(validators, height, since)
        if turns.get(member.name, NO_TURN).until >= height
    )


def order_of(
    validators: ValidatorSet, turns: Turns, height: Height, since: Since = FROM_GENESIS
) -> tuple[PublicKey, ...]:
    """Return the proposers of `height` in order: that of view v is number v mod n (R3.1, S5)."""
    last = passed_over(validators, turns, height, since)
    rotation = [member.public_key for member in _rotation(validators, height, since)]
    return (*(key for key in rotation if key not in last), *last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Who decides a height, and what is known before it of their seats and missed turns."""

    height: Height
    validators: ValidatorSet
    turns: Turns
    since: Since = field(default_factory=lambda: FROM_GENESIS)

    @property
    def order(self) -> tuple[PublicKey, ...]:
        """Who proposes, by view."""
        return order_of(self.validators, self.turns, self.height, self.since)


def charge(rota: Rota, *, proposer: PublicKey, following: ValidatorSet) -> dict[str, Turn]:
    """Return the turns after the block of `rota`, whose header names `proposer` (R3.2, R3.3).

    `following` decide the next one. Entries of zeros, and of those who are not in `following`, are
    left out.
    """
    height, validators, turns = rota.height, rota.validators, rota.turns
    after = {member.name: turns.get(member.name, NO_TURN) for member in following.members}
    for key in takewhile(lambda key: key != proposer, rota.order):
        name = validators.name_of(key)
        if name in after:
            missed = min(after[name].missed + 1, MISSED_MAX)
            after[name] = replace(after[name], missed=missed, charged=height)
    name = validators.name_of(proposer)
    if name in after:
        after[name] = replace(after[name], missed=0, until=0)
    _let_go(after, height, following.faults_max)
    _pass_over(after, height, following)
    return {name: turn for name, turn in after.items() if turn != NO_TURN}


def _rotation(validators: ValidatorSet, height: Height, since: Since) -> tuple[Validator, ...]:
    """Return the seats by age, then by name: no key moves anybody, a change moves few (S5)."""
    seats = sorted(validators.members, key=lambda one: (since.get(one.name, 0), one.name))
    first = height % len(seats)
    return (*seats[first:], *seats[:first])


def _let_go(after: dict[str, Turn], height: Height, faults_max: int) -> None:
    """R3.3 (2): nobody beyond f is passed over; the least missed goes first, then by name."""
    away = sorted(name for name, turn in after.items() if turn.until > height)
    away.sort(key=lambda name: -after[name].missed)
    for name in away[faults_max:]:
        after[name] = replace(after[name], until=height)


def _pass_over(after: dict[str, Turn], height: Height, following: ValidatorSet) -> None:
    """R3.3 (3): while there is room, whoever missed the most since its last turn is passed over."""
    room = following.faults_max - sum(turn.until > height for turn in after.values())
    candidates = sorted(
        name
        for name, turn in after.items()
        if turn.missed >= _MISSED_MIN and turn.until <= height and turn.charged > turn.until
    )
    candidates.sort(key=lambda name: -after[name].missed)
    for name in candidates[: max(room, 0)]:
        turn = after[name]
        heights = 4 * len(following) << (turn.missed - _MISSED_MIN)  # at most 512 n
        after[name] = replace(turn, until=height + heights)
