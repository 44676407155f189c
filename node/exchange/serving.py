"""Answers peers' questions in one task, at a bounded rate, in turns between the peers."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from p2p.ports import Channel, Transport
from p2p.rates import TokenBucket
from primitives.crypto import PublicKey
from primitives.errors import SaphaError

Q = TypeVar("Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingRules:
    """Where answers go, and how much of everything; `too_fast` makes the error for a flood."""

    name: str  # of what is asked for
    channel: Channel
    bytes_per_s: float  # to all peers together
    requests_per_s_max: float  # from one peer
    # Questions of one peer, each of a few dozen bytes; with more the oldest, given up, is dropped.
    waiting_max: int
    too_fast: Callable[[str], SaphaError]


class Serving(Generic[Q]):
    """Takes questions, and answers one of each peer in turn, so that none keeps others waiting."""

    def __init__(
        self,
        transport: Transport,
        rules: ServingRules,
        answer: Callable[[PublicKey, Q], Awaitable[bytes]],
    ) -> None:
        self._transport = transport
        self._rules = rules
        self._answer = answer
        self._waiting: OrderedDict[PublicKey, deque[Q]] = OrderedDict()
        self._arrived = asyncio.Event()
        self._bytes = TokenBucket(per_s=rules.bytes_per_s, burst=rules.bytes_per_s)
        self._requests: dict[PublicKey, TokenBucket] = {}

    def on_request(self, peer: PublicKey, request: Q, now_s: float) -> None:
        """Take a question; `run` answers it. Raises what the rules say when they come too fast."""
        per_s = self._rules.requests_per_s_max
        bucket = self._requests.setdefault(peer, TokenBucket(per_s=per_s, burst=per_s))
        if not bucket.take_if_full(1.0, now_s):
            raise self._rules.too_fast(f"more than {per_s:g} {self._rules.name} requests a second")
        self._waiting.setdefault(peer, deque(maxlen=self._rules.waiting_max)).append(request)
        self._arrived.set()

    def forget(self, peer: PublicKey) -> None:
        """Drop the waiting questions of a peer that is gone."""
        self._waiting.pop(peer, None)

    async def run(self) -> None:
        """Answer until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                peer, requests = self._waiting.popitem(last=False)
                request = requests.popleft()
                if requests:
                    self._waiting[peer] = requests
                payload = await self._answer(peer, request)
                self._transport.send(peer, self._rules.channel, payload)
                await asyncio.sleep(self._bytes.take(len(payload), loop.time()))
