"""State entries that execution itself owns: validators, evidence, suspended hooks.

The validators are those of the next block.
"""

from primitives.codec import decode, encode
from primitives.crypto import digest
from primitives.errors import InvariantBroken
from primitives.limits import NAME_CHARS_MAX, RESTART_SUSPENDED_MAX
from primitives.shape import array_of, text_of
from primitives.validators import ValidatorSet, read_validator_set

VALIDATORS_KEY = b"system\0validators\0"
SUSPENDED_KEY = b"system\0suspended\0"
_EVIDENCE_PREFIX = b"system\0evidence\0"
_VALIDATORS_BYTES_MAX = 64 * 1024
_SUSPENDED_BYTES_MAX = 8 * 1024


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
