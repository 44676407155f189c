"""Messages of the next height, kept unread and bounded until that height starts."""

from dataclasses import dataclass, field

from consensus.messages import Statement
from primitives.crypto import PublicKey
from primitives.limits import FRAME_BYTES_MAX

PEERS_MAX = 256
MESSAGES_PER_PEER_MAX = 256
BYTES_PER_PEER_MAX = FRAME_BYTES_MAX


@dataclass(slots=True)
class FutureMessages:
    """What each peer delivered for the next height, in order of arrival, each message once.

    Nothing here is checked. Of each (peer, sender) the statement of the highest mark is at hand.
    """

    _by_peer: dict[PublicKey, dict[bytes, None]] = field(default_factory=dict)
    _bytes: dict[PublicKey, int] = field(default_factory=dict)
    _highest: dict[PublicKey, dict[PublicKey, Statement]] = field(default_factory=dict)

    def keep(self, peer: PublicKey, payload: bytes, statement: Statement | None) -> None:
        """Keep a message unless the peer has used up its share; a lost one is said again."""
        if peer not in self._by_peer and len(self._by_peer) >= PEERS_MAX:
            return
        kept = self._by_peer.setdefault(peer, {})
        size = self._bytes.get(peer, 0) + len(payload)
        if len(kept) >= MESSAGES_PER_PEER_MAX or size > BYTES_PER_PEER_MAX or payload in kept:
            return
        kept[payload] = None
        self._bytes[peer] = size
        if statement is None:
            return
        highest = self._highest.setdefault(peer, {})
        known = highest.get(statement.sender)
        if known is None or known.mark < statement.mark:
            highest[statement.sender] = statement

    def statements_of(self, sender: PublicKey) -> tuple[Statement, ...]:
        """Return what peers brought as the highest statement of `sender`, highest mark first."""
        brought = {by[sender]: None for by in self._highest.values() if sender in by}
        return tuple(sorted(brought, key=lambda statement: statement.mark, reverse=True))

    def take(self) -> tuple[tuple[PublicKey, bytes], ...]:
        """Return all messages and forget them."""
        taken = tuple((peer, payload) for peer, kept in self._by_peer.items() for payload in kept)
        self._by_peer.clear()
        self._bytes.clear()
        self._highest.clear()
        return taken
