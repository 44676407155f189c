"""Twelve words are the complainant: they give both keys again, and typing errors are noticed."""

import pytest

from client.complaints.receipt_key import ComplaintReceipt
from client.errors import BadWords
from primitives.errors import BadShape

SIGNING = "013aa56bd577fdbac3a22cb983b3d490683d6e202bef5ee934ea0e0901861a2cf7"
READING = "891222a7741e49e4e2f3a226119530210c1fd024cf874aa492ce1895c38b2e03"


def test_the_words_give_the_same_keys_again():
    receipt = ComplaintReceipt.generate()

    again = ComplaintReceipt.from_words(f"  {receipt.words.upper()}\n")

    assert again.address == receipt.address
    assert again.signing_key.public_key == receipt.signing_key.public_key
    assert again.reading_key.public == receipt.reading_key.public
    assert len(receipt.words.split()) == 12


def test_each_receipt_is_another():
    made = {ComplaintReceipt.generate().words for _ in range(50)}

    assert len(made) == 50


def test_the_words_and_keys_of_a_secret_never_change():
    receipt = ComplaintReceipt(bytes(range(16)))

    assert receipt.words == (
        "abandon amount liar amount expire adjust cage candy arch gather drum buyer"
    )
    assert receipt.signing_key.public_key.hex() == SIGNING
    assert receipt.reading_key.public.hex() == READING


WORDS = ComplaintReceipt(bytes(range(16))).words.split()
BAD_WORDS = {
    "too few": (WORDS[:11], "11 words"),
    "too many": ([*WORDS, "buyer"], "13 words"),
    "none": ([], "0 words"),
    "a word that is not in the list": ([*WORDS[:2], "lier", *WORDS[3:]], "word 3"),
    "a Thai word": (["สวัสดี", *WORDS[1:]], "word 1"),
    "another word": (["ability", *WORDS[1:]], "checksum"),
    "two words swapped": ([WORDS[1], WORDS[0], *WORDS[2:]], "checksum"),
}


@pytest.mark.parametrize("case", BAD_WORDS)
def test_words_that_are_no_receipt_are_refused_with_the_reason(case):
    words, reason = BAD_WORDS[case]

    with pytest.raises(BadWords, match=reason):
        ComplaintReceipt.from_words(" ".join(words))


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_secret_has_128_bits(size):
    with pytest.raises(BadShape):
        ComplaintReceipt(bytes(size))


def test_a_receipt_is_not_shown_by_accident():
    receipt = ComplaintReceipt(bytes(range(16)))

    assert "abandon" not in repr(receipt) + str(receipt)
    assert bytes(range(16)).hex() not in repr(receipt)
