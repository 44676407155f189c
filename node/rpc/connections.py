"""Guards every client connection: how many there are, and how slow they may be.

A guard stands between the socket and aiohttp's handler. It closes a connection whose headers do
not arrive in time, or that does not take what it asked for. Where there is no room, the idle
connection that was used least lately makes room: of the same address, else of the address that has
most. Deadlines on bodies are the server's.

What comes in is read in its client's turn (node.rpc.intake).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import cast

from aiohttp.web_protocol import RequestHandler

from node.rpc.dispatch import refusal_body
from node.rpc.errors import RpcFault, TooBusy, TooManySockets, retry_after_s
from node.rpc.intake import Intake, PacedTransport
from node.rpc.line import RETRY_AFTER_S, Client
from node.rpc.share import SLICE_S, Share, address_of_client
from p2p.piece_size import PIECE_BYTES_MAX

CONNECTION = "(connection)"  # its price is learned as that of a method
_MAKING_S = 0.000_05  # of the loop itself for a connection: transport, handler, their end
_LATELY_S = 1.0  # a connection that was used since is not cut for a newcomer of another address
_TOO_MANY_RETRY_S = 5
_FEW_PARTS = 100  # an address with so large a part of all connections, or less, has few


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Bounds on client connections; times in seconds."""

    sockets_max: int = 1_000
    sockets_per_ip_max: int = 250
    idle_s: float = 10.0  # one that was used since makes no room for others of its address
    header_s: float = 10.0
    write_s: float = 20.0
    half_open_max: int = 256  # in the handshake of TLS, where that is asked for
    half_open_per_ip_max: int = 64


