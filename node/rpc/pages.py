"""What is served under each path of a door: POST /rpc, GET /health, /ws, and /metrics to operators.

A body of `POST /rpc` is JSON-RPC, or a frame of transactions where its content type says so.

Owns routes, limits on bodies, and what a refusal looks like. Calls are `dispatch`'s.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic

from aiohttp import web

from node.observe.health import HealthReport
from node.observe.metrics import CONTENT_TYPE
from node.rpc import websocket
from node.rpc.auth import Auth
from node.rpc.bodies import Body
from node.rpc.dispatch import answer, refusal_body
from node.rpc.errors import (
    BadRequest,
    BodyTooLarge,
    BodyTooSlow,
    HostUnknown,
    NotPermitted,
    RpcFault,
    retry_after_s,
)
from node.rpc.frames import answer_frame
from node.rpc.gauges import set_gauges
from node.rpc.intake import Intake
from node.rpc.line import RETRY_AFTER_S
from node.rpc.meter import Meter
from node.rpc.method import Caller, Services
from node.rpc.share import PRICE_FLOOR_S
from node.rpc.strict_json import dump
from primitives.errors import Rejected
from primitives.limits import RPC_BODY_BYTES_MAX
from primitives.submission import CONTENT_TYPE as CONTENT_TYPE_OF_FRAMES

_PARSE_S_PER_BYTE = 20e-9
_HEALTH_S = 0.25  # for which strangers are told the same

Handler = Callable[[web.BaseRequest, "Visit"], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: by which door it came, by whom if an operator sent it, who pays for it."""

    is_at_operators_door: bool
    operator: str | None
    client: str  # the address that it came from
    auth: Auth
    reached: str | None  # the address that it came in at; None of a Unix socket
    meter: Meter
    has_own_share: bool
    intake: Intake  # what reads the connection that it came by


