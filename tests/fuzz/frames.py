"""Frames between members, and the payload of each channel.

The first byte of an input says what the rest is: a stream of fragments, or one payload.
"""

from consensus.messages import EvidenceMessage, PositionQuestion
from consensus.wire import read_message
from node.blobs.wire import Get, Have, WrapsOf, read_blob_message
from node.mempool.gossip import read_frame
from node.sync.wire import Blocks, GetBlocks, read_sync_message
from p2p.envelope import FRAME_LIMITS, FrameDecoder, FrameFault, frame_bytes
from p2p.ports import Channel
from primitives.codec import encode
from primitives.errors import PeerFault, Rejected
from primitives.ids import Height
from tests.consensus.builders import (
    block_on,
    commit,
    genesis_head,
    pre_prepare,
    prepare,
    view_change,
)
from tests.fuzz.vectors import blocks, transactions

STREAM = 0


def check(data: bytes) -> None:
    """Read a stream or a payload."""
    kind, rest = data[:1], data[1:]
    reader = READERS.get(kind[0] % (len(Channel) + 1)) if kind else None
    if reader is None:
        _check_stream(rest)
        return
    try:
        value = reader(rest)
    except (Rejected, PeerFault):
        return
    again = encode(value) if isinstance(value, tuple) else value.encode()
    assert again == rest, f"{value!r:.200} encodes to other bytes"


def _check_stream(data: bytes) -> None:
    """Cut anywhere, a stream gives the same frames, and each frame has one form."""
    whole, fault = _frames([data])
    middle = len(data) // 2
    assert (whole, fault) == _frames([data[:middle], data[middle:]])
    for frame in whole:
        assert _frames([frame_bytes(*frame)]) == ([frame], None)


def _frames(chunks):
    decoder = FrameDecoder(FRAME_LIMITS)
    frames = []
    for chunk in chunks:
        decoder.feed(chunk)
        try:
            while (frame := decoder.next_frame()) is not None:
                frames.append(frame)
        except FrameFault as fault:
            return frames, str(fault)
    return frames, None


READERS = {
    Channel.CONSENSUS: read_message,
    Channel.SYNC: read_sync_message,
    Channel.TRANSACTIONS: read_frame,
    Channel.BLOBS: read_blob_message,
}


def seeds() -> list[bytes]:
    """One payload of each kind, and a stream of two frames."""
    payloads = [
        (Channel.CONSENSUS, EvidenceMessage(b"evidence").encode()),
        (Channel.CONSENSUS, PositionQuestion(bytes(16)).encode()),
        *((Channel.CONSENSUS, message.encode()) for message in _messages()),
        (Channel.SYNC, GetBlocks(1, Height(2), 3).encode()),
        (Channel.SYNC, Blocks(1, (blocks()[0],), b"certificate").encode()),
        (Channel.TRANSACTIONS, encode(tuple(transactions()))),
        (Channel.BLOBS, Get(1, bytes(32), 2).encode()),
        (Channel.BLOBS, Have(bytes(32)).encode()),
        (Channel.BLOBS, WrapsOf(b"document").encode()),
    ]
    stream = b"".join(frame_bytes(channel, payload) for channel, payload in payloads[:3])
    return [bytes([STREAM]) + stream, *(bytes([c]) + payload for c, payload in payloads)]


def _messages():
    block = block_on(genesis_head(4), proposer=0)
    changes = [view_change(1, 1, sender) for sender in range(3)]
    proposal = pre_prepare(block, sender=0, view=1, changes=changes)
    return [prepare(block, 1), commit(block, 2), changes[0], proposal]
