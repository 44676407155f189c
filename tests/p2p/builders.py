"""Builders: members with real certificates, nodes that record what their transport tells them."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from node.observe.log import fields_of, text_of
from p2p.envelope import CONTROL, FRAME_LIMITS, Frame, FrameDecoder, frame_bytes
from p2p.hello import make_hello
from p2p.ports import Channel, Member
from p2p.settings import BackoffSettings, SessionSettings, TransportSettings
from p2p.tls import Identity, certificate_der, make_certificate, make_contexts
from p2p.transport import TcpTransport
from primitives.crypto import PublicKey, SigningKey

CHAIN_ID = "testnet-00000000000000000000000000000000"
WAIT_S = 10.0
FAST = TransportSettings(
    handshake_s_max=2.0,
    backoff=BackoffSettings(first_s=0.02, max_s=0.2),
    session=SessionSettings(shutdown_s_max=0.5),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Actor:
    """A member record with the files of its identity."""

    member: Member
    identity: Identity


def actor(folder: Path, index: int, **certificate_dates) -> Actor:
    """Actors sort by index: a lower index has the lower name and dials the higher."""
    name = f"agency-{index}"
    keys = [SigningKey(bytes([n]) * 32).public_key for n in range(1, 17)]
    certificate_pem, key_pem = make_certificate(name, **certificate_dates)
    certificate_path, key_path = folder / f"{name}.cert.pem", folder / f"{name}.key.pem"
    certificate_path.write_bytes(certificate_pem)
    key_path.write_bytes(key_pem)
    public_key = sorted(keys)[index]
    member = Member(
        public_key=public_key,
        name=name,
        host="127.0.0.1",
        port=free_port(),
        certificate_der=certificate_der(certificate_pem),
    )
    identity = Identity(name=name, certificate_path=certificate_path, key_path=key_path)
    return Actor(member, identity)


def certificate_issued_by(identity: Identity) -> tuple[bytes, bytes]:
    """A PEM certificate that the member's key signed for another key, and that key."""
    other = Ed25519PrivateKey.generate()
    key = load_pem_private_key(identity.key_path.read_bytes(), None)
    issuer = x509.load_pem_x509_certificate(identity.certificate_path.read_bytes()).subject
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issued")]))
        .issuer_name(issuer)
        .public_key(other.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, None)
    )
    other_pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), other_pem


@dataclass
class Recorder:
    """A FrameHandler that keeps everything and can be waited on."""

    frames: list[tuple[PublicKey, Channel, bytes]] = field(default_factory=list)
    connected: list[PublicKey] = field(default_factory=list)
    disconnected: list[tuple[PublicKey, str]] = field(default_factory=list)
    rekeyed: list[tuple[PublicKey, PublicKey]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def on_frame(self, peer, channel, payload):
        self.frames.append((peer, channel, payload))
        self._changed.set()

    def on_connected(self, peer):
        self.connected.append(peer)
        self._changed.set()

    def on_disconnected(self, peer, reason):
        self.disconnected.append((peer, reason))
        self._changed.set()

    def on_key_changed(self, before, after):
        self.rekeyed.append((before, after))
        self._changed.set()

    async def until(self, holds: Callable[["Recorder"], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not holds(self):
                self._changed.clear()
                await self._changed.wait()


@dataclass
class Node:
    """A running transport and what it reported."""

    actor: Actor
    transport: TcpTransport
    seen: Recorder

    @property
    def key(self) -> PublicKey:
        return self.actor.member.public_key

    async def until_connected(self, count: int = 1) -> None:
        await self.seen.until(lambda _: len(self.transport.connected()) >= count)


def node_of(own: Actor, members, *, chain_id=CHAIN_ID, settings=FAST, handler=None) -> Node:
    seen = handler or Recorder()
    transport = TcpTransport(own.identity, chain_id, members, seen, settings)
    return Node(own, transport, seen)


class LogLines(logging.Handler):
    """The lines of the sapha.p2p logger, with a way to wait for one."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._changed = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(text_of(fields_of(record)))
        self._changed.set()

    def having(self, text: str) -> list[str]:
        return [line for line in self.lines if text in line]

    async def until(self, text: str) -> str:
        async with asyncio.timeout(WAIT_S):
            while not self.having(text):
                self._changed.clear()
                await self._changed.wait()
        return self.having(text)[0]


def client_context(own: Actor, *trusted: Member) -> ssl.SSLContext:
    return make_contexts(own.identity, trusted).client


_dialled: list[asyncio.StreamWriter] = []


async def dial_raw(member: Member, context: ssl.SSLContext | None):
    """A bare connection to a node, for a test that speaks the bytes itself."""
    async with asyncio.timeout(WAIT_S):
        reader, writer = await asyncio.open_connection(
            member.host, member.port, ssl=context, server_hostname="" if context else None
        )
    _dialled.append(writer)
    return reader, writer


async def close_dialled() -> None:
    """Close every bare connection of the test."""
    while _dialled:
        writer = _dialled.pop()
        writer.transport.abort()
        with suppress(OSError, ssl.SSLError):
            await asyncio.wait_for(writer.wait_closed(), WAIT_S)


def at(member: Member, port: int) -> Member:
    return replace(member, port=port)


class RawMember:
    """A member whose bytes the test writes itself, over a real TLS connection."""

    def __init__(self, own: Actor, reader, writer) -> None:
        self.own = own
        self.reader = reader
        self.writer = writer
        self._decoder = FrameDecoder(FRAME_LIMITS)

    @classmethod
    async def greet(cls, own: Actor, node: Node, chain_id: str = CHAIN_ID) -> "RawMember":
        """Connect to `node`, exchange hellos, and wait until it counts us as connected."""
        context = client_context(own, node.actor.member)
        raw = cls(own, *await dial_raw(node.actor.member, context))
        raw.write(CONTROL, make_hello(chain_id, own.member.name))
        assert (await raw.read()).channel == CONTROL
        await node.until_connected()
        return raw

    def write(self, channel: int, payload: bytes) -> None:
        self.writer.write(frame_bytes(channel, payload))

    async def read(self) -> Frame:
        async with asyncio.timeout(WAIT_S):
            while (frame := self._decoder.next_frame()) is None:
                data = await self.reader.read(65536)
                if not data:
                    raise ConnectionResetError("the node closed the connection")
                self._decoder.feed(data)
        return frame

    async def until_closed(self) -> None:
        with suppress(OSError):
            await asyncio.wait_for(self.reader.read(), WAIT_S)
