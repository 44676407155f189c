"""Contents as the node uses them: requests of accounts in, frames of members in, one task.

Accounts may put a content before the transaction that names it is on the ledger, and get it when
the ledger lets them read it. Source: docs/protocol.md#contents.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from node.blobs.asking import PeerQuestions
from node.blobs.auth import RequestGuard, SignedRequest
from node.blobs.errors import (
    BlobDamaged,
    BlobFault,
    ContentErased,
    ContentNotErased,
    ContentUnknown,
    NoContents,
    NotAReader,
)
from node.blobs.fetching import Fetcher, FetchParts
from node.blobs.keeper import Keeper, KeeperParts
from node.blobs.peers import MemberNames, PeerOrder
from node.blobs.policy import BlobPolicy
from node.blobs.serving import BlobServer
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.wire import SMALL_BYTES_MAX, Answer, Get, Have, WrapsOf, read_blob_message
from node.blobs.wrapping import WrapsDesk
from node.ports import CommittedBlock
from node.store.files import Files
from p2p.ports import Transport
from primitives.blob_documents import DOCUMENT_BYTES_MAX, WrapsDocument, read_wraps
from primitives.crypto import Digest, PublicKey, SigningKey
from primitives.errors import BadShape, KeyNotInAccount
from primitives.ids import Address

_DOCUMENTS_WAITING_MAX = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobParts:
    """What the contents of a node are built from. `now_ms` is the clock of the wall."""

    root: Path
    policy: BlobPolicy
    transport: Transport
    members: MemberNames
    chain_id: str
    key: SigningKey
    now_ms: Callable[[], int]
    settings: BlobSettings = field(default_factory=BlobSettings)
    files: Files | None = None


class Blobs:
    """The contents that this node keeps, and what accounts and members may do with them."""

    def __init__(self, parts: BlobParts) -> None:
        """Open the store under `parts.root`. Raises StoreFailed, StoreFull."""
        settings, transport, policy = parts.settings, parts.transport, parts.policy
        self._parts = parts
        self._guard = RequestGuard(policy.is_key_of, settings.nonces_max)
        self._questions = PeerQuestions(transport, settings)
        self._order = PeerOrder(transport, parts.members, settings.asides_s)
        self._documents: deque[tuple[PublicKey, WrapsDocument]] = deque(
            maxlen=_DOCUMENTS_WAITING_MAX
        )
        self._documents_came = asyncio.Event()
        self.store = BlobStore(parts.root, parts.now_ms, settings, parts.files)
        self._wraps = WrapsDesk(self.store, policy, parts.members, parts.chain_id, settings)
        self._server = BlobServer(self.store, transport, self._is_host, settings)
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
        self._keeper = Keeper(self._keeper_parts())

    async def put(self, signed: SignedRequest, blob: bytes) -> bool:
        """Keep a blob for an account; return whether the content is complete. It is on disk.

        Raises:
            Rejected: see `RequestGuard.check`, `BlobStore.put`; NotAReader when the ledger names
                the content and does not let the account read it.
            StoreFailed: the disk refused.
        """
        self._check(signed)
        request = signed.request
        content, account = request.content, request.account
        is_named = bool(self._parts.policy.content_hosts(content))
        held = self.store.held(content)
        if is_named:
            self._require_reader(content, account)
        elif held is not None and held.uploader not in {None, account}:
            raise NotAReader("another account is uploading this content")
        await self.store.put(content, request.index, blob, None if is_named else account)
        held = self.store.held(content)
        is_complete = held is not None and held.is_complete
        if is_named and is_complete:
            await self._keeper.announce(content)
        return is_complete

    async def get(self, signed: SignedRequest) -> bytes | None:
        """Return a blob to an account that may read it; None when it is not here.

        A host that has lost or damaged it fetches it from another member first.

        Raises:
            Rejected: see `RequestGuard.check`; NotAReader, ContentErased.
        """
        self._check(signed)
        request = signed.request
        self._require_reader(request.content, request.account)
        try:
            blob = await self.store.get(request.content, request.index)
        except BlobDamaged:
            blob = None
        if blob is None and self._is_host(self._parts.key.public_key, request.content):
            self._fetcher.want(request.content)
            await self._fetcher.fetch(request.content)
            blob = await self.store.get(request.content, request.index)
        return blob

    async def put_wraps(self, signed: SignedRequest, data: bytes) -> None:
        """Keep a wraps document of an account that may read the content, and pass it on.

        Raises:
            Rejected: see `RequestGuard.check`, `read_wraps`, `BlobStore.put_wraps`; NotAReader.
        """
        self._check(signed)
        request = signed.request
        document = read_wraps(data, chain_id=self._parts.chain_id)
        if document.body.content != request.content:
            raise BadShape("the wraps are of another content", field="document")
        if document.body.author != request.account:
            raise KeyNotInAccount("the wraps are of another account than the request")
        if not self._parts.policy.is_key_of(request.account, document.public_key):
            raise KeyNotInAccount("the wraps are signed by a key that is not the account's")
        self._require_reader(request.content, request.account)
        if await self.store.put_wraps(document):
            self._wraps.pass_on(data, self._order, self._parts.transport)

    async def get_wraps(self, signed: SignedRequest) -> list[bytes]:
        """Return every wraps document of a content, to an account that may read it."""
        self._check(signed)
        self._require_reader(signed.request.content, signed.request.account)
        return await self.store.wraps(signed.request.content)

    async def erase(self, signed: SignedRequest) -> bytes | None:
        """Erase what the ledger says is erased, or what the account uploaded and nothing names.

        Returns this node's receipt, the same one each time; None for an upload taken back, which
        needs none.

        Raises:
            Rejected: see `RequestGuard.check`; ContentNotErased, ContentUnknown.
        """
        self._check(signed)
        content = signed.request.content
        policy, held = self._parts.policy, self.store.held(content)
        if policy.is_erased(content):
            return await self._keeper.erase(content)
        if policy.content_hosts(content):
            raise ContentNotErased(f"the ledger does not say that {content.hex()[:16]} is erased")
        if held is None or held.uploader != signed.request.account:
            raise ContentUnknown(f"content {content.hex()[:16]} is not known here")
        await self.store.drop(content)
        return None

    def on_frame(self, peer: PublicKey, payload: bytes) -> None:
        """Take a frame of the BLOBS channel. Never raises on any bytes."""
        try:
            self._read(peer, payload)
        except BlobFault as fault:
            self._questions.fail(peer, str(fault))
            self._parts.transport.penalise(peer, str(fault))

    def on_connected(self, _peer: PublicKey) -> None:
        """A member can be asked; perhaps it has what is missing here."""
        self._fetcher.retry()

    def on_disconnected(self, peer: PublicKey) -> None:
        """Stop waiting for a member that is gone."""
        self._questions.forget(peer)
        self._server.forget(peer)

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
            await self.store.close()

    def _read(self, peer: PublicKey, payload: bytes) -> None:
        is_large = len(payload) > DOCUMENT_BYTES_MAX + SMALL_BYTES_MAX
        if is_large and not self._questions.expect(peer):
            return
        message = read_blob_message(payload)
        if isinstance(message, Get):
            self._server.on_request(peer, message, asyncio.get_running_loop().time())
        elif isinstance(message, Have):
            if self._keeper.on_have(self._parts.members.name_of(peer), message.content):
                self._order.announced(peer, message.content)
        elif isinstance(message, WrapsOf):
            self._documents.append((peer, self._wraps.read(message.document)))
            self._documents_came.set()
        elif isinstance(message, Answer) and (is_large or self._questions.expect(peer)):
            self._questions.on_answer(peer, message)

    async def _take_documents(self) -> None:
        while True:
            await self._documents_came.wait()
            self._documents_came.clear()
            while self._documents:
                await self._wraps.take(*self._documents.popleft())

    def _check(self, signed: SignedRequest) -> None:
        if not self._parts.policy.is_active():
            raise NoContents("no contract of this network names contents")
        self._guard.check(signed, self._parts.now_ms())
        if signed.request.method != "blob_erase" and self._is_erased(signed.request.content):
            raise ContentErased(f"content {signed.request.content.hex()[:16]} was erased")

    def _is_erased(self, content: Digest) -> bool:
        return self.store.is_erased(content) or self._parts.policy.is_erased(content)

    def _require_reader(self, content: Digest, account: Address) -> None:
        held = self.store.held(content)
        is_uploader = held is not None and held.uploader == account
        if not (is_uploader or self._parts.policy.may_read(content, account)):
            raise NotAReader("this account may not read the content")

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
            settings=parts.settings,
            chain_id=parts.chain_id,
            key=parts.key,
            now_ms=parts.now_ms,
        )
