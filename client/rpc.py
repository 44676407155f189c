"""JSON-RPC 2.0 over HTTP and WebSocket, to any of several nodes, with a limit on every wait.

Every method of a node may be asked again: a transaction has one identity however often it is
submitted. So a node that does not answer is followed by the next one with the same request, and
one that is too busy is asked again when it said, as long as there is time.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import aiohttp

from client.errors import BadAnswer, CaFileFault, NodeUnreachable, RpcRefused
from primitives.limits import RPC_BATCH_MAX

if TYPE_CHECKING:
    from client.outcome import Witness

NOT_READY = -32003
UNIX_SCHEME = "unix:"
_ANSWER_BYTES_MAX = 64 * 1024 * 1024
_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

# What a node answers is checked where it is used; until then it is any JSON value.
Answer: TypeAlias = Any
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcSettings:
    """How long to wait, in seconds."""

    connect_timeout_s: float = 3.0
    answer_timeout_s: float = 30.0
    token: str = ""  # bearer token for operator methods
    tls: ssl.SSLContext | None = None  # for https; None: the authorities that this system trusts
    local_address: str = ""  # the address to come from, where the machine has several
    asks_again: bool = True  # where a node is busy, after the pause that it asks for


@dataclass(frozen=True, slots=True)
class Request:
    """One call: a method and its named parameters."""

    method: str
    params: Mapping[str, object]


def trusting(authorities: Path) -> ssl.SSLContext:
    """Return how to reach nodes whose certificates the authorities in a PEM file have signed.

    Raises:
        CaFileFault: the file cannot be read or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=str(authorities))
    except ssl.SSLError as error:
        raise CaFileFault(f"{authorities}: holds no PEM certificate") from error
    except OSError as error:
        raise CaFileFault(f"{authorities}: {error.strerror}") from error


