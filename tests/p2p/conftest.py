"""Socket tests run on both event loops; every transport and socket is closed at the end."""

import asyncio
import logging

import pytest
import uvloop

from tests.p2p.builders import LogLines, actor, close_dialled, node_of


def pytest_asyncio_loop_factories(config, item):
    del config, item
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
def pair(tmp_path):
    """Two members; the first has the lower key and dials."""
    return actor(tmp_path, 0), actor(tmp_path, 1)


@pytest.fixture
def trio(tmp_path):
    return tuple(actor(tmp_path, index) for index in range(3))


@pytest.fixture
async def start():
    """Start a node; stop it at the end of the test and let its sockets close."""
    nodes = []

    async def start_node(own, members, **options):
        node = node_of(own, members, **options)
        await node.transport.start()
        nodes.append(node)
        return node

    yield start_node
    await close_dialled()
    for node in nodes:
        await node.transport.stop()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in left if task.get_name() == "p2p"]


@pytest.fixture
async def log():
    logger = logging.getLogger("sapha.p2p")
    handler = LogLines()
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.setLevel(level)
    logger.removeHandler(handler)
