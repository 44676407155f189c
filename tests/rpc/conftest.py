"""A node with a server, and ALICE with money."""

import pytest

from tests.execution.chain import ALICE
from tests.rpc.node import running_node


@pytest.fixture
async def node(tmp_path):
    async with running_node(tmp_path) as node:
        await node.mempool.admission.submit([node.chain.issue(ALICE, 1_000_000).raw])
        node.commit()
        yield node
