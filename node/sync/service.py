"""Block sync and joining by snapshots, as the node uses them: frames in, blocks out."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from node.ports import Ledger
from node.sync.catch_up import CatchUp, SyncCallbacks
from node.sync.joining import Joining, JoinParts
from node.sync.server import sync_serving
from node.sync.settings import SyncSettings
from node.sync.shelf import Shelf
from node.sync.wire import REQUEST_BYTES_MAX, Question, SyncFault, read_sync_message
from p2p.ports import Transport
from primitives.crypto import PublicKey
from primitives.ids import Height


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSnapshots:
    """What is served of snapshots, and how this node joins by one; None: not at all."""

    shelf: Shelf | None = None
    join: JoinParts | None = None


NO_SNAPSHOTS = SyncSnapshots()


class Sync:
    """Serves blocks to peers and catches up with them; `run` is its one task."""

    def __init__(
        self,
        ledger: Ledger,
        transport: Transport,
        callbacks: SyncCallbacks,
        settings: SyncSettings | None = None,
        snapshots: SyncSnapshots = NO_SNAPSHOTS,
    ) -> None:
        settings = settings or SyncSettings()
        self._transport = transport
        self._server = sync_serving(ledger, transport, settings, snapshots.shelf)
        self._catch_up = CatchUp(ledger, transport, callbacks, settings)
        self.joined = asyncio.Event()  # set when a store was made of a snapshot: start with it
        if snapshots.join is not None:
            joining = Joining(self._catch_up.client, transport, snapshots.join)
            self._catch_up.joining, self.joined = joining, joining.joined
        self._questions = self._catch_up.client.questions

    @property
    def is_catching_up(self) -> bool:
        """Whether blocks are being fetched now."""
        return self._catch_up.is_running

    async def wait_idle(self) -> None:
        """Return once no blocks are being fetched."""
        await self._catch_up.wait_idle()

    def request(self, height_known: Height, peers: Iterable[PublicKey] = ()) -> None:
        """Catch up to `height_known`, asking `peers`, who claim to have it, first."""
        self._catch_up.request(height_known, peers)

    def on_frame(self, peer: PublicKey, payload: bytes) -> None:
        """Take a frame of the SYNC channel. Never raises on any bytes."""
        try:
            self._read(peer, payload)
        except SyncFault as fault:
            self._questions.fail(peer, str(fault))
            self._transport.penalise(peer, str(fault))

    def on_disconnected(self, peer: PublicKey) -> None:
        """Stop waiting for a peer that is gone, and forget what it asked."""
        self._questions.forget(peer)
        self._server.forget(peer)

    def on_key_changed(self, before: PublicKey, after: PublicKey) -> None:
        """Go on with a peer under its new key."""
        self._questions.hand_over(before, after)

    async def run(self) -> None:
        """Serve and catch up until cancelled. Raises what `Ledger.commit` raises."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._server.run(), name="sync-server")
            group.create_task(self._catch_up.run(), name="sync-catch-up")

    def _read(self, peer: PublicKey, payload: bytes) -> None:
        is_large = len(payload) > REQUEST_BYTES_MAX
        if is_large and not self._questions.expects(peer):
            return
        message = read_sync_message(payload)
        if isinstance(message, Question):
            self._server.on_request(peer, message, asyncio.get_running_loop().time())
        elif is_large or self._questions.expects(peer):
            self._questions.on_answer(peer, message)
