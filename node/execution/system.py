"""State entries that execution itself owns: the validators of the next block, and evidence."""

from primitives.codec import decode, encode
from primitives.crypto import digest
from primitives.errors import InvariantBroken
from primitives.validators import ValidatorSet, read_validator_set

VALIDATORS_KEY = b"system\0validators\0"
_EVIDENCE_PREFIX = b"system\0evidence\0"
_VALIDATORS_BYTES_MAX = 64 * 1024


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
