"""Whose turn it is to propose, and who is passed over for having missed turns. Rules R3.1 to R3.3.

Pure: headers in, turns out, so that all who hold the same blocks agree. What a node itself has
seen decides nothing here. The votes of one who is passed over still count (R3.4). Source:
docs/protocol.md#absent-proposers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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


def passed_over(validators: ValidatorSet, turns: Turns, height: Height) -> tuple[PublicKey, ...]:
    """Return who is passed over at `height`, in rotation order; at most f."""
    return tuple(
        member.public_key
        for member in _rotation(validators, height)
        if turns.get(member.name, NO_TURN).until >= height
    )


def order_of(validators: ValidatorSet, turns: Turns, height: Height) -> tuple[PublicKey, ...]:
    """Return the proposers of `height` in order: that of view v is number v mod n (R3.1)."""
    last = passed_over(validators, turns, height)
    rotation = [member.public_key for member in _rotation(validators, height)]
    return (*(key for key in rotation if key not in last), *last)


def charge(
    turns: Turns,
    *,
    height: Height,
    proposer: PublicKey,
    validators: ValidatorSet,
    following: ValidatorSet,
) -> dict[str, Turn]:
    """Return the turns after the block at `height`, whose header names `proposer` (R3.2, R3.3).

    `turns` hold before the block and `validators` decided it; `following` decide the next one.
    Entries of zeros, and of those who are not in `following`, are left out.
    """
    after = {member.name: turns.get(member.name, NO_TURN) for member in following.members}
    order = order_of(validators, turns, height)
    for key in takewhile(lambda key: key != proposer, order):
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


def _rotation(validators: ValidatorSet, height: Height) -> tuple[Validator, ...]:
    first = height % len(validators)
    return validators.members[first:] + validators.members[:first]


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
