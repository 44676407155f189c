"""What the transport offers and what it asks of its user."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from primitives.crypto import PublicKey


class Channel(IntEnum):
    """Kinds of frames, in order of priority: a lower number never waits behind a higher one."""

    CONSENSUS = 1
    SYNC = 2
    TRANSACTIONS = 3
    BLOBS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A node that may connect: who it is, where it listens, and its pinned certificates.

    Its name is for ever; `public_key` is its consensus key of now. It has a second certificate
    while it goes over to another TLS key.
    """

    public_key: PublicKey
    name: str
    host: str
    port: int
    certificate_der: bytes
    second_der: bytes | None = None

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """All that are pinned, DER."""
        both = (self.certificate_der, self.second_der)
        return tuple(der for der in both if der is not None)


class FrameHandler(Protocol):
    """Implemented by the node; called on the event loop and must not block.

    A peer is told by its key of now, which may change under a session.
    """

    def on_frame(self, peer: PublicKey, channel: Channel, payload: bytes) -> None:
        """Take one whole frame from an authenticated member."""

    def on_connected(self, peer: PublicKey) -> None:
        """A session with the member is ready for frames."""

    def on_disconnected(self, peer: PublicKey, reason: str) -> None:
        """The session ended; the transport reconnects by itself."""

    def on_key_changed(self, before: PublicKey, after: PublicKey) -> None:
        """A connected member has another key from now on; what it sends comes under that."""


class Transport(Protocol):
    """Implemented by p2p.transport; used by the node."""

    async def start(self) -> None:
        """Listen and begin to connect to every other member."""

    async def stop(self) -> None:
        """Close all sessions and stop listening."""

    def broadcast(self, channel: Channel, payload: bytes) -> None:
        """Queue a frame for every connected member. Full queues drop by the channel's rule."""

    def send(self, peer: PublicKey, channel: Channel, payload: bytes) -> bool:
        """Queue a frame for one member; False when it is not connected or its queue is full."""

    def connected(self) -> tuple[PublicKey, ...]:
        """Return the members with a ready session."""

    def penalise(self, peer: PublicKey, reason: str) -> None:
        """Log a protocol fault of `peer` once; cut it off when it repeats."""
