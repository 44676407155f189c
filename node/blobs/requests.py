"""What accounts ask: put and get blobs and wraps, and erase what the ledger says is erased.

An account may put a content before the transaction that names it is on the ledger, and get it
when the ledger lets it read it. Source: docs/protocol.md#contents.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from node.blobs.auth import RequestGuard, SignedRequest
from node.blobs.errors import (
    BlobDamaged,
    BlobQuota,
    ContentErased,
    ContentNotErased,
    ContentUnknown,
    NoContents,
    NotAReader,
)
from node.blobs.fetching import Fetcher
from node.blobs.keeper import Keeper
from node.blobs.peers import MemberNames
from node.blobs.policy import BlobPolicy
from node.blobs.store import BlobStore
from node.blobs.strangers import StrangersRoom
from primitives.blob_documents import read_wraps
from primitives.crypto import Digest
from primitives.errors import BadShape, KeyNotInAccount
from primitives.ids import ADDRESS_BYTES, Address

ERASE = "blob_erase"
_NOBODY = Address(bytes(ADDRESS_BYTES))
_FETCH_S_MAX = 10.0  # a caller waits no longer than this for what must come from a peer


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestParts:
    """What requests are answered with."""

    store: BlobStore
    policy: BlobPolicy
    members: MemberNames
    fetcher: Fetcher
    keeper: Keeper
    strangers: StrangersRoom
    chain_id: str
    nonces_max: int
    now_ms: Callable[[], int]
    pass_on: Callable[[bytes], None]


class BlobRequests:
    """Answers signed requests; each is checked, and passes once."""

    def __init__(self, parts: RequestParts) -> None:
        self._parts = parts
        self._guard = RequestGuard(
            parts.policy.is_key_of, parts.policy.is_site_of, nonces_max=parts.nonces_max
        )

    async def put(self, signed: SignedRequest, blob: bytes) -> bool:
        """Keep a blob for an account; return whether the content is complete. It is on disk.

        Raises:
            Rejected: see `RequestGuard.check`, `BlobStore.put`; NotAReader when the ledger names
                the content and does not let the account read it.
            StoreFailed: the disk refused.
        """
        self._check(signed)
        try:
            return await self._keep(signed, blob)
        except BlobQuota:
            self._guard.forget(signed)  # the same request may pass once there is room
            raise

    async def _keep(self, signed: SignedRequest, blob: bytes) -> bool:
        store, request = self._parts.store, signed.request
        content, account = request.content, request.account
        is_named = bool(self._parts.policy.content_hosts(content))
        held = store.held(content)
        if is_named:
            self._require_reader(content, account)
        elif held is not None and held.uploader not in {None, account}:
            raise NotAReader("another account is uploading this content")
        room = self._parts.strangers
        is_stranger = not is_named and (
            content in room or (held is None and not self._parts.policy.is_known(account))
        )
        if is_stranger:
            room.take(content, len(blob))
        try:
            await store.put(content, request.index, blob, None if is_named else account)
        except BaseException:
            room.give_back(content, len(blob))
            raise
        held = store.held(content)
        is_complete = held is not None and held.is_complete
        if is_named and is_complete:
            await self._parts.keeper.announce(content)
        return is_complete

    async def get(self, signed: SignedRequest) -> bytes | None:
        """Return a blob to an account that may read it; None when it is not here.

        A host that has lost or damaged it fetches it from another member first.

        Raises:
            Rejected: see `RequestGuard.check`; NotAReader, ContentErased.
        """
        self._check(signed)
        store, content, index = self._parts.store, signed.request.content, signed.request.index
        self._require_reader(content, signed.request.account)
        try:
            blob = await store.get(content, index)
        except BlobDamaged:
            blob = None
        if blob is None and self._parts.members.own in self._parts.policy.content_hosts(content):
            held = store.held(content)
            if held is None or not held.is_complete:
                self._parts.fetcher.want(content)
                with suppress(TimeoutError):  # it goes on; whoever asks again may find it
                    async with asyncio.timeout(_FETCH_S_MAX):
                        await self._parts.fetcher.fetch(content)
                blob = await store.get(content, index)
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
        self._refuse_for_all(request.content)
        if await self._parts.store.put_wraps(document):
            self._parts.pass_on(data)

    async def get_wraps(self, signed: SignedRequest) -> list[bytes]:
        """Return the wraps documents that this node has, to an account that may read the content.

        Raises:
            Rejected: see `RequestGuard.check`; NotAReader, ContentErased.
        """
        self._check(signed)
        self._require_reader(signed.request.content, signed.request.account)
        return await self._parts.store.wraps(signed.request.content)

    async def erase(self, signed: SignedRequest) -> bytes | None:
        """Erase what the ledger says is erased, or what the account uploaded and nothing names.

        Returns this node's receipt, the same one each time; None for an upload taken back, which
        needs none.

        Raises:
            Rejected: see `RequestGuard.check`; ContentNotErased, ContentUnknown.
        """
        self._check(signed)
        content = signed.request.content
        policy, held = self._parts.policy, self._parts.store.held(content)
        if policy.is_erased(content):
            return await self._parts.keeper.erase(content)
        if policy.content_hosts(content):
            raise ContentNotErased(f"the ledger does not say that {content.hex()[:16]} is erased")
        if held is None or held.uploader != signed.request.account:
            raise ContentUnknown(f"content {content.hex()[:16]} is not known here")
        await self._parts.store.drop(content)
        self._parts.strangers.end(content)
        return None

    def _check(self, signed: SignedRequest) -> None:
        parts, request = self._parts, signed.request
        if not parts.policy.is_active():
            raise NoContents("no contract of this network names contents")
        self._guard.check(signed, parts.now_ms())
        is_erased = parts.store.is_erased(request.content) or parts.policy.is_erased(
            request.content
        )
        if is_erased and request.method != ERASE:
            raise ContentErased(f"content {request.content.hex()[:16]} was erased")

    def _refuse_for_all(self, content: Digest) -> None:
        """Keep strangers from filling the room for wraps of what everybody may read."""
        if self._parts.policy.may_read(content, _NOBODY):
            raise NotAReader("everybody may read it; its wraps are those it was uploaded with")

    def _require_reader(self, content: Digest, account: Address) -> None:
        held = self._parts.store.held(content)
        is_uploader = held is not None and held.uploader == account
        if not (is_uploader or self._parts.policy.may_read(content, account)):
            raise NotAReader("this account may not read the content")
