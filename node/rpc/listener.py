"""Takes connections at an address, a few a turn of the loop: a flood of them cannot hold it.

With TLS a bounded number is in the handshake, each within its time: until that is done nobody has
asked for anything, so such a connection holds no place of those who have. They stand in a doorway
of their own (see p2p.doorway).
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import thread_time

from node.rpc.connections import CONNECTION, Connections, busy
from node.rpc.errors import TooBusy
from node.rpc.line import Client, too_busy
from node.rpc.share import Share, address_of_client
from node.rpc.tls import handshake_meter
from p2p.acceptor import Acceptor
from p2p.doorway import Doorway
from p2p.gated_log import GatedLog
from p2p.piece_size import PIECE_BYTES_MAX
from p2p.settings import TransportSettings

log = logging.getLogger("sapha.rpc")

_HELLO = "TLS handshake"  # as if it were a method


def _is_nobodys_own(_ip: str) -> bool:
    return False


class _Hello:
    """The handshake of one client: what it uses is charged to the client's address."""

    def __init__(self, share: Share, client: Client) -> None:
        self._share = share
        self._client = client
        self._used_s = 0.0

    async def turn(self) -> None:
        """Wait for the client's turn. Raises TooBusy."""
        await self._share.turn(self._client, self._share.price_s(_HELLO))

    def spend(self, used_s: float) -> None:
        """Charge a step of the handshake."""
        self._used_s += used_s
        self._share.spend(self._client.address, used_s)

    def end(self) -> None:
        """Take note of what a handshake costs."""
        self._share.learn(_HELLO, self._used_s)


class Listener:
    """Takes TCP connections; what that uses is charged to each client's address.

    Each has its turn of the share before anything is made for it, or a byte of a handshake is read:
    whoever is over his share waits in the line of calls, and is answered 429, with TLS cut, when no
    turn comes. All that is of a share of its own: who is connected already does not wait for who
    comes. Without TLS, one that may not stay is answered and closed at once: a flood of them
    costs half of that.
    """

    def __init__(
        self,
        listening: socket.socket,
        context: ssl.SSLContext | None,
        connections: Connections,
        is_own: Callable[[str], bool] = _is_nobodys_own,
    ) -> None:
        """Listen at a bound socket, with the TLS of `context` if there is one.

        Addresses that `is_own` knows do not wait behind strangers.
        """
        self.socket = listening
        self._context = context
        self._connections = connections
        self._is_own = is_own
        self._share = connections.arrivals
        limits = connections.limits
        self._handshake_s = limits.header_s
        self._doorway = Doorway(
            TransportSettings(
                half_open_max=limits.half_open_max,
                half_open_per_ip_max=limits.half_open_per_ip_max,
            )
        )
        self._visitors: set[asyncio.Task[None]] = set()
        self._untaken: set[socket.socket] = set()
        self._loop = asyncio.get_running_loop()
        self._acceptor = Acceptor(listening, self._take, partial(self._say, "accept"))
        self._log = GatedLog(log)

    def __len__(self) -> int:
        return len(self._doorway)

    def open(self) -> None:
        """Accept from now on."""
        self._acceptor.open()

    async def close(self) -> None:
        """Accept nothing more, and hang up on who is in the handshake."""
        self._acceptor.close()
        self.socket.close()
        for visitor in self._visitors:
            visitor.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)

    def _take(self, connection: socket.socket, ip: str) -> None:
        began_s = thread_time()
        client = Client(address_of_client(ip), id(connection))
        refusal = self._connections.refusal_of(client.address) if self._context is None else None
        if refusal is not None:
            _answer(connection, refusal)
        else:
            self._let_in(connection, client, ip)
        self._share.spend(client.address, thread_time() - began_s)

    def _let_in(self, connection: socket.socket, client: Client, ip: str) -> None:
        self._untaken.add(connection)
        visitor = self._loop.create_task(
            self._receive(connection, client, waits=not self._is_own(ip))
        )
        self._visitors.add(visitor)
        visitor.add_done_callback(partial(self._gone, ip, connection))
        if turned_out := self._doorway.enter(ip, visitor):
            self._say(turned_out, "too many connections before their first request")

    async def _receive(self, connection: socket.socket, client: Client, *, waits: bool) -> None:
        # An error is the stranger's: no TLS, another version, too slow, gone.
        try:
            async with asyncio.timeout(self._handshake_s):
                if self._context is None:
                    if waits:
                        await self._share.turn(client, self._share.price_s(CONNECTION))
                    self._untaken.discard(connection)  # the loop closes it from here on
                    await self._loop.connect_accepted_socket(self._connections.guard, connection)
                else:
                    hello = _Hello(self._share, client)
                    await self._shake_hands(connection, hello, self._context, waits=waits)
        except TooBusy as fault:
            self._say("share", f"no turn for a connection: {fault}")
            if self._context is None:
                self._untaken.discard(connection)
                _answer(connection, busy(fault))
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            self._say("handshake", f"TLS handshake failed: {reason}")

    async def _shake_hands(
        self, connection: socket.socket, hello: _Hello, context: ssl.SSLContext, *, waits: bool
    ) -> None:
        handshake_meter.set(hello.spend)  # of this task, and of the callbacks of its connection
        if waits:
            await hello.turn()
        self._untaken.discard(connection)
        await self._loop.connect_accepted_socket(
            self._connections.guard,
            connection,
            ssl=context,
            ssl_handshake_timeout=self._handshake_s,
        )
        hello.end()

    def _gone(self, ip: str, connection: socket.socket, visitor: asyncio.Task[None]) -> None:
        self._doorway.leave(ip, visitor)
        self._visitors.discard(visitor)
        if connection not in self._untaken:
            return
        self._untaken.discard(connection)  # turned out before its turn
        if self._context is None:
            _answer(connection, busy(too_busy(f"too many connections of {ip} wait already")))
        else:
            connection.close()

    def _say(self, kind: str, what: str) -> None:
        self._log.write(logging.INFO, "refused_at_the_door", {"of": kind}, reason=what)


def _answer(connection: socket.socket, answer: bytes) -> None:
    """Send a short answer and close; what was asked is read, else the answer may be lost."""
    with suppress(BlockingIOError, ConnectionError):
        connection.recv(PIECE_BYTES_MAX)
    with suppress(BlockingIOError, ConnectionError):
        connection.send(answer)
    connection.close()
