"""TLS at a door: a bounded number of connections in the handshake, each within its time.

Until a handshake is done nobody has asked for anything, so such a connection holds no place of
those who have: they stand in a doorway of their own (see p2p.doorway).
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from time import thread_time

from node.rpc.connections import ConnectionLimits
from node.rpc.errors import TooBusy
from node.rpc.line import Client
from node.rpc.share import Share, address_of_client
from node.secret_files import check_private
from p2p.doorway import Doorway
from p2p.gated_log import GatedLog
from p2p.renewal import ShownCertificate
from p2p.settings import TransportSettings
from primitives.errors import LocalFault

log = logging.getLogger("sapha.rpc")

_NO_DESCRIPTORS_WAIT_S = 0.5
_HELLO = "TLS handshake"  # as if it were a method


class BadTlsFile(LocalFault):
    """A certificate or its key cannot be used."""


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


_hello: ContextVar[_Hello | None] = ContextVar("hello", default=None)


class _MeteredTls(ssl.SSLObject):
    """The library's TLS, whose handshake is measured: the loop does it, before any request."""

    def do_handshake(self) -> None:
        hello, began_s = _hello.get(), thread_time()
        try:
            super().do_handshake()
        finally:
            if hello is not None:
                hello.spend(thread_time() - began_s)


def server_context(certificate: Path, private_key: Path) -> ssl.SSLContext:
    """Return how a door shows its certificate: TLS 1.2 or later. Raises BadTlsFile."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslobject_class = _MeteredTls
    _load(context, certificate, private_key)
    return context


def shown_certificate(
    context: ssl.SSLContext, certificate: Path, private_key: Path
) -> ShownCertificate:
    """Return what keeps a door's certificate that of its files. Its acts raise LocalFault."""

    def read() -> bytes:
        try:
            return certificate.read_bytes() + private_key.read_bytes()
        except OSError as error:
            raise BadTlsFile(f"{error.filename}: {error.strerror}") from error

    def use() -> None:
        check_private(private_key)
        # First elsewhere: a pair that does not fit would leave the door without a certificate.
        server_context(certificate, private_key)
        _load(context, certificate, private_key)

    return ShownCertificate(path=certificate, shown=read(), read=read, use=use)


async def keep_certificates(certificates: Sequence[ShownCertificate], every_s: float) -> None:
    """Take renewed certificates into use, for ever; clients that are connected stay so."""
    unusable = GatedLog(log)
    while True:
        await asyncio.sleep(every_s)
        for certificate in certificates:
            try:
                is_renewed = certificate.is_renewed()
            except LocalFault as fault:
                party = {"file": str(certificate.path)}
                unusable.write(logging.WARNING, "certificate_unusable", party, reason=str(fault))
            else:
                if is_renewed:
                    log.info("certificate_renewed", extra={"file": certificate.path})


def _load(context: ssl.SSLContext, certificate: Path, private_key: Path) -> None:
    try:
        context.load_cert_chain(certificate, private_key)
    except FileNotFoundError as error:
        missing = private_key if certificate.exists() else certificate
        raise BadTlsFile(f"{missing}: No such file") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or str(error)
        raise BadTlsFile(f"{certificate} and {private_key}: no PEM pair: {why}") from error


class TlsListener:
    """Takes TCP connections, one a turn of the loop, and brings each through its handshake.

    A handshake has its turn of the share before a byte of it is read: whoever is over his share
    waits in the line of calls, and is cut when no turn comes.
    `make` is called for the protocol of one that came through.
    """

    def __init__(
        self,
        listening: socket.socket,
        context: ssl.SSLContext,
        make: Callable[[], asyncio.BaseProtocol],
        limits: ConnectionLimits,
        share: Share,
    ) -> None:
        self.socket = listening
        self._context = context
        self._make = make
        self._share = share
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
        visitor = self._loop.create_task(self._receive(connection, ip))
        self._visitors.add(visitor)
        visitor.add_done_callback(partial(self._gone, ip, connection))
        if turned_out := self._doorway.enter(ip, visitor):
            self._say(turned_out, "too many connections in the TLS handshake")

    async def _receive(self, connection: socket.socket, ip: str) -> None:
        hello = _Hello(self._share, Client(address_of_client(ip), id(connection)))
        _hello.set(hello)  # of this task, and of the callbacks of its connection
        # An error is the stranger's: no TLS, another version, too slow, gone.
        try:
            async with asyncio.timeout(self._handshake_s):
                await hello.turn()
                self._untaken.discard(connection)  # the loop closes it from here on
                await self._loop.connect_accepted_socket(
                    self._make,
                    connection,
                    ssl=self._context,
                    ssl_handshake_timeout=self._handshake_s,
                )
        except TooBusy as error:
            self._say("share", f"no turn for a TLS handshake: {error}")
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            self._say("handshake", f"TLS handshake failed: {reason}")
        else:
            hello.end()

    def _gone(self, ip: str, connection: socket.socket, visitor: asyncio.Task[None]) -> None:
        self._doorway.leave(ip, visitor)
        self._visitors.discard(visitor)
        if connection in self._untaken:  # it had no turn
            self._untaken.discard(connection)
            connection.close()

    def _say(self, kind: str, what: str) -> None:
        self._log.write(logging.INFO, "refused_at_the_door", {"of": kind}, reason=what)
