"""One WebSocket: calls in, answers and notifications out, each within its bounds."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from node.rpc.bodies import Bodies, Body
from node.rpc.dispatch import answer, refusal_body
from node.rpc.errors import MalformedJson, TooBusy, TooManyBytes
from node.rpc.intake import Intake
from node.rpc.meter import Meter
from node.rpc.method import Caller
from node.rpc.share import PRICE_FLOOR_S, SLICE_S
from node.rpc.subscriptions import (
    OUTBOX_BYTES_MAX,
    SUBSCRIPTIONS_PER_SOCKET_MAX,
    Outbox,
    Publisher,
    SocketSubscriptions,
)
from p2p.gated_log import GatedLog
from p2p.piece_size import PIECE_BYTES_MAX
from primitives.limits import RPC_BODY_BYTES_MAX

_SENDING = "(sending)"  # its price is learned as that of a method


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """Bounds of one WebSocket; `ping_s` in seconds."""

    calls_max: int = 32  # at once
    subscriptions_max: int = SUBSCRIPTIONS_PER_SOCKET_MAX
    unread_bytes_max: int = OUTBOX_BYTES_MAX
    ping_s: float = 30.0


@dataclass(frozen=True, slots=True)
class SocketServices:
    """What all sockets share."""

    publisher: Publisher
    bodies: Bodies
    limits: SocketLimits = field(default_factory=SocketLimits)
    log: GatedLog = field(default_factory=lambda: GatedLog(logging.getLogger("sapha.rpc")))


class _Gone(Exception):
    """The socket is closed, or must be."""


async def serve(
    request: web.BaseRequest, caller: Caller, services: SocketServices, intake: Intake
) -> web.WebSocketResponse:
    """Answer on one socket until either side closes it, or its client stops reading."""
    socket = web.WebSocketResponse(
        autoping=False,
        heartbeat=services.limits.ping_s,
        max_msg_size=RPC_BODY_BYTES_MAX,
        compress=False,
    )
    await socket.prepare(request)
    limits = services.limits
    outbox = Outbox(
        lambda: _drop(request, services.log, "it does not read"),
        limits.unread_bytes_max,
    )
    subscriptions = SocketSubscriptions(services.publisher, outbox, limits.subscriptions_max)
    session = replace(caller, meter=caller.meter.another(), subscriber=subscriptions)
    desk = _Desk(session, outbox, services.bodies)
    try:
        with services.bodies.held(caller.meter.client.address) as held:
            coming = _Coming(held, lambda: _drop(request, services.log, "a message without an end"))
            intake.on_piece = coming.grow
            async with asyncio.TaskGroup() as tasks:
                writing = session.meter.another()
                tasks.create_task(_run(writing, _write(socket, outbox, writing)))
                reading = session.meter.another()
                messages = _messages(socket, reading, coming)
                tasks.create_task(_run(reading, _read(messages, desk, limits.calls_max)))
    except* _Gone:
        pass
    finally:
        subscriptions.close()
    return socket


def _drop(request: web.BaseRequest, log: GatedLog, why: str) -> None:
    log.write(logging.INFO, "socket_dropped", {"client": request.remote or ""}, reason=why)
    if request.transport is not None:
        request.transport.abort()


class _Coming:
    """Counts the bytes of a message until it is whole: whoever answers it counts it then."""

    def __init__(self, held: Body, drop: Callable[[], None]) -> None:
        self._held = held
        self._drop = drop
        self._uncounted = 0

    def grow(self, size: int) -> None:
        """Count a piece; where there is no room for more than a piece, drop the socket."""
        try:
            self._held.grow(size)
        except TooManyBytes:
            self._uncounted += size
            if self._uncounted > PIECE_BYTES_MAX:
                self._drop()

    def is_whole(self) -> None:
        """Count it no more."""
        self._held.empty()
        self._uncounted = 0


async def _run(meter: Meter, work: Coroutine[Any, Any, None]) -> None:
    """Do `work` as a task, charged to the client."""
    await meter.run(work)


async def _write(socket: web.WebSocketResponse, outbox: Outbox, meter: Meter) -> None:
    """Send what waits, each text in its turn; a client over its share falls behind."""
    while True:
        text = await outbox.take()
        try:
            await meter.patient_turn(meter.share.price_s(_SENDING))
            before_s = meter.used()
            await socket.send_str(text)
            meter.share.learn(_SENDING, meter.used() - before_s)
        except ConnectionError as error:
            raise _Gone from error


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the calls of one socket are answered with."""

    session: Caller
    outbox: Outbox
    bodies: Bodies

    async def answer(self, text: str, room: asyncio.Semaphore) -> None:
        meter = self.session.meter.another()
        await meter.run(self._answer(replace(self.session, meter=meter), text, room))

    async def _answer(self, caller: Caller, text: str, room: asyncio.Semaphore) -> None:
        try:
            with self.bodies.held(caller.meter.client.address) as held:
                body = text.encode()
                held.grow(len(body))
                await caller.meter.turn(PRICE_FLOOR_S)  # before it is parsed
                reply = await answer(caller, body)
            if reply.text is not None:
                self.outbox.put(reply.text)
        except (TooBusy, TooManyBytes) as fault:
            self.outbox.put(refusal_body(fault))
        finally:
            room.release()


async def _read(messages: AsyncIterator[WSMessage], desk: _Desk, calls_max: int) -> None:
    room = asyncio.Semaphore(calls_max)
    async with asyncio.TaskGroup() as tasks:
        async for message in messages:
            if message.type is WSMsgType.TEXT:
                # Without room nothing more is read: the client waits in its own buffers.
                await room.acquire()
                tasks.create_task(desk.answer(message.data, room))
            elif message.type is WSMsgType.BINARY:
                desk.outbox.put(refusal_body(MalformedJson("calls are text, this is binary")))
        raise _Gone


async def _messages(
    socket: web.WebSocketResponse, meter: Meter, coming: _Coming
) -> AsyncIterator[WSMessage]:
    """Yield what comes, pings answered, a slice of them in a turn. Raises _Gone."""
    try:
        async for message in socket:
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                coming.is_whole()
                yield message
            if meter.is_slice_used:
                await meter.patient_turn(SLICE_S)
    except ConnectionError as error:
        raise _Gone from error
