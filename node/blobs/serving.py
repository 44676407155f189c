"""Answers members that ask for contents which they must keep. One task, at a bounded rate."""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable

from node.blobs.errors import BlobFault
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.wire import Answer, Get
from p2p.ports import Channel, Transport
from p2p.rates import TokenBucket
from primitives.crypto import Digest, PublicKey
from primitives.errors import LocalFault

_log = logging.getLogger("sapha.blobs")

IsHost = Callable[[PublicKey, Digest], bool]


class BlobServer:
    """Takes turns between peers, so that none keeps the others waiting."""

    def __init__(
        self, store: BlobStore, transport: Transport, is_host: IsHost, settings: BlobSettings
    ) -> None:
        self._store = store
        self._transport = transport
        self._is_host = is_host
        self._settings = settings
        self._waiting: OrderedDict[PublicKey, deque[Get]] = OrderedDict()
        self._arrived = asyncio.Event()
        self._bytes = TokenBucket(
            per_s=settings.served_bytes_per_s, burst=settings.served_bytes_per_s
        )
        self._requests: dict[PublicKey, TokenBucket] = {}

    def on_request(self, peer: PublicKey, request: Get, now_s: float) -> None:
        """Take a request; it is answered by `run`. Raises BlobFault when they come too fast."""
        per_s = self._settings.requests_per_s_max
        bucket = self._requests.setdefault(peer, TokenBucket(per_s=per_s, burst=per_s))
        if not bucket.take_if_full(1.0, now_s):
            raise BlobFault(f"more than {per_s:g} blob requests a second")
        waiting = self._waiting.setdefault(peer, deque(maxlen=self._settings.waiting_max))
        waiting.append(request)  # more than it may have waiting: the oldest, which it gave up
        self._arrived.set()

    def forget(self, peer: PublicKey) -> None:
        """Drop the waiting requests of a peer that is gone."""
        self._waiting.pop(peer, None)

    async def run(self) -> None:
        """Answer requests until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                peer, requests = self._waiting.popitem(last=False)
                request = requests.popleft()
                if requests:
                    self._waiting[peer] = requests
                payload = (await self._answer(peer, request)).encode()
                self._transport.send(peer, Channel.BLOBS, payload)
                await asyncio.sleep(self._bytes.take(len(payload), loop.time()))

    async def _answer(self, peer: PublicKey, request: Get) -> Answer:
        if not self._is_host(peer, request.content):
            return Answer(request.request_id, None)
        try:
            if request.index is None:
                documents = await self._store.wraps(request.content)
                return Answer(request.request_id, tuple(documents))
            return Answer(request.request_id, await self._store.get(request.content, request.index))
        except LocalFault as fault:  # of content only: ordering goes on
            _log.error("content_not_read content=%s %s", request.content.hex()[:16], fault)
            return Answer(request.request_id, None)
