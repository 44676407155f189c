"""What proves that other validators decide from a height on, as bytes that a client follows.

    set change = [header, certificate, [[public_key, name], ...]]

The certificate is of the header's block, by the set that decided it; the header names the hash of
the set that decides the next height, which is the one listed.
Source: docs/protocol.md#light-clients.
"""

from dataclasses import dataclass

from primitives.codec import decode, encode
from primitives.errors import Rejected
from primitives.shape import blob_of, fields_of
from primitives.validators import ValidatorSet, read_validator_set

SET_CHANGE_BYTES_MAX = 256 * 1024
_PART_BYTES_MAX = 64 * 1024


class BadSetChange(Rejected):
    """The set is not the one that the header announces, or the header announces no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetChange:
    """The encoded header and certificate of a block, and the set that decides the next."""

    header: bytes
    certificate: bytes
    following: ValidatorSet

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return encode((self.header, self.certificate, self.following.to_value()))


def read_set_change(data: bytes) -> SetChange:
    """Return the change that `data` encodes; nothing is verified. Raises Rejected."""
    value = decode(data, bytes_max=SET_CHANGE_BYTES_MAX)
    header, certificate, following = fields_of(value, name="set change", count=3)
    return SetChange(
        header=blob_of(header, name="header", length_max=_PART_BYTES_MAX),
        certificate=blob_of(certificate, name="certificate", length_max=_PART_BYTES_MAX),
        following=read_validator_set(following),
    )
