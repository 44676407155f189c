"""HTTP and WebSocket connections to nodes: the only place of the client's calls that knows aiohttp.

Owns connections and what their faults mean; what is asked and answered is client.rpc's.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from client.access import MARK, UNIX_SCHEME, RpcSettings
from client.errors import BadAnswer, NodeUnreachable
from primitives.submission import CONTENT_TYPE

if TYPE_CHECKING:
    from client.relay.way import SealedWay

_ANSWER_BYTES_MAX = 64 * 1024 * 1024
_FAULTS = (aiohttp.ClientError, TimeoutError, OSError)
_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Transport:
    """Open connections to each of several nodes."""

    def __init__(self, urls: Iterable[str], settings: RpcSettings) -> None:
        """Make sessions, of which none connects yet; needs a running loop."""
        self._settings = settings
        headers = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
        self._sessions = {
            url: aiohttp.ClientSession(headers=headers, connector=self._way_to(url)) for url in urls
        }
        self._sealed = {url: _sealed_way(url) for url in self._sessions if MARK in url}

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()

    async def post(self, url: str, request: object, timeout_s: float | None) -> tuple[bytes, str]:
        """Return what a node answers to a request, and a name of the answer for messages.

        A request is data of JSON, or the bytes of a frame of transactions. To a relay it goes in a
        letter; frames do not.

        Raises:
            NodeUnreachable: no answer; says whether the node may have the request.
            BadAnswer: the answer is too long, or not the relay's.
            RpcRefused: whoever carries letters, or the relay, did not take this one.
        """
        if url in self._sealed:
            return await self._post_letter(url, request, timeout_s)
        sent: dict[str, Any] = {"json": request}
        if isinstance(request, bytes):
            sent = {"data": request, "headers": {"Content-Type": CONTENT_TYPE}}
        timeout = self._timeout(timeout_s)
        asked = self._sessions[url].post(f"{_base_of(url)}/rpc", timeout=timeout, **sent)
        body, status = await _answer(url, asked)
        return body, f"{url} (HTTP {status})"

    async def exchange(
        self,
        url: str,
        letter: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> tuple[bytes, int]:
        """Return what is answered to a letter, unopened, and the HTTP status. Raises as `post`."""
        given = {"Content-Type": "application/octet-stream"} | dict(headers or {})
        timeout = self._timeout(timeout_s)
        place = f"{_base_of(url)}/letters"
        asked = self._sessions[url].post(place, data=letter, headers=given, timeout=timeout)
        return await _answer(url, asked)

    async def _post_letter(
        self, url: str, request: object, timeout_s: float | None
    ) -> tuple[bytes, str]:
        from client.relay.way import read_answer  # noqa: PLC0415 - only relays need it

        letter = self._sealed[url].letter(request)
        body, status = await self.exchange(url, letter.raw, timeout_s=timeout_s)
        place = f"{url} (HTTP {status})"
        return read_answer(letter, body, place), place

    async def get(self, url: str, path: str) -> bytes:
        """Return a page of a node. Raises as `post`."""
        _require_unsealed(url)
        sent = self._sessions[url].get(f"{_base_of(url)}{path}", timeout=self._timeout(None))
        body, status = await _answer(url, sent)
        if status != HTTPStatus.OK:
            raise BadAnswer(f"{url}{path}: HTTP {status}")
        return body

    async def connect(self, url: str) -> "Socket":
        """Return an open WebSocket of a node. Raises NodeUnreachable."""
        _require_unsealed(url)
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                opened = await self._sessions[url].ws_connect(
                    f"{_base_of(url)}/ws", heartbeat=15.0, max_msg_size=_ANSWER_BYTES_MAX
                )
        except _FAULTS as error:
            raise NodeUnreachable(_failure(url, error)) from error
        return Socket(opened)

    def _timeout(self, answer_s: float | None) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=answer_s or self._settings.answer_timeout_s,
            sock_connect=self._settings.connect_timeout_s,
        )

    def _way_to(self, url: str) -> aiohttp.BaseConnector:
        if url.startswith(UNIX_SCHEME):
            return aiohttp.UnixConnector(url.removeprefix(UNIX_SCHEME), limit=0)
        own = self._settings.local_address
        return aiohttp.TCPConnector(
            limit=0, ssl=self._settings.tls or True, local_addr=(own, 0) if own else None
        )


class Socket:
    """An open WebSocket of a node."""

    def __init__(self, opened: aiohttp.ClientWebSocketResponse) -> None:
        self._opened = opened

    async def send(self, text: str) -> None:
        """Send one message."""
        await self._opened.send_str(text)

    async def receive(self) -> str:
        """Return the next message. Raises NodeUnreachable once the node has closed it."""
        message = await self._opened.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data)
        raise NodeUnreachable(f"the subscription ended ({message.type.name.lower()})")

    async def close(self) -> None:
        """Close it."""
        await self._opened.close()


async def _answer(
    url: str, sent: AbstractAsyncContextManager[aiohttp.ClientResponse]
) -> tuple[bytes, int]:
    """Return the body and status of the answer to a request."""
    body = bytearray()
    try:
        async with sent as response:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _ANSWER_BYTES_MAX:
                    raise BadAnswer(f"{url}: an answer of more than {_ANSWER_BYTES_MAX} bytes")
    except _FAULTS as error:
        has_arrived = not isinstance(error, _NOT_CONNECTED)
        raise NodeUnreachable(_failure(url, error), may_have_arrived=has_arrived) from error
    return bytes(body), response.status


def _base_of(url: str) -> str:
    """Return what paths at a node are appended to; who connects to a socket names no host."""
    return "http://localhost" if url.startswith(UNIX_SCHEME) else url.partition(MARK)[0]


def _sealed_way(url: str) -> "SealedWay":
    from client.relay.address import read_address  # noqa: PLC0415 - only relays need it
    from client.relay.way import SealedWay  # noqa: PLC0415 - as above

    return SealedWay(read_address(url))


def _require_unsealed(url: str) -> None:
    """Raise NodeUnreachable for a relay's address: whoever carries would learn what is asked."""
    if MARK in url:
        raise NodeUnreachable(f"{url}: a relay answers letters alone", may_have_arrived=False)


def _failure(url: str, error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):  # it has no os_error
        return f"{url}: certificate: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{url}: {error.os_error.strerror or error.os_error}"
    if isinstance(error, TimeoutError):
        return f"{url}: no answer in time"
    return f"{url}: {str(error) or 'the connection broke'}"
