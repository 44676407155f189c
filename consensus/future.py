"""Messages of the next height, kept unread and bounded until that height starts."""

from dataclasses import dataclass, field

from primitives.crypto import PublicKey
from primitives.limits import FRAME_BYTES_MAX

PEERS_MAX = 256
MESSAGES_PER_PEER_MAX = 256
BYTES_PER_PEER_MAX = FRAME_BYTES_MAX


@dataclass(slots=True)
class FutureMessages:
    """What each peer delivered for the next height, in order of arrival, each message once."""

    _by_peer: dict[PublicKey, dict[bytes, None]] = field(default_factory=dict)
    _bytes: dict[PublicKey, int] = field(default_factory=dict)

    def keep(self, peer: PublicKey, payload: bytes) -> None:
        """Keep a message unless the peer has used up its share; a lost one is said again."""
        if peer not in self._by_peer and len(self._by_peer) >= PEERS_MAX:
            return
        kept = self._by_peer.setdefault(peer, {})
        size = self._bytes.get(peer, 0) + len(payload)
        if len(kept) >= MESSAGES_PER_PEER_MAX or size > BYTES_PER_PEER_MAX or payload in kept:
            return
        kept[payload] = None
        self._bytes[peer] = size

    def take(self) -> tuple[tuple[PublicKey, bytes], ...]:
        """Return all messages and forget them."""
        taken = tuple((peer, payload) for peer, kept in self._by_peer.items() for payload in kept)
        self._by_peer.clear()
        self._bytes.clear()
        return taken
