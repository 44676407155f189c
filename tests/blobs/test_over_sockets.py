"""Contents over the real transport: mutual TLS, fragments, priorities."""

import asyncio
from contextlib import AsyncExitStack

from node.blobs import BlobParts, Blobs, BlobSettings, MemberNames
from p2p.ports import Channel
from primitives.crypto import SigningKey
from primitives.limits import BLOB_BYTES_MAX
from tests.blobs.builders import NOW_MS, Ledger, content
from tests.blobs.network import receipts_by, until
from tests.builders import CHAIN_ID
from tests.p2p.builders import Recorder, actor, node_of

SETTINGS = BlobSettings(free_bytes_min=0, retry_first_s=0.02, retry_max_s=0.2, sweep_s=0.05)


class BlobHandler(Recorder):
    """Gives BLOBS frames to a Blobs; everything else is only recorded."""

    blobs: Blobs | None = None

    def on_frame(self, peer, channel, payload):
        assert channel is Channel.BLOBS
        self.blobs.on_frame(peer, payload)

    def on_connected(self, peer):
        super().on_connected(peer)
        self.blobs.on_connected(peer)

    def on_disconnected(self, peer, reason):
        super().on_disconnected(peer, reason)
        self.blobs.on_disconnected(peer)


def member_of(own, members, ledger, folder):
    node = node_of(own, members, handler=BlobHandler())
    names = MemberNames(own.member.name, {one.name: one.public_key for one in members})
    node.seen.blobs = Blobs(
        BlobParts(
            root=folder / own.member.name,
            policy=ledger,
            transport=node.transport,
            members=names,
            chain_id=CHAIN_ID,
            receipt=receipts_by(SigningKey(bytes([200]) * 32)),
            now_ms=lambda: NOW_MS,
            settings=SETTINGS,
        )
    )
    return node


async def test_large_contents_come_to_a_host_that_starts_late(tmp_path):
    actors = [actor(tmp_path, index) for index in range(3)]
    members = [one.member for one in actors]
    ledger = Ledger()
    nodes = [member_of(one, members, ledger, tmp_path) for one in actors]
    made = [content(f"case {n}", parts=3, size=BLOB_BYTES_MAX - 200) for n in range(3)]
    for one in made:
        for index, blob in enumerate(one.blobs):
            await nodes[0].seen.blobs.store.put(one.digest, index, blob)
        ledger.name(one, *(member.name for member in members))

    async with AsyncExitStack() as stack:
        for node in nodes:
            await node.transport.start()
            stack.push_async_callback(node.transport.stop)
        running = [asyncio.create_task(node.seen.blobs.run()) for node in nodes]
        for node in nodes[1:]:
            held = node.seen.blobs.store.held
            await until(lambda held=held: all(held(one.digest) is not None for one in made))
            await until(lambda held=held: all(held(one.digest).is_complete for one in made))
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    for node in nodes:
        store = node.seen.blobs.store
        kept = [await store.get(made[0].digest, index) for index in range(4)]
        assert kept == list(made[0].blobs)
        assert [state.faults for state in node.transport.peers()] == [0, 0]
