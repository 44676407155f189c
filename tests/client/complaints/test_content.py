"""What is sealed opens whole, with its key and in its context, and otherwise not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.complaints.content import (
    CONTENT_BYTES_MAX,
    PAD_BYTES,
    commitment_of,
    open_content,
    seal_content,
)
from client.complaints.errors import BadContent, CommitmentMismatch, ContentTooLarge
from primitives.blob import Head, blob_digest, read_head
from primitives.limits import BLOB_BYTES_MAX

CASE = b"case-0000000001a"
TEXT = "ไฟถนนดับทั้งซอย".encode()


@given(st.binary(max_size=2_000))
def test_what_is_sealed_opens_with_its_salt_and_commitment(content):
    sealed = seal_content(content, CASE)

    opened = open_content(sealed.key, sealed.blobs, CASE)

    assert opened.content == content
    assert opened.commitment == sealed.commitment == commitment_of(opened.salt, content)


@pytest.mark.parametrize(
    "size",
    [
        0,
        BLOB_BYTES_MAX - 1_000,
        BLOB_BYTES_MAX,
        2 * BLOB_BYTES_MAX - 200,
        5 * BLOB_BYTES_MAX + 7,
        CONTENT_BYTES_MAX,
    ],
)
def test_every_size_fits_into_blobs_within_the_limit(size):
    content = bytes(size)

    sealed = seal_content(content, CASE)

    assert max(map(len, sealed.blobs)) <= BLOB_BYTES_MAX
    assert sealed.size <= 16 * 1024 * 1024
    assert len(sealed.blobs) <= size // (BLOB_BYTES_MAX - 4_096) + 2
    assert open_content(sealed.key, sealed.blobs, CASE).content == content


def test_more_than_the_ledger_takes_is_refused():
    with pytest.raises(ContentTooLarge):
        seal_content(bytes(CONTENT_BYTES_MAX + 1), CASE)


def test_the_same_text_is_sealed_differently_each_time():
    first, second = seal_content(TEXT, CASE), seal_content(TEXT, CASE)

    assert first.key != second.key
    assert first.digest != second.digest
    assert first.commitment != second.commitment


def test_short_texts_of_any_length_look_alike():
    sizes = {seal_content(bytes(length), CASE).size for length in range(PAD_BYTES - 33)}

    assert len(sizes) == 1


def test_neither_content_nor_key_is_shown_by_accident():
    sealed = seal_content(TEXT, CASE)
    opened = open_content(sealed.key, sealed.blobs, CASE)

    shown = repr(sealed) + repr(opened)

    assert repr(sealed.key) not in shown
    assert repr(TEXT) not in shown


LARGE = seal_content(bytes(2 * BLOB_BYTES_MAX), CASE)


def _flipped(blob, place):
    return blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]


def _head_with(parts):
    head = read_head(LARGE.blobs[0])
    return Head(tuple(parts(head.parts)), head.sealed).encode()


CHANGED = {
    "nothing": (),
    "no head": LARGE.blobs[1:],
    "the last blob missing": LARGE.blobs[:-1],
    "one blob more": (*LARGE.blobs, LARGE.blobs[1]),
    "blobs in another order": (LARGE.blobs[0], LARGE.blobs[2], LARGE.blobs[1]),
    "a truncated blob": (*LARGE.blobs[:2], LARGE.blobs[2][:-1]),
    "a changed blob": (*LARGE.blobs[:2], _flipped(LARGE.blobs[2], 100)),
    "a changed head": (_flipped(LARGE.blobs[0], 200), *LARGE.blobs[1:]),
    "a head that names fewer": (_head_with(lambda parts: parts[:1]), LARGE.blobs[1]),
    "a head that swaps": (
        _head_with(lambda parts: parts[::-1]),
        LARGE.blobs[0],
        LARGE.blobs[2],
        LARGE.blobs[1],
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_changed_blobs_do_not_open(case):
    with pytest.raises(BadContent):
        open_content(LARGE.key, CHANGED[case], CASE)


def test_swapped_blobs_do_not_open_though_the_head_names_them_so():
    head = _head_with(lambda parts: parts[::-1])

    with pytest.raises(BadContent):
        open_content(LARGE.key, (head, LARGE.blobs[2], LARGE.blobs[1]), CASE)


@pytest.mark.parametrize(
    ("key", "context"),
    [(bytes(32), CASE), (LARGE.key, b"another case"), (b"short", CASE)],
    ids=["another key", "another case", "a short key"],
)
def test_another_key_or_context_opens_nothing(key, context):
    with pytest.raises((BadContent, TypeError)):
        open_content(key, LARGE.blobs, context)


def test_a_commitment_to_something_else_is_noticed():
    opened = open_content(LARGE.key, LARGE.blobs, CASE)

    opened.check(LARGE.commitment)
    with pytest.raises(CommitmentMismatch):
        opened.check(commitment_of(opened.salt, b"another text"))


def test_progress_is_told_up_to_the_whole():
    told = []

    seal_content(bytes(3 * BLOB_BYTES_MAX), CASE, lambda done, whole: told.append((done, whole)))

    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_the_digest_is_that_of_the_head():
    assert LARGE.digest == blob_digest(LARGE.blobs[0])
