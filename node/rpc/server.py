"""The server that clients and operators reach: POST /rpc, GET /health, GET /metrics, /ws.

Owns HTTP: routes, limits on bodies, and what a refusal looks like. Calls are `dispatch`'s.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from node.observe.node_metrics import NodeMetrics
from node.ports import CommittedBlock
from node.rpc import websocket
from node.rpc.auth import Auth
from node.rpc.bodies import BODIES_BYTES_MAX, Bodies, Body
from node.rpc.chain import PARTICIPATION_HEIGHTS
from node.rpc.connections import ConnectionLimits, Connections, Guard
from node.rpc.dispatch import answer, refusal_body
from node.rpc.errors import (
    BadRequest,
    BodyTooLarge,
    BodyTooSlow,
    NotPermitted,
    RpcFault,
    retry_after_s,
)
from node.rpc.meter import Meter
from node.rpc.method import Caller, Services
from node.rpc.ports import NodeView
from node.rpc.render import Renderer
from node.rpc.share import PRICE_FLOOR_S, RETRY_AFTER_S, Share, ShareLimits
from node.rpc.strict_json import dump
from node.rpc.subscriptions import Publisher
from node.rpc.waiters import Waiters
from primitives.errors import LocalFault
from primitives.ids import TransactionId
from primitives.limits import RPC_BODY_BYTES_MAX

log = logging.getLogger("sapha.rpc")

_KEEP_ALIVE_S = 75.0
_LINGER_S = 2.0
_STOP_S = 0.5  # for calls in flight; those that wait for a block are cut
_BACKLOG = 512
_PARSE_S_PER_BYTE = 20e-9

_HEALTH_LIMITS = ShareLimits(part=0.05, burst_s=0.05)  # so that it is answered under attack

Handler = Callable[[web.BaseRequest, Meter], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcSettings:
    """Where to listen and whom to serve; port 0 takes a free one; times in seconds."""

    host: str = "127.0.0.1"
    port: int = 0
    body_s: float = 10.0
    bodies_bytes_max: int = BODIES_BYTES_MAX
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    auth: Auth = field(default_factory=Auth)
    share: ShareLimits = field(default_factory=ShareLimits)
    own_share: ShareLimits = field(default_factory=ShareLimits)


class CannotListen(LocalFault):
    """The address for clients cannot be used."""


class RpcServer:
    """Start it, run it beside the node, tell it of each committed block, stop it.

    `share` is what clients get of the loop.
    """

    def __init__(
        self, view: NodeView, settings: RpcSettings, metrics: NodeMetrics | None = None
    ) -> None:
        self._settings = settings
        self._metrics = metrics or NodeMetrics()
        renderer = Renderer(view.facts.abis)
        self._publisher = Publisher(renderer)
        self._bodies = Bodies(self._settings.bodies_bytes_max)
        self._services = Services(
            view=view, waiters=Waiters(), renderer=renderer, metrics=self._metrics
        )
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "/rpc"): self._rpc,
            ("OPTIONS", "/rpc"): _preflight,
            ("GET", "/health"): self._health,
            ("GET", "/metrics"): self._show_metrics,
            ("GET", "/ws"): self._websocket,
        }
        self.share = Share(settings.share)
        self._own_share = Share(settings.own_share)
        self._health_share = Share(_HEALTH_LIMITS)
        self._web: web.Server | None = None
        self._connections: Connections | None = None
        self._listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen. Raises CannotListen."""
        settings = self._settings
        self._web = web.Server(
            self._handle,
            access_log=None,
            keepalive_timeout=_KEEP_ALIVE_S,
            lingering_time=_LINGER_S,
            auto_decompress=False,
        )
        self._connections = Connections(settings.limits, self._web, self.share)
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                self._connections.guard, settings.host, settings.port, backlog=_BACKLOG
            )
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            raise CannotListen(f"rpc {place}: {error.strerror}; set [rpc] host and port") from error

    @property
    def port(self) -> int:
        """The port that the server listens on; 0 when it does not."""
        if self._listener is None or not self._listener.sockets:
            return 0
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    def on_committed(self, committed: CommittedBlock) -> None:
        """Wake who waits for its transactions, and queue it for subscribers."""
        self._services.waiters.resolve(committed)
        self._publisher.publish(committed)

    def on_dropped(self, transaction_id: TransactionId) -> None:
        """Wake who waits for a transaction that will be in no block."""
        self._services.waiters.dropped(transaction_id)

    async def run(self) -> None:
        """Publish to subscribers, for ever."""
        await self._publisher.run()

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._listener is not None:
            self._listener.close()
        if self._web is not None:
            self._web.pre_shutdown()
            await self._web.shutdown(_STOP_S)
        if self._connections is not None:
            self._connections.close_all()
        if self._listener is not None:
            await self._listener.wait_closed()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        guard = self._connections.guard_of(request.protocol) if self._connections else None
        if guard is None:
            return _refusal(BadRequest("the connection is closed"), 400)
        guard.begin_request(is_websocket=request.path == "/ws")
        meter = self._meter(request, guard)
        try:
            response = await meter.run(self._route(request, meter))
        finally:
            guard.end_request()
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            guard.rest(int(response.headers.get("Retry-After", RETRY_AFTER_S)))
        return response

    def _meter(self, request: web.BaseRequest, guard: Guard) -> Meter:
        share = self.share
        if request.path == "/health":
            share = self._health_share
        elif self._settings.auth.has_own_share(request.headers, guard.ip):
            share = self._own_share
        return Meter(share, guard.client)

    async def _route(self, request: web.BaseRequest, meter: Meter) -> web.StreamResponse:
        try:
            response = await self._respond(request, meter)
            if not meter.turns:
                await meter.turn(PRICE_FLOOR_S)  # whatever was asked had its price
        except RpcFault as fault:
            self._metrics.rpc_errors.add(of=fault.code)
            response = _refusal(fault, fault.http_status)
        if not response.prepared and self._settings.auth.allows_origin(request.headers):
            _allow_origin(response, request)
        return response

    async def _respond(self, request: web.BaseRequest, meter: Meter) -> web.StreamResponse:
        auth = self._settings.auth
        if not auth.allows_origin(request.headers):
            return _refusal(NotPermitted("no web page of this origin may call"), 403)
        handler = self._routes.get((request.method, request.path))
        if handler is None:
            is_known = any(path == request.path for _method, path in self._routes)
            status = 405 if is_known else 404
            return _refusal(BadRequest(f"no {request.method} {request.path[:100]} here"), status)
        return await handler(request, meter)

    async def _rpc(self, request: web.BaseRequest, meter: Meter) -> web.StreamResponse:
        with self._bodies.held() as held:
            body = await _body_of(request, meter, held, self._settings.body_s)
            answered = await answer(self._caller(request, meter), body)
        if answered.retry_after_s is not None:
            shed = _json(answered.text or "", HTTPStatus.TOO_MANY_REQUESTS)
            return _retry_later(shed, answered.retry_after_s)
        if answered.text is None:
            return web.Response(status=204)
        return _json(answered.text)

    async def _health(self, _request: web.BaseRequest, _meter: Meter) -> web.StreamResponse:
        report = self._services.view.health()
        return _json(dump(report.to_json()), 200 if report.is_healthy else 503)

    async def _show_metrics(self, request: web.BaseRequest, meter: Meter) -> web.StreamResponse:
        if not self._caller(request, meter).is_operator:
            return _refusal(NotPermitted(), 403)
        _observe(self._services.view, self._metrics, len(self._connections or ()))
        text = self._metrics.registry.show()
        return web.Response(
            text=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def _websocket(self, request: web.BaseRequest, meter: Meter) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return _refusal(BadRequest("/ws is a WebSocket"), 400)
        await meter.turn(PRICE_FLOOR_S)
        services = websocket.SocketServices(self._publisher, self._bodies)
        return await websocket.serve(request, self._caller(request, meter), services)

    def _caller(self, request: web.BaseRequest, meter: Meter) -> Caller:
        is_operator = self._settings.auth.is_operator(request.headers, request.remote or "")
        has_own_share = meter.share is self._own_share
        return Caller(self._services, is_operator, meter, has_own_share=has_own_share)


def _observe(view: NodeView, metrics: NodeMetrics, sockets: int) -> None:
    height = view.ledger.head().header.height
    metrics.height.set(height)
    took_part = view.ledger.participation(height - PARTICIPATION_HEIGHTS, height - 1)
    metrics.signed.set_all({one.name: one.signed for one in took_part.validators})
    metrics.view.set(view.consensus()["view"])
    metrics.mempool_transactions.set(len(view.pool))
    metrics.mempool_bytes.set(view.pool.bytes_waiting)
    metrics.peers.set(sum(peer.is_connected for peer in view.peers()))
    metrics.sockets.set(sockets)
    signing = view.signing()
    metrics.may_sign.set(signing.may_sign)
    metrics.not_signing.set(signing.reason or "")
    clocks = view.clocks()
    metrics.clock_offset.set((clocks.own_ms or 0.0) / 1000)
    metrics.peer_clock_offset.set_all(
        {name: offset_ms / 1000 for name, offset_ms in clocks.peers_ms.items()}
    )


async def _body_of(request: web.BaseRequest, meter: Meter, held: Body, body_s: float) -> bytes:
    """Return the whole body. Raises BodyTooLarge, BodyTooSlow, TooManyBytes or BadRequest."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadRequest("a compressed body is not accepted")
    if (request.content_length or 0) > RPC_BODY_BYTES_MAX:
        raise BodyTooLarge(f"{request.content_length} bytes, at most {RPC_BODY_BYTES_MAX}")
    body = bytearray()
    try:
        async with asyncio.timeout(body_s):
            async for chunk in request.content.iter_any():
                held.grow(len(chunk))
                body += chunk
                if len(body) > RPC_BODY_BYTES_MAX:
                    raise BodyTooLarge(f"more than {RPC_BODY_BYTES_MAX} bytes")
    except TimeoutError as error:
        raise BodyTooSlow(f"{len(body)} bytes in {body_s} s") from error
    await meter.turn(PRICE_FLOOR_S + len(body) * _PARSE_S_PER_BYTE)  # before it is parsed
    return bytes(body)


async def _preflight(_request: web.BaseRequest, _meter: Meter) -> web.StreamResponse:
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Content-Type, Authorization",
            "Access-Control-Max-Age": "600",
        },
    )


def _allow_origin(response: web.StreamResponse, request: web.BaseRequest) -> None:
    origin = request.headers.get("Origin")
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(
        body=text.encode(), status=status, headers={"Content-Type": "application/json"}
    )


def _retry_later(response: web.Response, seconds: int) -> web.Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _refusal(fault: RpcFault, status: int) -> web.Response:
    response = _json(refusal_body(fault), status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        _retry_later(response, retry_after_s(fault) or RETRY_AFTER_S)
    if status in {408, 413, 503}:
        response.force_close()  # the rest of the body is not read
    return response
