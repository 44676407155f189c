"""Attacks of `bench.storm` below the calls: bytes that are cheap to send and no request at all.

They speak to a node's sockets themselves, as no client's library would.
"""

import asyncio
import os
import socket
import ssl
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from typing import Protocol

_ADDRESSES = ("127.0.0.2", "127.0.0.3")
_HOLDERS = tuple(f"127.0.0.{number}" for number in range(4, 8))
_CROWD = tuple(f"127.0.3.{number}" for number in range(1, 41))
_CROWDED = 16  # of them flood each node with frames
_PER_HOLDER = 250  # what an address may have
_COMERS = 10  # at every node, each as fast as it can
_RESET = struct.pack("ii", 1, 0)  # of SO_LINGER: closing is a reset
_FLOODERS = 8  # at every node
_MASKED = b"\x80\x00\x00\x00\x00"  # no bytes, a mask of zeros
_UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_CHUNKED = b"POST /rpc HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
_FLOODS = (
    (_UPGRADE, b"\x89" + _MASKED),  # pings
    (_UPGRADE, b"\x8a" + _MASKED),  # pongs that nobody asked for
    (_UPGRADE + b"\x01" + _MASKED, b"\x00" + _MASKED),  # empty fragments of one message
    (_CHUNKED, b"1\r\n \r\n"),  # a body of many chunks
)
_SENT_AT_ONCE = 10_000


class Target(Protocol):
    """Where to send, until when, and what was answered."""

    urls: list[str]
    members: list[str]  # host:port of the members' doors
    until_s: float
    answers: Counter[str]

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        ...


async def frames(attack: Target) -> None:
    """Control frames, empty fragments and chunks of a byte, as fast as a node reads them."""
    async with asyncio.TaskGroup() as tasks:
        for url in attack.urls:
            for number, flood in zip(range(_FLOODERS), cycle(_FLOODS), strict=False):
                tasks.create_task(_flood(attack, url, _ADDRESSES[number % 2], *flood))


async def crowd(attack: Target) -> None:
    """The same from an address for each, of which none asks more than a small client does."""
    async with asyncio.TaskGroup() as tasks:
        for url in attack.urls:
            for address, flood in zip(_CROWD[:_CROWDED], cycle(_FLOODS), strict=False):
                tasks.create_task(_flood(attack, url, address, *flood))


async def arrivals(attack: Target) -> None:
    """Connections of forty addresses that are opened and reset at once."""
    async with asyncio.TaskGroup() as tasks:
        for url in attack.urls:
            for number in range(_COMERS):
                addresses = cycle(_CROWD[number::_COMERS])
                tasks.create_task(_come_and_go(attack, _place(url), addresses, b""))


async def hellos(attack: Target) -> None:
    """TLS hellos of forty addresses at the members' doors, each within what one may."""
    hello = _hello()
    async with asyncio.TaskGroup() as tasks:
        for member in attack.members:
            for number in range(_COMERS):
                addresses = cycle(_CROWD[number::_COMERS])
                tasks.create_task(_come_and_go(attack, _place(member), addresses, hello))


async def held(attack: Target) -> None:
    """All sockets of a node, from four addresses: calls that wait and bodies that do not come."""
    async with asyncio.TaskGroup() as tasks:
        for url in attack.urls:
            for number in range(len(_HOLDERS) * _PER_HOLDER):
                tasks.create_task(_hold(attack, url, _HOLDERS[number % len(_HOLDERS)], number))
                if number % 50 == 0:
                    await asyncio.sleep(0)


async def _flood(attack: Target, url: str, address: str, opening: bytes, piece: bytes) -> None:
    while not attack.is_over:
        with suppress(OSError):
            reader, writer = await _connect(url, address)
            swallowing = asyncio.ensure_future(_swallow(reader, attack))
            writer.write(opening)
            while not attack.is_over and not writer.is_closing():
                writer.write(piece * _SENT_AT_ONCE)
                attack.answers["sent"] += _SENT_AT_ONCE
                with suppress(TimeoutError):
                    async with asyncio.timeout(_left_s(attack)):
                        await writer.drain()
            swallowing.cancel()
            writer.transport.abort()
        attack.answers["closed"] += 1
        await asyncio.sleep(1)


async def _hold(attack: Target, url: str, address: str, number: int) -> None:
    transaction = "0x" + os.urandom(32).hex()
    call = (
        '{"jsonrpc":"2.0","id":1,"method":"tx_wait",'
        f'"params":{{"transaction_id":"{transaction}","timeout_ms":60000}}}}'
    ).encode()
    head = f"POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(call)}\r\n\r\n"
    request = head.encode() + (call if number % 2 else call[:-1])
    while not attack.is_over:
        with suppress(OSError):
            reader, writer = await _connect(url, address)
            writer.write(request)
            with suppress(TimeoutError):
                async with asyncio.timeout(_left_s(attack)):
                    await _swallow(reader, attack)
            writer.transport.abort()
        attack.answers["closed"] += 1
        await asyncio.sleep(1)


async def _come_and_go(
    attack: Target, place: tuple[str, int], addresses: Iterator[str], data: bytes
) -> None:
    loop = asyncio.get_running_loop()
    while not attack.is_over:
        with socket.socket() as client, suppress(OSError, TimeoutError):
            client.setblocking(False)  # noqa: FBT003 - of the standard library
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            client.bind((next(addresses), 0))
            async with asyncio.timeout(_left_s(attack)):
                await loop.sock_connect(client, place)
                if data:
                    await loop.sock_sendall(client, data)
                    await loop.sock_recv(client, 1)  # an answer has cost the node its part
        attack.answers["connections"] += 1


def _hello() -> bytes:
    """Return what a client of TLS 1.3 says first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def _place(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


async def _connect(url: str, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = _place(url)
    return await asyncio.open_connection(host, port, local_addr=(address, 0))


async def _swallow(reader: asyncio.StreamReader, attack: Target) -> None:
    with suppress(OSError):
        while await reader.read(65_536):
            attack.answers["answered"] += 1


def _left_s(attack: Target) -> float:
    return max(0.1, attack.until_s - time.monotonic())
