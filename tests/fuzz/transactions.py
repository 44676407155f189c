"""Signed transactions, as clients and members send them."""

from primitives.codec import encode
from primitives.errors import Rejected
from primitives.transaction import decode_transaction
from tests.fuzz import vectors


def check(data: bytes) -> None:
    """A transaction that is read is written as the same bytes, and its signatures can be tried."""
    try:
        read = decode_transaction(data)
    except Rejected:
        return
    assert encode((read.body.encode(), read.signatures)) == data
    try:
        read.check_signatures()
    except Rejected:
        return


def seeds() -> list[bytes]:
    """The vectors."""
    return vectors.transactions()
