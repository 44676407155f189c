"""The content store of a node: blobs and wraps by content, checked when written and when read.

Owns what is on disk and its bounds. Who may do what, and what other members have, is not its
concern. Used from the event loop; files are written and read in threads.
"""

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from node.blobs.disk import BlobDisk
from node.blobs.errors import (
    BlobDamaged,
    BlobHeadMissing,
    BlobsFull,
    BlobTooLarge,
    BlobWrongHash,
    ContentErased,
    StaleWraps,
)
from node.blobs.index import ERASED, BlobIndex, Held, blob_name, uploader_name, wraps_name
from node.blobs.opening import fill_index
from node.blobs.settings import BlobSettings
from node.blobs.work import FileWork
from node.store.faults import StoreFull
from node.store.files import Files
from primitives.blob import Head, blob_digest, read_head
from primitives.blob_documents import WrapsDocument
from primitives.crypto import Digest
from primitives.ids import Address
from primitives.limits import BLOB_BYTES_MAX
from primitives.recent import Recent

_HEADS_MAX = 256
_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")
_Act = Callable[Concatenate["BlobStore", _Args], Coroutine[Any, Any, _Result]]


def _to_the_end(act: _Act[_Args, _Result]) -> _Act[_Args, _Result]:
    """Have an act on the store finished even if its caller is cancelled."""

    @wraps(act)
    async def whole(store: "BlobStore", /, *args: _Args.args, **more: _Args.kwargs) -> _Result:
        return await store.work.finish(act(store, *args, **more))

    return whole


