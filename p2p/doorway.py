"""Who may stand half-open at the door: caps on sockets that have not proved a member. No IO.

A full door turns out the oldest of the busiest address instead of refusing the newcomer: an
honest handshake takes milliseconds, so a flood mostly turns out itself.
"""

from collections import OrderedDict
from typing import Protocol

from p2p.rates import TokenBucket
from p2p.settings import TransportSettings
from primitives.recent import Recent

_ADDRESSES_MAX = 1024
_KNOWN_MAX = 256  # addresses that members came from


class Visitor(Protocol):
    """A half-open connection that can be turned out."""

    def cancel(self) -> object:
        """End the connection soon."""


class Doorway:
    """The half-open connections, by IP address, oldest first."""

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = settings
        self._by_address: dict[str, OrderedDict[Visitor, None]] = {}
        self._rates: Recent[str, TokenBucket] = Recent(_ADDRESSES_MAX)
        self._count = 0
        self._known: Recent[str, None] = Recent(_KNOWN_MAX)
        self._strangers = TokenBucket(
            per_s=settings.handshakes_per_s_max, burst=settings.handshakes_burst
        )

    def __len__(self) -> int:
        return self._count

    def may_knock(self, address: str, now_s: float) -> bool:
        """Return whether `address` has opened few enough sockets lately; count this one."""
        per_s, burst = self._settings.accepts_per_s_max, self._settings.accepts_burst
        bucket = self._rates.get(address) or TokenBucket(per_s=per_s, burst=burst)
        self._rates.put(address, bucket)
        return bucket.take_if_full(1.0, now_s)

    def may_shake_hands(self, address: str, now_s: float) -> bool:
        """Return whether there is time for a handshake; all strangers together have a little.

        A handshake costs a node a millisecond before it knows that nobody is there whom it knows.
        """
        return address in self._known or self._strangers.take_if_full(1.0, now_s)

    def know(self, address: str) -> None:
        """Take note that a member comes from this address."""
        self._known.put(address, None)

    def enter(self, address: str, visitor: Visitor) -> str | None:
        """Let `visitor` stand at the door; return the address turned out for it, if any."""
        full = None
        if len(self._by_address.get(address, ())) >= self._settings.half_open_per_ip_max:
            full = address
        elif self._count >= self._settings.half_open_max:
            full = max(self._by_address, key=lambda other: len(self._by_address[other]))
        if full is not None:
            self._turn_out_oldest(full)
        self._by_address.setdefault(address, OrderedDict())[visitor] = None
        self._count += 1
        return full

    def leave(self, address: str, visitor: Visitor) -> None:
        """Forget a visitor that came in, gave up or was turned out."""
        standing = self._by_address.get(address)
        if standing is None or visitor not in standing:
            return
        del standing[visitor]
        self._count -= 1
        if not standing:
            del self._by_address[address]

    def _turn_out_oldest(self, address: str) -> None:
        oldest = next(iter(self._by_address[address]))
        self.leave(address, oldest)
        oldest.cancel()
