"""The writing half of a session: the outbox, and when its bytes go to the connection."""

import asyncio

from p2p.outbox import Outbox


class Outflow:
    """Writes the outbox to a connection as fast as the peer takes it, and no faster."""

    __slots__ = ("_is_due", "_loop", "_stalled_at_s", "_transport", "bytes_out", "outbox")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._is_due = False
        self._stalled_at_s: float | None = None
        self.outbox = Outbox()
        self.bytes_out = 0

    def open(self, transport: asyncio.Transport, *, buffer_bytes: int) -> None:
        """Start to write to `transport`, leaving at most about `buffer_bytes` in its buffer."""
        transport.set_write_buffer_limits(high=buffer_bytes)
        self._transport = transport

    def shut(self) -> None:
        """Write nothing more."""
        self._transport = None

    def put(self, channel: int, payload: bytes) -> bool:
        """Queue a frame; False when its queue refuses.

        It is written at the end of this turn of the loop, so that frames queued together leave
        in one TLS record, in order of priority.
        """
        if not self.outbox.put(channel, payload):
            return False
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self.flush)
        return True

    def pause(self) -> None:
        """The peer does not keep up."""
        self._stalled_at_s = self._loop.time()

    def resume(self) -> None:
        """The peer keeps up again."""
        self._stalled_at_s = None
        self.flush()

    def stalled_s(self) -> float:
        """Return for how long the peer has not kept up."""
        return 0.0 if self._stalled_at_s is None else self._loop.time() - self._stalled_at_s

    def flush(self) -> None:
        """Write what the peer takes now."""
        self._is_due = False
        while self.outbox and self._stalled_at_s is None and self._transport is not None:
            chunk = self.outbox.take()
            self.bytes_out += len(chunk)
            self._transport.write(chunk)
