"""State entries that execution itself owns: the next block's validators, turns, and evidence."""

from consensus.turns import MISSED_MAX, NO_TURN, Turn
from primitives.codec import decode, encode
from primitives.crypto import digest
from primitives.errors import InvariantBroken
from primitives.shape import fields_of, uint_of
from primitives.validators import ValidatorSet, read_validator_set

VALIDATORS_KEY = b"system\0validators\0"
_TURNS_PREFIX = b"system\0turns\0"
_EVIDENCE_PREFIX = b"system\0evidence\0"
_VALIDATORS_BYTES_MAX = 64 * 1024
_TURN_BYTES_MAX = 64


def evidence_key(evidence: bytes) -> bytes:
    """Return the state key that records that `evidence` is in a block."""
    return _EVIDENCE_PREFIX + digest("evidence", evidence)


def evidence_value(height: int) -> bytes:
    """Return the record of evidence in the block at `height`."""
    return encode((height,))


def validators_value(validators: ValidatorSet) -> bytes:
    """Return the stored form of the set that decides the next block."""
    return encode(validators.to_value())


def read_validators(value: bytes | None) -> ValidatorSet:
    """Return the set that `validators_value` wrote."""
    if value is None:
        raise InvariantBroken("the state holds no validators")
    return read_validator_set(decode(value, bytes_max=_VALIDATORS_BYTES_MAX))


def turn_key(name: str) -> bytes:
    """Return the state key of the turn of the validator called `name`."""
    return _TURNS_PREFIX + name.encode()


def turn_value(turn: Turn) -> bytes:
    """Return the stored form of a turn that is not all zeros; zeros have no entry."""
    return encode((turn.missed, turn.charged, turn.until))


def read_turn(value: bytes | None) -> Turn:
    """Return the turn that `turn_value` wrote; zeros when there is no entry."""
    if value is None:
        return NO_TURN
    fields = fields_of(decode(value, bytes_max=_TURN_BYTES_MAX), name="turn", count=3)
    return Turn(
        missed=uint_of(fields[0], name="missed", value_max=MISSED_MAX),
        charged=uint_of(fields[1], name="charged"),
        until=uint_of(fields[2], name="until"),
    )
