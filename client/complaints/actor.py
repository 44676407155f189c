"""Whoever acts on a case: signs messages of the contract, puts contents, reads and shares them.

A content is put at a node before the transaction that names it. Nodes know of a transaction one
after another, so what one refuses as unknown or not allowed is asked for again for a moment.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from client.complaints import ledger
from client.complaints.asking import BlobAccount
from client.complaints.blobs import BlobClient
from client.complaints.content import Opened, Progress, seal_content
from client.complaints.errors import ContentNotFound, MissingWrap, NoReadingKey
from client.complaints.wraps import PUBLIC_READER, ReadingKey
from client.complaints.writing import Form, Writing, read, write
from client.contract import Actor, ask
from client.errors import RpcRefused
from client.outcome import Outcome
from client.rpc import RpcClient
from client.transaction import wall_ms
from client.wallet import Wallet
from contracts.complaints.cases.views import CaseView
from contracts.complaints.core.messages import INTERNAL, PUBLIC, ContentItem
from contracts.complaints.templates.handlers import handler
from contracts.complaints.work.contents import ContentLine
from primitives.crypto import Digest
from primitives.ids import Address

PATIENCE_S = 10.0
_PAUSE_S = 0.1
# What a node says that has not heard yet of the transaction that allows it.
_NOT_YET = {"NOT_A_READER", "NOT_FOUND", "CONTENT_NOT_ERASED", "CONTENT_UNKNOWN"}
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A chain's nodes. `urls` are asked for contents: put those of hosts first, give several.

    `now_ms` is the network's clock, which a development network may run faster.
    """

    rpc: RpcClient
    chain_id: str
    urls: tuple[str, ...]
    now_ms: Callable[[], int] = wall_ms
    patience_s: float = PATIENCE_S

    @classmethod
    async def open(
        cls,
        rpc: RpcClient,
        *,
        urls: Sequence[str] = (),
        now_ms: Callable[[], int] = wall_ms,
        patience_s: float = PATIENCE_S,
    ) -> "Connection":
        """Return a connection through `rpc`, whose own nodes are asked unless `urls` are given."""
        chain_id = str((await rpc.call("chain_getStatus"))["chain_id"])
        asked = tuple(urls) or rpc.urls
        return cls(rpc=rpc, chain_id=chain_id, urls=asked, now_ms=now_ms, patience_s=patience_s)

    def actor(self, wallet: Wallet) -> Actor:
        """Return an account that acts through these nodes."""
        return Actor(rpc=self.rpc, wallet=wallet, chain_id=self.chain_id, now_ms=self.now_ms)


@dataclass(frozen=True, slots=True)
class Read:
    """An item of a case: opened, or why not."""

    line: ContentLine
    writing: Writing | None
    failure: str = ""


