"""What wallets hand in and vouchers publish: one form, and nobody's name."""

import pytest

from client.identity.vouching.errors import BadBucket, BadUpload
from client.identity.vouching.files import (
    Bucket,
    Upload,
    read_bucket,
    read_upload,
    write_bucket,
    write_upload,
)
from contracts.identity.crypto.certificates import ALIVE, Round
from primitives.codec import decode, encode

ROUND = Round(kind=ALIVE, period=20_000, edition=1, generation=0)
UPLOAD = Upload(epoch=20_000, number=7, elements=(bytes(48),) * 8, path=(bytes(64),) * 9)
ANSWERS = {256: (b"a" * 48,) * 8, 511: (b"b" * 48,) * 8}
BUCKET = Bucket(asked=ROUND, class_id=2, voucher=3, bucket=1, answers=ANSWERS)


def test_both_are_read_as_they_were_written():
    assert read_upload(write_upload(UPLOAD)) == UPLOAD
    assert read_bucket(write_bucket(BUCKET)) == BUCKET


def changed(data, place, value):
    parts = list(decode(data, bytes_max=10_000))
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