class BlobStore:
    """Blobs by content and index. Everything that was acknowledged survives a crash."""

    def __init__(
        self,
        root: Path,
        now_ms: Callable[[], int],
        settings: BlobSettings | None = None,
        files: Files | None = None,
        is_of_agency: Callable[[Address], bool] = lambda _account: False,
    ) -> None:
        """Open the store, an empty one when there is none. Raises StoreFailed, StoreFull.

        `is_of_agency` says for which accounts a part of the room is kept.
        """
        self._settings = settings or BlobSettings()
        self._disk = BlobDisk(root, files)
        self._now_ms = now_ms
        self._heads: Recent[Digest, Head] = Recent(_HEADS_MAX)
        self.work = FileWork()
        self.index = BlobIndex(self._settings, is_of_agency)
        fill_index(self.index, self._disk)

    def held(self, content: Digest) -> Held | None:
        """Return what is held of a content, None when nothing is."""
        return self.index.get(content)

    def is_erased(self, content: Digest) -> bool:
        """Return whether the content was erased here."""
        return content in self.index.erased

    @_to_the_end
    async def put(
        self, content: Digest, index: int, blob: bytes, uploader: Address | None = None
    ) -> None:
        """Keep a blob; it is on disk on return. One that is held already is no fault.

        `uploader` is given while no transaction on the ledger names the content.

        Raises:
            BlobTooLarge, BlobWrongHash, BlobHeadMissing, BadShape: the bytes are not this blob.
            BlobQuota, BlobsFull: nothing is kept of it.
            ContentErased: it was erased.
            StoreFailed: the disk refused.
        """
        if len(blob) > BLOB_BYTES_MAX:
            raise BlobTooLarge(f"a blob of {len(blob)} bytes, at most {BLOB_BYTES_MAX}")
        async with self.work.turn(content):
            _refuse_erased(self, content)
            head = await self._check(content, index, blob)
            held = self.held(content)
            if held is not None and index in held.sizes:
                return
            if held is not None and held.parts is not None:
                uploader = held.uploader  # a content counts for whoever began it
            self.index.reserve(content, len(blob), uploader)
            beside = uploader_name(uploader) if uploader is not None and index == 0 else ""
            name = blob_name(index, len(head.parts))
            try:
                await self._write(content, name, blob, beside=beside)
            except BaseException:
                self.index.release(len(blob), uploader)
                raise
            held = self.held(content)
            if held is None or held.parts is None:
                held = self.index.begin(content, len(head.parts), uploader, self._now_ms())
            held.sizes[index] = len(blob)

    async def get(self, content: Digest, index: int) -> bytes | None:
        """Return a blob, None when it is not held.

        Raises:
            BlobDamaged: the file is not what was written; it is removed, to be fetched again.
        """
        held = self.held(content)
        if held is None or index not in held.sizes:
            return None
        expected = content
        if index:
            head = await self.head(content)
            if head is None:
                return None  # until the head is here again, nothing says what is right
            expected = head.digest_of(index)
        name = blob_name(index, held.parts or 0)
        blob = await self.work.run(partial(self._disk.read, content, name))
        if blob is not None and blob_digest(blob) == expected:
            return blob
        if self.held(content) is not held:
            return None  # erased or dropped while it was read
        self._heads.pop(content)
        self.index.lose(content, index)
        await self.work.run(partial(self._disk.remove, content, [name]))
        raise BlobDamaged(f"blob {index} of content {content.hex()[:16]} is damaged on disk")

    async def head(self, content: Digest) -> Head | None:
        """Return a content's head, None when it is not held. Raises BlobDamaged."""
        head = self._heads.get(content)
        if head is None:
            blob = await self.get(content, 0)
            if blob is None:
                return None
            head = Head(read_head(blob).parts, b"")
            self._heads.put(content, head)
        return head

    @_to_the_end
    async def put_wraps(self, document: WrapsDocument) -> bool:
        """Keep a wraps document in place of the same key's older one; False when it is held.

        Raises:
            StaleWraps: a document of this version or a later one is held.
            BlobsFull: there are too many documents of this content, or the disk is full.
            ContentErased: the content was erased.
        """
        content, key, version = document.body.content, document.public_key, document.body.version
        data = document.encode()
        async with self.work.turn(content):
            _refuse_erased(self, content)
            held = self.index.at(content)
            old = held.wraps.get(key)
            if old is not None and old >= version:
                name = wraps_name(key, old)
                if await self.work.run(partial(self._disk.read, content, name)) == data:
                    return False
                raise StaleWraps(f"version {version}, held is {old}")
            if old is None and len(held.wraps) >= self._settings.documents_max:
                raise BlobsFull(f"{len(held.wraps)} wraps documents of one content")
            await self._write(content, wraps_name(key, version), data)
            held.wraps[key] = version
            if old is not None:
                await self.work.run(partial(self._disk.remove, content, [wraps_name(key, old)]))
        return True

    async def wraps(self, content: Digest) -> list[bytes]:
        """Return every wraps document of a content, by key."""
        held = self.held(content)
        documents = []
        for key, version in sorted(held.wraps.items()) if held is not None else ():
            name = wraps_name(key, version)
            document = await self.work.run(partial(self._disk.read, content, name))
            if document is not None:
                documents.append(document)
        return documents

    @_to_the_end
    async def erase(self, content: Digest, receipt: Callable[[], bytes]) -> bytes:
        """Remove a content for ever and return the receipt; the first one when done before.

        Raises StoreFailed, StoreFull.
        """
        async with self.work.turn(content):
            kept = await self.receipt(content)
            if kept is not None:
                return kept
            made = receipt()
            mark = partial(self._disk.write, content, ERASED, made)
            try:
                await self.work.run(mark)  # first: after a crash the removal is finished at start
            except StoreFull:
                await self._forget(content)  # makes room for it
                await self.work.run(mark)
            self.index.erased.add(content)
            await self._forget(content)
        return made

    async def receipt(self, content: Digest) -> bytes | None:
        """Return the receipt of an erasure, None when it was not erased here."""
        if not self.is_erased(content):
            return None
        return await self.work.run(partial(self._disk.read, content, ERASED))

    @_to_the_end
    async def drop(self, content: Digest) -> None:
        """Forget a content that is not to be kept; it may come again. Raises StoreFailed."""
        async with self.work.turn(content):
            await self._forget(content)

    @_to_the_end
    async def settle(self, content: Digest) -> None:
        """Note that the ledger names the content. Raises StoreFailed."""
        async with self.work.turn(content):
            uploader = self.index.settle(content)
            if uploader is not None:
                mark = uploader_name(uploader)
                await self.work.run(partial(self._disk.remove, content, [mark]))

    async def _write(self, content: Digest, name: str, data: bytes, *, beside: str = "") -> None:
        """Write a file in a thread. Raises BlobsFull, StoreFailed."""

        def write() -> None:
            if self._disk.free_bytes() < self._settings.free_bytes_min + len(data):
                raise BlobsFull("the disk of this node is nearly full; try another node")
            try:
                self._disk.write(content, name, data, beside=beside)
            except StoreFull as full:
                raise BlobsFull(f"the disk of this node is full: {full}") from full

        await self.work.run(write)

    async def _check(self, content: Digest, index: int, blob: bytes) -> Head:
        """Return the content's head once `blob` is known to be its blob `index`."""
        if index == 0:
            _check_digest(blob, content, index)
            return read_head(blob)
        head = await self.head(content)
        if head is None:
            raise BlobHeadMissing(f"blob {index} of content {content.hex()[:16]} before its head")
        _check_digest(blob, head.digest_of(index), index)
        return head

    async def _forget(self, content: Digest) -> None:
        held = self.index.drop(content)
        self._heads.pop(content)
        if held is not None:
            await self.work.run(partial(self._disk.remove, content, held.names))


def _refuse_erased(store: BlobStore, content: Digest) -> None:
    if store.is_erased(content):
        raise ContentErased(f"content {content.hex()[:16]} was erased")


def _check_digest(blob: bytes, expected: Digest, index: int) -> None:
    if blob_digest(blob) != expected:
        raise BlobWrongHash(
            f"blob {index} of {len(blob)} bytes does not have the digest that names it"
        )