class CaseActor:
    """An account, the keys that sign for it here, and the key that it reads with."""

    def __init__(self, connection: Connection, wallet: Wallet, reader: ReadingKey) -> None:
        self.connection = connection
        self.wallet = wallet
        self.reader = reader

    @property
    def rpc(self) -> RpcClient:
        """The node that is asked."""
        return self.connection.rpc

    @property
    def address(self) -> Address:
        """The account."""
        return self.wallet.address

    async def send(self, message: object) -> Outcome:
        """Send a message of the contract; return what became of it. Raises RpcRefused, Rejected."""
        return await self.connection.actor(self.wallet).send(message)

    def blobs(self) -> BlobClient:
        """Return a client for contents, to be used with `async with`."""
        account = BlobAccount(self.connection.chain_id, self.wallet.keys[0], self.address)
        return BlobClient(self.connection.urls, account, now_ms=self.connection.now_ms)

    async def put(
        self,
        case_id: bytes,
        writing: Writing,
        to: "Audience",
        progress: Progress | None = None,
    ) -> ContentItem:
        """Seal a writing for its readers and put it at a node; the item goes on the ledger next.

        Raises:
            ContentTooLarge, RpcRefused, NodeUnreachable: nothing was put.
        """
        sealed = seal_content(write(writing), case_id)
        async with self.blobs() as blobs:
            await blobs.upload(sealed, to.readers, progress)
        return ContentItem(to.kind, sealed.digest, sealed.size, sealed.commitment)

    async def open(self, case_id: bytes, line: ContentLine) -> Writing:
        """Return what an item says, checked against the ledger's commitment.

        Raises:
            RpcRefused, ContentNotFound, MissingWrap, BadContent, CommitmentMismatch.
        """
        async with self.blobs() as blobs:
            return await self._open(blobs, case_id, line)

    async def read(self, case_id: bytes) -> tuple[Read, ...]:
        """Return the items of a case in order, those that cannot be read with the reason."""
        async with self.blobs() as blobs:
            lines = await ledger.contents(self.rpc, case_id)
            return tuple([await self._read(blobs, case_id, line) for line in lines])

    async def form(self, case_id: bytes) -> Form:
        """Return the complaint as it was written. Raises NoReadingKey when there is no form."""
        first = await ledger.contents(self.rpc, case_id)
        if first:
            writing = await self.open(case_id, first[0])
            if isinstance(writing, Form):
                return writing
        raise NoReadingKey(f"case 0x{case_id.hex()} begins with no form")

    async def share(self, case_id: bytes, agencies: Sequence[str] = ()) -> tuple[Digest, ...]:
        """Wrap all that this account can read of a case for agencies; return what was wrapped.

        Without any it is for those involved now: needed where a supervisor gave the case to an
        agency that nobody has wrapped it for. Public items are readable already. Repeating it is
        harmless.

        Raises:
            NoReadingKey: an agency has no key on the ledger.
        """
        if not agencies:
            case = await ledger.case(self.rpc, case_id)
            agencies = (case.holder, *case.joints)
        readers = await self.keys_of(agencies)
        shared: list[Digest] = []
        async with self.blobs() as blobs:
            for line in await ledger.contents(self.rpc, case_id):
                if line.kind != PUBLIC and await self._share(blobs, case_id, line.digest, readers):
                    shared.append(line.digest)
        return tuple(shared)

    async def keys_of(self, agencies: Iterable[str]) -> tuple[bytes, ...]:
        """Return the agencies' X25519 keys, each once. Raises NoReadingKey."""
        keys: dict[bytes, None] = {}
        for agency in agencies:
            found = await ask(self.rpc, handler, agency)
            if found is None:
                raise NoReadingKey(f"{agency} has said no key for complaints")
            keys[found.encryption_key] = None
        return tuple(keys)

    async def patiently(self, ask: Callable[[], Awaitable[_Found]]) -> _Found:
        """Return the answer, asking again while nodes may not have heard what allows it."""
        clock = asyncio.get_running_loop()
        until = clock.time() + self.connection.patience_s
        while True:
            try:
                return await ask()
            except (RpcRefused, ContentNotFound) as failure:
                is_final = isinstance(failure, RpcRefused) and failure.code not in _NOT_YET
                if is_final or clock.time() >= until:
                    raise
            await asyncio.sleep(_PAUSE_S)

    async def _read(self, blobs: BlobClient, case_id: bytes, line: ContentLine) -> Read:
        try:
            return Read(line, await self._open(blobs, case_id, line))
        except MissingWrap:
            return Read(line, None, "no wrap is for this key")
        except RpcRefused as refused:
            return Read(line, None, refused.code)
        except ContentNotFound as failure:
            return Read(line, None, str(failure))

    async def _open(self, blobs: BlobClient, case_id: bytes, line: ContentLine) -> Writing:
        reader = PUBLIC_READER if line.kind == PUBLIC else self.reader

        async def ask() -> Opened:
            return await blobs.read(line.digest, reader, case_id)

        opened = await self.patiently(ask)
        opened.check(line.commitment)
        return read(opened.content)

    async def _share(
        self, blobs: BlobClient, case_id: bytes, content: Digest, readers: tuple[bytes, ...]
    ) -> bool:
        async def ask() -> bool:
            try:
                await blobs.share(content, self.reader, case_id, readers)
            except MissingWrap:
                return False  # not for us, so not ours to pass on
            return True

        return await self.patiently(ask)


@dataclass(frozen=True, slots=True)
class Audience:
    """A kind of content, and the X25519 keys that it is sealed to."""

    kind: str
    readers: tuple[bytes, ...]


async def audience_of(
    actor: CaseActor, case: CaseView, kind: str, citizen_key: bytes | None
) -> Audience:
    """Return who reads new content of a case: the agencies involved, and the citizen.

    Public content is sealed to a key that everybody has, internal content to agencies only.

    Raises:
        NoReadingKey: an agency, or the citizen, has no key.
    """
    if kind == PUBLIC:
        return Audience(kind, (PUBLIC_READER.public,))
    offered = () if case.offer is None else (case.offer.to,)
    agencies = await actor.keys_of((case.holder, *case.joints, *offered))
    if kind == INTERNAL:
        return Audience(kind, agencies)
    if citizen_key is None:
        raise NoReadingKey("the citizen's key is not known")
    return Audience(kind, tuple(dict.fromkeys((*agencies, citizen_key))))
