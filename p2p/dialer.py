"""Keeps one session to one member: dial, wait for its end, back off, dial again."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from p2p.backoff import Backoff
from p2p.hello import HandshakeRefused
from p2p.ports import Member
from p2p.session import Session, SessionTerms
from p2p.settings import TransportSettings
from p2p.tls import words_for

Sleep = Callable[[float], Awaitable[object]]


class Dialled(Protocol):
    """A session that was opened and will end."""

    async def wait_ended(self) -> None:
        """Return once the connection is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPlan:
    """What `keep_dialling` needs; clock and sleep are passed in so that tests own time."""

    dial: Callable[[], Awaitable[Dialled]]  # raises OSError, TimeoutError or HandshakeRefused
    backoff: Backoff
    ban_left_s: Callable[[], float]
    refused: Callable[[str], None]
    clock: Callable[[], float]
    sleep: Sleep = asyncio.sleep


async def keep_dialling(plan: DialPlan) -> None:
    """Dial for ever; return only by cancellation."""
    while True:
        if (banned_s := plan.ban_left_s()) > 0.0:
            await plan.sleep(banned_s)
        try:
            session = await plan.dial()
        except (OSError, TimeoutError, HandshakeRefused) as error:
            plan.refused(words_for(error))
        else:
            started_s = plan.clock()
            await session.wait_ended()
            plan.backoff.session_ended(plan.clock() - started_s)
        await plan.sleep(plan.backoff.next_wait_s())


class Diallers:
    """One task for each member that this node dials; members come and go."""

    def __init__(self, plan_for: Callable[[Member], DialPlan]) -> None:
        self._plan_for = plan_for
        self._tasks: dict[str, tuple[tuple[str, int], asyncio.Task[None]]] = {}
        self._group: asyncio.TaskGroup | None = None

    def open(self, group: asyncio.TaskGroup, members: Iterable[Member]) -> None:
        """Dial these from now on, in tasks of the group."""
        self._group = group
        self.settle(members)

    def close(self) -> None:
        """Begin nothing any more; the group ends what runs."""
        self._group = None
        self._tasks.clear()

    def settle(self, members: Iterable[Member]) -> None:
        """Dial just these, who moved at their new address; nothing before `open`."""
        if self._group is None:
            return
        wanted = {member.name: member for member in members}
        for name, (address, task) in tuple(self._tasks.items()):
            member = wanted.get(name)
            if member is None or (member.host, member.port) != address:
                task.cancel()
                del self._tasks[name]
        for name, member in wanted.items():
            if name not in self._tasks:
                task = self._group.create_task(keep_dialling(self._plan_for(member)))
                self._tasks[name] = ((member.host, member.port), task)


async def dial(
    terms: SessionTerms, member: Member, context: ssl.SSLContext, settings: TransportSettings
) -> Session:
    """Return a ready session with `member`.

    Raises:
        OSError: it cannot be reached, or TLS failed (`ssl.SSLError`).
        TimeoutError: the handshake did not finish in time.
        HandshakeRefused: it is not the member, or on another chain or version.
    """
    session = Session(terms, expected=member)
    try:
        async with asyncio.timeout(settings.handshake_s_max):
            await asyncio.get_running_loop().create_connection(
                lambda: session,
                member.host,
                member.port,
                ssl=context,
                server_hostname="",  # no SNI: the pin says who it is
                ssl_handshake_timeout=settings.handshake_s_max,
                ssl_shutdown_timeout=settings.session.shutdown_s_max,
            )
            await session.wait_ready()
    except BaseException:
        session.close("gave up dialling", at_once=True)
        raise
    return session
