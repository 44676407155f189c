"""The door for letters over HTTP; what they hold are JSON-RPC calls, as a node's, but few.

A relay is behind such a door, and so is whoever else answers what others carry to it unopened: the
carrier sees who asks, the owner of the key what is asked, neither both. Letters to other keys are
carried there unopened. Put a TLS terminator or an onion service before it that logs no addresses
either; this server listens on the loopback.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import web

from client.errors import BadAnswer, BadSealingKey, NodeUnreachable, RpcRefused
from client.relay.address import RelayAddress
from client.relay.carrier import CARRIED, Carrier
from client.relay.errors import BadLetterSize, RelayBusy, RelayRefused
from client.relay.letter import ANSWER_BYTES_MAX, LETTER_BYTES, OpenedLetter
from client.relay.mailbox import Mailbox, check_size
from client.transaction import wall_ms
from primitives.errors import LocalFault, PeerFault, Rejected
from primitives.limits import RPC_BATCH_MAX

PATH = "/letters"
SEALED_TYPE = "application/octet-stream"
_REFUSED, _BAD_REQUEST, _NO_METHOD, _NOT_READY = -32000, -32600, -32601, -32003
_STATUSES = {
    BadLetterSize: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RelayBusy: HTTPStatus.TOO_MANY_REQUESTS,
}


class CannotListen(LocalFault):
    """The door's address cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPlace:
    """Where a door is; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0


class Desk(Protocol):
    """Who answers the calls in letters."""

    async def answer(self, method: str, params: dict[str, Any], *, is_alone: bool) -> object:
        """Return the result of one call; `is_alone` when the letter holds no other.

        Raises:
            Rejected: what the caller is told.
            PeerFault: no node answers now, or one that is not believed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorParts:
    """What a door is made of: who opens letters, who answers them, whom it carries for."""

    mailbox: Mailbox
    desk: Desk
    carrier: Carrier | None = None
    now_ms: Callable[[], int] = wall_ms


def no_method(method: str) -> RpcRefused:
    """Return the refusal of a method that nobody behind the door has."""
    return RpcRefused(
        _NO_METHOD, f"a relay has no method {method[:64]!r}", {"code": "UNKNOWN_RPC_METHOD"}
    )


class Door:
    """Start it, stop it; in between it answers letters."""

    def __init__(self, parts: DoorParts, place: DoorPlace | None = None) -> None:
        self._parts = parts
        self._place = place or DoorPlace()
        self._web: web.Server | None = None
        self._listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen. Raises CannotListen."""
        self._web = web.Server(self._handle, access_log=None)
        place = self._place
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                self._web, place.host, place.port
            )
        except OSError as error:
            raise CannotListen(f"letters at {place.host}:{place.port}: {error.strerror}") from error

    @property
    def address(self) -> RelayAddress:
        """Where letters reach it on this machine. Raises CannotListen before `start`."""
        if self._listener is None or not self._listener.sockets:
            raise CannotListen("the door is closed")
        host, port = self._listener.sockets[0].getsockname()[:2]
        return RelayAddress(f"http://{host}:{port}", self._parts.mailbox.public)

    async def stop(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close()
        if self._web is not None:
            await self._web.shutdown(0.5)
        if self._listener is not None:
            await self._listener.wait_closed()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if (request.method, request.path) != ("POST", PATH):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        raw = await _read(request)
        carrier = self._parts.carrier
        try:
            check_size(raw)
            if carrier is not None and carrier.knows(raw) and CARRIED not in request.headers:
                return await _carried(carrier, raw)
            letter = self._parts.mailbox.open(raw, self._parts.now_ms())
            answer = letter.answer(await self._answer(letter))
        except RelayRefused as refused:
            return _unsealed(refused)
        except BadSealingKey:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        return web.Response(body=answer, content_type=SEALED_TYPE)

    async def _answer(self, letter: OpenedLetter) -> bytes:
        calls, is_batch = _read_calls(letter.body)
        if not calls:
            refusal = ("BAD_REQUEST", "no JSON-RPC call with named params")
            return json.dumps(_error(None, _BAD_REQUEST, refusal)).encode()
        answers = [await self._answer_call(call, is_alone=not is_batch) for call in calls]
        body = json.dumps(answers if is_batch else answers[0]).encode()
        if len(body) <= ANSWER_BYTES_MAX:
            return body
        refusal = ("TOO_LARGE", f"the answer has more than {ANSWER_BYTES_MAX} bytes")
        return json.dumps(_error(None, _REFUSED, refusal)).encode()

    async def _answer_call(self, call: object, *, is_alone: bool) -> dict[str, Any]:
        read = _read_call(call)
        if read is None:
            return _error(None, _BAD_REQUEST, ("BAD_REQUEST", "no JSON-RPC call with named params"))
        method, params, identifier = read
        try:
            result = await self._parts.desk.answer(method, params, is_alone=is_alone)
        except RpcRefused as refused:
            details = refused.details
            return _error(identifier, refused.rpc_code, (refused.code, refused.message), details)
        except Rejected as refused:
            details = dict(refused.details)
            return _error(identifier, _REFUSED, (refused.code, refused.message), details)
        except PeerFault:
            return _error(identifier, _NOT_READY, ("NOT_READY", "no node answers the relay now"))
        return {"jsonrpc": "2.0", "id": identifier, "result": result}


async def _read(request: web.BaseRequest) -> bytes:
    """Return a request's body, or one byte more than a letter has."""
    body = b""
    while len(body) <= LETTER_BYTES and not request.content.at_eof():
        body += await request.content.read(LETTER_BYTES + 1 - len(body))
    return body


async def _carried(carrier: Carrier, raw: bytes) -> web.Response:
    try:
        body, status = await carrier.carry(raw)
    except (NodeUnreachable, BadAnswer):
        error = _error(None, _NOT_READY, ("NOT_READY", "the relay does not answer its carrier"))
        return web.json_response(error, status=HTTPStatus.BAD_GATEWAY)
    return web.Response(body=body, status=status, content_type=SEALED_TYPE)


def _unsealed(refused: RelayRefused) -> web.Response:
    """Return a refusal that anybody may read: the sender's key is not known, or not believed."""
    error = _error(None, _REFUSED, (refused.code, refused.message), dict(refused.details))
    status = _STATUSES.get(type(refused), HTTPStatus.BAD_REQUEST)
    return web.json_response(error, status=status)


def _read_calls(body: bytes) -> tuple[list[object], bool]:
    """Return the calls of a body, and whether they are a batch; none where it holds none."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return [], False
    if not isinstance(asked, list):
        return [asked], False
    return (asked, True) if len(asked) <= RPC_BATCH_MAX else ([], False)


def _read_call(asked: object) -> tuple[str, dict[str, Any], object] | None:
    """Return method, parameters and id of a call; None for anything else."""
    if not isinstance(asked, dict):
        return None
    method, params = asked.get("method"), asked.get("params", {})
    if not isinstance(method, str) or not isinstance(params, dict):
        return None
    return method, params, asked.get("id")


def _error(
    identifier: object,
    number: int,
    refusal: tuple[str, str],
    details: dict[str, Any] | None = None,
) -> dict[str, Any]:
    code, message = refusal
    data = {"code": code, "details": details or {}}
    return {
        "jsonrpc": "2.0",
        "id": identifier,
        "error": {"code": number, "message": message, "data": data},
    }
