"""Statements of a validator that the tests of the record and of the checks make."""

from consensus.messages import TAGS, Kind, Statement, signed_bytes
from primitives.crypto import SigningKey, digest
from primitives.ids import Height, View

CHAIN, RESTART = "sapha-chaos", digest("genesis", b"chaos")
KEY = SigningKey(b"\x07" * 32)
BLOCK, OTHER = digest("block", b"one"), digest("block", b"other")


def says(kind: Kind, *, height=5, view=0, content=BLOCK, key=KEY) -> Statement:
    """Return what `key` says of a block; signed."""
    signed = signed_bytes(CHAIN, RESTART, Height(height), View(view), content)
    return Statement(
        kind, Height(height), View(view), content, key.public_key, key.sign(TAGS[kind], signed)
    )