class RpcClient:
    """Asks the first node that answers, starting with the one that answered last.

    Use it as `async with RpcClient([url, ...]) as rpc`. A url is http://host:port, with or
    without /rpc at its end, or unix:PATH of a socket on this machine. `witness` is told of the
    transactions that are sent through it.
    """

    def __init__(
        self,
        urls: Sequence[str],
        settings: RpcSettings | None = None,
        witness: "Witness | None" = None,
    ) -> None:
        if not urls:
            raise ValueError("at least one node url is needed")
        self.witness = witness
        self.urls = tuple(url.rstrip("/").removesuffix("/rpc") for url in urls)
        self._settings = settings or RpcSettings()
        self._preferred = 0
        self._next_id = 0
        self._sessions: dict[str, aiohttp.ClientSession] = {}  # by url

    async def __aenter__(self) -> "RpcClient":
        headers = {}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        for url in self.urls:
            self._sessions[url] = aiohttp.ClientSession(
                headers=headers, connector=self._way_to(url)
            )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def call(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        timeout_s: float | None = None,
        raised_at_once: Collection[str] = (),
    ) -> Answer:
        """Return the result of `method`; a busy node is asked again after the pause it asks for.

        `raised_at_once` are the codes of refusals after which it is not.

        Raises:
            RpcRefused: the node refused; carries the stable code.
            NodeUnreachable: no node answered.
            BadAnswer: the answer is not JSON-RPC.
        """
        request = self._encode(Request(method, params or {}))

        def read(payload: Answer) -> Answer:
            answer = _read_one(payload, request["id"])
            if isinstance(answer, RpcRefused):
                raise answer
            return answer

        pauses = Pauses(timeout_s or self._settings.answer_timeout_s)
        while True:
            try:
                return await self._ask(request, read, timeout_s)
            except RpcRefused as refused:
                is_final = not self._settings.asks_again or refused.code in raised_at_once
                if is_final or not await pauses.wait_for(refused):
                    raise

    async def batch(
        self, requests: Sequence[Request], *, timeout_s: float | None = None
    ) -> list[Answer | RpcRefused]:
        """Return each request's result or refusal, in order; at most 100 requests.

        Raises:
            NodeUnreachable, BadAnswer: as `call`.
            RpcRefused: the node refused the batch as a whole.
        """
        if not 1 <= len(requests) <= RPC_BATCH_MAX:
            raise ValueError(f"{len(requests)} requests, allowed are 1 to {RPC_BATCH_MAX}")
        pauses = Pauses(timeout_s or self._settings.answer_timeout_s)
        while True:
            try:
                answers = await self._batch_once(requests, timeout_s)
            except RpcRefused as refused:  # the body as a whole
                if not self._settings.asks_again or not await pauses.wait_for(refused):
                    raise
            else:
                break
        while self._settings.asks_again:
            busy = [place for place, answer in enumerate(answers) if _is_busy(answer)]
            if not busy or not await pauses.wait_for(answers[busy[0]]):
                break
            again = await self._batch_once([requests[place] for place in busy], timeout_s)
            for place, answer in zip(busy, again, strict=True):
                answers[place] = answer
        return answers

    async def _batch_once(
        self, requests: Sequence[Request], timeout_s: float | None
    ) -> list[Answer | RpcRefused]:
        encoded = [self._encode(request) for request in requests]
        ids = [request["id"] for request in encoded]

        def read(payload: Answer) -> list[Answer | RpcRefused]:
            return _read_batch(payload, ids)

        return await self._ask(encoded, read, timeout_s)

    async def subscribe(self, kind: str, **choice: object) -> AsyncIterator[Answer]:
        """Yield the items of a subscription ("blocks", "address", "events") as they come.

        Items are not repeated after a lost connection: the caller asks for what it missed.

        Raises:
            NodeUnreachable: no node accepts, or the connection ends.
            RpcRefused, BadAnswer: as `call`.
        """
        socket = await self._connect()
        try:
            request = self._encode(Request("events_subscribe", {"kind": kind, "filter": choice}))
            await socket.send_str(json.dumps(request))
            async with asyncio.timeout(self._settings.answer_timeout_s):
                answer = _read_one(await _read_frame(socket), request["id"])
            if isinstance(answer, RpcRefused):
                raise answer
            while True:
                yield _read_notification(await _read_frame(socket))
        finally:
            await socket.close()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        failures = []
        for index in self._order():
            url = self.urls[index]
            try:
                async with asyncio.timeout(self._settings.connect_timeout_s):
                    return await self._live(url).ws_connect(
                        f"{_base_of(url)}/ws", heartbeat=15.0, max_msg_size=_ANSWER_BYTES_MAX
                    )
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                failures.append(_failure(url, error))
        raise NodeUnreachable("; ".join(failures))

    async def _ask(
        self, request: object, read: Callable[[Answer], _Read], timeout_s: float | None
    ) -> _Read:
        failures, may_have_arrived = [], False
        busy: RpcRefused | None = None
        for index in self._order():
            url = self.urls[index]
            try:
                answer = read(await self._post(url, request, timeout_s))
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                failures.append(_failure(url, error))
                may_have_arrived |= not isinstance(error, _NOT_CONNECTED)
            except RpcRefused as refused:
                refused.may_have_arrived = may_have_arrived
                is_busy = refused.retry_after_s is not None
                if len(self.urls) == 1 or not (is_busy or refused.rpc_code == NOT_READY):
                    raise
                busy = refused if is_busy else busy
                failures.append(f"{url}: {refused.message}")
            else:
                self._preferred = index
                return answer
        if busy is not None:
            raise busy
        raise NodeUnreachable("; ".join(failures), may_have_arrived=may_have_arrived)

    async def _post(self, url: str, request: object, timeout_s: float | None) -> Answer:
        timeout = aiohttp.ClientTimeout(
            total=timeout_s or self._settings.answer_timeout_s,
            sock_connect=self._settings.connect_timeout_s,
        )
        body = bytearray()
        place = f"{_base_of(url)}/rpc"
        async with self._live(url).post(place, json=request, timeout=timeout) as response:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _ANSWER_BYTES_MAX:
                    raise BadAnswer(f"{url}: an answer of more than {_ANSWER_BYTES_MAX} bytes")
        return _read_json(bytes(body), f"{url} (HTTP {response.status})")

    def _order(self) -> list[int]:
        count = len(self.urls)
        return [(self._preferred + step) % count for step in range(count)]

    def _encode(self, request: Request) -> dict[str, Any]:
        self._next_id += 1
        return {
            "jsonrpc": "2.0",
            "id": self._next_id,
            "method": request.method,
            "params": dict(request.params),
        }

    def _way_to(self, url: str) -> aiohttp.BaseConnector:
        if url.startswith(UNIX_SCHEME):
            return aiohttp.UnixConnector(url.removeprefix(UNIX_SCHEME), limit=0)
        own = self._settings.local_address
        return aiohttp.TCPConnector(
            limit=0, ssl=self._settings.tls or True, local_addr=(own, 0) if own else None
        )

    def _live(self, url: str) -> aiohttp.ClientSession:
        if not self._sessions:
            raise RuntimeError("use the client inside `async with`")
        return self._sessions[url]


