"""Peers that serve snapshots of a chain, each in its own way, and a node that joins by them."""

import asyncio

from contracts.registry import CONTRACTS
from node.ledger import open_ledger
from node.room import DiskRoom
from node.snapshots import Place, SnapshotFolder
from node.store.opening import StoreSettings, has_store
from node.sync import JoinParts, Shelf, Sync, SyncCallbacks, SyncSnapshots
from node.sync.wire import (
    GetBlocks,
    GetSnapshot,
    GetSteps,
    PartFound,
    PrunedBelow,
    SnapshotOffer,
    StepsFound,
    read_sync_message,
)
from p2p.ports import Channel
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.limits import FRAME_BYTES_MAX
from tests.sync.builders import FAST, MemoryLedger, until_idle

WAIT_S = 20.0


class Peers:
    """A Transport whose peers serve from the chain's shelf, each with its own change of answers."""

    def __init__(self, chain, stored, **changes) -> None:
        reads = chain.ledger.reads
        self.shelf = Shelf(
            folder=SnapshotFolder(stored.folder.parent),
            set_changes=reads.set_changes,
            restart_proofs=reads.restart_proofs,
        )
        self.keys = {name: PublicKey(name.encode().ljust(32)) for name in changes}
        self.names = {key: name for name, key in self.keys.items()}
        self.changes = changes
        self.asked: list[tuple[str, object]] = []
        self.penalised: list[str] = []
        self.sync: Sync | None = None

    def connected(self):
        return tuple(self.names)

    def penalise(self, peer, _reason) -> None:
        self.penalised.append(self.names[peer])

    def send(self, peer, channel, payload) -> bool:
        assert channel is Channel.SYNC
        name, request = self.names[peer], read_sync_message(payload)
        self.asked.append((name, request))
        answer = self.changes[name](request, self.honest(request))
        if answer is not None:
            data = answer if isinstance(answer, bytes) else answer.encode()
            assert len(data) <= FRAME_BYTES_MAX
            asyncio.get_running_loop().call_soon(self.sync.on_frame, peer, data)
        return True

    def honest(self, request):
        number = request.request_id
        if isinstance(request, GetBlocks):
            return PrunedBelow(number, Height(request.from_height + 5))
        if isinstance(request, GetSnapshot):
            newest = self.shelf.newest()
            return SnapshotOffer(number, newest.manifest.encode(), newest.certificate)
        if isinstance(request, GetSteps):
            return StepsFound(number, *self.shelf.steps(request.above_sets, request.above_restarts))
        snapshot = self.shelf.newest().manifest.id  # a liar names its own, and gives these parts
        return PartFound(number, self.shelf.part(snapshot, request.number))


def honest(_request, answer):
    return answer


class Joiner:
    """A node with an empty store that catches up from peers."""

    def __init__(self, chain, peers: Peers, home, *, blocks_min=0, settings=FAST, files=None):
        self.chain, self.peers, self.home = chain, peers, home
        place = Place(folder=home / "store", genesis=chain.genesis, settings=StoreSettings())
        join = JoinParts(
            folder=SnapshotFolder(home / "snapshots", files),
            place=place,
            blocks_min=blocks_min,
            room=DiskRoom(retry_s=0),
        )
        callbacks = SyncCallbacks(committed=lambda _block: None, halt=lambda _reason: None)
        self.ledger = MemoryLedger()
        snapshots = SyncSnapshots(join=join)
        self.sync = peers.sync = Sync(self.ledger, peers, callbacks, settings, snapshots)

    async def catch_up(self) -> bool:
        """Run until nothing is fetched any more; return whether there is a store."""
        target = self.chain.ledger.head().header.height
        self.sync.request(target, list(self.peers.keys.values()))
        await until_idle(self.sync, WAIT_S)
        assert self.sync.joined.is_set() == has_store(self.home / "store")
        return self.sync.joined.is_set()

    def head(self):
        ledger = open_ledger(self.chain.genesis, self.home / "store", CONTRACTS)
        ledger.close()
        return ledger.head()
