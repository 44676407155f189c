"""Fetches contents that this node must keep and does not hold, from whoever has them.

A peer that withholds a content, or sends other bytes, is reported and asked last; what another
one has is enough. Every blob is checked by its digest before it is kept.
"""

import asyncio
import logging
from dataclasses import dataclass

from node.blobs.asking import PeerQuestions
from node.blobs.errors import BlobsFull, BlobWrongHash, ContentErased
from node.blobs.peers import PeerOrder
from node.blobs.policy import BlobPolicy
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.wanted import WantedContents
from node.blobs.wire import Have
from node.blobs.wrapping import WrapsDesk
from node.exchange.questions import NoAnswer
from p2p.gated_log import GatedLog
from p2p.ports import Channel, Transport
from primitives.crypto import Digest, PublicKey
from primitives.errors import LocalFault, Rejected

_log = logging.getLogger("sapha.blobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchParts:
    """What fetching works with."""

    store: BlobStore
    policy: BlobPolicy
    transport: Transport
    questions: PeerQuestions
    order: PeerOrder
    wraps: WrapsDesk
    settings: BlobSettings


class Fetcher:
    """A bounded list of wanted contents, and a few workers.

    What a member says it has goes first, and one worker takes nothing else: contents that are
    named on the ledger and that nobody has keep no real one waiting.
    """

    def __init__(self, parts: FetchParts) -> None:
        self._parts = parts
        self._announced: WantedContents = WantedContents()  # somebody says it has it
        self._hoped: WantedContents = WantedContents()
        self._under_way: dict[Digest, asyncio.Task[bool]] = {}
        self._wake = asyncio.Event()
        self._log = GatedLog(_log)

    def want(self, content: Digest) -> None:
        """Fetch `content` soon; when too many are wanted, the one wanted longest is given up.

        The ledger lists that one again when this node starts anew.
        """
        if self._parts.order.is_announced(content):
            self._hoped.drop(content)
            self._announced.put(content)
        elif content not in self._announced:
            self._hoped.put(content)
        if len(self._announced) + len(self._hoped) > self._parts.settings.wanted_max:
            (self._hoped if len(self._hoped) else self._announced).drop_oldest()
        self._wake.set()

    def retry(self) -> None:
        """Fetch everything wanted soon: a member can be asked that could not before."""
        self._announced.retry()
        self._hoped.retry()
        self._wake.set()

    def forget(self, content: Digest) -> None:
        """Fetch `content` no more."""
        self._announced.drop(content)
        self._hoped.drop(content)

    async def fetch(self, content: Digest) -> bool:
        """Fetch what is missing of `content` now; return whether all of it is here then."""
        task = self._under_way.get(content)
        if task is not None and not await asyncio.shield(task):
            return False
        if task is not None and self._is_complete(content):
            return True  # else a blob was lost after that task had it
        task = self._under_way.get(content)
        if task is None:
            task = asyncio.ensure_future(self._fetch(content))
            self._under_way[content] = task
            task.add_done_callback(lambda _done: self._under_way.pop(content, None))
        return await asyncio.shield(task)

    async def run(self) -> None:
        """Fetch what is wanted until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(self._parts.settings.fetches_max):
                    lanes = (self._announced,) if number == 0 else (self._announced, self._hoped)
                    group.create_task(self._work(lanes), name=f"blob-fetch-{number}")
        finally:
            for task in tuple(self._under_way.values()):
                task.cancel()

    async def _work(self, lanes: tuple[WantedContents, ...]) -> None:
        settings, loop = self._parts.settings, asyncio.get_running_loop()
        while True:
            now_s = loop.time()
            lane = next((lane for lane in lanes if lane.due_s() <= now_s), None)
            if lane is None:
                due_s = min(lane.due_s() for lane in lanes)
                await self._until_woken(min(settings.retry_max_s, due_s - now_s))
                continue
            content = lane.first()
            tries = lane[content].tries
            wait_s = min(settings.retry_first_s * 2 ** min(tries, 32), settings.retry_max_s)
            lane.tried(content, now_s + wait_s)  # nobody else takes it meanwhile
            if content in self._under_way:
                continue
            if await self.fetch(content):
                self.forget(content)
            else:
                lane.delay(content, loop.time() + wait_s)

    async def _until_woken(self, wait_s: float) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _fetch(self, content: Digest) -> bool:
        parts, now_s = self._parts, asyncio.get_running_loop().time()
        if parts.policy.is_erased(content) or parts.store.is_erased(content):
            return True  # there is nothing to fetch any more
        hosts = parts.policy.content_hosts(content)
        for peer in parts.order.to_ask(content, hosts, now_s):
            try:
                await self._fetch_from(peer, content)
            except NoAnswer as failure:
                self._set_aside(peer, failure.reason, is_fault=failure.is_fault)
            except BlobsFull as full:
                self._say(logging.WARNING, "content_not_kept", content, full)
                return False
            except ContentErased:
                return True
            except Rejected as fault:  # its bytes are not the blob that the digest names
                self._set_aside(peer, f"wrong blob: {fault}", is_fault=True)
            except LocalFault as fault:
                self._say(logging.ERROR, "content_not_kept", content, fault)
                return False
            if self._is_complete(content):
                await self._finish(content, peer)
                return True
        return False

    async def _fetch_from(self, peer: PublicKey, content: Digest) -> None:
        """Take from `peer` what is missing; the head first, as it says what else there is."""
        store, questions = self._parts.store, self._parts.questions
        while not self._is_complete(content):
            held = store.held(content)
            index = 0 if held is None else held.missing[0]
            blob = await questions.ask(peer, content, index)
            if not isinstance(blob, bytes):
                raise BlobWrongHash("no blob")
            await store.put(content, index, blob)

    async def _finish(self, content: Digest, source: PublicKey) -> None:
        """Take the wraps of every host, and tell who offered the content that it is here."""
        parts = self._parts
        tellers = parts.order.settled(content)
        hosts = parts.order.connected(parts.policy.content_hosts(content))
        for peer in {source, *tellers, *hosts}:
            try:
                documents = await parts.questions.ask(peer, content, None)
            except NoAnswer as failure:
                self._set_aside(peer, failure.reason, is_fault=failure.is_fault)
                continue
            if isinstance(documents, tuple):
                await parts.wraps.take_all(peer, documents)
        for peer in tellers:
            parts.transport.send(peer, Channel.BLOBS, Have(content).encode())

    def _set_aside(self, peer: PublicKey, reason: str, *, is_fault: bool) -> None:
        if is_fault:
            party = {"peer": peer.hex()[:16]}
            self._log.write(logging.INFO, "blob_peer_set_aside", party, reason=reason)
            self._parts.order.set_aside(peer, asyncio.get_running_loop().time())
            self._parts.transport.penalise(peer, reason)

    def _say(self, level: int, event: str, content: Digest, reason: Exception) -> None:
        # No party: who files chooses the contents.
        self._log.write(level, event, {}, content=content.hex()[:16], reason=reason)

    def _is_complete(self, content: Digest) -> bool:
        held = self._parts.store.held(content)
        return held is not None and held.is_complete
