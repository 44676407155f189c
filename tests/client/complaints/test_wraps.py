"""Who has a wrap reads; nobody else does, and no key is sealed to everybody."""

import pytest

from client.complaints.content import seal_content
from client.complaints.errors import BadContent, BadReadingKey, MissingWrap, RepeatedWrap
from client.complaints.wraps import ReadingKey, check_reading_key, keys_for, open_wrapped, wrap_key
from primitives.blob_documents import WRAP_BYTES, Wrap, Wraps, read_wraps
from primitives.crypto import Digest
from primitives.errors import BadShape
from primitives.ids import address_of
from tests.builders import CHAIN_ID, key

CASE = b"case-1"
CITIZEN, AGENCY, OTHER = (ReadingKey(bytes([number]) * 32) for number in (1, 2, 3))
SEALED = seal_content(b"text", CASE)
AUTHOR = key(1)


def document(wraps, signer=AUTHOR, content=SEALED.digest):
    body = Wraps(
        chain_id=CHAIN_ID,
        content=content,
        author=address_of(signer.public_key),
        version=1,
        wraps=tuple(wraps),
    )
    return body.sign(signer)


def wrapped(*readers, secret=SEALED.key, content=SEALED.digest):
    return document(wrap_key(secret, content, [reader.public for reader in readers]))


@pytest.mark.parametrize("reader", [CITIZEN, AGENCY])
def test_every_reader_opens_the_content(reader):
    opened, secret = open_wrapped(reader, SEALED.blobs, [wrapped(CITIZEN, AGENCY)], CASE)

    assert (opened.content, secret) == (b"text", SEALED.key)


def test_a_document_survives_its_encoding():
    made = wrapped(CITIZEN, AGENCY)

    assert read_wraps(made.encode(), chain_id=CHAIN_ID) == made
    assert all(len(wrap.sealed) == WRAP_BYTES for wrap in made.body.wraps)


def test_who_has_no_wrap_opens_nothing():
    with pytest.raises(MissingWrap):
        open_wrapped(OTHER, SEALED.blobs, [wrapped(CITIZEN, AGENCY)], CASE)


def test_without_blobs_nothing_opens():
    with pytest.raises(BadContent):
        open_wrapped(CITIZEN, [], [wrapped(CITIZEN)], CASE)


def test_a_wrap_for_another_under_the_readers_name_opens_nothing():
    stolen = wrap_key(SEALED.key, SEALED.digest, [AGENCY.public])[0]
    renamed = document([Wrap(OTHER.public, stolen.sealed)])

    with pytest.raises(MissingWrap):
        keys_for(OTHER, SEALED.digest, [renamed])


def test_a_wrap_of_another_content_is_no_wrap_of_this_one():
    moved = document(wrap_key(SEALED.key, Digest(bytes(32)), [CITIZEN.public]))

    with pytest.raises(MissingWrap):
        keys_for(CITIZEN, SEALED.digest, [moved])


def test_a_wrong_key_that_somebody_offers_does_not_hide_the_right_one():
    wrong = [wrapped(CITIZEN, secret=bytes([n]) * 32) for n in (0, 255)]

    opened, _secret = open_wrapped(CITIZEN, SEALED.blobs, [*wrong, wrapped(CITIZEN)], CASE)

    assert opened.content == b"text"
    with pytest.raises(BadContent):
        open_wrapped(CITIZEN, SEALED.blobs, wrong, CASE)


def test_a_repeated_reader_is_refused_when_wrapping():
    with pytest.raises(RepeatedWrap):
        wrap_key(SEALED.key, SEALED.digest, [CITIZEN.public, AGENCY.public, CITIZEN.public])


def test_too_many_readers_are_refused():
    readers = [ReadingKey(number.to_bytes(32, "big")).public for number in range(65)]

    with pytest.raises(RepeatedWrap, match="at most 64"):
        wrap_key(SEALED.key, SEALED.digest, readers)


def test_no_reader_at_all_is_refused():
    with pytest.raises(MissingWrap):
        wrap_key(SEALED.key, SEALED.digest, [])


def test_a_document_with_a_repeated_wrap_is_refused():
    wrap = wrap_key(SEALED.key, SEALED.digest, [CITIZEN.public])[0]

    with pytest.raises(BadShape, match="repeated"):
        document([wrap, wrap])


FIELD = 2**255 - 19
BAD_KEYS = {
    "zero": bytes(32),
    "one": (1).to_bytes(32, "little"),
    "of order eight": bytes.fromhex(
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
    ),
    "another of order eight": bytes.fromhex(
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"
    ),
    "minus one": (FIELD - 1).to_bytes(32, "little"),
    "zero, not canonical": FIELD.to_bytes(32, "little"),
    "one, not canonical": (FIELD + 1).to_bytes(32, "little"),
    "with the high bit": bytes(31) + b"\x80",
    "too short": bytes(31),
    "too long": bytes(33),
}


@pytest.mark.parametrize("case", BAD_KEYS)
def test_a_key_that_everybody_could_read_with_is_refused(case):
    with pytest.raises(BadReadingKey):
        check_reading_key(BAD_KEYS[case])
    with pytest.raises(BadReadingKey):
        wrap_key(SEALED.key, SEALED.digest, [CITIZEN.public, BAD_KEYS[case]])


def test_a_fresh_key_is_accepted_and_keeps_its_secret_to_itself():
    fresh = ReadingKey.generate()

    assert check_reading_key(fresh.public) is None
    assert repr(fresh) == f"ReadingKey(public={fresh.public.hex()})"
