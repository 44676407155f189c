"""What the service manager is told: over its own socket, and nothing where there is none."""

import asyncio
import os
import socket
from contextlib import suppress

import pytest

from node.service_manager import READY, ServiceManager


@pytest.fixture
def listening(tmp_path):
    """A manager's socket and its path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(5)
        yield receiver, str(tmp_path / "notify")


def test_the_manager_is_told_over_the_socket_that_it_names(listening):
    receiver, path = listening

    ServiceManager({"NOTIFY_SOCKET": path}).tell(READY, "STATUS=height 7")

    assert receiver.recv(1_000) == b"READY=1\nSTATUS=height 7"


def test_a_socket_without_a_file_is_reached_by_its_abstract_name():
    name = f"@sapha-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("\0" + name[1:])
        receiver.settimeout(5)

        ServiceManager({"NOTIFY_SOCKET": name}).tell(READY)

        assert receiver.recv(1_000) == READY.encode()


async def test_without_a_manager_nothing_is_sent_and_nothing_waited_for():
    manager = ServiceManager({})

    manager.tell(READY)
    alive = asyncio.ensure_future(manager.keep_alive(lambda: "height 1"))
    await asyncio.wait([alive], timeout=5)

    assert alive.done()
    assert alive.exception() is None


def test_a_manager_that_is_gone_does_not_stop_the_node_and_is_spoken_of_once(tmp_path, caplog):
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")})

    manager.tell(READY)
    manager.tell("WATCHDOG=1")

    assert [record.msg for record in caplog.records] == ["service_manager_deaf"]


async def test_the_watchdog_is_answered_again_and_again_with_where_the_node_stands(listening):
    receiver, path = listening
    receiver.setblocking(False)
    manager = ServiceManager({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "2000"})
    heights = iter(range(1, 1_000))

    alive = asyncio.create_task(manager.keep_alive(lambda: f"height {next(heights)}"))
    loop = asyncio.get_running_loop()
    heard = [await asyncio.wait_for(loop.sock_recv(receiver, 1_000), 5) for _ in range(3)]
    alive.cancel()
    with suppress(asyncio.CancelledError):
        await alive

    assert heard == [f"WATCHDOG=1\nSTATUS=height {number}".encode() for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("environment", "every_s"),
    [
        ({"WATCHDOG_USEC": "4000000"}, 2.0),
        ({"WATCHDOG_USEC": "120000000"}, 10.0),
        ({"WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "1"}, 10.0),
        ({"WATCHDOG_USEC": "soon"}, 10.0),
        ({}, 10.0),
    ],
)
def test_the_manager_hears_twice_in_the_span_that_it_allows_this_process(environment, every_s):
    assert ServiceManager(environment)._every_s == every_s
