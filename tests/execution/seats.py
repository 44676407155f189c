"""Seats written as the network record writes them, for blocks that change who decides."""

from contracts.governance.network.state import Seat, Seats
from contracts.sdk.schema import record_of
from node.execution.executor import BlockRun
from node.execution.network_record import SEATS_KEY
from primitives.codec import encode
from primitives.validators import Validator, ValidatorSet, validator_set
from tests.builders import key


def one_more(before: ValidatorSet) -> ValidatorSet:
    """Return the set with one more validator."""
    return validator_set([*before.members, Validator(key(77).public_key, "v9")])


def write_seats(run: BlockRun, following: ValidatorSet) -> None:
    """Let a block say who decides the next."""
    seats = Seats(tuple(Seat(one.public_key, one.name) for one in following.members))
    run._overlay.set(SEATS_KEY, encode(record_of(Seats).write(seats, "seats")))
    run._overlay.keep()
