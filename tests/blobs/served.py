"""Nodes of tests.blobs.network behind real RPC servers."""

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from node.rpc import NodeFacts, RpcServer, RpcSettings
from primitives.crypto import ZERO_DIGEST
from tests.blobs.network import FAST, network_of
from tests.builders import CHAIN_ID


@dataclass
class View:
    """As much of a node as the methods blob_* ask for."""

    facts: NodeFacts
    node: object

    @property
    def blobs(self):
        return self.node.blobs.requests


@asynccontextmanager
async def served_network(folder: Path, *names: str, settings=FAST):
    """Run nodes with servers; yield the network, then a url each."""
    async with (
        network_of(folder, *names, settings=settings) as (network, *nodes),
        AsyncExitStack() as stack,
    ):
        urls = []
        for node in nodes:
            facts = NodeFacts(
                name=node.name,
                version="test",
                chain_id=CHAIN_ID,
                genesis_hash=ZERO_DIGEST,
                genesis_document={},
                abis={},
            )
            server = RpcServer(View(facts, node), RpcSettings())
            await server.start()
            stack.push_async_callback(server.stop)
            urls.append(f"http://127.0.0.1:{server.port}")
            node.now_ms = _wall_ms()
        yield (network, *urls)


def _wall_ms() -> int:
    from client.transaction import wall_ms

    return wall_ms()
