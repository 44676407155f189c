"""The members by name and key, and which of them to ask first for a content."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from p2p.ports import Transport
from primitives.crypto import Digest, PublicKey
from primitives.recent import Recent

_ANNOUNCED_MAX = 10_000


@dataclass(frozen=True, slots=True)
class MemberNames:
    """Who is who; `own` is this node's name."""

    own: str
    keys: Mapping[str, PublicKey]

    def name_of(self, key: PublicKey) -> str:
        """Return the member's name, "" for nobody's key."""
        return next((name for name, other in self.keys.items() if other == key), "")


class PeerOrder:
    """Remembers who says that it has a content, and who failed lately."""

    def __init__(self, transport: Transport, members: MemberNames, aside_s: float) -> None:
        self._transport = transport
        self._members = members
        self._aside_s = aside_s
        self._aside: dict[PublicKey, float] = {}  # until this time
        self._announced: Recent[Digest, set[PublicKey]] = Recent(_ANNOUNCED_MAX)

    def announced(self, peer: PublicKey, content: Digest) -> None:
        """Note that `peer` says it has all of `content`."""
        self._announced.put(content, (self._announced.get(content) or set()) | {peer})

    def is_announced(self, content: Digest) -> bool:
        """Return whether a member says that it has all of `content`."""
        return content in self._announced

    def settled(self, content: Digest) -> set[PublicKey]:
        """Forget who announced `content`, and return them."""
        return self._announced.pop(content) or set()

    def set_aside(self, peer: PublicKey, now_s: float) -> None:
        """Ask `peer` last for a while."""
        self._aside[peer] = now_s + self._aside_s

    def connected(self, names: Iterable[str]) -> list[PublicKey]:
        """Return the members of these names that can be asked now, without this node."""
        ready = set(self._transport.connected())
        keys = (self._members.keys.get(name) for name in names if name != self._members.own)
        return [key for key in keys if key is not None and key in ready]

    def to_ask(self, content: Digest, hosts: Sequence[str], now_s: float) -> list[PublicKey]:
        """Return every connected member: those that say they have it, its hosts, the others.

        Others may have it too: it is uploaded before the ledger says where it belongs.
        """
        announced = self._announced.get(content) or set()
        of_hosts = set(self.connected(hosts))

        def rank(peer: PublicKey) -> tuple[bool, bool, bool]:
            is_aside = self._aside.get(peer, 0.0) > now_s
            return (is_aside, peer not in announced, peer not in of_hosts)

        return sorted(self._transport.connected(), key=rank)
