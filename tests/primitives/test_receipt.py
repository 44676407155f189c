"""Receipts: what they say, that receipts_root covers all of it, and who may read what as one."""

import json
from dataclasses import replace

import pytest

from primitives.codec import decode, encode
from primitives.errors import BadShape, NotAllowed, NotCanonical, TooDeep, TooLarge
from primitives.ids import TransactionId
from primitives.limits import RECEIPT_BYTES_MAX, TRANSACTION_DEPTH_MAX
from primitives.receipt import Event, accepted, read_receipt, refused
from tests.meta.sources import ROOT

TRANSACTION_ID = TransactionId(bytes(range(32)))
RECEIPTS = json.loads((ROOT / "tests" / "vectors" / "receipts.json").read_text(encoding="utf-8"))
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


def test_a_boolean_detail_is_written_as_an_integer():
    receipt = refused(TRANSACTION_ID, "cbdc", NotAllowed("no", is_frozen=True))

    assert encode(receipt.details) == encode((("is_frozen", 1),))


def test_what_is_written_reads_back():
    for receipt in (
        accepted(TRANSACTION_ID, "cbdc", (TRANSFER, TRANSFER)),
        refused(TRANSACTION_ID, "cbdc", BadShape("too long", limit=64, field="name")),
    ):
        assert read_receipt(receipt.encode()) == receipt


@pytest.mark.parametrize("row", RECEIPTS["accepted"], ids=lambda row: row["receipt"][66:90])
def test_a_receipt_at_a_limit_reads_back_to_its_bytes(row):
    receipt = read_receipt(bytes.fromhex(row["receipt"]))

    assert receipt.code == row["code"]
    assert receipt.encode().hex() == row["receipt"]


@pytest.mark.parametrize("row", RECEIPTS["refused"], ids=lambda row: f"{row['field']} {row['why']}")
def test_a_receipt_that_breaks_the_rule_is_refused_by_its_field(row):
    with pytest.raises(BadShape) as refusal:
        read_receipt(bytes.fromhex(row["receipt"]))

    assert dict(refusal.value.details)["field"] == row["field"]


def test_a_receipt_longer_than_any_is_refused():
    most = accepted(TRANSACTION_ID, "cbdc", (Event("cbdc", "Full", (bytes(RECEIPT_BYTES_MAX),)),))

    with pytest.raises(TooLarge):
        read_receipt(most.encode())


def test_a_receipt_nested_deeper_than_arguments_may_be_is_refused():
    fields = ()
    for _ in range(TRANSACTION_DEPTH_MAX):
        fields = (fields,)

    with pytest.raises(TooDeep):
        read_receipt(accepted(TRANSACTION_ID, "cbdc", (Event("cbdc", "Deep", fields),)).encode())


@pytest.mark.parametrize("byte", [b"", b"\x00"], ids=["cut", "surplus"])
def test_only_the_bytes_of_one_receipt_are_one(byte):
    data = accepted(TRANSACTION_ID, "cbdc", ()).encode()

    with pytest.raises(NotCanonical):
        read_receipt(data + byte if byte else data[:-1])
