"""A CometBFT node as the load and the follower see it: the port of client/node.py over its RPC.

Receipts are asked as its clients ask them: `block_results`, in which our application gives the
transaction id as data; block hashes from the metadata of `blockchain`.
"""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from itertools import count
from typing import Any

import aiohttp

from client.access import RpcSettings
from client.answers import field_of, list_field, text_field, uint_field
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.node import BlockSeen
from primitives.ids import TransactionId
from primitives.receipt import OK
from primitives.submission import Outcome
from primitives.transaction import Transaction

_METADATA_MAX = 20  # blocks of one answer
_INTERNAL = -32603
_FAULTS = (aiohttp.ClientError, TimeoutError, OSError)
_KNOWN = "tx already exists in cache"
_FULL = "mempool is full"


class CometNode:
    """A validator with our application."""

    def __init__(self, url: str, settings: RpcSettings | None = None) -> None:
        self.url = url.removesuffix("/rpc")
        settings = settings or RpcSettings()
        self._timeout = aiohttp.ClientTimeout(
            total=settings.answer_timeout_s, sock_connect=settings.connect_timeout_s
        )
        self._numbers = count(1)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Prepare to ask."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def height(self) -> int:
        """Return the height of its last block."""
        answer = await self._call("status", {})
        return uint_field(field_of(answer, "sync_info"), "latest_block_height")

    async def signatures_checked(self) -> int:
        """Return how many signatures of transactions the application has verified."""
        answer = await self._call("abci_query", {"path": "checks"})
        value = text_field(field_of(answer, "response"), "value")
        return int(base64.b64decode(value))

    async def announced(self) -> AsyncIterator[int]:
        """Yield the heights of new blocks as they come."""
        try:
            async with self._live().ws_connect(f"{self.url}/websocket", heartbeat=15.0) as socket:
                query = {"query": "tm.event='NewBlockHeader'"}
                await socket.send_json(self._request("subscribe", query))
                async for message in socket:
                    result = _result(json.loads(message.data))
                    if result:  # the first answer says only that it is subscribed
                        header = field_of(field_of(field_of(result, "data"), "value"), "header")
                        yield uint_field(header, "height")
        except _FAULTS as error:
            raise NodeUnreachable(f"{self.url}: {error}") from error
        raise NodeUnreachable(f"{self.url}: the subscription ended")

    async def block(self, height: int) -> BlockSeen:
        """Return one block."""
        requests = [
            self._request("block_results", {"height": str(height)}),
            self._metadata(height, height),
        ]
        results, metadata = [_taken(answer) for answer in await self._batch(requests)]
        codes = tuple(
            (
                TransactionId(base64.b64decode(text_field(result, "data"))),
                OK if result.get("code", 0) == 0 else text_field(result, "log"),
            )
            for result in results.get("txs_results") or ()
        )
        return BlockSeen(block_hash=_hashes(metadata)[height], codes=codes)

    async def hashes(self, heights: Sequence[int]) -> list[bytes]:
        """Return the block hashes of some heights."""
        requests = [
            self._metadata(first, first + _METADATA_MAX - 1)
            for first in range(heights[0], heights[-1] + 1, _METADATA_MAX)
        ]
        known: dict[int, bytes] = {}
        for answer in await self._batch(requests):
            known |= _hashes(_taken(answer))
        missing = [height for height in heights if height not in known]
        if missing:
            raise NodeUnreachable(f"{self.url}: has no block {missing[0]} yet")
        return [known[height] for height in heights]

    async def submit(self, transactions: Sequence[Transaction]) -> Sequence[Outcome]:
        """Hand over some transactions; return what became of each, in order."""
        requests = [
            self._request("broadcast_tx_sync", {"tx": base64.b64encode(each.raw).decode()})
            for each in transactions
        ]
        answers = await self._batch(requests)
        return [
            _outcome(each.transaction_id, answer)
            for each, answer in zip(transactions, answers, strict=True)
        ]

    async def _call(self, method: str, params: dict[str, str]) -> Any:  # noqa: ANN401
        return _taken(_result(await self._post(self._request(method, params))))

    async def _batch(self, requests: Sequence[dict[str, Any]]) -> list[Any]:
        """Return each request's result or refusal, in order."""
        answers = await self._post(requests)
        if isinstance(answers, dict):  # the answer to a batch of one is not an array
            answers = [answers]
        by_number = {answer.get("id"): answer for answer in answers}
        try:
            return [_result(by_number[request["id"]]) for request in requests]
        except KeyError as error:
            raise BadAnswer(f"{self.url}: request {error} of a batch has no answer") from error

    async def _post(self, request: object) -> Any:  # noqa: ANN401 - any JSON value
        try:
            async with self._live().post(
                f"{self.url}/", json=request, timeout=self._timeout
            ) as response:
                return json.loads(await response.read())
        except _FAULTS as error:
            raise NodeUnreachable(f"{self.url}: {error}") from error
        except ValueError as error:
            raise BadAnswer(f"{self.url}: the answer is not JSON") from error

    def _metadata(self, first: int, last: int) -> dict[str, Any]:
        return self._request("blockchain", {"minHeight": str(first), "maxHeight": str(last)})

    def _request(self, method: str, params: dict[str, str]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._numbers), "method": method, "params": params}

    def _live(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("open the node first")
        return self._session


def _result(answer: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the result, or the refusal, of one answer."""
    error = answer.get("error") if isinstance(answer, dict) else {}
    if error is None:
        return field_of(answer, "result")
    data = str(error.get("data", ""))
    code = "MEMPOOL_FULL" if _FULL in data else data
    return RpcRefused(int(error.get("code", _INTERNAL)), data, {"code": code})


def _taken(result: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a result. Raises RpcRefused where it is a refusal."""
    if isinstance(result, RpcRefused):
        raise result
    return result


def _outcome(transaction_id: TransactionId, result: Any) -> Outcome:  # noqa: ANN401 - any JSON value
    """Return what became of a transaction; who has it already takes it again."""
    if isinstance(result, RpcRefused):
        if _KNOWN not in result.message:
            return Outcome(transaction_id=None, word=result.code, message=result.message)
    elif uint_field(result, "code") != 0:
        log = text_field(result, "log")
        return Outcome(transaction_id=None, word=log, message=log)
    return Outcome(transaction_id=transaction_id, word="pending")


def _hashes(metadata: Any) -> dict[int, bytes]:  # noqa: ANN401 - any JSON value
    """Return block hashes by height."""
    return {
        uint_field(field_of(meta, "header"), "height"): bytes.fromhex(
            text_field(field_of(meta, "block_id"), "hash")
        )
        for meta in list_field(metadata, "block_metas")
    }
