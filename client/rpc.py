"""JSON-RPC 2.0 over HTTP and WebSocket, to any of several nodes, with a limit on every wait.

Every method of a node may be asked again: a transaction has one identity however often it is
submitted. So a node that does not answer is followed by the next one with the same request, and
one that is too busy is asked again when it said, as long as there is time.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from client.access import MARK, RpcSettings
from client.answers import Answer
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from primitives.codec import encode
from primitives.errors import Rejected
from primitives.limits import RPC_BATCH_MAX
from primitives.submission import Outcome, read_outcomes

if TYPE_CHECKING:
    from client.outcome import Witness
    from client.transport import Socket, Transport

NOT_READY = -32003
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Request:
    """One call: a method and its named parameters."""

    method: str
    params: Mapping[str, object]


class RpcClient:
    """Asks the first node that answers, starting with the one that answered last.

    Use it as `async with RpcClient([url, ...]) as rpc`. A url is http://host:port, with or
    without /rpc at its end, unix:PATH of a socket on this machine, or a relay's, with # and its
    key: to that one every call goes sealed. `witness` is told of the
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
        self.urls = tuple(map(_plain, urls))
        self._settings = settings or RpcSettings()
        self._preferred = 0
        self._next_id = 0
        self._transport: Transport | None = None

    async def __aenter__(self) -> "RpcClient":
        from client.transport import Transport  # noqa: PLC0415 - only asking needs the library

        self._transport = Transport(self.urls, self._settings)
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
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

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

        def read(body: bytes, place: str) -> Answer:
            answer = _read_one(_read_json(body, place), request["id"])
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

        def read(body: bytes, place: str) -> list[Answer | RpcRefused]:
            return _read_batch(_read_json(body, place), ids)

        return await self._ask(encoded, read, timeout_s)

    async def submit(
        self, raws: Sequence[bytes], *, timeout_s: float | None = None
    ) -> tuple[Outcome, ...]:
        """Return what became of each signed transaction, in order; nothing is asked again.

        They go as one frame of bytes, which costs a node less than a batch of calls.

        Raises:
            NodeUnreachable, BadAnswer: as `call`.
            RpcRefused: the node refused the frame as a whole.
        """

        def read(body: bytes, place: str) -> tuple[Outcome, ...]:
            if body.startswith(b"{"):
                _read_batch(_read_json(body, place), [])  # raises what refuses the whole
            try:
                return read_outcomes(body, count=len(raws))
            except Rejected as error:
                raise BadAnswer(f"{place}: {error.message}") from error

        return await self._ask(encode(tuple(raws)), read, timeout_s)

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
            await socket.send(json.dumps(request))
            answer = await self._first_answer(socket, request["id"])
            if isinstance(answer, RpcRefused):
                raise answer
            while True:
                yield _read_notification(await _frame(socket))
        finally:
            await socket.close()

    async def _first_answer(self, socket: "Socket", request_id: int) -> Answer | RpcRefused:
        try:
            async with asyncio.timeout(self._settings.answer_timeout_s):
                return _read_one(await _frame(socket), request_id)
        except TimeoutError:
            raise NodeUnreachable("the subscription got no answer in time") from None

    async def _connect(self) -> "Socket":
        failures = []
        for index in self._order():
            try:
                return await self._live().connect(self.urls[index])
            except NodeUnreachable as error:
                failures.append(str(error))
        raise NodeUnreachable("; ".join(failures))

    async def _ask(
        self, request: object, read: Callable[[bytes, str], _Read], timeout_s: float | None
    ) -> _Read:
        failures, may_have_arrived = [], False
        busy: RpcRefused | None = None
        for index in self._order():
            url = self.urls[index]
            try:
                body, place = await self._live().post(url, request, timeout_s)
                answer = read(body, place)
            except NodeUnreachable as error:
                failures.append(str(error))
                may_have_arrived |= error.may_have_arrived
            except RpcRefused as refused:
                refused.may_have_arrived |= may_have_arrived
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

    def _live(self) -> "Transport":
        if self._transport is None:
            raise RuntimeError("use the client inside `async with`")
        return self._transport


def _plain(url: str) -> str:
    """Return an address without what may stand at the end of its path."""
    base, mark, key = url.partition(MARK)
    return base.rstrip("/").removesuffix("/rpc") + mark + key


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


async def _frame(socket: "Socket") -> Answer:
    return _read_json(await socket.receive(), "subscription")


def _read_notification(payload: Answer) -> Answer:
    params = payload.get("params") if isinstance(payload, dict) else None
    if not isinstance(params, dict) or "item" not in params:
        raise BadAnswer("a notification without an item")
    return params["item"]
