"""The published contents of complaints open, and receipts have the published words and keys."""

import json

import pytest

from client.complaints.content import open_content
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import ReadingKey, open_wrapped
from client.complaints.writing import Form, read
from primitives.blob_documents import read_wraps
from primitives.crypto import digest
from tests.client.complaints.make_content_vectors import NAME, receipts, requests
from tests.primitives.make_vectors import FOLDER

TABLE = json.loads((FOLDER / NAME).read_text(encoding="utf-8"))
CASE_ID = bytes.fromhex(TABLE["case_id"])


def test_receipts_and_requests_are_those_that_we_make():
    assert TABLE["receipts"] == receipts()
    assert TABLE["requests"] == requests()
    assert [ComplaintReceipt.from_words(row["th"]).words for row in TABLE["receipts"]] == [
        row["en"] for row in TABLE["receipts"]
    ]


@pytest.mark.parametrize("row", TABLE["contents"], ids=lambda row: row["why"])
def test_a_published_content_opens_for_its_readers(row):
    blobs = [bytes.fromhex(blob) for blob in row["blobs"]]
    document = read_wraps(bytes.fromhex(row["wraps"]), chain_id=TABLE["chain_id"])
    agency = ReadingKey(bytes.fromhex(TABLE["agency_seed"]))

    opened, key = open_wrapped(agency, blobs, [document], CASE_ID)

    assert key.hex() == row["key"]
    assert opened == open_content(key, blobs, CASE_ID)
    assert digest("blob", opened.content).hex() == row["content_sha"]
    opened.check(bytes.fromhex(row["commitment"]))
    writing = read(opened.content)
    if isinstance(writing, Form):
        commits = [[one.code, one.commit.commitment.hex()] for one in writing.fields]
        assert commits == row["commits"]
