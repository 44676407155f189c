"""Contents as the node uses them: requests of accounts in, frames of members in, one task."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from node.blobs.asking import PeerQuestions
from node.blobs.errors import BlobFault
from node.blobs.fetching import Fetcher, FetchParts
from node.blobs.keeper import Keeper, KeeperParts
from node.blobs.peers import MemberNames, PeerOrder
from node.blobs.policy import BlobPolicy
from node.blobs.requests import BlobRequests, RequestParts
from node.blobs.serving import blob_serving
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.strangers import StrangersRoom
from node.blobs.wire import SMALL_BYTES_MAX, Answer, Get, Have, WrapsOf, read_blob_message
from node.blobs.wrapping import WrapsDesk
from node.exchange.peer_queues import PeerQueues, Share
from node.ports import CommittedBlock
from node.store.files import Files
from p2p.ports import Transport
from primitives.blob_documents import (
    DOCUMENT_BYTES_MAX,
    Erasure,
    ErasureReceipt,
    WrapsDocument,
)
from primitives.crypto import Digest, PublicKey

_DOCUMENTS_WAITING = Share(items_max=64, bytes_max=16 * DOCUMENT_BYTES_MAX)  # of one member


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobParts:
    """What the contents of a node are built from. `now_ms` is the clock of the wall."""

    root: Path
    policy: BlobPolicy
    transport: Transport
    members: MemberNames
    chain_id: str
    receipt: Callable[[Erasure], Awaitable[ErasureReceipt]]
    now_ms: Callable[[], int]
    settings: BlobSettings = field(default_factory=BlobSettings)
    files: Files | None = None


class Blobs:
    """The contents that this node keeps, and what accounts and members may do with them."""

    def __init__(self, parts: BlobParts) -> None:
        """Open the store under `parts.root`. Raises StoreFailed, StoreFull."""
        settings, transport, policy = parts.settings, parts.transport, parts.policy
        self._parts = parts
        self._questions = PeerQuestions(transport, settings)
        self._order = PeerOrder(transport, parts.members, settings.asides_s)
        self._documents: PeerQueues[WrapsDocument] = PeerQueues(_DOCUMENTS_WAITING)
        self.store = BlobStore(parts.root, parts.now_ms, settings, parts.files, policy.is_of_agency)
        self._wraps = WrapsDesk(self.store, policy, parts.members, parts.chain_id, settings)
        self._server = blob_serving(self.store, transport, self._is_host, settings)
        self._fetcher = Fetcher(
            FetchParts(
                store=self.store,
                policy=policy,
                transport=transport,
                questions=self._questions,
                order=self._order,
                wraps=self._wraps,
                settings=settings,
            )
        )
        self._strangers = StrangersRoom(settings)
        self._keeper = Keeper(self._keeper_parts())
        self.requests = BlobRequests(self._request_parts())

    def on_frame(self, peer: PublicKey, payload: bytes) -> None:
        """Take a frame of the BLOBS channel. Never raises on any bytes."""
        try:
            self._read(peer, payload)
        except BlobFault as fault:
            self._questions.questions.fail(peer, str(fault))
            self._parts.transport.penalise(peer, str(fault))

    def on_connected(self, _peer: PublicKey) -> None:
        """A member can be asked; perhaps it has what is missing here."""
        self._fetcher.retry()

    def on_disconnected(self, peer: PublicKey) -> None:
        """Stop waiting for a member that is gone."""
        self._questions.questions.forget(peer)
        self._server.forget(peer)
        self._documents.forget(peer)

    def on_key_changed(self, before: PublicKey, after: PublicKey) -> None:
        """Go on with a member under its new key."""
        self._questions.questions.hand_over(before, after)

    def on_committed(self, block: CommittedBlock) -> None:
        """Look at what a block changed, soon."""
        self._keeper.on_committed(block)

    async def run(self) -> None:
        """Serve, fetch and keep in line until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._server.run(), name="blob-server")
                group.create_task(self._fetcher.run(), name="blob-fetcher")
                group.create_task(self._keeper.run(), name="blob-keeper")
                group.create_task(self._take_documents(), name="blob-wraps")
        finally:
            await self.store.work.close()

    def _read(self, peer: PublicKey, payload: bytes) -> None:
        is_large = len(payload) > DOCUMENT_BYTES_MAX + SMALL_BYTES_MAX
        if is_large and not self._questions.questions.expects(peer):
            return
        message = read_blob_message(payload)
        if isinstance(message, Get):
            self._server.on_request(peer, message, asyncio.get_running_loop().time())
        elif isinstance(message, Have):
            if self._keeper.on_have(self._parts.members.name_of(peer), message.content):
                self._order.announced(peer, message.content)
                if self._parts.members.own in self._parts.policy.content_hosts(message.content):
                    self._fetcher.want(message.content)
        elif isinstance(message, WrapsOf):
            document = self._wraps.read(message.document)
            self._documents.put(peer, document, len(message.document))
        elif isinstance(message, Answer) and (is_large or self._questions.questions.expects(peer)):
            self._questions.questions.on_answer(peer, message)

    async def _take_documents(self) -> None:
        while True:
            await self._wraps.take(*await self._documents.take())

    def _is_host(self, peer: PublicKey, content: Digest) -> bool:
        name = self._parts.members.name_of(peer)
        return bool(name) and name in self._parts.policy.content_hosts(content)

    def _keeper_parts(self) -> KeeperParts:
        parts = self._parts
        return KeeperParts(
            store=self.store,
            policy=parts.policy,
            transport=parts.transport,
            members=parts.members,
            fetcher=self._fetcher,
            order=self._order,
            wraps=self._wraps,
            strangers=self._strangers,
            settings=parts.settings,
            chain_id=parts.chain_id,
            receipt=parts.receipt,
            now_ms=parts.now_ms,
        )

    def _request_parts(self) -> RequestParts:
        parts = self._parts
        return RequestParts(
            store=self.store,
            policy=parts.policy,
            members=parts.members,
            fetcher=self._fetcher,
            keeper=self._keeper,
            strangers=self._strangers,
            chain_id=parts.chain_id,
            nonces_max=parts.settings.nonces_max,
            now_ms=parts.now_ms,
            pass_on=lambda data: self._wraps.pass_on(data, self._order, parts.transport),
        )
