"""The client that is made from the OpenRPC document, against a node."""

import asyncio
import json

from tests.execution.chain import ALICE
from tests.rpc.node import running_node


async def test_the_client_that_is_made_from_the_document_speaks_to_a_node(toolchain, tmp_path):
    async with running_node(tmp_path) as node:
        await node.mempool.admission.submit([node.chain.issue(ALICE, 1_000_000).raw])
        node.commit()

        output = await asyncio.to_thread(toolchain.run, "node", "sdk/tests/ask.ts", node.url)

        block = await node.call("chain_getBlock", at=1)
    shown = {"height": 1, "hash": block["hash"], "codes": ["OK"], "refused": True}
    assert json.loads(output) == shown
