"""Puts contents at one node and fetches them from any, believing none: every blob is hashed."""

from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType

from client.access import RpcSettings
from client.answers import Answer, bytes_from_hex, field_of, hex_field
from client.complaints.asking import BlobAccount, BlobNodes, Question
from client.complaints.content import Opened, Progress, SealedContent
from client.complaints.wraps import ReadingKey, open_wrapped, wrap_key
from client.errors import BadAnswer
from client.transaction import wall_ms
from primitives.blob import Head, blob_digest, read_head
from primitives.blob_documents import (
    ErasureReceipt,
    Wrap,
    Wraps,
    WrapsDocument,
    read_erasure,
    read_wraps,
)
from primitives.crypto import Digest, PublicKey
from primitives.errors import Rejected

_DOCUMENTS_MAX = 64


class BlobClient:
    """Contents for one account. Use it as `async with BlobClient([url, ...], account) as blobs`.

    Urls are asked in the order given, so put those of the content's hosts first.
    """

    def __init__(
        self,
        urls: Sequence[str],
        account: BlobAccount,
        settings: RpcSettings | None = None,
        now_ms: Callable[[], int] = wall_ms,
    ) -> None:
        self.account = account
        self._nodes = BlobNodes(urls, account, settings, now_ms)
        self._now_ms = now_ms

    async def __aenter__(self) -> "BlobClient":
        await self._nodes.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._nodes.close()

    async def upload(
        self,
        sealed: SealedContent,
        readers: Sequence[bytes],
        progress: Progress | None = None,
    ) -> str:
        """Put a content, and wraps for its readers' X25519 keys, at the first node with room.

        All is on that node's disk on return; the transaction that names it comes next. Returns
        the node's url. `progress` counts bytes.

        Raises:
            RepeatedWrap, MissingWrap, BadReadingKey: of the readers; nothing is sent.
            RpcRefused: a node refuses it.
            NodeUnreachable: no node answers.
        """
        content = sealed.digest
        document = self._document(content, wrap_key(sealed.key, content, readers), 0)

        async def put_all(url: str) -> str:
            done = 0
            for index, blob in enumerate(sealed.blobs):
                params = {"index": index, "data": "0x" + blob.hex()}
                question = Question("blob_put", content, params, index, blob)
                await self._nodes.ask(url, question)
                done += len(blob)
                if progress is not None:
                    progress(done, sealed.size)
            await self._put(document, url)
            return url

        return await self._nodes.first_to(put_all)

    async def fetch(self, content: Digest, progress: Progress | None = None) -> tuple[bytes, ...]:
        """Return a content's blobs, head first, each from whichever node has it unchanged.

        `progress` counts blobs.

        Raises:
            RpcRefused: no node gives it, and one says why: this account may not read it, ...
            ContentNotFound: no node has it, or those that say so sent other bytes.
        """
        head = await self._blob(content, 0, content)
        expected = _read_head(head).parts
        blobs = [head]
        for index, name in enumerate(expected, start=1):
            if progress is not None:
                progress(index, len(expected) + 1)
            blobs.append(await self._blob(content, index, name))
        if progress is not None:
            progress(len(blobs), len(blobs))
        return tuple(blobs)

    async def documents(self, content: Digest) -> tuple[WrapsDocument, ...]:
        """Return the latest wraps document of each key, from all nodes together.

        Raises:
            RpcRefused, ContentNotFound: no node answers; as `fetch`.
        """
        question = Question("blob_get_wraps", content)
        answers = await self._nodes.each_of(question, _read_documents)
        latest: dict[PublicKey, WrapsDocument] = {}
        for data in (data for documents in answers for data in documents):
            document = self._read_document(data, content)
            if document is not None:
                known = latest.get(document.public_key)
                if known is None or document.body.version > known.body.version:
                    latest[document.public_key] = document
        return tuple(latest[key] for key in sorted(latest))

    async def read(
        self,
        content: Digest,
        reader: ReadingKey,
        context: bytes,
        progress: Progress | None = None,
    ) -> Opened:
        """Return an opened content; the caller checks it against the ledger's commitment.

        Raises:
            RpcRefused, ContentNotFound: as `fetch`.
            MissingWrap, BadContent: as `open_wrapped`.
        """
        blobs = await self.fetch(content, progress)
        opened, _key = open_wrapped(reader, blobs, await self.documents(content), context)
        return opened

    async def share(
        self, content: Digest, reader: ReadingKey, context: bytes, new_readers: Sequence[bytes]
    ) -> None:
        """Wrap a content that `reader` can open to new readers, beside those of before.

        Raises:
            RepeatedWrap, BadReadingKey: of the new readers.
            MissingWrap, BadContent, RpcRefused, ContentNotFound: as `read`.
            NodeUnreachable: no node takes the wraps.
        """
        documents = await self.documents(content)
        _opened, key = open_wrapped(reader, await self.fetch(content), documents, context)
        new = wrap_key(key, content, new_readers)
        own = [d for d in documents if d.public_key == self.account.key.public_key]
        kept = (wrap for document in own for wrap in document.body.wraps)
        by_reader = {wrap.recipient: wrap for wrap in (*kept, *new)}
        await self._replace(content, tuple(by_reader.values()), own)

    async def remove_wraps(self, content: Digest) -> None:
        """Remove the wraps that this account's key has made of a content. Raises as `share`."""
        documents = await self.documents(content)
        own = [d for d in documents if d.public_key == self.account.key.public_key]
        await self._replace(content, (), own)

    async def erase(self, content: Digest) -> tuple[ErasureReceipt, ...]:
        """Have every node erase a content that the ledger says is erased; return the receipts.

        A node that is away erases by itself when it is back; ask again for its receipt. Whether
        the keys are those of the network's members is the caller's to compare.

        Raises:
            RpcRefused, ContentNotFound: no node does; the ledger may not say so.
        """
        answers = await self._nodes.each_of(Question("blob_erase", content), self._read_receipt)
        return tuple(r for r in answers if r is not None and r.body.content == content)

    async def _blob(self, content: Digest, index: int, expected: Digest) -> bytes:
        question = Question("blob_get", content, {"index": index}, index)
        return await self._nodes.any_of(question, partial(_read_blob, expected))

    async def _replace(
        self, content: Digest, wraps: tuple[Wrap, ...], before: Sequence[WrapsDocument]
    ) -> None:
        version = max((document.body.version for document in before), default=0)
        document = self._document(content, wraps, version)
        await self._nodes.first_to(partial(self._put, document))

    async def _put(self, document: WrapsDocument, url: str) -> None:
        data = document.encode()
        params = {"document": "0x" + data.hex()}
        question = Question("blob_put_wraps", document.body.content, params, payload=data)
        await self._nodes.ask(url, question)

    def _document(self, content: Digest, wraps: tuple[Wrap, ...], after: int) -> WrapsDocument:
        body = Wraps(
            chain_id=self.account.chain_id,
            content=content,
            author=self.account.address,
            version=max(self._now_ms(), after + 1),
            wraps=tuple(sorted(wraps, key=lambda wrap: wrap.recipient)),
        )
        return body.sign(self.account.key)

    def _read_document(self, data: bytes, content: Digest) -> WrapsDocument | None:
        try:
            document = read_wraps(data, chain_id=self.account.chain_id)
        except Rejected:
            return None  # a node's lie, or damage; other nodes have the true one
        return document if document.body.content == content else None

    def _read_receipt(self, answer: Answer) -> ErasureReceipt | None:
        data = field_of(answer, "receipt")
        if data is None:
            return None
        try:
            return read_erasure(bytes_from_hex(data, "receipt"), chain_id=self.account.chain_id)
        except Rejected as error:
            raise BadAnswer(f"a receipt that does not hold: {error}") from error


def _read_blob(expected: Digest, answer: Answer) -> bytes:
    blob = hex_field(answer, "data")
    if blob_digest(blob) != expected:
        raise BadAnswer(f"{len(blob)} bytes that are not the blob {expected.hex()[:16]}")
    return blob


def _read_head(blob: bytes) -> Head:
    try:
        return read_head(blob)
    except Rejected as error:  # its digest is right, so whoever made it made it so
        raise BadAnswer(f"the content has no proper head: {error}") from error


def _read_documents(answer: Answer) -> list[bytes]:
    documents = field_of(answer, "documents")
    if not isinstance(documents, list) or len(documents) > _DOCUMENTS_MAX:
        raise BadAnswer("documents is no short list")
    return [bytes_from_hex(document, "documents") for document in documents]