def _base_of(url: str) -> str:
    """Return what paths at a node are appended to; who connects to a socket names no host."""
    return "http://localhost" if url.startswith(UNIX_SCHEME) else url


class Pauses:
    """The pauses that busy nodes ask for, within one time."""

    def __init__(self, seconds: float) -> None:
        self._until = asyncio.get_running_loop().time() + seconds

    async def wait_for(self, refused: RpcRefused) -> bool:
        """Wait as long as a busy node asked for; False when it did not, or time is up."""
        pause_s = refused.retry_after_s
        if pause_s is None or asyncio.get_running_loop().time() + pause_s > self._until:
            return False
        await asyncio.sleep(pause_s)
        return True


def _is_busy(answer: Answer | RpcRefused) -> bool:
    return isinstance(answer, RpcRefused) and answer.retry_after_s is not None


def _failure(url: str, error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):  # it has no os_error
        return f"{url}: certificate: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{url}: {error.os_error.strerror or error.os_error}"
    if isinstance(error, TimeoutError):
        return f"{url}: no answer in time"
    return f"{url}: {str(error) or 'the connection broke'}"


def _read_json(body: bytes | str, place: str) -> Answer:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"{place}: the answer is not JSON ({len(body)} bytes)") from error


def _read_one(payload: Answer, request_id: int) -> Answer | RpcRefused:
    if not isinstance(payload, dict):
        raise BadAnswer("the answer is not an object")
    if "error" in payload:
        return _read_error(payload["error"])
    if payload.get("id") != request_id or "result" not in payload:
        raise BadAnswer(f"the answer does not belong to request {request_id}")
    return payload["result"]


def _read_error(error: Answer) -> RpcRefused:
    if not isinstance(error, dict) or type(error.get("code")) is not int:
        raise BadAnswer("the error has no numeric code")
    data = error.get("data")
    message = str(error.get("message", ""))
    return RpcRefused(error["code"], message, data if isinstance(data, dict) else {})


def _read_batch(payload: Answer, ids: list[int]) -> list[Answer | RpcRefused]:
    if isinstance(payload, dict):
        answer = _read_one(payload, -1)
        if isinstance(answer, RpcRefused):
            raise answer
    if not isinstance(payload, list):
        raise BadAnswer("the answer to a batch is not an array")
    by_id = {item.get("id"): item for item in payload if isinstance(item, dict)}
    missing = [request_id for request_id in ids if request_id not in by_id]
    if missing:
        raise BadAnswer(f"{len(missing)} of {len(ids)} requests have no answer")
    return [_read_one(by_id[request_id], request_id) for request_id in ids]


async def _read_frame(socket: aiohttp.ClientWebSocketResponse) -> Answer:
    message = await socket.receive()
    if message.type is aiohttp.WSMsgType.TEXT:
        return _read_json(message.data, "subscription")
    raise NodeUnreachable(f"the subscription ended ({message.type.name.lower()})")


def _read_notification(payload: Answer) -> Answer:
    params = payload.get("params") if isinstance(payload, dict) else None
    if not isinstance(params, dict) or "item" not in params:
        raise BadAnswer("a notification without an item")
    return params["item"]
