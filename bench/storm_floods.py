"""Attacks of `bench.storm` below the calls: bytes that are cheap to send and no request at all.

They speak to a node's sockets themselves, as no client's library would.
"""

import asyncio
import os
import time
from collections import Counter
from contextlib import suppress
from itertools import cycle
from typing import Protocol

_ADDRESSES = ("127.0.0.2", "127.0.0.3")
_HOLDERS = tuple(f"127.0.0.{number}" for number in range(4, 8))
_PER_HOLDER = 250  # what an address may have
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


async def _connect(url: str, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = url.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port), local_addr=(address, 0))


async def _swallow(reader: asyncio.StreamReader, attack: Target) -> None:
    with suppress(OSError):
        while await reader.read(65_536):
            attack.answers["answered"] += 1


def _left_s(attack: Target) -> float:
    return max(0.1, attack.until_s - time.monotonic())
