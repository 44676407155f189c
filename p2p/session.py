"""One TLS connection to one member, from the finished TLS handshake to its end.

Checks the pinned certificate and the hello, then hands frames on and watches that the peer
lives. Knows nothing of dialling, of other sessions, or of what frames mean.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Protocol, cast

from p2p.clock import TIME_BYTES, ClockComparison, read_time_ms, time_bytes
from p2p.envelope import CONTROL, Frame
from p2p.gated_log import printable
from p2p.hello import HandshakeRefused, check_hello, make_hello
from p2p.inflow import Inflow
from p2p.outflow import Outflow
from p2p.ports import Channel, Member
from p2p.renewal import Pin, holder_of, time_of
from p2p.settings import SessionSettings
from p2p.tls import words_for
from primitives.errors import PeerFault

_KERNEL_UNSENT_BYTES = 128 * 1024
_PING = b"\x01"
_PONG = b"\x02"  # and the time of the clock of who answers
_PONG_BYTES = len(_PONG) + TIME_BYTES


class SessionOwner(Protocol):
    """What a session tells its owner; called on the event loop."""

    def admit(self, session: "Session", member: Member) -> None:
        """Raise HandshakeRefused when no session with `member` is wanted now."""

    def on_ready(self, session: "Session") -> None:
        """The handshake is done; frames may flow."""

    def on_frame(self, session: "Session", channel: Channel, payload: bytes) -> None:
        """A frame arrived."""

    def on_fault(self, session: "Session", reason: str) -> None:
        """The member broke the framing; the session has ended."""

    def on_bug(self, session: "Session") -> None:
        """Our handler of a frame failed with the present error; the session ends."""

    def on_ended(self, session: "Session") -> None:
        """A ready session has ended; `session.reason` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTerms:
    """What all sessions of a node have in common."""

    chain_id: str
    own_name: str
    pins: Mapping[Pin, Member]
    owner: SessionOwner
    settings: SessionSettings
    now_ms: Callable[[], int]  # the wall clock: dates of certificates, compared with the peer's


class State(Enum):
    """Where a session stands."""

    GREETING = "greeting"
    READY = "ready"
    CLOSED = "closed"


