"""State entries that execution itself owns: validators, turns, suspended hooks.

    "system" 00 "validators" 00                      the set that decides the next block
    "system" 00 "turns" 00 || name                   missed turns of a validator (R3.2)
    "system" 00 "since" 00 || name                   first height of a seat not of the genesis
    "system" 00 "suspended" 00                       contracts whose end-of-block hooks do not run
    "system" 00 "sets" 00 || 8 bytes inverted        the set that decides from a height on
    "system" 00 "hours" 00 || 8 bytes                [first height of this hour of block time]

Inverted is 2^64 - 1 - height, so that the newest comes first. What is older than the age that
evidence may have goes at the first block of an hour. The evidence is in node.execution.misdeeds.
"""

from consensus.turns import MISSED_MAX, NO_TURN, Turn
from contracts.sdk.ports import StateView
from node.execution.overlay import StateReader
from primitives.codec import decode, encode
from primitives.errors import InvariantBroken
from primitives.ids import Height
from primitives.limits import EVIDENCE_AGE_MS, NAME_CHARS_MAX, RESTART_SUSPENDED_MAX
from primitives.set_history import SetHistory
from primitives.shape import array_of, fields_of, text_of, uint_of
from primitives.validators import ValidatorSet, read_validator_set

VALIDATORS_KEY = b"system\0validators\0"
SUSPENDED_KEY = b"system\0suspended\0"
_TURNS_PREFIX = b"system\0turns\0"
_SINCE_PREFIX = b"system\0since\0"
_SETS_PREFIX = b"system\0sets\0"
_HOURS_PREFIX = b"system\0hours\0"
_VALIDATORS_BYTES_MAX = 64 * 1024
_TURN_BYTES_MAX = 64
_SUSPENDED_BYTES_MAX = 8 * 1024
_HOUR_MS = 3_600_000
_HOURS_KEPT = EVIDENCE_AGE_MS // _HOUR_MS
_TOP = 2**64 - 1
_ALL = 2**31  # every entry: rotations and hours of two weeks


def validators_value(validators: ValidatorSet) -> bytes:
    """Return the stored form of the set that decides the next block."""
    return encode(validators.to_value())


def read_validators(value: bytes | None) -> ValidatorSet:
    """Return the set that `validators_value` wrote."""
    if value is None:
        raise InvariantBroken("the state holds no validators")
    return read_validator_set(decode(value, bytes_max=_VALIDATORS_BYTES_MAX))


def inverted(height: int) -> bytes:
    """Return the 8 bytes of a height that sort the highest first."""
    return (_TOP - height).to_bytes(8, "big")


def set_from(state: StateView, height: int, validators: ValidatorSet) -> None:
    """Note that `validators` decide from `height` on."""
    state.set(_SETS_PREFIX + inverted(height), validators_value(validators))


def begin_hour(state: StateView, *, height: int, time_ms: int) -> bool:
    """Note the first block of an hour; return whether this is it, so that old entries may go."""
    hour = time_ms // _HOUR_MS
    key = _HOURS_PREFIX + hour.to_bytes(8, "big")
    if state.get(key) is not None:
        return False
    state.set(key, encode((height,)))
    _forget_before(state, hour - _HOURS_KEPT)
    return True


def read_history(state: StateReader) -> SetHistory:
    """Return which sets decided the heights whose evidence counts."""
    sets = [
        (_height_of(key), read_validators(value))
        for key, value in state.iterate(_SETS_PREFIX, after=None, limit=_ALL)
    ]
    return SetHistory(first_height=first_height(state), sets=tuple(reversed(sets)))


def first_height(state: StateReader) -> Height:
    """Return the lowest height whose evidence counts; below it is older than two weeks."""
    for _key, value in state.iterate(_HOURS_PREFIX, after=None, limit=1):
        fields = fields_of(decode(value, bytes_max=16), name="hour", count=1)
        return Height(uint_of(fields[0], name="height"))
    return Height(0)


def _forget_before(state: StateView, first_hour: int) -> None:
    """Drop the hours before, and the sets that decided only heights before."""
    for key, _ in list(state.iterate(_HOURS_PREFIX, after=None, limit=_ALL)):
        if int.from_bytes(key[len(_HOURS_PREFIX) :], "big") < first_hour:
            state.set(key, None)
    oldest = first_height(state)
    sets = [key for key, _ in state.iterate(_SETS_PREFIX, after=None, limit=_ALL)]
    settled = [key for key in sets if _height_of(key) <= oldest]
    for key in settled[1:]:  # the first of them still decides the oldest height
        state.set(key, None)


def _height_of(key: bytes) -> Height:
    return Height(_TOP - int.from_bytes(key[len(_SETS_PREFIX) :], "big"))


def suspended_value(names: tuple[str, ...]) -> bytes | None:
    """Return the stored form of the contracts whose hooks do not run; None for none."""
    return encode(names) if names else None


def read_suspended(value: bytes | None) -> tuple[str, ...]:
    """Return the names that `suspended_value` wrote."""
    if value is None:
        return ()
    items = array_of(
        decode(value, bytes_max=_SUSPENDED_BYTES_MAX),
        name="suspended",
        count_max=RESTART_SUSPENDED_MAX,
    )
    return tuple(text_of(item, name="suspended", chars_max=NAME_CHARS_MAX) for item in items)


def turn_key(name: str) -> bytes:
    """Return the state key of the turn of the validator called `name`."""
    return _TURNS_PREFIX + name.encode()


def since_key(name: str) -> bytes:
    """Return the state key of the first height of the seat of the validator called `name`."""
    return _SINCE_PREFIX + name.encode()


def since_value(height: Height) -> bytes:
    """Return the stored form of the first height of a seat; seats of the genesis have no entry."""
    return encode((height,))


def read_since(value: bytes | None) -> Height:
    """Return the height that `since_value` wrote; 0 when there is no entry."""
    if value is None:
        return Height(0)
    fields = fields_of(decode(value, bytes_max=16), name="since", count=1)
    return Height(uint_of(fields[0], name="height"))


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
