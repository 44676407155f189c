"""Frames on the wire: cutting payloads into fragments and putting them together again. No IO.

    fragment = 4-byte big-endian length of the body, 1-byte channel, body

The high bit of the channel byte says that the frame goes on in the channel's next fragment. A
fragment that is not the last has exactly FRAGMENT_BYTES_MAX bytes, so each frame has one form.
Fragments of different channels interleave: a vote never waits behind the rest of a block.
"""

from collections.abc import Mapping
from struct import Struct
from types import MappingProxyType
from typing import NamedTuple

from p2p.ports import Channel
from primitives.errors import InvariantBroken, PeerFault
from primitives.limits import FRAME_BYTES_MAX

CONTROL = 0
FRAGMENT_BYTES_MAX = 64 * 1024
FRAGMENT_HEADER = Struct(">IB")
_GOES_ON = 0x80

HELLO_LIMITS: Mapping[int, int] = MappingProxyType({CONTROL: 256})
FRAME_LIMITS: Mapping[int, int] = MappingProxyType(
    {
        CONTROL: 256,
        Channel.CONSENSUS: FRAME_BYTES_MAX,
        Channel.SYNC: FRAME_BYTES_MAX,
        Channel.TRANSACTIONS: FRAME_BYTES_MAX // 2,
        Channel.BLOBS: FRAME_BYTES_MAX // 2,
    }
)


class FrameFault(PeerFault):
    """The bytes are not frames that this session accepts."""


class Frame(NamedTuple):
    """One whole frame; channel 0 belongs to the session itself."""

    channel: int
    payload: bytes


def check_size(channel: int, payload: bytes) -> None:
    """Raise InvariantBroken when our own `payload` is longer than its channel allows."""
    bytes_max = FRAME_LIMITS[channel]
    if len(payload) > bytes_max:
        raise InvariantBroken(
            f"own frame of {len(payload)} bytes on channel {channel}, at most {bytes_max}"
        )


class Fragment(NamedTuple):
    """A piece of a frame to be sent; `next_at` is where the next one starts, None: the last."""

    header: bytes
    body: bytes | memoryview  # not copied out of the payload
    next_at: int | None


def cut(channel: int, payload: bytes, offset: int) -> Fragment:
    """Return the fragment of `payload` that starts at `offset`."""
    if len(payload) <= FRAGMENT_BYTES_MAX:
        return Fragment(FRAGMENT_HEADER.pack(len(payload), channel), payload, None)
    end = offset + FRAGMENT_BYTES_MAX
    body = memoryview(payload)[offset:end]
    if end < len(payload):
        return Fragment(FRAGMENT_HEADER.pack(len(body), channel | _GOES_ON), body, end)
    return Fragment(FRAGMENT_HEADER.pack(len(body), channel), body, None)


def frame_bytes(channel: int, payload: bytes) -> bytes:
    """Return all fragments of one frame, in order."""
    parts: list[bytes | memoryview] = []
    offset: int | None = 0
    while offset is not None:
        header, body, offset = cut(channel, payload, offset)
        parts += (header, body)
    return b"".join(parts)


class FrameDecoder:
    """Turns chunks of bytes, cut anywhere, into frames; holds at most one frame a channel.

    `limits` maps each channel that may be used to its frame size; it may be replaced between
    frames, which is how a session opens the application's channels after its hello.
    """

    __slots__ = ("_buffer", "_offset", "_parts", "limits")

    def __init__(self, limits: Mapping[int, int]) -> None:
        self.limits = limits
        self._buffer = bytearray()
        self._offset = 0
        self._parts: dict[int, list[bytes]] = {}  # bodies of frames begun, all of full size

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        if self._offset:
            del self._buffer[: self._offset]
            self._offset = 0
        self._buffer += data

    def next_frame(self) -> Frame | None:
        """Return the next whole frame, None when more bytes are needed.

        Raises:
            FrameFault: an unknown channel, a frame above its channel's limit, or a fragment of
                another size than the format says. Found from the header, before the body.
        """
        while len(self._buffer) - self._offset >= FRAGMENT_HEADER.size:
            length, tag = FRAGMENT_HEADER.unpack_from(self._buffer, self._offset)
            channel, goes_on = tag & ~_GOES_ON, bool(tag & _GOES_ON)
            self._check_header(channel, length, goes_on=goes_on)
            start = self._offset + FRAGMENT_HEADER.size
            if len(self._buffer) < start + length:
                return None
            with memoryview(self._buffer) as view:
                body = bytes(view[start : start + length])
            self._offset = start + length
            if goes_on:
                self._parts.setdefault(channel, []).append(body)
            elif channel in self._parts:
                return Frame(channel, b"".join((*self._parts.pop(channel), body)))
            else:
                return Frame(channel, body)
        return None

    def _check_header(self, channel: int, length: int, *, goes_on: bool) -> None:
        bytes_max = self.limits.get(channel)
        if bytes_max is None:
            raise FrameFault(f"a frame on channel {channel}, which is not open")
        held = len(self._parts[channel]) * FRAGMENT_BYTES_MAX if channel in self._parts else 0
        if held + length > bytes_max:
            raise FrameFault(f"a frame above {bytes_max} bytes on channel {channel}")
        is_right_size = (
            length == FRAGMENT_BYTES_MAX if goes_on else held == 0 or length > 0
        ) and length <= FRAGMENT_BYTES_MAX
        if not is_right_size:
            raise FrameFault(f"a fragment of {length} bytes on channel {channel}")
