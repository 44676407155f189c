"""A certified chain, a small in-memory ledger, and a network of fake peers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from node.ports import CommittedBlock, CommittedHead
from node.room import DiskRoom
from node.store.faults import no_room
from node.sync import Sync, SyncCallbacks, SyncSettings
from node.sync.wire import Blocks, GetBlocks, read_sync_message
from p2p.ports import Channel
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.crypto import ZERO_DIGEST, Digest, PublicKey, SigningKey, digest
from primitives.ids import Height, View
from primitives.validators import Validator, ValidatorSet, validator_set

CHAIN_ID = "testnet-1"
KEYS = tuple(SigningKey(bytes([n]) * 32) for n in range(1, 5))
WAIT_S = 10.0
RESTART = digest("genesis", b"test")
FAST = SyncSettings(answer_s_max=0.2)


def validators() -> ValidatorSet:
    return validator_set(Validator(key.public_key, f"agency-{i}") for i, key in enumerate(KEYS))


def certificate_of(block: Block, keys=KEYS[:3]) -> Certificate:
    signed = seal_bytes(CHAIN_ID, RESTART, block.height, View(0), block.hash)
    seals = {key.public_key: key.sign(SEAL_TAG, signed) for key in keys}
    return assemble(
        sealed=(block.height, View(0), block.hash),
        restart=RESTART,
        seals=seals,
        validators=validators(),
    )


def state_root(height: int) -> Digest:
    return digest("test-state", height.to_bytes(8, "big"))


def block_after(parent: Header, *, transactions=(b"transaction",), root=None, last=None) -> Block:
    height = Height(parent.height + 1)
    header = replace(
        parent,
        height=height,
        time_ms=parent.time_ms + 1,
        parent_hash=parent.hash,
        transactions_root=transactions_root_of(tuple(transactions), ()),
        state_root=root or state_root(height),
        last_certificate_hash=last_certificate_hash_of(last),
    )
    return Block(header, tuple(transactions), last_certificate=last)


def genesis_header() -> Header:
    members = validators()
    return Header(
        chain_id=CHAIN_ID,
        height=Height(0),
        time_ms=1,
        parent_hash=ZERO_DIGEST,
        transactions_root=transactions_root_of((), ()),
        receipts_root=ZERO_DIGEST,
        state_root=state_root(0),
        validators_hash=members.hash,
        next_validators_hash=members.hash,
        last_certificate_hash=ZERO_DIGEST,
        app_version=1,
        proposer=KEYS[0].public_key,
        restart=RESTART,
    )


@cache
def chain(count: int, transaction_bytes: int = 32) -> tuple[CommittedBlock, ...]:
    """Blocks 1 to `count`, each with a certificate of three of the four validators."""
    blocks = []
    parent = genesis_header()
    for height in range(1, count + 1):
        last = blocks[-1].certificate.unchecked if blocks else None
        transactions = (bytes([height % 256]) * transaction_bytes,)
        block = block_after(parent, transactions=transactions, last=last)
        blocks.append(committed(block))
        parent = block.header
    return tuple(blocks)


def committed(block: Block, keys=KEYS[:3]) -> CommittedBlock:
    return CommittedBlock(block=block, certificate=certificate_of(block, keys), receipts=())


class MemoryLedger:
    """The rules of node.ports.Ledger that sync relies on; its state is a hash of the height."""

    def __init__(self, blocks=(), *, root_of=state_root) -> None:
        self._blocks = list(blocks)
        self._root_of = root_of
        self.refusals = 0
        self.notes: list[bytes] = []
        self.first = 0

    def head(self) -> CommittedHead:
        last = self._blocks[-1] if self._blocks else None
        header = last.block.header if last else genesis_header()
        return CommittedHead(
            header=header,
            block_hash=header.hash,
            certificate=last.certificate if last else None,
            validators=validators(),
            decided_by=validators() if last else None,
            restart=header.restart,
        )

    def validate(self, block: Block) -> str | None:
        header = self.head().header
        if block.height != header.height + 1:
            return f"height {block.height} after {header.height}"
        if block.header.parent_hash != header.hash:
            return "parent_hash"
        if block.header.state_root != self._root_of(block.height):
            return "state_root"
        return None

    def commit(self, block: Block, certificate: Certificate, note: bytes = b"") -> CommittedBlock:
        assert self.validate(block) is None
        if self.refusals:
            self.refusals -= 1
            raise no_room(Path("data"), "write")
        self.notes.append(note)
        self._blocks.append(CommittedBlock(block=block, certificate=certificate, receipts=()))
        return self._blocks[-1]

    def block_at(self, height: Height) -> CommittedBlock | None:
        return self._blocks[height - 1] if 0 < height <= len(self._blocks) else None

    def first_height(self) -> Height:
        return Height(self.first)

    @property
    def height(self) -> int:
        return len(self._blocks)


Reply = Callable[[GetBlocks], bytes | None]


def honest(blocks) -> Reply:
    """Answers truthfully from `blocks`, which start at height 1."""

    def reply(request: GetBlocks) -> bytes:
        chosen = blocks[request.from_height - 1 :][: request.count]
        return answer(request, chosen)

    return reply


def answer(request: GetBlocks, blocks) -> bytes:
    sent = tuple(b.block.encode() for b in blocks)
    certificate = blocks[-1].certificate.encode() if blocks else None
    return Blocks(request.request_id, sent, certificate).encode()


def silent(_request: GetBlocks) -> None:
    return None


class FakeNetwork:
    """A Transport whose peers answer by a function; keeps what was asked and reported."""

    def __init__(self, **peers: Reply) -> None:
        self.names = {PublicKey(name.encode().ljust(32)): name for name in peers}
        self.keys = {name: key for key, name in self.names.items()}
        self.replies = peers
        self.asked: list[tuple[str, GetBlocks]] = []
        self.sent: list[tuple[str, bytes]] = []
        self.penalised: list[tuple[str, str]] = []
        self.sync: Sync | None = None
        self.busy: set[str] = set()
        self.has_sent = asyncio.Event()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def broadcast(self, channel, payload) -> None:
        raise AssertionError("sync never broadcasts")

    def send(self, peer, channel, payload) -> bool:
        assert channel is Channel.SYNC
        name = self.names[peer]
        if name in self.busy:
            return False
        self.sent.append((name, payload))
        self.has_sent.set()
        message = read_sync_message(payload)
        if isinstance(message, GetBlocks):
            self.asked.append((name, message))
            reply = self.replies[name](message)
            if reply is not None:
                asyncio.get_running_loop().call_soon(self.sync.on_frame, peer, reply)
        return True

    def connected(self):
        return tuple(self.names)

    def penalise(self, peer, reason) -> None:
        self.penalised.append((self.names[peer], reason))


class Catcher:
    """A Sync over a ledger and fake peers, with what it reported."""

    def __init__(self, ledger: MemoryLedger, network: FakeNetwork, settings=FAST) -> None:
        self.ledger = ledger
        self.network = network
        self.committed: list[int] = []
        self.halts: list[str] = []
        callbacks = SyncCallbacks(
            committed=lambda done: self.committed.append(done.block.height),
            halt=self.halts.append,
            note=lambda: b"note %d" % ledger.head().header.height,
            room=DiskRoom(retry_s=0),
        )
        self.sync = network.sync = Sync(ledger, network, callbacks, settings)

    async def catch_up(self, height: int, *claimants: str) -> None:
        """Request and run until the loop has ended."""
        self.sync.request(Height(height), [self.network.keys[name] for name in claimants])
        await until_idle(self.sync)


async def until_idle(sync: Sync, wait_s: float = WAIT_S) -> None:
    """Run what was requested to its end."""
    running = asyncio.create_task(sync.run())
    try:
        async with asyncio.timeout(wait_s):
            await sync.wait_idle()
    finally:
        running.cancel()
        await asyncio.wait([running])
