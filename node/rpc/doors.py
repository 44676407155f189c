"""The doors of a node: addresses and sockets where calls come in. Owns binding and closing them.

One door is the public's; operators have a Unix socket, and an address if one is configured. What
a caller may do depends on the door and never on the address that a call seems to come from: a
proxy on this machine makes every stranger look local.
"""

import asyncio
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLContext

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from node.rpc.auth import Tokens, process_behind
from node.rpc.connections import ConnectionLimits, Connections, Guard
from node.rpc.http_log import http_log
from node.rpc.listener import Listener
from node.rpc.share import Share
from p2p.acceptor import BACKLOG
from primitives.errors import LocalFault

_KEEP_ALIVE_S = 75.0
_LINGER_S = 2.0
_STOP_S = 0.5  # for calls in flight; those that wait for a block are cut
_SOCKET_NAME_BYTES_MAX = 107  # of sockaddr_un, without the zero at its end
_PRIVATE = 0o177  # of the umask: the socket is its owner's alone

Serve = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class CannotListen(LocalFault):
    """A door cannot be opened: its address or socket cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where to listen: a Unix socket, or an address; port 0 takes a free one.

    `section` of node.toml says so. Callers at an operators' address show one of `tokens`.
    """

    section: str
    host: str = ""
    port: int = 0
    socket: Path | None = None
    tls: SSLContext | None = None
    is_operators: bool = False
    tokens: Tokens = field(default_factory=Tokens)
    is_own: Callable[[str], bool] = lambda _ip: False  # whose connections do not wait

    def __str__(self) -> str:
        return str(self.socket) if self.socket is not None else f"{self.host}:{self.port}"


class OpenDoor:
    """Start it, stop it; `serve` answers every request that comes in by it."""

    def __init__(
        self, door: Door, serve: Serve, limits: ConnectionLimits, share: Share, arrivals: Share
    ) -> None:
        self.settings = door
        self._web = web.Server(
            serve,
            access_log=None,
            keepalive_timeout=_KEEP_ALIVE_S,
            lingering_time=_LINGER_S,
            auto_decompress=False,
            logger=http_log,
        )
        self.connections = Connections(limits, self._web, share, arrivals)
        self._unix: asyncio.Server | None = None
        self._listener: Listener | None = None

    async def start(self) -> None:
        """Begin to listen. Raises CannotListen."""
        door, loop = self.settings, asyncio.get_running_loop()
        try:
            if door.socket is not None:
                self._unix = await loop.create_unix_server(
                    self.connections.guard,
                    sock=bound_socket(door.socket, door.section),
                    backlog=BACKLOG,
                )
            else:
                self._listener = Listener(_listening(door), door.tls, self.connections, door.is_own)
                self._listener.open()
        except OSError as error:
            what = "socket" if door.socket is not None else "host and port"
            raise CannotListen(
                f"{door.section} {door}: {error.strerror}; set [{door.section}] {what}"
            ) from error

    @property
    def port(self) -> int:
        """The port that the door listens on; 0 when it does not, or is a Unix socket."""
        if self._listener is None:
            return 0
        return int(self._listener.socket.getsockname()[1])

    def guard_of(self, protocol: RequestHandler) -> Guard | None:
        """Return the guard of a request's connection, None once it is lost."""
        return self.connections.guard_of(protocol)

    def operator_of(self, request: web.BaseRequest) -> str | None:
        """Return which operator calls; None at the public door, and without a right token."""
        door = self.settings
        if not door.is_operators or request.transport is None:
            return None
        if door.socket is not None:
            return process_behind(request.transport.get_extra_info("socket"))
        holder = door.tokens.holder(request.headers)
        return None if holder is None else f"token={holder}"

    def reached_by(self, request: web.BaseRequest) -> str | None:
        """Return the address of this machine that a request came in at; None of a Unix socket."""
        if self.settings.socket is not None or request.transport is None:
            return None
        return str(request.transport.get_extra_info("sockname")[0]).partition("%")[0]

    async def stop(self) -> None:
        """Stop listening, close every connection, and remove the socket's file."""
        if self._listener is not None:
            listener, self._listener = self._listener, None
            await listener.close()
        if self._unix is not None and self.settings.socket is not None:
            self._unix.close()
            with suppress(FileNotFoundError):
                self.settings.socket.unlink()
        self._web.pre_shutdown()
        await self._web.shutdown(_STOP_S)
        self.connections.close_all()
        if self._unix is not None:
            await self._unix.wait_closed()


def _listening(door: Door) -> socket.socket:
    family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
    listening = socket.create_server((door.host, door.port), family=family, backlog=BACKLOG)
    listening.settimeout(0.0)
    return listening


def bound_socket(path: Path, section: str) -> socket.socket:
    """Return a socket bound at `path` with mode 0600 from its first moment.

    `section` of the settings says where. A socket that a process left behind is taken away.
    Raises CannotListen or OSError.
    """
    length = len(os.fsencode(path))
    if length > _SOCKET_NAME_BYTES_MAX:
        raise CannotListen(
            f"{section} {path}: {length} bytes, the name of a socket has at most"
            f" {_SOCKET_NAME_BYTES_MAX}; set [{section}] socket"
        )
    _take_away(path, section)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(_PRIVATE)
    try:
        bound.bind(str(path))
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(before)
    return bound


def _take_away(path: Path, section: str) -> None:
    try:
        is_socket = stat.S_ISSOCK(path.lstat().st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise CannotListen(f"{section} {path}: there is a file that is no socket; move it away")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        try:
            caller.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise CannotListen(f"{section} {path}: another process listens there; set [{section}] socket")