class Session(asyncio.BufferedProtocol):
    """The asyncio protocol of one connection; `expected` is the member that was dialled."""

    def __init__(self, terms: SessionTerms, *, expected: Member | None = None) -> None:
        self._terms = terms
        self._expected = expected
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._watch_timer: asyncio.TimerHandle | None = None
        self._pinged_at_s: float | None = None
        self._settled = asyncio.Event()
        self._ended = asyncio.Event()
        self.state = State.GREETING
        self.member: Member | None = None
        self.shown = b""  # the peer's certificate, DER
        self.reason = ""
        self.ready_at_s = 0.0
        self.round_trip_ms: float | None = None
        self.clock = ClockComparison()
        self.is_dialled = expected is not None
        self.outflow = Outflow(self._loop)
        self.inflow = Inflow(self._loop, terms.settings)

    async def wait_ready(self) -> Member:
        """Return the member once the handshake is done. Raises HandshakeRefused."""
        await self._settled.wait()
        if self.state is not State.READY or self.member is None:
            raise HandshakeRefused(self.reason)
        return self.member

    async def wait_ended(self) -> None:
        """Return once the connection is gone."""
        await self._ended.wait()

    def send(self, channel: int, payload: bytes) -> bool:
        """Queue a frame; False when the session is not ready or the queue refuses."""
        return self.state is State.READY and self.outflow.put(channel, payload)

    def close(self, reason: str, *, at_once: bool = False) -> None:
        """End the session; `at_once` throws away what was not sent."""
        if self.state is State.CLOSED:
            return
        was_ready = self.state is State.READY
        self.state = State.CLOSED
        self.reason = printable(reason)
        self._settled.set()
        self.outflow.shut()
        self.inflow.shut()
        if self._watch_timer is not None:
            self._watch_timer.cancel()
        if self._transport is None:
            self._ended.set()
        elif at_once:
            self._transport.abort()
        else:
            self._transport.close()
        if was_ready:
            self._terms.owner.on_ended(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TLS is done: check the pin and say hello. Called by asyncio."""
        self._transport = cast("asyncio.Transport", transport)
        self._ended.clear()
        _keep_kernel_queue_short(transport)
        if self.state is State.CLOSED:  # given up while TLS was under way
            self._transport.abort()
            return
        self.inflow.open(self._transport)
        self.outflow.open(self._transport, buffer_bytes=self._terms.settings.write_buffer_bytes)
        try:
            self.shown = _certificate_of(transport)
            self.member = _pinned_member(self.shown, self._terms, self._expected)
            self._terms.owner.admit(self, self.member)
        except HandshakeRefused as refusal:
            self.close(str(refusal), at_once=True)
            return
        self.outflow.put(CONTROL, make_hello(self._terms.chain_id, self._terms.own_name))
        self.outflow.flush()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where bytes of the peer are read into. Called by asyncio."""
        del sizehint
        return self.inflow.room()

    def buffer_updated(self, nbytes: int) -> None:
        """Take bytes from the peer. Called by asyncio."""
        if self.state is State.CLOSED:
            return
        was_ready = self.state is State.READY
        try:
            for frame in self.inflow.read(nbytes):
                self._take(frame)
        except HandshakeRefused as refusal:
            self.close(str(refusal))  # in order, so that the other side gets our hello and sees why
        except PeerFault as fault:
            self.close(str(fault), at_once=True)
            if was_ready:
                self._terms.owner.on_fault(self, str(fault))
        except Exception:  # noqa: BLE001 - the boundary: a handler's bug must not look like a lost connection
            self._terms.owner.on_bug(self)
            self.close("our frame handler failed", at_once=True)

    def pause_writing(self) -> None:
        """Called by asyncio when its buffer is full."""
        self.outflow.pause()

    def resume_writing(self) -> None:
        """Called by asyncio when its buffer has drained."""
        self.outflow.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone. Called by asyncio."""
        self._transport = None
        self.close(words_for(exc) if exc else "closed by the other side")
        self._ended.set()

    def _take(self, frame: Frame) -> None:
        if self.state is State.GREETING:
            self._greet(frame.payload)
        elif frame.channel == CONTROL:
            self._take_control(frame.payload)
        else:
            self._terms.owner.on_frame(self, Channel(frame.channel), frame.payload)

    def _greet(self, payload: bytes) -> None:
        if self.member is None:
            raise HandshakeRefused("hello before TLS")
        self.member = _pinned_member(self.shown, self._terms, self._expected)  # members change
        check_hello(payload, chain_id=self._terms.chain_id, member=self.member)
        self.inflow.open_channels()
        self.state = State.READY
        self.ready_at_s = self._loop.time()
        self._watch_timer = self._loop.call_later(self._terms.settings.ping_s, self._watch)
        self._ping()
        self._settled.set()
        self._terms.owner.on_ready(self)

    def _take_control(self, payload: bytes) -> None:
        if payload == _PING:
            self.outflow.put(CONTROL, _PONG + time_bytes(self._terms.now_ms()))
        elif len(payload) != _PONG_BYTES or not payload.startswith(_PONG):
            raise PeerFault(f"unknown control frame of {len(payload)} bytes")
        elif self._pinged_at_s is not None:
            self.round_trip_ms = (monotonic() - self._pinged_at_s) * 1000
            self._pinged_at_s = None
            self.clock.add(
                own_ms=self._terms.now_ms(),
                peer_ms=read_time_ms(payload[len(_PONG) :]),
                round_trip_ms=self.round_trip_ms,
            )

    def _watch(self) -> None:
        """Ping the peer; give it up when it is silent or takes no bytes."""
        settings, now_s = self._terms.settings, self._loop.time()
        if self.outflow.stalled_s() > settings.write_stall_s_max:
            self.close(f"takes no bytes for {settings.write_stall_s_max:g} s", at_once=True)
        elif now_s - self.inflow.heard_at_s > settings.silence_s_max:
            self.close(f"silent for {settings.silence_s_max:g} s", at_once=True)
        else:
            self._ping()
            self._watch_timer = self._loop.call_later(settings.ping_s, self._watch)

    def _ping(self) -> None:
        if self._pinged_at_s is None:
            self._pinged_at_s = monotonic()  # the loop's own clock may tick in milliseconds
            self.outflow.put(CONTROL, _PING)


def _certificate_of(transport: asyncio.BaseTransport) -> bytes:
    return transport.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""


def _pinned_member(shown: bytes, terms: SessionTerms, expected: Member | None) -> Member:
    member = holder_of(shown, terms.pins, time_of(terms.now_ms()))
    if member.name == terms.own_name:
        raise HandshakeRefused("own certificate: a dial to itself or a copy of this node")
    if expected is not None and member.name != expected.name:
        raise HandshakeRefused(f"certificate of {member.name} where {expected.name} was dialled")
    return member


def _keep_kernel_queue_short(transport: asyncio.BaseTransport) -> None:
    """Leave waiting bytes in our queues, where a vote can still overtake them."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None:
        transport.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, option, _KERNEL_UNSENT_BYTES
        )
