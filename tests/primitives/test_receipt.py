"""Receipts: what they say, and that receipts_root covers all of it."""

from dataclasses import replace

import pytest

from primitives.codec import decode, encode
from primitives.errors import BadShape, NotAllowed
from primitives.ids import TransactionId
from primitives.receipt import Event, accepted, refused

TRANSACTION_ID = TransactionId(bytes(range(32)))
TRANSFER = Event("cbdc", "transferred", (bytes(20), 2_500))


def test_an_accepted_receipt_carries_its_events():
    receipt = accepted(TRANSACTION_ID, "cbdc", (TRANSFER,))

    assert receipt.is_ok
    assert decode(receipt.encode(), bytes_max=10_000) == (
        TRANSACTION_ID,
        "OK",
        "cbdc",
        "",
        (),
        (("cbdc", "transferred", (bytes(20), 2_500)),),
    )


def test_a_refusal_carries_code_message_and_sorted_details_and_no_events():
    receipt = refused(TRANSACTION_ID, "cbdc", BadShape("too long", limit=64, count=65))

    assert not receipt.is_ok
    assert receipt.encode() == encode(
        (TRANSACTION_ID, "BAD_SHAPE", "cbdc", "too long", (("count", 65), ("limit", 64)), ())
    )


def test_a_refusal_without_words_says_what_its_class_promises():
    assert (
        refused(TRANSACTION_ID, "cbdc", NotAllowed()).message
        == "The sender may not call this method."
    )


@pytest.mark.parametrize(
    "change",
    [
        {"transaction_id": bytes(32)},
        {"code": "NOT_ALLOWED"},
        {"contract": "accounts"},
        {"message": "no"},
        {"details": (("count", 1),)},
        {"events": ()},
        {"events": (TRANSFER, TRANSFER)},
        {"events": (replace(TRANSFER, contract="accounts"),)},
        {"events": (replace(TRANSFER, name="burnt"),)},
        {"events": (replace(TRANSFER, fields=(bytes(20), 2_501)),)},
    ],
)
def test_every_part_is_in_the_bytes(change):
    receipt = accepted(TRANSACTION_ID, "cbdc", (TRANSFER,))

    assert replace(receipt, **change).encode() != receipt.encode()
