"""The Transport that the node uses: listens, dials, and sends over one session a member.

Everything runs on the event loop; the synchronous methods never block.
"""

import asyncio
import socket
from collections.abc import Sequence
from functools import partial
from random import SystemRandom

from p2p.backoff import Backoff
from p2p.credentials import Credentials
from p2p.dialer import Diallers, DialPlan, dial
from p2p.doorway import Doorway
from p2p.envelope import check_size
from p2p.listener import Door, accept_for_ever, open_socket
from p2p.peers import Members, PeerState
from p2p.ports import Channel, FrameHandler, Member
from p2p.session import Session, SessionTerms
from p2p.session_table import SessionTable, key_of
from p2p.settings import TransportSettings
from p2p.tls import Identity
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken


class TcpTransport:
    """Mutual TLS sessions with every member; one a pair, the newest wins."""

    def __init__(  # noqa: PLR0913 - the record of now, beside what makes a transport
        self,
        identity: Identity,
        chain_id: str,
        members: Sequence[Member],
        handler: FrameHandler,
        settings: TransportSettings | None = None,
        *,
        record: Sequence[Member] = (),
    ) -> None:
        """Check the identity against the member records; `record` are those of now, if given.

        Raises:
            BadIdentity: own certificate, key or records do not belong together.
        """
        self._settings = settings or TransportSettings()
        self._members = Members(members, identity.name)
        left_out = self._members.replace(record) if record else ()
        self._credentials = Credentials(identity, self._members, self._settings)
        self._table = SessionTable(self._members, handler, self._settings.faults)
        for name, reason in left_out:
            self._table.left_out(name, reason)
        self._doorway = Doorway(self._settings)
        self._diallers = Diallers(self._plan_for)
        self._terms = SessionTerms(
            chain_id=chain_id,
            own_name=identity.name,
            pins=self._members.pins,
            owner=self._table,
            settings=self._settings.session,
            now_ms=self._settings.now_ms,
        )
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen and begin to connect to every other member. Raises CannotListen."""
        if self._running is not None:
            raise InvariantBroken("the transport was started twice")
        own, settings = self._members.own, self._settings
        port = own.port if settings.listen_port is None else settings.listen_port
        listening = open_socket(settings.listen_host or own.host, port)
        self._credentials.announce_expiry()
        self._running = asyncio.create_task(self._run(listening), name="p2p")
        # not in the task: one cancelled before its first step would leave the socket open
        self._running.add_done_callback(lambda _done: listening.close())

    async def stop(self) -> None:
        """Close all sessions and stop listening."""
        running, self._running = self._running, None
        if running is None:
            return
        sessions = self._table.ready()
        running.cancel()
        for session in sessions:
            session.close("this node is stopping")
        await asyncio.wait([running])
        for session in sessions:
            await session.wait_ended()

    async def wait_stopped(self) -> None:
        """Return when the transport was stopped; raise what ended it if it ended by itself."""
        running = self._running
        if running is not None:
            await asyncio.wait([running])
            if not running.cancelled():
                running.result()

    def broadcast(self, channel: Channel, payload: bytes) -> None:
        """Queue a frame for every connected member. Full queues drop by the channel's rule."""
        check_size(channel, payload)
        for session in self._table.ready():
            session.send(channel, payload)

    def send(self, peer: PublicKey, channel: Channel, payload: bytes) -> bool:
        """Queue a frame for one member; False when it is not connected or its queue is full.

        Raises:
            InvariantBroken: the frame is longer than its channel allows.
        """
        session = self._table.session_with(peer)
        return session is not None and session.send(channel, payload)

    def connected(self) -> tuple[PublicKey, ...]:
        """Return the members with a ready session."""
        return tuple(map(key_of, self._table.ready()))

    def penalise(self, peer: PublicKey, reason: str) -> None:
        """Log a protocol fault of `peer` once; cut it off when it repeats."""
        self._table.penalise(peer, reason)

    def peers(self) -> tuple[PeerState, ...]:
        """Return the state of every other member, for operators."""
        return self._table.states()

    def certificate_days_left(self) -> int:
        """Return whole days until this node's certificate expires; negative when it has."""
        return self._credentials.days_left()

    def set_members(self, members: Sequence[Member]) -> None:
        """Talk to these members from now on: sessions of others end, new ones are dialled.

        Certificates that do not count (`p2p.trust`) are left out, and said once a minute.
        """
        before = self._members.all
        for name, reason in self._members.replace(members):
            self._table.left_out(name, reason)
        if self._members.all == before:
            return
        self._credentials.trust_members()
        self._table.follow_members()
        self._know_hosts()
        self._diallers.settle(self._members.to_dial())

    def _know_hosts(self) -> None:
        for address in self._members.hosts:
            self._doorway.know(address)

    async def _run(self, listening: socket.socket) -> None:
        self._know_hosts()
        door = Door(
            terms=self._terms,
            context=lambda: self._credentials.contexts.server,
            settings=self._settings,
            refused=self._table.refused,
            doorway=self._doorway,
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(accept_for_ever(listening, door))
                group.create_task(self._credentials.keep())
                self._diallers.open(group, self._members.to_dial())
        finally:
            self._diallers.close()

    async def _dial(self, member: Member) -> Session:
        return await dial(self._terms, member, self._credentials.contexts.client, self._settings)

    def _plan_for(self, member: Member) -> DialPlan:
        return DialPlan(
            dial=partial(self._dial, member),
            backoff=Backoff(self._settings.backoff, SystemRandom().random),
            ban_left_s=partial(self._table.ban_left_s, member.name),
            refused=partial(self._table.not_reached, member),
            clock=asyncio.get_running_loop().time,
        )
