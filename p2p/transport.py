"""The Transport that the node uses: listens, dials, and sends over one session a member.

Everything runs on the event loop; the synchronous methods never block.
"""

import asyncio
import logging
import socket
from collections.abc import Sequence
from functools import partial
from random import SystemRandom

from p2p.backoff import Backoff
from p2p.dialer import DialPlan, dial, keep_dialling
from p2p.envelope import check_size
from p2p.listener import Door, accept_for_ever, open_socket
from p2p.peers import Members, PeerState
from p2p.ports import Channel, FrameHandler, Member
from p2p.renewal import ANNOUNCE_DAYS, RENEW_COMMAND, ShownCertificate, days_left, time_of
from p2p.session import SessionTerms
from p2p.session_table import SessionTable
from p2p.settings import TransportSettings
from p2p.tls import BadIdentity, Identity, make_contexts, own_certificate, use_certificate
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken

_log = logging.getLogger("sapha.p2p")


class TcpTransport:
    """Mutual TLS sessions with every member; one a pair, the newest wins."""

    def __init__(
        self,
        identity: Identity,
        chain_id: str,
        members: Sequence[Member],
        handler: FrameHandler,
        settings: TransportSettings | None = None,
    ) -> None:
        """Check the identity against the member records.

        Raises:
            BadIdentity: own certificate, key or records do not belong together.
        """
        self._settings = settings or TransportSettings()
        self._members = Members(members, identity.public_key)
        self._identity = identity
        read = partial(own_certificate, identity, self._members.own)
        self._certificate = ShownCertificate(
            path=identity.certificate_path, shown=read(), read=read, use=self._use_certificate
        )
        self._announced_days: int | None = None
        self._contexts = make_contexts(identity, tuple(members))
        self._table = SessionTable(self._members, handler, self._settings.faults)
        self._terms = SessionTerms(
            chain_id=chain_id,
            own_key=identity.public_key,
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
        self._announce_expiry()
        self._running = asyncio.create_task(self._run(listening), name="p2p")
        # not in the task: one cancelled before its first step would leave the socket open
        self._running.add_done_callback(lambda _done: listening.close())

    async def stop(self) -> None:
        """Close all sessions and stop listening."""
        running, self._running = self._running, None
        if running is None:
            return
        sessions = tuple(self._table.ready().values())
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
        for session in tuple(self._table.ready().values()):
            session.send(channel, payload)

    def send(self, peer: PublicKey, channel: Channel, payload: bytes) -> bool:
        """Queue a frame for one member; False when it is not connected or its queue is full.

        Raises:
            InvariantBroken: the frame is longer than its channel allows.
        """
        session = self._table.ready().get(peer)
        return session is not None and session.send(channel, payload)

    def connected(self) -> tuple[PublicKey, ...]:
        """Return the members with a ready session."""
        return tuple(self._table.ready())

    def penalise(self, peer: PublicKey, reason: str) -> None:
        """Log a protocol fault of `peer` once; cut it off when it repeats."""
        self._table.penalise(peer, reason)

    def peers(self) -> tuple[PeerState, ...]:
        """Return the state of every other member, for operators."""
        return self._table.states()

    def certificate_days_left(self) -> int:
        """Return whole days until this node's certificate expires; negative when it has."""
        return days_left(self._certificate.shown, time_of(self._settings.now_ms()))

    async def _keep_certificate(self) -> None:
        """Take a renewed certificate into use, and say when one is about to run out."""
        while True:
            await asyncio.sleep(self._settings.certificate_check_s)
            self._take_renewal()
            self._announce_expiry()

    def _use_certificate(self) -> None:
        use_certificate(self._contexts, self._identity)

    def _take_renewal(self) -> None:
        try:
            if not self._certificate.is_renewed():
                return
        except BadIdentity as error:
            _log.warning("own_certificate_unusable", extra={"reason": error})
            return
        self._announced_days = None
        _log.info("own_certificate_renewed", extra={"days_left": self.certificate_days_left()})

    def _announce_expiry(self) -> None:
        """Say it once at each of the announced numbers of days, and once it has run out."""
        left = self.certificate_days_left()
        self._settings.days_left(left)
        reached = [days for days in (*ANNOUNCE_DAYS, 0) if left < days]
        if reached and reached[-1] != self._announced_days:
            self._announced_days = reached[-1]
            _log.warning("own_certificate_expires", extra={"days_left": left, "fix": RENEW_COMMAND})

    async def _run(self, listening: socket.socket) -> None:
        door = Door(
            terms=self._terms,
            context=self._contexts.server,
            settings=self._settings,
            refused=self._table.refused,
            members=self._members.hosts,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(accept_for_ever(listening, door))
            group.create_task(self._keep_certificate())
            for member in self._members.to_dial():
                group.create_task(keep_dialling(self._plan_for(member)))

    def _plan_for(self, member: Member) -> DialPlan:
        return DialPlan(
            dial=partial(dial, self._terms, member, self._contexts.client, self._settings),
            backoff=Backoff(self._settings.backoff, SystemRandom().random),
            ban_left_s=partial(self._table.ban_left_s, member.public_key),
            refused=partial(self._table.not_reached, member),
            clock=asyncio.get_running_loop().time,
        )
