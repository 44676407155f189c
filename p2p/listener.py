"""Accepts connections from members; bounds what strangers can hold open."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from p2p.doorway import Doorway
from p2p.hello import HandshakeRefused
from p2p.session import Session, SessionTerms
from p2p.settings import TransportSettings
from p2p.tls import words_for
from primitives.errors import LocalFault

_BACKLOG = 256
_NO_DESCRIPTORS_WAIT_S = 0.5


class CannotListen(LocalFault):
    """The listening address cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the listener needs of its owner."""

    terms: SessionTerms
    context: ssl.SSLContext
    settings: TransportSettings
    refused: Callable[[str, str], None]  # (IP address, reason)


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises CannotListen naming the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
        listening.settimeout(0.0)
    except OSError as error:
        listening.close()
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listening


async def accept_for_ever(listening: socket.socket, door: Door) -> None:
    """Take connections until cancelled; then close the ones that are half-open."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        reception = _Reception(listening, door, group)
        reception.open()
        try:
            await loop.create_future()  # for ever
        finally:
            reception.close()


class _Reception:
    """Accepts one connection a turn of the loop, so that a flood cannot hold it.

    A callback instead of `asyncio.AbstractEventLoop.sock_accept`, which loses a connection when it
    is cancelled.
    """

    def __init__(self, listening: socket.socket, door: Door, group: asyncio.TaskGroup) -> None:
        self._listening = listening
        self._door = door
        self._group = group
        self._doorway = Doorway(door.settings)
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Accept from now on."""
        self._loop.add_reader(self._listening, self._accept)

    def close(self) -> None:
        """Accept nothing more."""
        self._loop.remove_reader(self._listening)
        if self._pause is not None:
            self._pause.cancel()

    def _accept(self) -> None:
        try:
            connection, address = self._listening.accept()
        except BlockingIOError:
            return
        except OSError as error:  # no file descriptors, or gone before we took it
            self._door.refused("listener", error.strerror or "accept failed")
            self._loop.remove_reader(self._listening)
            self._pause = self._loop.call_later(_NO_DESCRIPTORS_WAIT_S, self.open)
            return
        connection.settimeout(0.0)
        self._admit(_Caller(connection, str(address[0])))

    def _admit(self, caller: "_Caller") -> None:
        if not self._doorway.may_knock(caller.ip, self._loop.time()):
            caller.connection.close()
            self._door.refused(caller.ip, "opens connections too fast")
            return
        visitor = self._group.create_task(_receive(caller, self._door))
        if turned_out := self._doorway.enter(caller.ip, visitor):
            self._door.refused(turned_out, "too many half-open connections")
        visitor.add_done_callback(partial(self._doorway.leave, caller.ip))
        visitor.add_done_callback(caller.hang_up_untaken)


@dataclass(slots=True)
class _Caller:
    """An accepted socket; `is_taken` once asyncio closes it."""

    connection: socket.socket
    ip: str
    is_taken: bool = False

    def hang_up_untaken(self, _done: object) -> None:
        """Close the socket of a task that was cancelled before its first step."""
        if not self.is_taken:
            self.connection.close()


async def _receive(caller: _Caller, door: Door) -> None:
    """Bring one connection through TLS and hello, or close it and say why."""
    caller.is_taken = True
    session = Session(door.terms)
    settings = door.settings
    try:
        async with asyncio.timeout(settings.handshake_s_max):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: session,
                caller.connection,
                ssl=door.context,
                ssl_handshake_timeout=settings.handshake_s_max,
                ssl_shutdown_timeout=settings.session.shutdown_s_max,
            )
            await session.wait_ready()
    except (OSError, TimeoutError, HandshakeRefused) as error:
        session.close("handshake failed", at_once=True)
        door.refused(caller.ip, words_for(error))
    except asyncio.CancelledError:
        session.close("too many half-open connections", at_once=True)
        raise
