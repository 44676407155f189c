"""The relay's door: letters over HTTP; what they hold are JSON-RPC calls, as a node's, but few.

A wallet also reads through it what it needs about its act, so that its questions do not tell a
validator which act is whose; questions that name a person are refused. Letters to other relays are
carried there unopened. Put a TLS terminator or an onion service before it that logs no addresses
either; this server listens on the loopback.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from client.errors import BadAnswer, BadSealingKey, NodeUnreachable, RpcRefused
from client.relay.address import RelayAddress
from client.relay.carrier import CARRIED, Carrier
from client.relay.errors import BadLetterSize, NotRelayed, RelayBusy, RelayRefused
from client.relay.letter import ANSWER_BYTES_MAX, LETTER_BYTES, OpenedLetter
from client.relay.mailbox import Mailbox, check_size
from client.relay.pool import Pool, forward
from client.rpc import RpcClient
from primitives.crypto import DIGEST_BYTES
from primitives.errors import LocalFault, Rejected
from primitives.hex import read_hex
from primitives.ids import TransactionId
from primitives.limits import RPC_BATCH_MAX

log = logging.getLogger("sapha.relay")

PATH = "/letters"
SEALED_TYPE = "application/octet-stream"
READS = frozenset(
    {
        "chain_getStatus",
        "chain_getHeader",
        "chain_getBlock",
        "contract_getAbi",
        "events_search",
        "state_getProof",
        "tx_get",
    }
)
_REFUSED, _BAD_REQUEST, _NO_METHOD, _NOT_READY = -32000, -32600, -32601, -32003
_STATUSES = {
    BadLetterSize: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RelayBusy: HTTPStatus.TOO_MANY_REQUESTS,
}


class CannotListen(LocalFault):
    """The relay's address cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPlace:
    """Where the relay listens; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayParts:
    """What a relay is made of: who opens letters, what waits, and whom it carries for."""

    mailbox: Mailbox
    pool: Pool
    carrier: Carrier | None = None
    now_ms: Callable[[], int] = _now_ms


class RelayServer:
    """Start it, run it, stop it; `rpc` are the nodes that acts go to."""

    def __init__(self, rpc: RpcClient, parts: RelayParts, place: RelayPlace | None = None) -> None:
        self.pool = parts.pool
        self._parts = parts
        self._rpc = rpc
        self._place = place or RelayPlace()
        self._prefixes = tuple(
            prefix for kind in parts.pool.policy.kinds for prefix in kind.prefixes
        )
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
            raise CannotListen(f"relay {place.host}:{place.port}: {error.strerror}") from error

    @property
    def address(self) -> RelayAddress:
        """Where letters reach the relay on this machine. Raises CannotListen before `start`."""
        if self._listener is None or not self._listener.sockets:
            raise CannotListen("the relay does not listen")
        host, port = self._listener.sockets[0].getsockname()[:2]
        return RelayAddress(f"http://{host}:{port}", self._parts.mailbox.public)

    async def run(self) -> None:
        """Send acts on in rounds of random length, for ever."""
        while True:
            await asyncio.sleep(self.pool.pause_s())
            await forward(self._rpc, self.pool, self._parts.now_ms())

    async def stop(self) -> None:
        """Stop listening; acts that still wait are gone, and their senders send them again."""
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
            if method == "tx_submit" and not is_alone:
                raise NotRelayed("a letter has one act, and nothing else with it")
            result = await self._run(method, params)
        except RpcRefused as refused:
            details = refused.details
            return _error(identifier, refused.rpc_code, (refused.code, refused.message), details)
        except Rejected as refused:
            details = dict(refused.details)
            return _error(identifier, _REFUSED, (refused.code, refused.message), details)
        except (NodeUnreachable, BadAnswer):
            return _error(identifier, _NOT_READY, ("NOT_READY", "no node answers the relay now"))
        return {"jsonrpc": "2.0", "id": identifier, "result": result}

    async def _run(self, method: str, params: dict[str, Any]) -> object:
        if method == "tx_submit":
            raw = read_hex(params.get("transaction"), name="transaction")
            accepted = self.pool.accept(raw, self._parts.now_ms())
            return {"transaction_id": "0x" + accepted.hex(), "status": "pending"}
        if method == "relay_get":
            name = "transaction_id"
            data = read_hex(params.get(name), name=name, length=DIGEST_BYTES)
            return {"status": self.pool.status(TransactionId(data))}
        if method == "state_getProof":
            key = read_hex(params.get("key"), name="key")
            if not key.startswith(self._prefixes):
                raise NotRelayed("ask a node: a relay does not want to know who you are")
        if method in READS:
            return await self._rpc.call(method, params)
        raise RpcRefused(
            _NO_METHOD, f"a relay has no method {method[:64]!r}", {"code": "UNKNOWN_RPC_METHOD"}
        )


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
