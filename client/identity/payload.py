"""What stays off the chain: a canonical JSON payload and its salt; the chain holds a commitment.

    commit = SHA-256("attest/v1" || n(namespace) || namespace || n(salt) || salt || n(jcs) || jcs)

n(x) is the length of x in bytes, four bytes, big-endian. Without the 32-byte salt nobody can test
a guess against the commitment; who deletes the salt has deleted the link. Source: RFC 8785 (JCS);
docs/identity.md#commitments.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

import rfc8785

from client.identity.errors import BadPayload, CommitMismatch

SALT_BYTES = 32
NAMESPACE_BYTES_MAX = 64
PAYLOAD_BYTES_MAX = 1024 * 1024
CITIZEN_ID = "citizen_id"
_TAG = b"attest/v1"
_LENGTH_BYTES = 4
_DEPTH_MAX = 16

# Any JSON object; what it holds is checked by `canonical`.
Payload: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """All that opens a commitment; personal data, so it never reaches the chain or a log."""

    namespace: str
    salt: bytes
    payload: Payload

    @property
    def commit(self) -> bytes:
        """The 32 bytes that the chain holds."""
        return commitment(self.namespace, self.salt, self.payload)

    def check(self, commit: bytes) -> None:
        """Raise CommitMismatch unless this opens `commit`."""
        if not hmac.compare_digest(self.commit, commit):
            raise CommitMismatch("the payload and salt are not what was committed to")

    def __repr__(self) -> str:
        return f"Opening({self.namespace})"


def open_new(namespace: str, payload: Payload) -> Opening:
    """Return `payload` with a fresh random salt. Raises BadPayload."""
    canonical(payload)
    return Opening(namespace=namespace, salt=secrets.token_bytes(SALT_BYTES), payload=payload)


def commitment(namespace: str, salt: bytes, payload: Payload) -> bytes:
    """Return the commitment to a payload: 32 bytes.

    Raises:
        BadPayload: the payload, the namespace or the length of the salt.
    """
    name = namespace.encode()
    if not 1 <= len(name) <= NAMESPACE_BYTES_MAX:
        raise BadPayload(f"a namespace of {len(name)} bytes, must have 1 to {NAMESPACE_BYTES_MAX}")
    if len(salt) != SALT_BYTES:
        raise BadPayload(f"a salt of {len(salt)} bytes, must have {SALT_BYTES}")
    parts = (name, salt, canonical(payload))
    framed = b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)
    return sha256(_TAG + framed).digest()


def canonical(payload: Payload) -> bytes:
    """Return the one JSON form of a payload (RFC 8785).

    Raises:
        BadPayload: no object, a float, a number beyond 2**53, or `citizen_id` with a wrong
            check digit.
    """
    if not isinstance(payload, Mapping):
        raise BadPayload(f"the payload is {type(payload).__name__}, not an object")
    _check(payload, "payload", _DEPTH_MAX)
    if CITIZEN_ID in payload and not is_citizen_id(payload[CITIZEN_ID]):
        raise BadPayload("citizen_id is no Thai citizen id: 13 digits, the last of them a check")
    try:
        encoded = rfc8785.dumps(payload)
    except rfc8785.CanonicalizationError as error:
        raise BadPayload(f"the payload has no canonical form: {error}") from error
    if len(encoded) > PAYLOAD_BYTES_MAX:
        raise BadPayload(f"{len(encoded)} bytes of payload, at most {PAYLOAD_BYTES_MAX}")
    return encoded


def is_citizen_id(value: object) -> bool:
    """Return whether `value` is text of 13 ASCII digits with a right check digit."""
    if not isinstance(value, str) or len(value) != 13 or not (value.isascii() and value.isdigit()):
        return False
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(value[:12]))
    return (11 - total % 11) % 10 == int(value[12])


def _check(value: object, place: str, depth: int) -> None:
    """Refuse what two programs could write down differently."""
    if depth == 0:
        raise BadPayload(f"{place} is nested deeper than {_DEPTH_MAX}")
    if isinstance(value, Mapping):
        for name, item in value.items():
            _check(item, f"{place}.{name}", depth - 1)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        for item in value:
            _check(item, f"{place}[]", depth - 1)
    elif value is not None and not isinstance(value, str | int):
        raise BadPayload(f"{place} is {type(value).__name__}; whole numbers and text only")
