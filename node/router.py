"""What comes from members goes to the part of the node that owns its channel."""

from collections.abc import Callable
from dataclasses import dataclass, field

from p2p.ports import Channel
from primitives.crypto import PublicKey


@dataclass(slots=True)
class Router:
    """Gives each frame of a member to the part that owns its channel."""

    routes: dict[Channel, Callable[[PublicKey, bytes], None]] = field(default_factory=dict)
    connected: list[Callable[[PublicKey], None]] = field(default_factory=list)
    disconnected: list[Callable[[PublicKey], None]] = field(default_factory=list)
    key_changed: list[Callable[[PublicKey, PublicKey], None]] = field(default_factory=list)

    def on_frame(self, peer: PublicKey, channel: Channel, payload: bytes) -> None:
        """Take one whole frame from an authenticated member."""
        self.routes[channel](peer, payload)

    def on_connected(self, peer: PublicKey) -> None:
        """Tell who wants to know that a member can be reached."""
        for told in self.connected:
            told(peer)

    def on_disconnected(self, peer: PublicKey, reason: str) -> None:
        """Tell who wants to know that a member is gone; the transport has logged why."""
        for told in self.disconnected:
            told(peer)

    def on_key_changed(self, before: PublicKey, after: PublicKey) -> None:
        """Tell who wants to know that a connected member has another key."""
        for told in self.key_changed:
            told(before, after)
