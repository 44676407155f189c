"""Which keys the database holds, in one table, and the version of that table.

| prefix | key                  | value                                             |
|--------|----------------------|---------------------------------------------------|
| m      | name                 | schema, genesis hash, head, certificate, first kept, note |
| b      | height, 8 bytes      | block bytes                                       |
| d      | height               | header bytes, and the certificate of the one below |
| r      | height               | receipts: an array of receipt bytes               |
| i      | height               | transaction ids, 32 bytes each, in order          |
| h      | block hash           | height                                            |
| t      | transaction id       | height, 8 bytes, and index, 4 bytes               |
| v      | validators hash      | the validator set                                 |
| p      | height               | validators hash, and who signed height - 1: a bit map |
| s      | state key            | state value; empty when the entry has it          |
| w      | height               | proof of the restart statements of the block      |
| y      | height               | proof of who decides after the block, if others do |
| e      | hash of a state key  | content: length and value up to 32 bytes, or ff and hash |
"""

from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.ids import Height, TransactionId
from primitives.shape import bytes_of, fields_of, uint_of

SCHEMA_VERSION = 4

META_SCHEMA = b"mschema"
META_GENESIS = b"mgenesis"
META_HEAD = b"mhead"
META_CERTIFICATE = b"mcertificate"
META_FIRST_BLOCK = b"mfirst-block"
META_FIRST_INDEX = b"mfirst-index"
META_NOTE = b"mnote"

BLOCKS = b"b"
HEADERS = b"d"
RECEIPTS = b"r"
TRANSACTION_IDS = b"i"
HEIGHTS = b"h"
TRANSACTIONS = b"t"
VALIDATORS = b"v"
SIGNERS = b"p"
STATE = b"s"
ENTRIES = b"e"
RESTARTS = b"w"
SET_CHANGES = b"y"

_HEAD_BYTES_MAX = 64
_META_BYTES_MAX = 64


def at_height(prefix: bytes, height: int) -> bytes:
    """Return the key of a per-height record."""
    return prefix + height.to_bytes(8, "big")


def head_value(height: Height, block_hash: Digest) -> bytes:
    """Return the head record."""
    return encode((height, block_hash))


def read_head_value(data: bytes) -> tuple[Height, Digest]:
    """Return what `head_value` wrote. Raises Rejected."""
    fields = fields_of(decode(data, bytes_max=_HEAD_BYTES_MAX), name="head", count=2)
    block_hash = Digest(bytes_of(fields[1], name="block_hash", length=DIGEST_BYTES))
    return Height(uint_of(fields[0], name="height")), block_hash


def signers_value(validators_hash: Digest, signers: bytes) -> bytes:
    """Return the record of who decides a height, and who signed the one below."""
    return validators_hash + signers


def read_signers(data: bytes) -> tuple[Digest, bytes]:
    """Return what `signers_value` wrote."""
    return Digest(data[:DIGEST_BYTES]), data[DIGEST_BYTES:]


def number_value(number: Value) -> bytes:
    """Return a record of one number."""
    return encode(number)


def read_number(data: bytes) -> int:
    """Return what `number_value` wrote. Raises Rejected."""
    return uint_of(decode(data, bytes_max=_META_BYTES_MAX), name="number")


def place_value(height: int, index: int) -> bytes:
    """Return where a transaction is: height and index in the block."""
    return height.to_bytes(8, "big") + index.to_bytes(4, "big")


def read_place(data: bytes) -> tuple[Height, int]:
    """Return what `place_value` wrote."""
    return Height(int.from_bytes(data[:8], "big")), int.from_bytes(data[8:12], "big")


def split_ids(joined: bytes) -> tuple[TransactionId, ...]:
    """Return the ids of a `TRANSACTION_IDS` record."""
    return tuple(
        TransactionId(joined[at : at + DIGEST_BYTES]) for at in range(0, len(joined), DIGEST_BYTES)
    )
