"""Frames on the wire: any cutting of any frames gives the same frames."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2p.envelope import (
    CONTROL,
    FRAGMENT_BYTES_MAX,
    FRAME_LIMITS,
    HELLO_LIMITS,
    Frame,
    FrameDecoder,
    FrameFault,
    check_size,
    cut,
    frame_bytes,
)
from p2p.ports import Channel
from primitives.errors import InvariantBroken

SMALL = st.binary(max_size=200)
LARGE = st.integers(FRAGMENT_BYTES_MAX - 2, 3 * FRAGMENT_BYTES_MAX + 2).map(bytes)
FRAMES = st.lists(st.tuples(st.sampled_from(Channel), SMALL | LARGE), max_size=6)


def decode_all(decoder: FrameDecoder, chunks) -> list[Frame]:
    frames = []
    for chunk in chunks:
        decoder.feed(chunk)
        while (frame := decoder.next_frame()) is not None:
            frames.append(frame)
    return frames


@given(FRAMES, st.lists(st.integers(0, 500_000), max_size=8))
def test_any_cutting_of_the_stream_gives_the_same_frames(frames, cuts):
    stream = b"".join(frame_bytes(channel, payload) for channel, payload in frames)
    places = sorted({min(place, len(stream)) for place in cuts} | {0, len(stream)})

    chunks = [stream[a:b] for a, b in pairwise(places)]

    assert decode_all(FrameDecoder(FRAME_LIMITS), chunks) == frames


@given(st.lists(st.tuples(st.sampled_from(Channel), SMALL), max_size=4))
def test_byte_by_byte_gives_the_same_frames(frames):
    stream = b"".join(frame_bytes(channel, payload) for channel, payload in frames)

    chunks = [stream[i : i + 1] for i in range(len(stream))]

    assert decode_all(FrameDecoder(FRAME_LIMITS), chunks) == frames


def test_fragments_of_channels_interleave():
    block, vote = bytes(FRAGMENT_BYTES_MAX + 1), b"vote"
    start = cut(Channel.SYNC, block, 0)
    rest = cut(Channel.SYNC, block, start.next_at)

    stream = b"".join((*start[:2], frame_bytes(Channel.CONSENSUS, vote), rest.header, rest.body))

    assert rest.next_at is None
    assert decode_all(FrameDecoder(FRAME_LIMITS), [stream]) == [
        (Channel.CONSENSUS, vote),
        (Channel.SYNC, block),
    ]


def header(length, tag):
    return struct.pack(">IB", length, tag)


WHOLE = header(FRAGMENT_BYTES_MAX, Channel.SYNC | 0x80) + bytes(FRAGMENT_BYTES_MAX)
FAULTS = {
    "an unknown channel": header(1, max(Channel) + 1),
    "a length of 4 GiB": header(2**32 - 1, Channel.SYNC),
    "a fragment above the size": header(FRAGMENT_BYTES_MAX + 1, Channel.SYNC),
    "a control frame above its limit": header(FRAME_LIMITS[CONTROL] + 1, CONTROL),
    "a short fragment that goes on": header(1, Channel.SYNC | 0x80),
    "an empty last fragment": WHOLE + header(0, Channel.SYNC),
    "a frame above its limit in fragments": WHOLE * 33,
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_no_frame_is_a_fault_before_its_body_comes(case):
    with pytest.raises(FrameFault):
        decode_all(FrameDecoder(FRAME_LIMITS), [FAULTS[case]])


def test_before_the_hello_only_control_frames_are_frames():
    decoder = FrameDecoder(HELLO_LIMITS)

    with pytest.raises(FrameFault, match="channel 1, which is not open"):
        decode_all(decoder, [frame_bytes(Channel.CONSENSUS, b"vote")])


def test_channels_open_between_two_frames_of_one_chunk():
    decoder = FrameDecoder(HELLO_LIMITS)
    decoder.feed(frame_bytes(CONTROL, b"hello") + frame_bytes(Channel.CONSENSUS, b"vote"))

    first = decoder.next_frame()
    decoder.limits = FRAME_LIMITS

    assert first == (CONTROL, b"hello")
    assert decoder.next_frame() == (Channel.CONSENSUS, b"vote")


@given(st.binary(max_size=300))
def test_any_bytes_are_frames_or_a_fault(data):
    try:
        frames = decode_all(FrameDecoder(FRAME_LIMITS), [data])
    except FrameFault:
        return
    assert sum(len(payload) for _channel, payload in frames) <= len(data)


def test_an_own_frame_above_the_limit_is_our_bug():
    with pytest.raises(InvariantBroken, match="257 bytes on channel 0, at most 256"):
        check_size(CONTROL, bytes(257))
