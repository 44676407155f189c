"""The content store of a node: blobs and wraps by content, checked when written and when read.

Owns what is on disk and its bounds. Who may do what, and what other members have, is not its
concern. Used from the event loop; files are written and read in threads.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TypeVar

from node.blobs.disk import BlobDisk, FoundFile
from node.blobs.errors import (
    BlobDamaged,
    BlobsFull,
    BlobTooLarge,
    BlobWrong,
    ContentErased,
    HeadMissing,
    StaleWraps,
)
from node.blobs.index import BlobIndex, Held, blob_name, uploader_name, wraps_name
from node.blobs.settings import BlobSettings
from node.store.faults import StoreFull
from node.store.files import Files
from primitives.blob import Head, blob_digest, read_head
from primitives.blob_documents import WrapsDocument
from primitives.crypto import Digest, PublicKey
from primitives.ids import Address
from primitives.limits import BLOB_BYTES_MAX

_LOCKS = 64
_THREADS = 4
_HEADS_MAX = 256
_ERASED = "erased"
_Result = TypeVar("_Result")


class BlobStore:
    """Blobs by content and index. Everything that was acknowledged survives a crash."""

    def __init__(
        self,
        root: Path,
        now_ms: Callable[[], int],
        settings: BlobSettings | None = None,
        files: Files | None = None,
    ) -> None:
        """Open the store, an empty one when there is none. Raises StoreFailed, StoreFull."""
        settings = settings or BlobSettings()
        self._settings = settings
        self._disk = BlobDisk(root, files)
        self._now_ms = now_ms
        self._locks = [asyncio.Lock() for _ in range(_LOCKS)]
        self._threads = asyncio.Semaphore(_THREADS)
        self._heads: OrderedDict[Digest, Head] = OrderedDict()
        self.index = BlobIndex(settings)
        self._under_way: set[asyncio.Task[object]] = set()
        for found in self._disk.scan():
            self._note(found)
        for content in self.index.erased:  # a crash may have come between mark and removal
            held = self.index.drop(content)
            self._disk.remove(content, held.names if held is not None else [])
        self.index.recount()

    def held(self, content: Digest) -> Held | None:
        """Return what is held of a content, None when nothing is."""
        return self.index.get(content)

    def is_erased(self, content: Digest) -> bool:
        """Return whether the content was erased here."""
        return content in self.index.erased

    async def put(
        self, content: Digest, index: int, blob: bytes, uploader: Address | None = None
    ) -> None:
        """Keep a blob; it is on disk on return. One that is held already is no fault.

        `uploader` is given while no transaction on the ledger names the content.

        Raises:
            BlobTooLarge, BlobWrong, HeadMissing, BadShape: the bytes are not this blob.
            BlobQuotaReached, BlobsFull: nothing is kept of it.
            ContentErased: it was erased.
            StoreFailed: the disk refused.
        """
        if len(blob) > BLOB_BYTES_MAX:
            raise BlobTooLarge(f"a blob of {len(blob)} bytes, at most {BLOB_BYTES_MAX}")
        await self._finish(self._put(content, index, blob, uploader))

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
        blob = await self._run(partial(self._disk.read, content, name))
        if blob is not None and blob_digest(blob) == expected:
            return blob
        if self.held(content) is not held:
            return None  # erased or dropped while it was read
        self._heads.pop(content, None)
        self.index.lose(content, index)
        await self._run(partial(self._disk.remove, content, [name]))
        raise BlobDamaged(f"blob {index} of content {content.hex()[:16]} is damaged on disk")

    async def head(self, content: Digest) -> Head | None:
        """Return a content's head, None when it is not held. Raises BlobDamaged."""
        head = self._heads.get(content)
        if head is None:
            blob = await self.get(content, 0)
            if blob is None:
                return None
            head = self._remember(content, read_head(blob))
        return head

    async def put_wraps(self, document: WrapsDocument) -> bool:
        """Keep a wraps document in place of the same key's older one; False when it is held.

        Raises:
            StaleWraps: a document of this version or a later one is held.
            BlobsFull: there are too many documents of this content, or the disk is full.
            ContentErased: the content was erased.
        """
        return await self._finish(self._put_wraps(document))

    async def wraps(self, content: Digest) -> list[bytes]:
        """Return every wraps document of a content, by key."""
        held = self.held(content)
        documents = []
        for key, version in sorted(held.wraps.items()) if held is not None else ():
            name = wraps_name(key, version)
            document = await self._run(partial(self._disk.read, content, name))
            if document is not None:
                documents.append(document)
        return documents

    async def erase(self, content: Digest, receipt: Callable[[], bytes]) -> bytes:
        """Remove a content for ever and return the receipt; the first one when done before.

        Raises StoreFailed, StoreFull.
        """
        return await self._finish(self._erase(content, receipt))

    async def receipt(self, content: Digest) -> bytes | None:
        """Return the receipt of an erasure, None when it was not erased here."""
        if not self.is_erased(content):
            return None
        return await self._run(partial(self._disk.read, content, _ERASED))

    async def drop(self, content: Digest) -> None:
        """Forget a content that is not to be kept; it may come again. Raises StoreFailed."""
        await self._finish(self._drop(content))

    async def settle(self, content: Digest) -> None:
        """Note that the ledger names the content. Raises StoreFailed."""
        await self._finish(self._settle(content))

    async def close(self) -> None:
        """Return when nothing is being written any more."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _put(
        self, content: Digest, index: int, blob: bytes, uploader: Address | None
    ) -> None:
        async with self._lock(content):
            self._refuse_erased(content)
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
                await self._run(partial(self._write, content, name, blob, beside))
            except BaseException:
                self.index.release(len(blob), uploader)
                raise
            self._add(content, index, len(blob), head, uploader)

    def _add(
        self, content: Digest, index: int, size: int, head: Head, uploader: Address | None
    ) -> None:
        held = self.index.at(content)
        held.sizes[index] = size
        if held.parts is None:
            held.parts = len(head.parts)
            held.uploader = uploader
            held.since_ms = self._now_ms()
        if index == 0:
            self._remember(content, head)

    async def _put_wraps(self, document: WrapsDocument) -> bool:
        content, key, version = document.body.content, document.public_key, document.body.version
        data = document.encode()
        async with self._lock(content):
            self._refuse_erased(content)
            held = self.index.at(content)
            old = held.wraps.get(key)
            if old is not None and old >= version:
                name = wraps_name(key, old)
                if await self._run(partial(self._disk.read, content, name)) == data:
                    return False
                raise StaleWraps(f"version {version}, held is {old}")
            if old is None and len(held.wraps) >= self._settings.documents_max:
                raise BlobsFull(f"{len(held.wraps)} wraps documents of one content")
            await self._run(partial(self._write, content, wraps_name(key, version), data, ""))
            held.wraps[key] = version
            if old is not None:
                await self._run(partial(self._disk.remove, content, [wraps_name(key, old)]))
        return True

    async def _erase(self, content: Digest, receipt: Callable[[], bytes]) -> bytes:
        async with self._lock(content):
            kept = await self.receipt(content)
            if kept is not None:
                return kept
            made = receipt()
            mark = partial(self._disk.write, content, _ERASED, made)
            try:
                await self._run(mark)  # first: after a crash the removal is finished at start
            except StoreFull:
                await self._forget(content)  # makes room for it
                await self._run(mark)
            self.index.erased.add(content)
            await self._forget(content)
        return made

    async def _settle(self, content: Digest) -> None:
        async with self._lock(content):
            uploader = self.index.settle(content)
            if uploader is not None:
                await self._run(partial(self._disk.remove, content, [uploader_name(uploader)]))

    async def _drop(self, content: Digest) -> None:
        async with self._lock(content):
            await self._forget(content)

    def _write(self, content: Digest, name: str, data: bytes, beside: str) -> None:
        if self._disk.free_bytes() < self._settings.free_bytes_min + len(data):
            raise BlobsFull("the disk of this node is nearly full; try another node")
        try:
            self._disk.write(content, name, data, beside=beside)
        except StoreFull as full:
            raise BlobsFull(f"the disk of this node is full: {full}") from full

    async def _check(self, content: Digest, index: int, blob: bytes) -> Head:
        """Return the content's head once `blob` is known to be its blob `index`."""
        if index == 0:
            _check_digest(blob, content, index)
            return read_head(blob)
        head = await self.head(content)
        if head is None:
            raise HeadMissing(f"blob {index} of content {content.hex()[:16]} before its head")
        _check_digest(blob, head.digest_of(index), index)
        return head

    def _remember(self, content: Digest, head: Head) -> Head:
        if head.parts:
            self._heads[content] = head
            if len(self._heads) > _HEADS_MAX:
                self._heads.popitem(last=False)
        return head

    async def _forget(self, content: Digest) -> None:
        held = self.index.drop(content)
        self._heads.pop(content, None)
        if held is not None:
            await self._run(partial(self._disk.remove, content, held.names))

    def _refuse_erased(self, content: Digest) -> None:
        if self.is_erased(content):
            raise ContentErased(f"content {content.hex()[:16]} was erased")

    def _lock(self, content: Digest) -> asyncio.Lock:
        return self._locks[content[0] % _LOCKS]

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        async with self._threads:
            return await asyncio.to_thread(work)

    async def _finish(self, work: Coroutine[None, None, _Result]) -> _Result:
        """Let `work` come to its end even if whoever asked for it goes away in the meantime."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    def _note(self, found: FoundFile) -> None:
        """Take a file that is on disk into the index."""
        if found.kind == _ERASED:
            self.index.erased.add(found.content)
            return
        held = self.index.at(found.content)
        held.since_ms = max(held.since_ms, found.written_ms)
        if found.kind == "head":
            held.parts = int(found.first)
            held.sizes[0] = found.size
        elif found.kind == "part":
            held.sizes[int(found.first)] = found.size
        elif found.kind == "by":
            held.uploader = Address(bytes.fromhex(found.first))
        elif found.kind == "wraps":
            self._note_wraps(held, found)

    def _note_wraps(self, held: Held, found: FoundFile) -> None:
        """Keep the latest version; a crash may have left the one before."""
        key, version = PublicKey(bytes.fromhex(found.first)), int(found.second)
        other = held.wraps.get(key, version)
        held.wraps[key] = max(version, other)
        if other != version:
            self._disk.remove(found.content, [wraps_name(key, min(version, other))])


def _check_digest(blob: bytes, expected: Digest, index: int) -> None:
    if blob_digest(blob) != expected:
        raise BlobWrong(f"blob {index} of {len(blob)} bytes does not have the digest that names it")
