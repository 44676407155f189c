"""Wraps documents between members: which are taken, and passing on those put here."""

from node.blobs.errors import BlobFault
from node.blobs.peers import MemberNames, PeerOrder
from node.blobs.policy import BlobPolicy
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.wire import WrapsOf
from p2p.ports import Channel, Transport
from primitives.blob_documents import WrapsDocument, read_wraps
from primitives.crypto import Digest, PublicKey
from primitives.errors import LocalFault, Rejected


class WrapsDesk:
    """Takes documents from peers and passes on our own.

    A document counts for its signature, not for who brings it. Where its key has left the author's
    account since, or the author may read no longer, it is still good when a host of the content
    brings it, but leaves half of the room to the others.
    """

    def __init__(
        self,
        store: BlobStore,
        policy: BlobPolicy,
        members: MemberNames,
        chain_id: str,
        settings: BlobSettings,
    ) -> None:
        self._store = store
        self._policy = policy
        self._members = members
        self._chain_id = chain_id
        self._settings = settings

    def read(self, data: bytes) -> WrapsDocument:
        """Return a document that was brought by a peer. Raises BlobFault."""
        try:
            return read_wraps(data, chain_id=self._chain_id)
        except Rejected as error:
            raise BlobFault(f"bad wraps document: {error}") from error

    async def take_all(self, peer: PublicKey, documents: tuple[bytes, ...]) -> None:
        """Keep what is good of a host's documents; the rest is left out."""
        for data in documents:
            try:
                document = self.read(data)
            except BlobFault:
                continue
            await self.take(peer, document)

    async def take(self, peer: PublicKey, document: WrapsDocument) -> None:
        """Keep a peer's document if it is wanted here."""
        content, author = document.body.content, document.body.author
        hosts = self._policy.content_hosts(content)
        if self._members.own not in hosts:
            return
        is_current = self._policy.may_read(content, author) and self._policy.is_key_of(
            author, document.public_key
        )
        if not is_current and not self._has_room(content, document.public_key):
            return
        if is_current or self._members.name_of(peer) in hosts:
            try:
                await self._store.put_wraps(document)
            except (Rejected, LocalFault):
                return  # older than ours, erased, or no room

    def _has_room(self, content: Digest, key: PublicKey) -> bool:
        held = self._store.held(content)
        if held is None or key in held.wraps:
            return True
        return len(held.wraps) < self._settings.documents_max // 2

    def pass_on(self, document: bytes, order: PeerOrder, transport: Transport) -> None:
        """Send a document that was put here to the other hosts of its content that can be reached.

        One that cannot be reached takes it when it next fetches; readers ask several hosts.
        """
        content = self.read(document).body.content
        for peer in order.connected(self._policy.content_hosts(content)):
            transport.send(peer, Channel.BLOBS, WrapsOf(document).encode())