class Connections:
    """All open client connections. `guard` makes the protocol of each."""

    def __init__(
        self,
        limits: ConnectionLimits,
        make: Callable[[], RequestHandler],
        share: Share,
        arrivals: Share,
    ) -> None:
        """`share` is what requests get, `arrivals` what it may cost that connections come."""
        self.limits = limits
        self.share = share
        self.arrivals = arrivals
        self._make = make
        self.piece = memoryview(bytearray(PIECE_BYTES_MAX))  # read into, then copied at once
        self._by_address: dict[str, OrderedDict[Guard, None]] = {}  # the least lately used first
        self._by_use: OrderedDict[Guard, None] = OrderedDict()  # likewise, of all
        self._guards: dict[RequestHandler, Guard] = {}

    def __len__(self) -> int:
        return len(self._guards)

    def guard(self) -> "Guard":
        """Return the protocol of one more connection."""
        return Guard(self, self._make())

    def guard_of(self, handler: RequestHandler) -> "Guard | None":
        """Return the guard before aiohttp's `handler`, None once the connection is lost."""
        return self._guards.get(handler)

    def close_all(self) -> None:
        """Cut every connection."""
        for guard in list(self._guards.values()):
            guard.cut()

    def refusal_of(self, address: str) -> bytes | None:
        """Return what one more connection of `address` is answered now, None when it may stay."""
        try:
            self._room(address)
        except TooManySockets as fault:
            return refusal("503 Service Unavailable", fault, _TOO_MANY_RETRY_S)
        return None

    def _enter(self, guard: "Guard") -> None:
        """Count a connection, for which others may be cut. Raises TooManySockets."""
        address = guard.client.address
        for other in self._room(address):
            self._leave(other)
            other.cut()
        self._by_address.setdefault(address, OrderedDict())[guard] = None
        self._by_use[guard] = None
        self._guards[guard.handler] = guard

    def _used(self, guard: "Guard") -> None:
        """Take note that the connection is in use now."""
        own = self._by_address.get(guard.client.address)
        if own is not None and guard in own:
            guard.used_s = monotonic()
            own.move_to_end(guard)
            self._by_use.move_to_end(guard)

    def _room(self, address: str) -> "list[Guard]":
        """Return who makes room for one more connection of `address`. Raises TooManySockets."""
        limits = self.limits
        own = self._by_address.get(address, OrderedDict())
        if len(own) >= limits.sockets_per_ip_max:
            guard = _first(own, limits.idle_s)
            if guard is None:
                raise TooManySockets(
                    f"{limits.sockets_per_ip_max} connections from {address} are open and in use"
                )
            return [guard]
        if len(self) >= limits.sockets_max:
            guard = self._first_of_any(len(own))
            if guard is None:
                raise TooManySockets(
                    f"{limits.sockets_max} connections are open, the most that this node serves"
                )
            return [guard]
        return []

    def _first_of_any(self, count: int) -> "Guard | None":
        """Return who makes room for a newcomer, whose address has `count` others.

        The address with most makes room, if it has many: an idle connection, else the one that was
        used least lately, whatever it waits for. Of addresses with few, that one goes of all which
        was used least lately: first an idle one, else one that was not used for a while. Nobody is
        shut out by WebSockets that do nothing, calls that wait, slow bodies, or many addresses.
        """
        fullest = max(self._by_address.values(), key=len)
        if len(fullest) > max(count + 1, self.limits.sockets_max // _FEW_PARTS):
            return _first(fullest) or _first(fullest, is_any=True)
        lately_s = min(_LATELY_S, self.limits.idle_s)
        return _first(self._by_use) or _first(self._by_use, lately_s, is_any=True)

    def _leave(self, guard: "Guard") -> None:
        own = self._by_address.get(guard.client.address, OrderedDict())
        own.pop(guard, None)
        self._by_use.pop(guard, None)
        if not own:
            self._by_address.pop(guard.client.address, None)
        self._guards.pop(guard.handler, None)


class Guard(asyncio.BufferedProtocol):
    """One connection: passes everything to aiohttp's handler and keeps the deadlines."""

    def __init__(self, connections: Connections, handler: RequestHandler) -> None:
        self.handler = handler
        self.ip = ""
        self.client = Client("", id(self))
        self.used_s = monotonic()
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self.intake: Intake | None = None
        self._is_busy = False
        self._header_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection, or answer 503 and close."""
        transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it
        self._transport = transport
        self.ip = str((transport.get_extra_info("peername") or ("",))[0])
        self.client = Client(address_of_client(self.ip), id(self))
        try:
            self._connections._enter(self)
        except TooManySockets as fault:
            transport.write(refusal("503 Service Unavailable", fault, _TOO_MANY_RETRY_S))
            transport.close()
            return
        share, began_s = self._connections.share, thread_time()
        self.intake = Intake(transport, self.handler.data_received, self.client, share, self._shed)
        self._start_header_timer()
        self.handler.connection_made(cast(asyncio.Transport, PacedTransport(self.intake)))
        used_s = _MAKING_S + thread_time() - began_s
        arrivals = self._connections.arrivals
        arrivals.spend(self.client.address, used_s)
        arrivals.learn(CONNECTION, min(used_s, SLICE_S))

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._header_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        if self.intake is not None:
            self.intake.end()
            self._connections._leave(self)
            self.handler.connection_lost(error)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where the next piece is read into."""
        del sizehint
        size = PIECE_BYTES_MAX if self.intake is None else self.intake.begin()
        return self._connections.piece[:size]

    def buffer_updated(self, nbytes: int) -> None:
        """Pass a piece on in its turn; the first of a request start the deadline of its headers."""
        if self.intake is None:
            return
        if not self._is_busy and self._header_timer is None:
            self._start_header_timer()
        self._connections._used(self)
        self.intake.put(bytes(self._connections.piece[:nbytes]))

    def eof_received(self) -> bool | None:
        """Close: a client that sends no more is gone."""
        return None

    def pause_writing(self) -> None:
        """Give the client a time to take what it was sent."""
        write_s = self._connections.limits.write_s
        self._write_timer = asyncio.get_running_loop().call_later(write_s, self.cut)
        self.handler.pause_writing()

    def resume_writing(self) -> None:
        """The client took enough."""
        if self._write_timer is not None:
            self._write_timer.cancel()
        self.handler.resume_writing()

    def begin_request(self) -> None:
        """The headers are complete and the request is being answered."""
        self._is_busy = True
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def end_request(self) -> None:
        """The request is answered; the next one has its own deadline."""
        self._is_busy = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being answered on it; a WebSocket is in use while it is open."""
        return not self._is_busy

    def cut(self) -> None:
        """Close at once, whatever waits to be sent."""
        if self._transport is not None:
            self._transport.abort()

    def _shed(self, fault: TooBusy) -> bool:
        """Answer a request that gets no turn to be read; what has begun waits for another one."""
        if self._is_busy or self._transport is None:
            return True
        self._transport.write(busy(fault))
        self._transport.close()
        return False

    def _start_header_timer(self) -> None:
        header_s = self._connections.limits.header_s
        self._header_timer = asyncio.get_running_loop().call_later(header_s, self._headers_late)

    def _headers_late(self) -> None:
        if self.intake is not None and self.intake.is_behind:
            self._start_header_timer()  # they came, and wait for their turn here
        else:
            self.cut()


def _first(
    guards: "OrderedDict[Guard, None]", idle_s: float = 0.0, *, is_any: bool = False
) -> "Guard | None":
    """Return the first that is idle, or any, and was not used for a time, if there is one."""
    before_s = monotonic() - idle_s
    for guard in guards:
        if guard.used_s > before_s:
            return None
        if guard.is_idle or is_any:
            return guard
    return None


def busy(fault: TooBusy) -> bytes:
    """Return the answer to one whose turn does not come, which says when to come back."""
    return refusal("429 Too Many Requests", fault, retry_after_s(fault) or RETRY_AFTER_S)


def refusal(status: str, fault: RpcFault, later_s: int) -> bytes:
    """Return a whole HTTP answer that ends the connection; it may come back in `later_s`."""
    body = refusal_body(fault).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
        f"Retry-After: {later_s}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
