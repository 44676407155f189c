"""One WebSocket: calls in, answers and notifications out, each within its bounds."""

import asyncio
import logging

from aiohttp import WSMsgType, web

from node.rpc.dispatch import answer, refusal_body
from node.rpc.errors import MalformedJson
from node.rpc.method import Caller
from node.rpc.subscriptions import Outbox, Publisher, SocketSubscriptions
from primitives.limits import RPC_BODY_BYTES_MAX

log = logging.getLogger("sapha.rpc")

CALLS_AT_ONCE_MAX = 32
PING_S = 30.0


class _Gone(Exception):
    """The socket is closed, or must be."""


async def serve(
    request: web.BaseRequest, caller: Caller, publisher: Publisher
) -> web.WebSocketResponse:
    """Answer on one socket until either side closes it, or its client stops reading."""
    socket = web.WebSocketResponse(
        heartbeat=PING_S, max_msg_size=RPC_BODY_BYTES_MAX, compress=False
    )
    await socket.prepare(request)
    outbox = Outbox(lambda: _drop(request))
    subscriptions = SocketSubscriptions(publisher, outbox)
    session = Caller(caller.services, caller.is_operator, subscriptions)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_write(socket, outbox))
            tasks.create_task(_read(socket, session, outbox))
    except* _Gone:
        pass
    finally:
        subscriptions.close()
    return socket


def _drop(request: web.BaseRequest) -> None:
    log.info("dropped a subscriber that does not read: %s", request.remote)
    if request.transport is not None:
        request.transport.abort()


async def _write(socket: web.WebSocketResponse, outbox: Outbox) -> None:
    while True:
        text = await outbox.take()
        try:
            await socket.send_str(text)
        except ConnectionError as error:
            raise _Gone from error


async def _read(socket: web.WebSocketResponse, session: Caller, outbox: Outbox) -> None:
    room = asyncio.Semaphore(CALLS_AT_ONCE_MAX)
    async with asyncio.TaskGroup() as tasks:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                # Without room nothing more is read: the client waits in its own buffers.
                await room.acquire()
                tasks.create_task(_answer(session, message.data, outbox, room))
            elif message.type is WSMsgType.BINARY:
                outbox.put(refusal_body(MalformedJson("calls are text, this is binary")))
        raise _Gone


async def _answer(session: Caller, text: str, outbox: Outbox, room: asyncio.Semaphore) -> None:
    try:
        reply = await answer(session, text.encode())
        if reply is not None:
            outbox.put(reply)
    finally:
        room.release()
