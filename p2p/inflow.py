"""The reading half of a session: frames out of bytes, and a bound on how fast they may come.

What reading costs is bounded too: TLS in records of a byte each costs more than the frames in it.
"""

import asyncio
from collections.abc import Iterator
from time import thread_time

from p2p.envelope import FRAME_LIMITS, HELLO_LIMITS, Frame, FrameDecoder
from p2p.piece_size import PIECE_BYTES_MAX, PieceSize
from p2p.rates import TokenBucket
from p2p.settings import SessionSettings

_READING_PART = 0.1  # of the loop that reading one peer may use
_PIECE_S = 0.001  # the most that reading one may cost


class Inflow:
    """Decodes what a peer sends; stops reading for a while when it sends more than its share."""

    __slots__ = (
        "_began_s",
        "_bucket",
        "_buffer",
        "_byte_cost",
        "_decoder",
        "_loop",
        "_resume_timer",
        "_second_cost",
        "_size",
        "_transport",
        "bytes_in",
        "frames_in",
        "heard_at_s",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, settings: SessionSettings) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._decoder = FrameDecoder(HELLO_LIMITS)
        self._bucket = TokenBucket(per_s=settings.frames_per_s_max, burst=settings.frames_per_s_max)
        self._byte_cost = settings.frames_per_s_max / settings.bytes_per_s_max
        self._second_cost = settings.frames_per_s_max / _READING_PART
        self._buffer = memoryview(bytearray(PIECE_BYTES_MAX))
        self._size = PieceSize(_PIECE_S)
        self._began_s = 0.0
        self._resume_timer: asyncio.TimerHandle | None = None
        self.bytes_in = 0
        self.frames_in = 0
        self.heard_at_s = loop.time()

    def open(self, transport: asyncio.Transport) -> None:
        """Read from `transport`."""
        self._transport = transport

    def shut(self) -> None:
        """Read nothing more."""
        self._transport = None
        if self._resume_timer is not None:
            self._resume_timer.cancel()

    def open_channels(self) -> None:
        """Accept the application's frames from now on."""
        self._decoder.limits = FRAME_LIMITS

    def room(self) -> memoryview:
        """Return where the next piece is to be read into, at once."""
        self._began_s = thread_time()
        return self._buffer[: self._size.bytes_max]

    def read(self, count: int) -> Iterator[Frame]:
        """Yield the frames that the `count` bytes in the room complete. Raises FrameFault."""
        read_s = thread_time() - self._began_s
        self._size.learn(read_s)
        yield from self.frames(bytes(self._buffer[:count]), read_s)

    def frames(self, data: bytes, read_s: float = 0.0) -> Iterator[Frame]:
        """Yield the frames that `data` completes, none after `shut`. Raises FrameFault.

        `read_s` is the processor time that reading them took.
        """
        frames_before = self.frames_in
        self.heard_at_s = self._loop.time()
        self.bytes_in += len(data)
        self._decoder.feed(data)
        while self._transport is not None and (frame := self._decoder.next_frame()):
            self.frames_in += 1
            yield frame
        cost = self.frames_in - frames_before + len(data) * self._byte_cost
        self._pay(cost + read_s * self._second_cost)

    def _pay(self, cost: float) -> None:
        wait_s = self._bucket.take(cost, self._loop.time())
        if wait_s > 0.0 and self._resume_timer is None and self._transport is not None:
            self._transport.pause_reading()
            self._resume_timer = self._loop.call_later(wait_s, self._resume)

    def _resume(self) -> None:
        self._resume_timer = None
        self.heard_at_s = self._loop.time()  # the silence was ours
        if self._transport is not None:
            self._transport.resume_reading()
