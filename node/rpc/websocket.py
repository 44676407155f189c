"""One WebSocket: calls in, answers and notifications out, each within its bounds."""

import asyncio
import logging
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from node.rpc.bodies import Bodies
from node.rpc.dispatch import answer, refusal_body
from node.rpc.errors import MalformedJson, TooManyBytes
from node.rpc.method import Caller
from node.rpc.subscriptions import Outbox, Publisher, SocketSubscriptions
from primitives.limits import RPC_BODY_BYTES_MAX

log = logging.getLogger("sapha.rpc")

CALLS_AT_ONCE_MAX = 32
PING_S = 30.0


@dataclass(frozen=True, slots=True)
class SocketServices:
    """What all sockets share."""

    publisher: Publisher
    bodies: Bodies


class _Gone(Exception):
    """The socket is closed, or must be."""


async def serve(
    request: web.BaseRequest, caller: Caller, services: SocketServices
) -> web.WebSocketResponse:
    """Answer on one socket until either side closes it, or its client stops reading."""
    socket = web.WebSocketResponse(
        heartbeat=PING_S, max_msg_size=RPC_BODY_BYTES_MAX, compress=False
    )
    await socket.prepare(request)
    outbox = Outbox(lambda: _drop(request))
    subscriptions = SocketSubscriptions(services.publisher, outbox)
    session = Caller(caller.services, caller.is_operator, subscriptions)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_write(socket, outbox))
            tasks.create_task(_read(socket, _Desk(session, outbox, services.bodies)))
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


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the calls of one socket are answered with."""

    session: Caller
    outbox: Outbox
    bodies: Bodies

    async def answer(self, text: str, room: asyncio.Semaphore) -> None:
        try:
            with self.bodies.held() as held:
                body = text.encode()
                held.grow(len(body))
                reply = await answer(self.session, body)
            if reply is not None:
                self.outbox.put(reply)
        except TooManyBytes as fault:
            self.outbox.put(refusal_body(fault))
        finally:
            room.release()


async def _read(socket: web.WebSocketResponse, desk: _Desk) -> None:
    room = asyncio.Semaphore(CALLS_AT_ONCE_MAX)
    async with asyncio.TaskGroup() as tasks:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                # Without room nothing more is read: the client waits in its own buffers.
                await room.acquire()
                tasks.create_task(desk.answer(message.data, room))
            elif message.type is WSMsgType.BINARY:
                desk.outbox.put(refusal_body(MalformedJson("calls are text, this is binary")))
        raise _Gone
