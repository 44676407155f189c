"""What waits to be sent: bounded, in order of priority, never half a frame lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2p.envelope import CONTROL, FRAGMENT_BYTES_MAX, FRAME_LIMITS, FrameDecoder
from p2p.outbox import QUEUE_LIMITS, Outbox, Overflow, QueueLimit
from p2p.ports import Channel

MIB = 1024 * 1024


def frames_in(data: bytes):
    decoder = FrameDecoder(FRAME_LIMITS)
    decoder.feed(data)
    frames = []
    while (frame := decoder.next_frame()) is not None:
        frames.append(frame)
    return frames


def drain(outbox: Outbox, bytes_max: int = FRAGMENT_BYTES_MAX):
    parts = []
    while outbox:
        parts.append(outbox.take(bytes_max))
    return frames_in(b"".join(parts))


def test_frames_leave_by_priority_and_within_a_channel_in_order():
    outbox = Outbox()
    for channel in (Channel.TRANSACTIONS, Channel.SYNC, Channel.CONSENSUS, CONTROL):
        outbox.put(channel, b"first")
        outbox.put(channel, b"second")

    channels = [channel for channel, _payload in drain(outbox)]

    assert channels == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_vote_overtakes_a_block_that_is_half_sent():
    outbox = Outbox()
    outbox.put(Channel.SYNC, bytes(3 * FRAGMENT_BYTES_MAX))
    begun = outbox.take()

    outbox.put(Channel.CONSENSUS, b"vote")
    rest = b"".join(iter(outbox.take, b""))

    assert [channel for channel, _ in frames_in(begun + rest)] == [1, 2]


def test_a_full_consensus_queue_drops_the_oldest():
    outbox = Outbox()

    taken = [outbox.put(Channel.CONSENSUS, b"%d" % n) for n in range(1003)]

    votes = [payload for _channel, payload in drain(outbox)]
    assert all(taken)
    assert votes == [b"%d" % n for n in range(3, 1003)]
    assert outbox.dropped[Channel.CONSENSUS] == 3


@pytest.mark.parametrize("channel", [Channel.SYNC, Channel.TRANSACTIONS])
def test_other_full_queues_refuse_the_newest(channel):
    outbox = Outbox()
    frames_max = QUEUE_LIMITS[channel].frames_max

    taken = [outbox.put(channel, b"%d" % n) for n in range(frames_max + 1)]

    assert taken == [True] * frames_max + [False]
    assert outbox.waiting(channel) == frames_max
    assert outbox.dropped[channel] == 1


@pytest.mark.parametrize(("channel", "fit"), [(Channel.CONSENSUS, 8), (Channel.SYNC, 4)])
def test_queues_are_bounded_in_bytes_too(channel, fit):
    outbox = Outbox()

    for _ in range(20):
        outbox.put(channel, bytes(2 * MIB))

    assert outbox.waiting(channel) == fit


def test_a_frame_half_sent_is_finished_even_when_the_queue_overflows():
    limits = dict(QUEUE_LIMITS)
    limits[Channel.CONSENSUS] = QueueLimit(2, 16 * MIB, Overflow.DROP_OLDEST)
    outbox = Outbox(limits)
    block = bytes(2 * FRAGMENT_BYTES_MAX)
    outbox.put(Channel.CONSENSUS, block)
    begun = outbox.take()

    for n in range(3):
        outbox.put(Channel.CONSENSUS, b"%d" % n)

    payloads = [p for _c, p in frames_in(begun + b"".join(iter(outbox.take, b"")))]
    assert payloads == [block, b"2"]


PUTS = st.tuples(
    st.sampled_from([*Channel, CONTROL]),
    st.one_of(st.binary(max_size=64), st.integers(0, 200_000).map(bytes)),
)


@given(st.lists(PUTS | st.just("take"), max_size=40))
def test_whatever_is_put_and_taken_whole_frames_come_out_in_their_channels_order(acts):
    outbox = Outbox()
    sent = b""
    expected = {channel: [] for channel in (*Channel, CONTROL)}
    for act in acts:
        if act == "take":
            sent += outbox.take()
            continue
        channel, payload = act[0], act[1] if act[0] else act[1][:256]
        if outbox.put(channel, payload):
            expected[channel].append(payload)

    sent += b"".join(iter(outbox.take, b""))

    for channel in Channel:
        got = [payload for c, payload in frames_in(sent) if c == channel]
        assert got == expected[channel]
    pongs = [payload for c, payload in frames_in(sent) if c == CONTROL]
    assert len(pongs) <= len(expected[CONTROL])
