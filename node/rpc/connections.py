"""Guards every client connection: how many there are, and how slow they may be.

A guard stands between the socket and aiohttp's handler. It closes a connection whose headers do
not arrive in time, or that does not take what it asked for. Deadlines on bodies are the server's.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from aiohttp.web_protocol import RequestHandler

from node.rpc.dispatch import refusal_body
from node.rpc.errors import TooManySockets


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Bounds on client connections; times in seconds."""

    sockets_max: int = 1_000
    sockets_per_ip_max: int = 500
    header_s: float = 10.0
    write_s: float = 20.0


class Connections:
    """All open client connections. `guard` makes the protocol of each."""

    def __init__(self, limits: ConnectionLimits, make: Callable[[], RequestHandler]) -> None:
        self.limits = limits
        self._make = make
        self._count_by_ip: Counter[str] = Counter()
        self._guards: dict[RequestHandler, Guard] = {}

    def __len__(self) -> int:
        return self._count_by_ip.total()

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

    def _enter(self, guard: "Guard") -> str | None:
        """Count a connection; return why it may not stay, None when it may."""
        limits, ip = self.limits, guard.ip
        if len(self) >= limits.sockets_max:
            return f"{limits.sockets_max} connections are open, the most that this node serves"
        if self._count_by_ip[ip] >= limits.sockets_per_ip_max:
            return f"{limits.sockets_per_ip_max} connections from {ip} are open, the most allowed"
        self._count_by_ip[ip] += 1
        self._guards[guard.handler] = guard
        return None

    def _leave(self, guard: "Guard") -> None:
        self._count_by_ip[guard.ip] -= 1
        if not self._count_by_ip[guard.ip]:
            del self._count_by_ip[guard.ip]
        self._guards.pop(guard.handler, None)


class Guard(asyncio.Protocol):
    """One connection: passes everything to aiohttp's handler and keeps the deadlines."""

    def __init__(self, connections: Connections, handler: RequestHandler) -> None:
        self.handler = handler
        self.ip = ""
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._is_counted = False
        self._is_busy = False
        self._header_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection, or answer 503 and close."""
        transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it
        self._transport = transport
        self.ip = str((transport.get_extra_info("peername") or ("",))[0])
        refusal = self._connections._enter(self)
        if refusal is not None:
            transport.write(_refusal(refusal))
            transport.close()
            return
        self._is_counted = True
        self._start_header_timer()
        self.handler.connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._header_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        if self._is_counted:
            self._connections._leave(self)
            self.handler.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Pass bytes on; the first of a request start the deadline of its headers."""
        if not self._is_counted:
            return
        if not self._is_busy and self._header_timer is None:
            self._start_header_timer()
        self.handler.data_received(data)

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

    def cut(self) -> None:
        """Close at once, whatever waits to be sent."""
        if self._transport is not None:
            self._transport.abort()

    def _start_header_timer(self) -> None:
        header_s = self._connections.limits.header_s
        self._header_timer = asyncio.get_running_loop().call_later(header_s, self.cut)


def _refusal(reason: str) -> bytes:
    body = refusal_body(TooManySockets(reason)).encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        f"Retry-After: 5\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
