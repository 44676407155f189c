"""The server that clients and operators reach, each by doors of their own. Owns who pays.

What is served under which path is `pages`'.
"""

import asyncio
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from ssl import SSLContext

from aiohttp import web

from node.observe.metrics import NodeMetrics
from node.ports import CommittedBlock
from node.rpc.audit import AuditLog, AuditSettings
from node.rpc.auth import Auth, Tokens
from node.rpc.bodies import BODIES_BYTES_MAX, Bodies
from node.rpc.connections import ConnectionLimits, Guard
from node.rpc.doors import Door, OpenDoor
from node.rpc.errors import BadRequest
from node.rpc.intake import Intake
from node.rpc.line import RETRY_AFTER_S, ShareLimits
from node.rpc.meter import Meter
from node.rpc.method import AnswerLimits, Services
from node.rpc.pages import Pages, Visit, refusal
from node.rpc.ports import NodeView
from node.rpc.render import Renderer
from node.rpc.share import Share
from node.rpc.subscriptions import BLOCKS_BYTES_MAX, Publisher
from node.rpc.tls import keep_certificates
from node.rpc.waiters import WAITING_MAX, WAITING_PER_CLIENT_MAX, Waiters
from node.rpc.websocket import SocketLimits, SocketServices
from p2p.renewal import ShownCertificate
from primitives.ids import TransactionId

_ARRIVING = 0.4  # of the share of clients, for connections that come
_HEALTH_LIMITS = ShareLimits(part=0.05, burst_s=0.05)  # so that it is answered under attack


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """Where operators reach this node: a Unix socket, an address with tokens, both or neither."""

    socket: Path | None = None
    host: str = ""
    port: int = 0
    tls: SSLContext | None = None
    tokens: Tokens = field(default_factory=Tokens)
    audit: AuditSettings = field(default_factory=AuditSettings)
    limits: ConnectionLimits = field(
        default_factory=lambda: ConnectionLimits(sockets_max=100, sockets_per_ip_max=100)
    )

    def doors(self) -> list[Door]:
        """Return the operators' doors."""
        found = []
        if self.socket is not None:
            found.append(Door(section="operator", socket=self.socket, is_operators=True))
        if self.host:
            found.append(
                Door(
                    section="operator",
                    host=self.host,
                    port=self.port,
                    tls=self.tls,
                    is_operators=True,
                    tokens=self.tokens,
                )
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcSettings:
    """Where to listen and whom to serve; port 0 takes a free one; times in seconds."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: SSLContext | None = None
    certificates: tuple[ShownCertificate, ...] = ()  # of all doors, to be renewed
    certificate_check_s: float = 10.0
    body_s: float = 10.0
    bodies_bytes_max: int = BODIES_BYTES_MAX
    publish_blocks_max: int = 64
    publish_bytes_max: int = BLOCKS_BYTES_MAX
    answers: AnswerLimits = field(default_factory=AnswerLimits)
    waiting_max: int = WAITING_MAX
    waiting_per_client_max: int = WAITING_PER_CLIENT_MAX
    socket_limits: SocketLimits = field(default_factory=SocketLimits)
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    auth: Auth = field(default_factory=Auth)
    share: ShareLimits = field(default_factory=ShareLimits)
    own_share: ShareLimits = field(default_factory=ShareLimits)
    operator: OperatorSettings = field(default_factory=OperatorSettings)


class RpcServer:
    """Start it, run it beside the node, tell it of each committed block, stop it.

    `share` is what clients get of the loop, `bodies` what their requests hold of the memory.
    """

    def __init__(
        self, view: NodeView, settings: RpcSettings, metrics: NodeMetrics | None = None
    ) -> None:
        self._settings = settings
        self._operator_auth = Auth(hosts=settings.auth.hosts)  # no web page calls there
        renderer = Renderer(view.facts.abis)
        self._publisher = Publisher(
            renderer, settings.publish_blocks_max, settings.publish_bytes_max
        )
        self._services = Services(
            view=view,
            waiters=Waiters(settings.waiting_max, settings.waiting_per_client_max),
            renderer=renderer,
            metrics=metrics or NodeMetrics(),
            answers=settings.answers,
            audit=AuditLog(settings.operator.audit),
        )
        self.bodies = Bodies(settings.bodies_bytes_max)
        part = settings.share.part
        self.share = Share(replace(settings.share, part=part * (1 - _ARRIVING)))
        self._arrivals = replace(settings.share, part=part * _ARRIVING)
        self._own_share = Share(settings.own_share)
        self._health_share = Share(_HEALTH_LIMITS)
        public = Door(
            section="rpc",
            host=settings.host,
            port=settings.port,
            tls=settings.tls,
            is_own=settings.auth.has_own_share,
        )
        self.public = self._door(public, settings.limits)
        self.doors = [self.public] + [
            self._door(door, settings.operator.limits) for door in settings.operator.doors()
        ]
        self._pages = Pages(
            self._services,
            SocketServices(self._publisher, self.bodies, settings.socket_limits),
            body_s=settings.body_s,
            sockets=lambda: len(self.public.connections),
        )

    def _door(self, door: Door, limits: ConnectionLimits) -> OpenDoor:
        share = self._own_share if door.is_operators else self.share
        made: OpenDoor
        made = OpenDoor(
            door, lambda request: self._handle(made, request), limits, share, Share(self._arrivals)
        )
        return made

    async def start(self) -> None:
        """Begin to listen at all doors or at none. Raises CannotListen."""
        try:
            for door in self.doors:
                await door.start()
        except BaseException:
            await self.stop()
            raise

    @property
    def port(self) -> int:
        """The port that the server listens on for clients; 0 when it does not."""
        return self.public.port

    def on_committed(self, committed: CommittedBlock) -> None:
        """Wake who waits for its transactions, and queue it for subscribers."""
        self._services.waiters.resolve(committed)
        self._publisher.publish(committed)

    def on_dropped(self, transaction_id: TransactionId) -> None:
        """Wake who waits for a transaction that will be in no block."""
        self._services.waiters.dropped(transaction_id)

    async def run(self) -> None:
        """Publish to subscribers and take renewed certificates into use, for ever."""
        settings = self._settings
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publisher.run())
            tasks.create_task(
                keep_certificates(settings.certificates, settings.certificate_check_s)
            )

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        for door in self.doors:
            await door.stop()

    async def _handle(self, door: OpenDoor, request: web.BaseRequest) -> web.StreamResponse:
        guard = door.guard_of(request.protocol)
        if guard is None or guard.intake is None:
            return refusal(BadRequest("the connection is closed"), 400)
        guard.begin_request()
        visit = self._visit(door, request, guard, guard.intake)
        try:
            response = await visit.meter.run(self._pages.serve(request, visit))
        finally:
            guard.end_request()
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            visit.intake.rest(int(response.headers.get("Retry-After", RETRY_AFTER_S)))
        return response

    def _visit(
        self, door: OpenDoor, request: web.BaseRequest, guard: Guard, intake: Intake
    ) -> Visit:
        is_operators = door.settings.is_operators
        share = self.share
        if is_operators:
            share = self._own_share
        elif request.path == "/health":
            share = self._health_share
        elif self._settings.auth.has_own_share(guard.ip):
            share = self._own_share
        return Visit(
            is_at_operators_door=is_operators,
            operator=door.operator_of(request),
            client=guard.client.address,
            auth=self._operator_auth if is_operators else self._settings.auth,
            reached=door.reached_by(request),
            meter=Meter(share, guard.client),
            has_own_share=share is self._own_share,
            intake=intake,
        )