class Pages:
    """Answers requests; `sockets` counts the clients' connections."""

    def __init__(
        self,
        services: Services,
        sockets_of: websocket.SocketServices,
        *,
        body_s: float,
        sockets: Callable[[], int],
    ) -> None:
        self._services = services
        self._metrics = services.metrics
        self._sockets_of = sockets_of
        self._bodies = sockets_of.bodies
        self._body_s = body_s
        self._sockets = sockets
        self._reported: tuple[float, HealthReport] | None = None
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "/rpc"): self._rpc,
            ("OPTIONS", "/rpc"): _preflight,
            ("GET", "/health"): self._health,
            ("GET", "/ws"): self._websocket,
        }
        self._operator_routes = self._routes | {("GET", "/metrics"): self._show_metrics}

    async def serve(self, request: web.BaseRequest, visit: Visit) -> web.StreamResponse:
        """Return the answer to a request, a refusal if need be."""
        try:
            response = await self._respond(request, visit)
            self._audit(request, visit, str(response.status))
        except RpcFault as fault:
            response = self._refused(request, visit, fault)
        if not visit.meter.turns:
            try:
                await visit.meter.turn(PRICE_FLOOR_S)  # whatever was asked had its price
            except RpcFault as fault:
                response = self._refused(request, visit, fault)
        if not response.prepared and visit.auth.allows_origin(request.headers):
            _allow_origin(response, request)
        return response

    def _refused(self, request: web.BaseRequest, visit: Visit, fault: RpcFault) -> web.Response:
        self._metrics.rpc_errors.labels(fault.code).inc()
        self._audit(request, visit, fault.code, is_refused=True)
        return refusal(fault, fault.http_status)

    def _audit(
        self, request: web.BaseRequest, visit: Visit, result: str, *, is_refused: bool = False
    ) -> None:
        """Write down what was asked at an operators' door; calls are written down one by one."""
        if not visit.is_at_operators_door:
            return
        asked = f"{request.method} {request.path}"
        if visit.operator is None:
            self._services.audit.refused(visit.client, asked, result)
        elif is_refused or request.path != "/rpc":
            self._services.audit.record(visit.operator, asked, result)

    async def _respond(self, request: web.BaseRequest, visit: Visit) -> web.StreamResponse:
        routes = self._operator_routes if visit.is_at_operators_door else self._routes
        if visit.reached is not None:
            given = request.headers.getall("Host", [])
            if not visit.auth.allows_host(given, visit.reached):
                raise HostUnknown(
                    f"this node is not {','.join(given)[:100]!r}; if it is, see [rpc] hosts"
                )
        if visit.is_at_operators_door and visit.operator is None:
            raise NotPermitted("this address is for operators: show a bearer token")
        if not visit.auth.allows_origin(request.headers):
            raise NotPermitted("no web page of this origin may call")
        handler = routes.get((request.method, request.path))
        if handler is None:
            is_known = any(path == request.path for _method, path in routes)
            status = 405 if is_known else 404
            return refusal(BadRequest(f"no {request.method} {request.path[:100]} here"), status)
        return await handler(request, visit)

    async def _rpc(self, request: web.BaseRequest, visit: Visit) -> web.StreamResponse:
        with self._bodies.held(visit.client) as held:
            body = await _body_of(request, visit.meter, held, self._body_s)
            if request.content_type == CONTENT_TYPE_OF_FRAMES:
                return await self._frame(visit, body)
            answered = await answer(self._caller(visit), body)
        if answered.retry_after_s is not None:
            shed = _json(answered.text or "", HTTPStatus.TOO_MANY_REQUESTS)
            return _retry_later(shed, answered.retry_after_s)
        if answered.text is None:
            return web.Response(status=204)
        return _json(answered.text)

    async def _frame(self, visit: Visit, body: bytes) -> web.Response:
        try:
            answered = await answer_frame(self._caller(visit), body)
        except Rejected as fault:
            return _json(refusal_body(fault), HTTPStatus.BAD_REQUEST)
        headers = {"Content-Type": CONTENT_TYPE_OF_FRAMES}
        response = web.Response(body=answered.body, headers=headers)
        if answered.retry_after_s is None:
            return response
        response.set_status(HTTPStatus.TOO_MANY_REQUESTS)
        return _retry_later(response, answered.retry_after_s)

    async def _health(self, _request: web.BaseRequest, visit: Visit) -> web.StreamResponse:
        is_public = not visit.is_at_operators_door
        report = self._recent_health() if is_public else self._services.view.health()
        shown = report.to_json()
        # What fails, where and why, is the operators'.
        told = {"status": shown["status"]} if visit.operator is None else shown
        return _json(dump(told), 200 if report.is_healthy else 503)

    def _recent_health(self) -> HealthReport:
        """Return how the node is; whoever asks again at once is told the same."""
        now_s = monotonic()
        if self._reported is None or now_s - self._reported[0] >= _HEALTH_S:
            self._reported = now_s, self._services.view.health()
        return self._reported[1]

    async def _show_metrics(self, _request: web.BaseRequest, _visit: Visit) -> web.StreamResponse:
        await set_gauges(self._metrics, self._services.view, self._sockets())
        return web.Response(body=self._metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    async def _websocket(self, request: web.BaseRequest, visit: Visit) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return refusal(BadRequest("/ws is a WebSocket"), 400)
        await visit.meter.turn(PRICE_FLOOR_S)
        return await websocket.serve(request, self._caller(visit), self._sockets_of, visit.intake)

    def _caller(self, visit: Visit) -> Caller:
        return Caller(
            self._services,
            visit.operator,
            visit.meter,
            has_own_share=visit.has_own_share,
            gone=visit.intake.gone,
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
    except ConnectionError as error:
        raise BadRequest(f"the client left after {len(body)} bytes of a body") from error
    await meter.turn(PRICE_FLOOR_S + len(body) * _PARSE_S_PER_BYTE)  # before it is parsed
    return bytes(body)


async def _preflight(_request: web.BaseRequest, _visit: Visit) -> web.StreamResponse:
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


def refusal(fault: RpcFault, status: int) -> web.Response:
    """Return the answer that refuses a request."""
    response = _json(refusal_body(fault), status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        _retry_later(response, retry_after_s(fault) or RETRY_AFTER_S)
    if status in {408, 413, 503}:
        response.force_close()  # the rest of the body is not read
    return response
