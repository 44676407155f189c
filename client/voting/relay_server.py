"""The relay's door: JSON-RPC over HTTP, as a node's, with few methods. See client.voting.relay.

A wallet also reads through it what it needs about its ballot, so that its questions do not tell a
validator which ballot is whose; questions that name the voter are refused. Put a TLS terminator or
an onion service before it that logs no addresses either; this server listens on the loopback.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from client.voting.errors import RelayRefused
from client.voting.relay import CONTRACT, Pool, forward
from primitives.crypto import DIGEST_BYTES
from primitives.errors import BadShape, LocalFault, Rejected
from primitives.hex import read_hex
from primitives.ids import TransactionId
from primitives.limits import TRANSACTION_BYTES_MAX

log = logging.getLogger("sapha.relay")

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
# Maps of voting whose keys name no voter: here a name would meet its pseudonym.
_NAMELESS = (
    "elections",
    "manifests",
    "openings",
    "roll_contexts",
    "extended",
    "signer_keys",
    "signing_sets",
    "pseudonyms",
    "box",
    "spoiled",
    "closings",
    "results",
    "log_heads",
)
_NAMELESS_PREFIXES = tuple(f"{CONTRACT}\0{name}\0".encode() for name in _NAMELESS)
_BODY_BYTES_MAX = 2 * TRANSACTION_BYTES_MAX + 4096
_REFUSED, _BAD_REQUEST, _NO_METHOD, _NOT_READY = -32000, -32600, -32601, -32003


class CannotListen(LocalFault):
    """The relay's address cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPlace:
    """Where the relay listens; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class RelayServer:
    """Start it, run it, stop it; `rpc` are the nodes that ballots go to."""

    def __init__(
        self,
        rpc: RpcClient,
        pool: Pool,
        place: RelayPlace | None = None,
        now_ms: Callable[[], int] = _now_ms,
    ) -> None:
        self.pool = pool
        self._rpc = rpc
        self._place = place or RelayPlace()
        self._now_ms = now_ms
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
    def url(self) -> str:
        """Where voters reach the relay on this machine. Raises LocalFault before `start`."""
        if self._listener is None or not self._listener.sockets:
            raise CannotListen("the relay does not listen")
        host, port = self._listener.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def run(self) -> None:
        """Send ballots on in rounds of random length, for ever."""
        while True:
            await asyncio.sleep(self.pool.pause_s())
            await forward(self._rpc, self.pool, self._now_ms())

    async def stop(self) -> None:
        """Stop listening; ballots that still wait are gone, and their voters send them again."""
        if self._listener is not None:
            self._listener.close()
        if self._web is not None:
            await self._web.shutdown(0.5)
        if self._listener is not None:
            await self._listener.wait_closed()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if (request.method, request.path) != ("POST", "/rpc"):
            return web.Response(status=404)
        body = await request.content.read(_BODY_BYTES_MAX + 1)
        while len(body) <= _BODY_BYTES_MAX and not request.content.at_eof():
            body += await request.content.read(_BODY_BYTES_MAX + 1 - len(body))
        if len(body) > _BODY_BYTES_MAX:
            return web.Response(status=413)
        answer = await self._answer(body)
        return web.Response(body=json.dumps(answer).encode(), content_type="application/json")

    async def _answer(self, body: bytes) -> dict[str, Any]:
        asked = _read_call(body)
        if asked is None:
            return _error(None, _BAD_REQUEST, ("BAD_REQUEST", "no JSON-RPC call with named params"))
        method, params, identifier = asked
        try:
            result = await self._run(method, params)
        except RpcRefused as refused:
            return _error(identifier, refused.rpc_code, (refused.code, refused.message))
        except Rejected as refused:
            return _error(identifier, _REFUSED, (refused.code, refused.message))
        except (NodeUnreachable, BadAnswer):
            return _error(identifier, _NOT_READY, ("NOT_READY", "no node answers the relay now"))
        return {"jsonrpc": "2.0", "id": identifier, "result": result}

    async def _run(self, method: str, params: dict[str, Any]) -> object:
        if method == "tx_submit":
            raw = _hex(params.get("transaction"), "transaction")
            accepted = self.pool.accept(raw, self._now_ms())
            return {"transaction_id": "0x" + accepted.hex(), "status": "pending"}
        if method == "relay_get":
            data = _hex(params.get("transaction_id"), "transaction_id")
            if len(data) != DIGEST_BYTES:
                raise RelayRefused(f"a transaction id has {DIGEST_BYTES} bytes")
            return {"status": self.pool.status(TransactionId(data))}
        if method == "state_getProof" and not _is_nameless(_hex(params.get("key"), "key")):
            raise RelayRefused("ask a node: a relay does not want to know who you are")
        if method in READS:
            return await self._rpc.call(method, params)
        raise RpcRefused(
            _NO_METHOD, f"a relay has no method {method[:64]!r}", {"code": "UNKNOWN_RPC_METHOD"}
        )


def _is_nameless(key: bytes) -> bool:
    return key.startswith(_NAMELESS_PREFIXES)


def _read_call(body: bytes) -> tuple[str, dict[str, Any], object] | None:
    """Return method, parameters and id of a call; None for anything else."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict):
        return None
    method, params = asked.get("method"), asked.get("params", {})
    if not isinstance(method, str) or not isinstance(params, dict):
        return None
    return method, params, asked.get("id")


def _hex(value: object, name: str) -> bytes:
    try:
        return read_hex(value, name=name)
    except BadShape as error:
        raise RelayRefused(error.message) from error


def _error(identifier: object, number: int, said: tuple[str, str]) -> dict[str, Any]:
    code, message = said
    error = {"code": number, "message": message, "data": {"code": code, "details": {}}}
    return {"jsonrpc": "2.0", "id": identifier, "error": error}
