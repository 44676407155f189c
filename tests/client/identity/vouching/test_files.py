"""What wallets hand in and vouchers publish: one form, and nobody's name."""

import pytest

from client.identity.vouching.errors import BadBucket, BadUpload
from client.identity.vouching.files import (
    Bucket,
    PlaceAnswers,
    PlacesUpload,
    Upload,
    read_bucket,
    read_place_answers,
    read_places,
    read_upload,
    write_bucket,
    write_place_answers,
    write_places,
    write_upload,
)
from client.identity.vouching.tree import ENROL_DEPTH, tree_of
from contracts.identity.crypto.certificates import ALIVE, ENROL, PLACES, Round
from primitives.codec import decode, encode

ROUND = Round(kind=ALIVE, period=20_000, edition=1, generation=0)
UPLOAD = Upload(epoch=20_000, number=7, elements=(bytes(48),) * 8, path=(bytes(64),) * 9)
ANSWERS = {256: (b"a" * 48,) * 8, 511: (b"b" * 48,) * 8}
BUCKET = Bucket(asked=ROUND, class_id=2, voucher=3, bucket=1, answers=ANSWERS)
LISTED = PlacesUpload(list_id=1, generation=0, sid=bytes(32), elements=(b"c" * 48,) * PLACES)
LIST = Round(kind=ENROL, period=1, edition=1, generation=0)
GIVEN = PlaceAnswers(asked=LIST, voucher=2, sid=bytes(32), answers=(b"d" * 48,) * PLACES)


def test_each_is_read_as_it_was_written():
    assert read_upload(write_upload(UPLOAD)) == UPLOAD
    assert read_bucket(write_bucket(BUCKET)) == BUCKET
    assert read_places(write_places(LISTED)) == LISTED
    assert read_place_answers(write_place_answers(GIVEN)) == GIVEN


def test_keys_of_a_list_are_those_under_the_root_or_nothing():
    root = tree_of(1, LISTED.elements, ENROL_DEPTH).root

    LISTED.check(root)
    for wrong in (tree_of(2, LISTED.elements, ENROL_DEPTH).root, bytes(64)):
        with pytest.raises(BadUpload):
            LISTED.check(wrong)


def changed(data, place, value):
    parts = list(decode(data, bytes_max=100_000))
    parts[place] = value
    return encode(tuple(parts))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        encode(()),
        encode("sapha"),
        changed(write_upload(UPLOAD), 0, "other"),
        changed(write_upload(UPLOAD), 1, -1),
        changed(write_upload(UPLOAD), 2, "7"),
        changed(write_upload(UPLOAD), 3, (bytes(48),) * 7),
        changed(write_upload(UPLOAD), 3, (bytes(47),) * 8),
        changed(write_upload(UPLOAD), 4, (bytes(64),) * 8),
        write_bucket(BUCKET),
        bytes(5_000),
    ],
)
def test_bytes_that_are_no_keys_of_an_epoch_are_refused(data):
    with pytest.raises(BadUpload):
        read_upload(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        encode(()),
        changed(write_bucket(BUCKET), 0, "other"),
        changed(write_bucket(BUCKET), 1, ("alive", 1, 0, 0)),
        changed(write_bucket(BUCKET), 2, (2, 3)),
        changed(write_bucket(BUCKET), 2, (2, 3, 0)),
        changed(write_bucket(BUCKET), 3, ((256, bytes(383)),)),
        changed(write_bucket(BUCKET), 3, ((256, bytes(384)), (256, bytes(384)))),
        changed(write_bucket(BUCKET), 3, (("x", bytes(384)),)),
        changed(write_bucket(BUCKET), 3, 5),
        write_upload(UPLOAD),
    ],
)
def test_bytes_that_are_no_bucket_are_refused(data):
    with pytest.raises(BadBucket):
        read_bucket(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        encode("sapha"),
        changed(write_places(LISTED), 0, "other"),
        changed(write_places(LISTED), 1, -1),
        changed(write_places(LISTED), 3, bytes(31)),
        changed(write_places(LISTED), 4, LISTED.elements[1:]),
        changed(write_places(LISTED), 4, (*LISTED.elements[1:], bytes(47))),
        write_upload(UPLOAD),
        bytes(70_000),
    ],
)
def test_bytes_that_are_no_keys_of_a_list_are_refused(data):
    with pytest.raises(BadUpload):
        read_places(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        encode(()),
        changed(write_place_answers(GIVEN), 0, "other"),
        changed(write_place_answers(GIVEN), 1, ("alive", 1, 0, 0)),
        changed(write_place_answers(GIVEN), 2, -1),
        changed(write_place_answers(GIVEN), 3, "sid"),
        changed(write_place_answers(GIVEN), 4, GIVEN.answers[1:]),
        write_bucket(BUCKET),
    ],
)
def test_bytes_that_are_no_answers_to_a_list_are_refused(data):
    with pytest.raises(BadBucket):
        read_place_answers(data)
