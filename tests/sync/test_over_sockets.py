"""Block sync over the real transport."""

import asyncio

from node.sync import Sync, SyncCallbacks, SyncSettings
from p2p.ports import Channel, Transport
from primitives.ids import Height
from tests.p2p.builders import Recorder, actor, node_of
from tests.sync.builders import WAIT_S, MemoryLedger, chain


class SyncHandler(Recorder):
    """Gives SYNC frames to a Sync; everything else is only recorded."""

    sync: Sync | None = None

    def on_frame(self, peer, channel, payload):
        assert channel is Channel.SYNC
        self.sync.on_frame(peer, payload)


def synced(own, members, blocks):
    node = node_of(own, members, handler=SyncHandler())
    ledger = MemoryLedger(blocks)
    transport: Transport = node.transport
    callbacks = SyncCallbacks(committed=lambda _block: None, halt=lambda _reason: None)
    node.seen.sync = Sync(ledger, transport, callbacks, SyncSettings())
    return node, ledger


async def test_a_node_far_behind_fetches_large_blocks_from_its_peers(tmp_path):
    blocks = chain(40, 60_000)
    actors = [actor(tmp_path, index) for index in range(3)]
    members = [one.member for one in actors]
    behind, ledger = synced(actors[0], members, ())
    others = [synced(one, members, blocks)[0] for one in actors[1:]]
    nodes = [behind, *others]
    for node in nodes:
        await node.transport.start()
    running = [asyncio.create_task(node.seen.sync.run()) for node in nodes]
    await behind.until_connected(2)

    behind.seen.sync.request(Height(40), [others[0].key])
    await asyncio.wait_for(behind.seen.sync.wait_idle(), WAIT_S)

    assert ledger.height == 40
    assert ledger.head().block_hash == blocks[-1].block.hash
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    for node in nodes:
        await node.transport.stop()
