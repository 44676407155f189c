"""TLS at a door: a bounded number of connections in the handshake, each within its time.

Until a handshake is done nobody has asked for anything, so such a connection holds no place of
those who have: they stand in a doorway of their own (see p2p.doorway).
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path

from node.rpc.connections import ConnectionLimits
from p2p.doorway import Doorway
from p2p.gated_log import GatedLog
from p2p.settings import TransportSettings
from primitives.errors import LocalFault

log = logging.getLogger("sapha.rpc")

_NO_DESCRIPTORS_WAIT_S = 0.5


class BadTlsFile(LocalFault):
    """A certificate or its key cannot be used."""


def server_context(certificate: Path, private_key: Path) -> ssl.SSLContext:
    """Return how a door shows its certificate: TLS 1.2 or later. Raises BadTlsFile."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, private_key)
    except FileNotFoundError as error:
        missing = private_key if certificate.exists() else certificate
        raise BadTlsFile(f"{missing}: No such file") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or str(error)
        raise BadTlsFile(f"{certificate} and {private_key}: no PEM pair: {why}") from error
    return context


class TlsListener:
    """Takes TCP connections, one a turn of the loop, and brings each through its handshake.

    `make` is called for the protocol of one that came through.
    """

    def __init__(
        self,
        listening: socket.socket,
        context: ssl.SSLContext,
        make: Callable[[], asyncio.BaseProtocol],
        limits: ConnectionLimits,
    ) -> None:
        self.socket = listening
        self._context = context
        self._make = make
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
        self._pause: asyncio.TimerHandle | None = None
        self._log = GatedLog(log)

    def __len__(self) -> int:
        return len(self._doorway)

    def open(self) -> None:
        """Accept from now on."""
        self._loop.add_reader(self.socket, self._accept)

    async def close(self) -> None:
        """Accept nothing more, and hang up on who is in the handshake."""
        self._loop.remove_reader(self.socket)
        if self._pause is not None:
            self._pause.cancel()
        self.socket.close()
        for visitor in self._visitors:
            visitor.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)

    def _accept(self) -> None:
        try:
            connection, address = self.socket.accept()
        except BlockingIOError:
            return
        except OSError as error:  # no file descriptors, or gone before we took it
            self._say("accept", error.strerror or "accept failed")
            self._loop.remove_reader(self.socket)
            self._pause = self._loop.call_later(_NO_DESCRIPTORS_WAIT_S, self.open)
            return
        connection.settimeout(0.0)
        self._untaken.add(connection)
        ip = str(address[0])
        visitor = self._loop.create_task(self._receive(connection))
        self._visitors.add(visitor)
        visitor.add_done_callback(partial(self._gone, ip, connection))
        if turned_out := self._doorway.enter(ip, visitor):
            self._say(turned_out, "too many connections in the TLS handshake")

    async def _receive(self, connection: socket.socket) -> None:
        self._untaken.discard(connection)  # the loop closes it from here on
        # An error is the stranger's: no TLS, another version, too slow, gone.
        try:
            async with asyncio.timeout(self._handshake_s):
                await self._loop.connect_accepted_socket(
                    self._make,
                    connection,
                    ssl=self._context,
                    ssl_handshake_timeout=self._handshake_s,
                )
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            self._say("handshake", f"TLS handshake failed: {reason}")

    def _gone(self, ip: str, connection: socket.socket, visitor: asyncio.Task[None]) -> None:
        self._doorway.leave(ip, visitor)
        self._visitors.discard(visitor)
        if connection in self._untaken:  # hung up on before its first step
            self._untaken.discard(connection)
            connection.close()

    def _say(self, kind: str, what: str) -> None:
        self._log.write(logging.INFO, "refused_at_the_door", {"of": kind}, reason=what)
