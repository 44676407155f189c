"""What comes in on one connection: read in small pieces, each in its client's turn.

A client that is over its share is not read, whatever it sends: it waits in its own buffers, and
here lies one piece at most. Deadlines are the guard's.
"""

import asyncio
from collections.abc import Callable
from time import thread_time
from typing import Any

from node.rpc.share import SLICE_S, Client, Share

PIECE_BYTES_MAX = 65_536
_PIECE_BYTES_FIRST = 4_096
_PIECE_BYTES_MIN = 512
_READING = "(reading)"  # its price is learned as that of a method
_EVENT_S = 0.000_015  # of the loop itself for a piece that comes


class Intake:
    """Hands the pieces of one connection to `take`, and says when it is read.

    Its transport is read only while nobody has a reason against it.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        take: Callable[[bytes], None],
        client: Client,
        share: Share,
    ) -> None:
        self.transport = transport
        self.piece_bytes = _PIECE_BYTES_FIRST
        self._take = take
        self._client = client
        self._share = share
        self._unread = b""  # one piece, whose turn has not come
        self._turn: asyncio.Future[None] | None = None
        self._against: set[str] = set()

    @property
    def is_behind(self) -> bool:
        """Whether a piece has come that waits for its turn."""
        return self._turn is not None

    def put(self, piece: bytes) -> None:
        """Hand on a piece that was read: at once, or in its turn and nothing more until then."""
        price_s = self._share.price_s(_READING)
        if self._share.begins(self._client, price_s):
            self._hand_on(piece)
            return
        self._unread = piece
        self.pause("turn")
        self._turn = self._share.turn_to_read(self._client, price_s)
        self._turn.add_done_callback(self._turn_came)

    def pause(self, reason: str) -> None:
        """Read no more until `resume` is called with the same reason."""
        if not self._against and not self.transport.is_closing():
            self.transport.pause_reading()
        self._against.add(reason)

    def resume(self, reason: str) -> None:
        """Take a reason back; with the last one the connection is read again."""
        was_paused = bool(self._against)
        self._against.discard(reason)
        if was_paused and not self._against and not self.transport.is_closing():
            self.transport.resume_reading()

    def end(self) -> None:
        """Give up what waits: the connection is lost."""
        if self._turn is not None:
            self._turn.cancel()

    def _turn_came(self, turn: "asyncio.Future[None]") -> None:
        piece, self._unread, self._turn = self._unread, b"", None
        if not turn.cancelled():
            self._hand_on(piece)
            self.resume("turn")

    def _hand_on(self, piece: bytes) -> None:
        """Charge what a piece costs; the next one is larger or smaller by it."""
        began_s = thread_time()
        self._take(piece)
        used_s = thread_time() - began_s
        self._share.spend(self._client.address, used_s + _EVENT_S)
        self._share.learn(_READING, min(used_s, SLICE_S))  # a collection of garbage is no price
        if used_s > SLICE_S / 2:
            self.piece_bytes = max(_PIECE_BYTES_MIN, self.piece_bytes // 2)
        elif used_s < SLICE_S / 8:
            self.piece_bytes = min(PIECE_BYTES_MAX, self.piece_bytes * 2)


class PacedTransport:
    """A transport as an intake's taker sees it: its pauses are one reason among others."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        return getattr(self._intake.transport, name)

    def pause_reading(self) -> None:
        """Stop until the taker has room."""
        self._intake.pause("taker")

    def resume_reading(self) -> None:
        """Go on, as far as the taker is concerned."""
        self._intake.resume("taker")
