"""What comes in on one connection: read in small pieces, each in its client's turn.

A client that is over its share is not read, whatever it sends: it waits in its own buffers, and
here lies one piece at most. What becomes of a connection whose turn does not come is the guard's.
"""

import asyncio
from collections.abc import Callable
from time import thread_time
from typing import Any

from node.rpc.errors import TooBusy, retry_after_s
from node.rpc.line import RETRY_AFTER_S, Client
from node.rpc.share import SLICE_S, Share
from p2p.piece_size import PieceSize

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
        shed: Callable[[TooBusy], bool],
    ) -> None:
        """`shed` is told of a turn that did not come; it returns whether to ask for another."""
        self.transport = transport
        self._size = PieceSize(SLICE_S / 2)
        self._take = take
        self._client = client
        self._share = share
        self._shed = shed
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_piece: Callable[[int], None] | None = None  # told the bytes of each piece
        self._began_s = self._read_s = 0.0
        self._unread = b""  # one piece, whose turn has not come
        self._turn: asyncio.Future[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._against: set[str] = set()

    @property
    def is_behind(self) -> bool:
        """Whether a piece has come that waits for its turn."""
        return bool(self._unread)

    def begin(self) -> int:
        """Return how many bytes to read now; what reading them costs is charged with them.

        TLS in records of a byte each costs more to read than to understand.
        """
        self._began_s = thread_time()
        return self._size.bytes_max

    def put(self, piece: bytes) -> None:
        """Hand on a piece that was read: at once, or in its turn and nothing more until then."""
        self._read_s = thread_time() - self._began_s
        if self._share.begins(self._client, self._share.price_s(_READING)):
            self._hand_on(piece)
            return
        self._unread = piece
        self.pause("turn")
        self._ask()

    def pause(self, reason: str) -> None:
        """Read no more until `resume` is called with the same reason."""
        if not self._against and self._is_open:
            self.transport.pause_reading()
        self._against.add(reason)

    def resume(self, reason: str) -> None:
        """Take a reason back; with the last one the connection is read again."""
        was_paused = bool(self._against)
        self._against.discard(reason)
        if was_paused and not self._against and self._is_open:
            self.transport.resume_reading()

    def rest(self, seconds: float) -> None:
        """Read no more for a time: the client was told to come back after it."""
        if self._rest is None and self._is_open:
            self.pause("rest")
            self._rest = asyncio.get_running_loop().call_later(seconds, self._rested)

    def end(self) -> None:
        """Give up what waits: the connection is lost."""
        if not self.gone.done():
            self.gone.set_result(None)
        if self._rest is not None:
            self._rest.cancel()
        if self._turn is not None:
            self._turn.cancel()
        if self._later is not None:
            self._later.cancel()

    @property
    def _is_open(self) -> bool:
        """Whether there still is a connection: one that its client cut does not say so itself."""
        return not self.gone.done() and not self.transport.is_closing()

    def _rested(self) -> None:
        self._rest = None
        self.resume("rest")

    def _ask(self) -> None:
        self._later = None
        try:
            self._turn = self._share.place(self._client, self._share.price_s(_READING))
        except TooBusy as refusal:
            self._refused(refusal)
        else:
            self._turn.add_done_callback(self._turn_came)

    def _turn_came(self, turn: "asyncio.Future[None]") -> None:
        self._turn = None
        if turn.cancelled() or not self._is_open:
            return
        refusal = turn.exception()
        if isinstance(refusal, TooBusy):
            self._refused(refusal)
            return
        piece, self._unread = self._unread, b""
        self._hand_on(piece)
        self.resume("turn")

    def _refused(self, refusal: TooBusy) -> None:
        if self._shed(refusal):
            later_s = retry_after_s(refusal) or RETRY_AFTER_S
            self._later = asyncio.get_running_loop().call_later(later_s, self._ask)

    def _hand_on(self, piece: bytes) -> None:
        """Charge what a piece costs; the next one is larger or smaller by it."""
        began_s = thread_time()
        if self.on_piece is not None:
            self.on_piece(len(piece))
        self._take(piece)
        used_s = self._read_s + thread_time() - began_s
        self._share.spend(self._client.address, used_s + _EVENT_S)
        self._share.learn(_READING, min(used_s, SLICE_S))  # a collection of garbage is no price
        self._size.learn(used_s)


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
