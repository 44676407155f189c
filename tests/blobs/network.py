"""Nodes that keep contents, joined without sockets; a test may change what one answers."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from node.blobs import BlobParts, Blobs, BlobSettings, MemberNames, SignedRequest
from node.blobs.wire import Answer, read_blob_message
from p2p.ports import Channel
from primitives.blob import BlobRequest, payload_digest
from primitives.crypto import PublicKey
from tests.blobs.builders import NOW_MS, Content, Ledger, address
from tests.builders import CHAIN_ID, key

FAST = BlobSettings(
    free_bytes_min=0, answer_s_max=5.0, retry_first_s=0.02, retry_max_s=0.1, sweep_s=0.05
)
IMPATIENT = replace(FAST, answer_s_max=0.5)  # where somebody is silent
WAIT_S = 10.0
NAMES = ("dopa", "police", "court", "bma")


def receipts_by(signer):
    """Return what signs receipts of erasure, as a node that holds its key."""

    async def signed(erasure):
        return erasure.sign(signer)

    return signed


KEYS = {name: key(100 + number) for number, name in enumerate(NAMES)}
MEMBERS = {name: signer.public_key for name, signer in KEYS.items()}


async def until(holds: Callable[[], object]) -> None:
    """Return once `holds`."""
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110 - what other tasks do has no event
            await asyncio.sleep(0.002)


class Line:
    """One node's transport: hands frames to the other nodes, in order, on the loop."""

    def __init__(self, network: "Network", name: str) -> None:
        self.network = network
        self.name = name
        self.penalised: list[tuple[str, str]] = []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def broadcast(self, channel, payload) -> None:
        for peer in self.connected():
            self.send(peer, channel, payload)

    def send(self, peer, channel, payload) -> bool:
        assert channel is Channel.BLOBS
        to = self.network.nodes.get(self.network.name_of(peer))
        if to is None:
            return False
        message = read_blob_message(payload)
        if isinstance(message, Answer):
            change = self.network.answers.get(self.name)
            payload = payload if change is None else change(message)
        if payload is not None:
            own = MEMBERS[self.name]
            asyncio.get_running_loop().call_soon(to.blobs.on_frame, own, payload)
        return True

    def connected(self) -> tuple[PublicKey, ...]:
        return tuple(MEMBERS[name] for name in self.network.nodes if name != self.name)

    def penalise(self, peer, reason) -> None:
        self.penalised.append((self.network.name_of(peer), reason))


class Node:
    """One node's contents, with ways to ask as an account does."""

    def __init__(self, network: "Network", name: str, folder: Path, files=None) -> None:
        self.name = name
        self.line = Line(network, name)
        self.now_ms = NOW_MS
        self.ledger = network.ledger
        self.blobs = Blobs(
            BlobParts(
                root=folder / name,
                policy=network.ledger,
                transport=self.line,
                members=MemberNames(name, MEMBERS),
                chain_id=CHAIN_ID,
                receipt=receipts_by(KEYS[name]),
                now_ms=lambda: self.now_ms,
                settings=network.settings,
                files=files,
            )
        )
        self.running: asyncio.Task | None = None
        self._nonce = 0

    @property
    def store(self):
        return self.blobs.store

    def signed(self, signer, method: str, made: Content, **changes) -> SignedRequest:
        """Return a fresh request by `signer`, with some fields changed before it is signed."""
        self._nonce += 1
        fields = {
            "chain_id": CHAIN_ID,
            "method": method,
            "content": made.digest,
            "index": 0,
            "payload": payload_digest(b""),
            "account": address(signer),
            "expires_at_ms": self.now_ms + 30_000,
            "nonce": self._nonce.to_bytes(16, "big"),
        }
        request = BlobRequest(**(fields | changes))
        return SignedRequest(request, signer.public_key, request.sign(signer))

    def put_request(self, signer, made: Content, index: int = 0) -> SignedRequest:
        payload = payload_digest(made.blobs[index])
        return self.signed(signer, "blob_put", made, index=index, payload=payload)

    async def upload(self, signer, made: Content) -> bool:
        complete = False
        for index, blob in enumerate(made.blobs):
            signed = self.put_request(signer, made, index)
            complete = await self.blobs.requests.put(signed, blob)
        return complete

    async def get(self, signer, made: Content, index: int = 0) -> bytes | None:
        signed = self.signed(signer, "blob_get", made, index=index)
        return await self.blobs.requests.get(signed)

    async def put_wraps(self, signer, made: Content, document) -> None:
        data = document.encode()
        signed = self.signed(signer, "blob_put_wraps", made, payload=payload_digest(data))
        await self.blobs.requests.put_wraps(signed, data)

    async def get_wraps(self, signer, made: Content) -> list[bytes]:
        return await self.blobs.requests.get_wraps(self.signed(signer, "blob_get_wraps", made))

    async def erase(self, signer, made: Content) -> bytes | None:
        return await self.blobs.requests.erase(self.signed(signer, "blob_erase", made))

    def has(self, made: Content) -> bool:
        held = self.store.held(made.digest)
        return held is not None and held.is_complete


class Network:
    """The nodes that run, and one ledger for all."""

    def __init__(self, folder: Path, settings: BlobSettings = FAST) -> None:
        self.folder = folder
        self.settings = settings
        self.ledger = Ledger()
        self.nodes: dict[str, Node] = {}
        self.answers: dict[str, Callable[[Answer], bytes | None]] = {}

    def name_of(self, public_key: PublicKey) -> str:
        return next(name for name, other in MEMBERS.items() if other == public_key)

    def start(self, name: str, **options) -> Node:
        node = self.nodes[name] = Node(self, name, self.folder, **options)
        node.running = asyncio.create_task(node.blobs.run())
        for other in self.nodes.values():
            for third in self.nodes.values():
                if other is not third:
                    other.blobs.on_connected(MEMBERS[third.name])
        return node

    async def stop(self, name: str) -> None:
        node = self.nodes.pop(name)
        node.running.cancel()
        await asyncio.wait([node.running])
        for other in self.nodes.values():
            other.blobs.on_disconnected(MEMBERS[name])


@asynccontextmanager
async def network_of(folder: Path, *names: str, settings: BlobSettings = FAST):
    """Run nodes of these names; yield the network, then the nodes in order."""
    network = Network(folder, settings)
    for name in names:
        network.start(name)
    try:
        yield (network, *(network.nodes[name] for name in names))
    finally:
        for name in list(network.nodes):
            await network.stop(name)
