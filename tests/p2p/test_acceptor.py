"""Connections are taken a few a turn of the loop."""

import asyncio
import socket
from contextlib import ExitStack
from itertools import pairwise

from p2p.acceptor import TURN_MAX, Acceptor
from p2p.rates import TokenBucket

CONNECTIONS = 3 * TURN_MAX - 1


async def test_waiting_connections_are_taken_a_few_a_turn_so_that_others_have_turns_too():
    taken, failures = [], []
    with ExitStack() as sockets:
        listening = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        listening.settimeout(0.0)
        for _ in range(CONNECTIONS):
            sockets.enter_context(socket.create_connection(listening.getsockname()))
        acceptor = Acceptor(listening, lambda *one: taken.append(one), failures.append)
        acceptor.open()
        counts = [0]
        while counts[-1] < CONNECTIONS:
            await asyncio.sleep(0)
            counts.append(len(taken))
        acceptor.close()
        for connection, _ip in taken:
            connection.close()

    steps = [later - earlier for earlier, later in pairwise(counts) if later > earlier]
    assert steps == [TURN_MAX, TURN_MAX, TURN_MAX - 1]
    assert {ip for _, ip in taken} == {"127.0.0.1"}
    assert failures == []


async def test_a_flood_waits_in_the_kernels_queue_once_it_comes_too_fast():
    taken = []
    with ExitStack() as sockets:
        listening = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        listening.settimeout(0.0)
        for _ in range(CONNECTIONS):
            sockets.enter_context(socket.create_connection(listening.getsockname()))
        acceptor = Acceptor(listening, lambda *one: taken.append(one), lambda _why: None)
        acceptor._rate = TokenBucket(per_s=0.001, burst=TURN_MAX + 1)
        acceptor.open()
        for _ in range(CONNECTIONS):
            await asyncio.sleep(0)
        acceptor.close()
        for connection, _ip in taken:
            connection.close()

    assert len(taken) == TURN_MAX + 1
