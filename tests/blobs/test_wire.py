"""Messages between members: one form each, and anything else is a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.blobs.errors import BlobFault
from node.blobs.wire import Answer, Get, Have, WrapsOf, read_blob_message
from p2p.envelope import FRAME_LIMITS
from p2p.ports import Channel
from primitives.codec import encode
from primitives.limits import BLOB_BYTES_MAX, CONTENT_PARTS_MAX
from tests.blobs.builders import content

DIGEST = content().digest
MESSAGES = [
    Get(1, DIGEST, 0),
    Get(2**64 - 1, DIGEST, CONTENT_PARTS_MAX),
    Get(3, DIGEST, None),
    Answer(4, b"blob"),
    Answer(4, bytes(BLOB_BYTES_MAX)),
    Answer(5, ()),
    Answer(6, (b"document", b"other")),
    Answer(7, None),
    Have(DIGEST),
    WrapsOf(b"document"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_survives_its_encoding_and_fits_into_a_frame(message):
    payload = message.encode()

    assert read_blob_message(payload) == message
    assert len(payload) <= FRAME_LIMITS[Channel.BLOBS]


MALFORMED = {
    "nothing": b"",
    "no array": encode(7),
    "an empty array": encode(()),
    "an unknown kind": encode(("give", 1)),
    "a kind that is no text": encode((1, 1)),
    "a short digest": encode(("get", 1, DIGEST[1:], 0)),
    "an index above the limit": encode(("get", 1, DIGEST, CONTENT_PARTS_MAX + 1)),
    "an index that is true": encode(("get", 1, DIGEST, True)),
    "a negative id": encode(("get", -1, DIGEST, 0)),
    "a blob above the limit": encode(("blob", 1, bytes(BLOB_BYTES_MAX + 1))),
    "too many documents": encode(("wraps", 1, (b"",) * 33)),
    "a document above the limit": encode(("wraps_of", bytes(16 * 1024 + 1))),
    "a field too many": encode(("have", DIGEST, 1)),
    "a byte too many": Have(DIGEST).encode() + b"\x00",
    "nested too deep": encode(("wraps", 1, ((b"document",),))),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_anything_else_is_a_fault(case):
    with pytest.raises(BlobFault):
        read_blob_message(MALFORMED[case])


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_a_message_or_a_fault(payload):
    try:
        message = read_blob_message(payload)
    except BlobFault:
        return

    assert message.encode() == payload
