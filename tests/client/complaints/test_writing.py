"""What a content holds, and what is refused as no writing."""

from dataclasses import replace

import pytest

from client.complaints.errors import BadContent, CommitmentMismatch
from client.complaints.writing import Attachment, Form, Note, read, write
from primitives.codec import encode

FORMAT = "sapha/complaint/1"
FORM = Form.of(b"k" * 32, {"place": "หน้าตลาด", "incident": "โทรศัพท์หาย"})


@pytest.mark.parametrize(
    "writing", [FORM, Note("ถึงผู้ร้อง"), Note(""), Attachment("a.pdf", "application/pdf", b"%PDF")]
)
def test_what_is_written_is_read_again(writing):
    assert read(write(writing)) == writing


@pytest.mark.parametrize(
    "value",
    [
        (),
        (FORMAT, "note"),
        ("sapha/complaint/2", "note", "text"),
        (FORMAT, "poem", "text"),
        (FORMAT, "note", 5),
        (FORMAT, "note", "a", "b"),
        (FORMAT, "form", b"short", ()),
        (FORMAT, "form", b"k" * 32, (("code", b"short", "text"),)),
        (FORMAT, "form", b"k" * 32, (("code", b"s" * 32, 1),)),
        (FORMAT, "file", "name", "type\n", b""),
        (FORMAT, "file", "name", "text/plain", "text"),
    ],
)
def test_what_is_no_writing_is_refused(value):
    with pytest.raises(BadContent):
        read(encode(value))


def test_bytes_that_are_no_encoding_are_refused():
    with pytest.raises(BadContent):
        read(b"\xc1 nothing")


def test_a_form_fits_its_commitments_only():
    commits = tuple(one.commit for one in FORM.fields)
    other = Form.of(b"k" * 32, FORM.texts)

    FORM.check(commits)
    with pytest.raises(CommitmentMismatch):
        other.check(commits)
    with pytest.raises(CommitmentMismatch):
        FORM.check(tuple(replace(one, code="x") for one in commits))


def test_texts_are_not_in_what_is_logged():
    assert "หน้าตลาด" not in repr(FORM)
    assert "ถึง" not in repr(Note("ถึงผู้ร้อง"))
