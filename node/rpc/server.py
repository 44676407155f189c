"""The server that clients and operators reach: POST /rpc, GET /health, GET /metrics, /ws.

Owns HTTP: routes, limits on bodies, and what a refusal looks like. Calls are `dispatch`'s.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from node.observe.node_metrics import NodeMetrics
from node.ports import CommittedBlock
from node.rpc import websocket
from node.rpc.auth import Auth
from node.rpc.chain import PARTICIPATION_HEIGHTS
from node.rpc.connections import ConnectionLimits, Connections
from node.rpc.dispatch import answer, refusal_body
from node.rpc.errors import BadRequest, BodyTooLarge, BodyTooSlow, NotPermitted, RpcFault
from node.rpc.method import Caller, Services
from node.rpc.ports import NodeView
from node.rpc.render import Renderer
from node.rpc.strict_json import dump
from node.rpc.subscriptions import Publisher
from node.rpc.waiters import Waiters
from primitives.errors import LocalFault
from primitives.limits import RPC_BODY_BYTES_MAX

log = logging.getLogger("sapha.rpc")

_KEEP_ALIVE_S = 75.0
_LINGER_S = 2.0
_STOP_S = 0.5  # for calls in flight; those that wait for a block are cut
_BACKLOG = 512

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcSettings:
    """Where to listen and whom to serve; port 0 takes a free one; times in seconds."""

    host: str = "127.0.0.1"
    port: int = 0
    body_s: float = 10.0
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    auth: Auth = field(default_factory=Auth)


class CannotListen(LocalFault):
    """The address for clients cannot be used."""


class RpcServer:
    """Start it, run it beside the node, tell it of each committed block, stop it."""

    def __init__(
        self, view: NodeView, settings: RpcSettings, metrics: NodeMetrics | None = None
    ) -> None:
        self._settings = settings
        self._metrics = metrics or NodeMetrics()
        renderer = Renderer(view.facts.abis)
        self._publisher = Publisher(renderer)
        self._services = Services(
            view=view, waiters=Waiters(), renderer=renderer, metrics=self._metrics
        )
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "/rpc"): self._rpc,
            ("OPTIONS", "/rpc"): self._preflight,
            ("GET", "/health"): self._health,
            ("GET", "/metrics"): self._show_metrics,
            ("GET", "/ws"): self._websocket,
        }
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
        self._connections = Connections(settings.limits, self._web)
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
        guard.begin_request()
        try:
            return await self._route(request)
        finally:
            guard.end_request()

    async def _route(self, request: web.BaseRequest) -> web.StreamResponse:
        auth = self._settings.auth
        if not auth.allows_origin(request.headers):
            return _refusal(NotPermitted("no web page of this origin may call"), 403)
        handler = self._routes.get((request.method, request.path))
        if handler is None:
            is_known = any(path == request.path for _method, path in self._routes)
            status = 405 if is_known else 404
            return _refusal(BadRequest(f"no {request.method} {request.path[:100]} here"), status)
        try:
            response = await handler(request)
        except RpcFault as fault:
            self._metrics.rpc_errors.add(of=fault.code)
            response = _refusal(fault, fault.http_status)
        if not response.prepared:
            _allow_origin(response, request)
        return response

    async def _rpc(self, request: web.BaseRequest) -> web.StreamResponse:
        text = await answer(self._caller(request), await self._body(request))
        if text is None:
            return web.Response(status=204)
        return _json(text)

    async def _body(self, request: web.BaseRequest) -> bytes:
        """Return the whole body. Raises BodyTooLarge, BodyTooSlow or BadRequest."""
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise BadRequest("a compressed body is not accepted")
        if (request.content_length or 0) > RPC_BODY_BYTES_MAX:
            raise BodyTooLarge(f"{request.content_length} bytes, at most {RPC_BODY_BYTES_MAX}")
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.body_s):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > RPC_BODY_BYTES_MAX:
                        raise BodyTooLarge(f"more than {RPC_BODY_BYTES_MAX} bytes")
        except TimeoutError as error:
            raise BodyTooSlow(f"{len(body)} bytes in {self._settings.body_s} s") from error
        return bytes(body)

    async def _preflight(self, _request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "Content-Type, Authorization",
                "Access-Control-Max-Age": "600",
            },
        )

    async def _health(self, _request: web.BaseRequest) -> web.StreamResponse:
        report = self._services.view.health()
        return _json(dump(report.to_json()), 200 if report.is_healthy else 503)

    async def _show_metrics(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self._caller(request).is_operator:
            return _refusal(NotPermitted(), 403)
        self._observe()
        text = self._metrics.registry.show()
        return web.Response(
            text=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    def _observe(self) -> None:
        view = self._services.view
        height = view.ledger.head().header.height
        self._metrics.height.set(height)
        took_part = view.ledger.participation(height - PARTICIPATION_HEIGHTS, height - 1)
        self._metrics.signed.set_all({one.name: one.signed for one in took_part.validators})
        self._metrics.view.set(view.consensus()["view"])
        self._metrics.mempool_transactions.set(len(view.pool))
        self._metrics.mempool_bytes.set(view.pool.bytes_waiting)
        self._metrics.peers.set(sum(peer.is_connected for peer in view.peers()))
        self._metrics.sockets.set(len(self._connections or ()))
        signing = view.signing()
        self._metrics.may_sign.set(signing.may_sign)
        self._metrics.not_signing.set(signing.reason or "")

    async def _websocket(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return _refusal(BadRequest("/ws is a WebSocket"), 400)
        return await websocket.serve(request, self._caller(request), self._publisher)

    def _caller(self, request: web.BaseRequest) -> Caller:
        is_operator = self._settings.auth.is_operator(request.headers, request.remote or "")
        return Caller(self._services, is_operator)


def _allow_origin(response: web.StreamResponse, request: web.BaseRequest) -> None:
    origin = request.headers.get("Origin")
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(
        body=text.encode(), status=status, headers={"Content-Type": "application/json"}
    )


def _refusal(fault: RpcFault, status: int) -> web.Response:
    response = _json(refusal_body(fault), status)
    if status in {408, 413}:
        response.force_close()  # the rest of the body is not read
    return response
