"""The members as the transport sees them: who they are, and how each session is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from p2p.ports import Channel, Member
from p2p.renewal import UNREADABLE, Pin, pin_of
from p2p.session import Session
from p2p.tls import BadIdentity
from p2p.trust import trusted
from primitives.crypto import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerState:
    """One member other than this node, for operators (node_getPeers)."""

    public_key: PublicKey
    name: str
    host: str
    port: int
    is_connected: bool
    is_dialled: bool | None  # None when not connected
    connected_s: float
    round_trip_ms: float | None
    clock_offset_ms: float | None  # how far its clock is ahead of ours, by its own word
    bytes_in: int  # of the session
    bytes_out: int
    frames_in: int
    waiting: Mapping[str, int]  # frames in our queues, by channel name
    dropped: Mapping[str, int]
    faults: int  # since the node started
    banned_s: float  # still to go
    last_reason: str  # why the last session or attempt ended


class Members:
    """The member records, with this node among them; found by key or by certificate.

    They change: `by_key` and `pins` are views of the records of now.
    """

    __slots__ = ("_by_key", "_founding", "_pins", "by_key", "others", "own", "pins")

    def __init__(self, members: Sequence[Member], own_key: PublicKey) -> None:
        """Check that records do not contradict each other. Raises BadIdentity."""
        self._pins: dict[Pin, Member] = {}
        self._by_key: dict[PublicKey, Member] = {}
        self.pins: Mapping[Pin, Member] = MappingProxyType(self._pins)
        self.by_key: Mapping[PublicKey, Member] = MappingProxyType(self._by_key)
        for member in members:
            holder = self._pins.setdefault(_pin(member), member)
            if holder is not member:
                raise BadIdentity(f"{member.name} and {holder.name} have one certificate key")
            if member.public_key in self._by_key:
                other = self._by_key[member.public_key]
                raise BadIdentity(f"{member.name} and {other.name} have one key")
            self._by_key[member.public_key] = member
        if own_key not in self._by_key:
            raise BadIdentity(f"the own key {own_key.hex()[:16]} is in no member record")
        self.own = self._by_key[own_key]
        self.others = tuple(member for member in members if member.public_key != own_key)
        self._founding = frozenset((one.name, one.certificate_der) for one in members)

    @property
    def all(self) -> tuple[Member, ...]:
        """Every member, this node first."""
        return (self.own, *self.others)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where the others are, as their records say: addresses, or names of hosts."""
        return tuple(member.host for member in self.others)

    def to_dial(self) -> tuple[Member, ...]:
        """Return the members that this node dials: of each pair the lower key does."""
        return tuple(m for m in self.others if self.own.public_key < m.public_key)

    def replace(self, members: Sequence[Member]) -> tuple[tuple[str, str], ...]:
        """Take other records; return whose certificates do not count, and why.

        This node stays a member by its last record, whoever leaves it out.
        """
        own_key = self.own.public_key
        others = [one for one in members if one.public_key != own_key and one.name != self.own.name]
        own = next((one for one in members if one.public_key == own_key), self.own)
        found = trusted([own, *others], self._founding)
        kept = {one.public_key: one for one in found.members}
        own = kept.setdefault(own_key, self.own)
        self._by_key.clear()
        self._by_key.update(kept)
        self._pins.clear()
        self._pins.update({_pin(one): one for one in kept.values()})
        self.own = own
        self.others = tuple(one for key, one in kept.items() if key != own_key)
        return found.left_out


def _pin(member: Member) -> Pin:
    try:
        return pin_of(member.certificate_der)
    except UNREADABLE as error:
        raise BadIdentity(f"the certificate of {member.name} does not parse") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the transport knows of a member beyond its session."""

    faults: int
    banned_s: float
    last_reason: str


def state_of(
    member: Member, session: Session | None, standing: Standing, now_s: float
) -> PeerState:
    """Return the operator's view of a member at the loop time `now_s`."""
    outbox = session.outflow.outbox if session else None
    return PeerState(
        public_key=member.public_key,
        name=member.name,
        host=member.host,
        port=member.port,
        is_connected=session is not None,
        is_dialled=session.is_dialled if session else None,
        connected_s=now_s - session.ready_at_s if session else 0.0,
        round_trip_ms=session.round_trip_ms if session else None,
        clock_offset_ms=session.clock.offset_ms if session else None,
        bytes_in=session.inflow.bytes_in if session else 0,
        bytes_out=session.outflow.bytes_out if session else 0,
        frames_in=session.inflow.frames_in if session else 0,
        waiting={c.name.lower(): outbox.waiting(c) if outbox is not None else 0 for c in Channel},
        dropped={c.name.lower(): outbox.dropped[c] if outbox is not None else 0 for c in Channel},
        faults=standing.faults,
        banned_s=standing.banned_s,
        last_reason=standing.last_reason,
    )
