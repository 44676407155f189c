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
    """The member records, with this node among them; found by name, key or certificate.

    They change: `by_name` and `pins` are views of the records of now; `name_of` tells whose a key
    is, or was.
    """

    __slots__ = (
        "_by_name",
        "_founding",
        "_names",
        "_pins",
        "by_name",
        "name_of",
        "others",
        "own",
        "pins",
    )

    def __init__(self, members: Sequence[Member], own_name: str) -> None:
        """Check that records do not contradict each other. Raises BadIdentity."""
        self._pins: dict[Pin, Member] = {}
        self._names: dict[PublicKey, str] = {}
        self._by_name = {member.name: member for member in members}
        self.pins: Mapping[Pin, Member] = MappingProxyType(self._pins)
        self.name_of: Mapping[PublicKey, str] = MappingProxyType(self._names)
        self.by_name: Mapping[str, Member] = MappingProxyType(self._by_name)
        for member in members:
            for pin in _pins(member):
                holder = self._pins.setdefault(pin, member)
                if holder is not member:
                    raise BadIdentity(f"{member.name} and {holder.name} have one certificate key")
            other = self._names.setdefault(member.public_key, member.name)
            if other != member.name:
                raise BadIdentity(f"{member.name} and {other} have one key")
        if own_name not in self._by_name:
            raise BadIdentity(f"no member record has the own name {own_name!r}")
        self.own = self._by_name[own_name]
        self.others = tuple(member for member in members if member.name != own_name)
        self._founding = frozenset((one.name, der) for one in members for der in one.certificates)

    @property
    def all(self) -> tuple[Member, ...]:
        """Every member, this node first."""
        return (self.own, *self.others)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where the others are, as their records say: addresses, or names of hosts."""
        return tuple(member.host for member in self.others)

    def to_dial(self) -> tuple[Member, ...]:
        """Return the members that this node dials: of each pair the lower name does."""
        return tuple(member for member in self.others if self.own.name < member.name)

    def replace(self, members: Sequence[Member]) -> tuple[tuple[str, str], ...]:
        """Take other records; return whose certificates do not count, and why.

        This node stays a member by its last record, whoever leaves it out.
        """
        own_name = self.own.name
        others = [one for one in members if one.name != own_name]
        own = next((one for one in members if one.name == own_name), self.own)
        found = trusted([own, *others], self._founding)
        kept = {one.name: one for one in found.members}
        own = kept.setdefault(own_name, self.own)
        self._by_name.clear()
        self._by_name.update(kept)
        for key in [key for key, name in self._names.items() if name not in kept]:
            del self._names[key]
        self._names.update({one.public_key: one.name for one in kept.values()})
        self._pins.clear()
        self._pins.update({pin: one for one in kept.values() for pin in _pins(one)})
        self.own = own
        self.others = tuple(one for name, one in kept.items() if name != own_name)
        return found.left_out


def _pins(member: Member) -> list[Pin]:
    try:
        return [pin_of(der) for der in member.certificates]
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
