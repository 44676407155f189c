"""Accepts connections from members; bounds what strangers can hold open."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from p2p.acceptor import BACKLOG, Acceptor
from p2p.doorway import Doorway
from p2p.hello import HandshakeRefused
from p2p.session import Session, SessionTerms
from p2p.settings import TransportSettings
from p2p.tls import words_for
from primitives.errors import LocalFault


class CannotListen(LocalFault):
    """The listening address cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the listener needs of its owner."""

    terms: SessionTerms
    context: Callable[[], ssl.SSLContext]  # of now: members come and go
    settings: TransportSettings
    refused: Callable[[str, str], None]  # (IP address, reason)
    doorway: Doorway  # knows the addresses that members come from


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises CannotListen naming the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
        listening.settimeout(0.0)
    except OSError as error:
        listening.close()
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listening


async def accept_for_ever(listening: socket.socket, door: Door) -> None:
    """Take connections until cancelled; then close the ones that are half-open."""
    async with asyncio.TaskGroup() as group:
        reception = _Reception(door, group)
        acceptor = Acceptor(listening, reception.admit, partial(door.refused, "listener"))
        acceptor.open()
        try:
            await asyncio.get_running_loop().create_future()  # for ever
        finally:
            acceptor.close()


class _Reception:
    """Brings each connection to the door, if its address may knock."""

    def __init__(self, door: Door, group: asyncio.TaskGroup) -> None:
        self._door = door
        self._group = group
        self._doorway = door.doorway

    def admit(self, connection: socket.socket, ip: str) -> None:
        """Let a connection stand in the doorway, or hang up."""
        caller, now_s = _Caller(connection, ip), asyncio.get_running_loop().time()
        if not self._doorway.may_knock(caller.ip, now_s):
            caller.connection.close()
            self._door.refused(caller.ip, "opens connections too fast")
            return
        if not self._doorway.may_shake_hands(caller.ip, now_s):
            caller.connection.close()
            self._door.refused(caller.ip, "too many strangers shake hands")
            return
        know = partial(self._doorway.know, caller.ip)
        visitor = self._group.create_task(_receive(caller, self._door, know))
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


async def _receive(caller: _Caller, door: Door, know: Callable[[], None]) -> None:
    """Bring one connection through TLS and hello, or close it and say why.

    `know` is called when a member came.
    """
    caller.is_taken = True
    session = Session(door.terms)
    settings = door.settings
    try:
        async with asyncio.timeout(settings.handshake_s_max):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: session,
                caller.connection,
                ssl=door.context(),
                ssl_handshake_timeout=settings.handshake_s_max,
                ssl_shutdown_timeout=settings.session.shutdown_s_max,
            )
            await session.wait_ready()
            know()
    except (OSError, TimeoutError, HandshakeRefused) as error:
        session.close("handshake failed", at_once=True)
        door.refused(caller.ip, words_for(error))
    except asyncio.CancelledError:
        session.close("too many half-open connections", at_once=True)
        raise
