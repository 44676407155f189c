"""The published QR texts are those that we write, read back whole, and refused by their names."""

import json

import pytest

from client.cbdc.qr import read_qr
from primitives.errors import Rejected
from tests.client.cbdc.make_qr_vectors import NAME, PAYMENTS, text
from tests.primitives.make_vectors import FOLDER

PUBLISHED = (FOLDER / NAME).read_text(encoding="utf-8")
TABLE = json.loads(PUBLISHED)


def test_the_published_texts_are_those_that_we_write_and_read_back():
    assert text() == PUBLISHED
    assert tuple(read_qr(row["text"]) for row in TABLE["payments"]) == PAYMENTS


@pytest.mark.parametrize("row", TABLE["refused"], ids=lambda row: row["code"])
def test_a_text_is_refused_by_the_name_of_what_is_wrong(row):
    with pytest.raises(Rejected) as refusal:
        read_qr(row["text"])

    assert refusal.value.code == row["code"]
