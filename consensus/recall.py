"""WAL entries: an own message as it was sent, or a Commit with what it was prepared from.

entry = message | [9, commit message, [[public_key, signature], ...], block]
"""

from dataclasses import dataclass

from consensus.messages import Signatures
from consensus.wire import signatures_from_value
from primitives.codec import decode, encode
from primitives.errors import BadShape
from primitives.limits import FRAME_BYTES_MAX
from primitives.shape import blob_of, fields_of

_PREPARED_ENTRY = 9
_ENTRY_BYTES_MAX = 2 * FRAME_BYTES_MAX


@dataclass(frozen=True, slots=True)
class PreparedEntry:
    """What was on disk before a Commit was sent."""

    commit: bytes
    prepares: Signatures
    block: bytes


def prepared_entry(commit: bytes, prepares: Signatures, block: bytes) -> bytes:
    """Return the entry of a Commit."""
    return encode((_PREPARED_ENTRY, commit, prepares, block))


def is_prepared_entry(entry: bytes) -> bool:
    """Return whether `entry` is that of a Commit."""
    return entry[1:2] == bytes([_PREPARED_ENTRY])


def read_prepared_entry(entry: bytes) -> PreparedEntry:
    """Return what `prepared_entry` wrote. Raises Rejected."""
    fields = fields_of(decode(entry, bytes_max=_ENTRY_BYTES_MAX), name="entry", count=4)
    if fields[0] != _PREPARED_ENTRY:
        raise BadShape(f"entry of kind {fields[0]!r:.20}")
    return PreparedEntry(
        blob_of(fields[1], name="commit", length_max=FRAME_BYTES_MAX),
        signatures_from_value(fields[2], name="prepares"),
        blob_of(fields[3], name="block", length_max=FRAME_BYTES_MAX),
    )
