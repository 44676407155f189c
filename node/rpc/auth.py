"""Who is an operator, and which web pages may call."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address

_FORWARDED = ("Forwarded", "X-Forwarded-For")


@dataclass(frozen=True, slots=True)
class Auth:
    """The rules: `token` empty means that operators call from this machine.

    `origins` are the web pages, as scheme://host:port, whose scripts may call; a browser names
    the page in the Origin header, so no other page can use a node that its reader can reach.
    """

    token: str = field(default="", repr=False)
    origins: frozenset[str] = frozenset()
    own_networks: tuple[IPv4Network | IPv6Network, ...] = ()  # of the node's own agency

    def is_operator(self, headers: Mapping[str, str], ip: str) -> bool:
        """Return whether the caller has the right to operators' methods."""
        if self.token:
            given = headers.get("Authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode(), self.token.encode())
        # A proxy on this machine makes everyone look local, and says so.
        return _is_loopback(ip) and not any(name in headers for name in _FORWARDED)

    def has_own_share(self, headers: Mapping[str, str], ip: str) -> bool:
        """Return whether the caller need not wait behind strangers: an operator, its agency."""
        if self.token and self.is_operator(headers, ip):
            return True
        return bool(self.own_networks) and any(
            ip_address(ip) in network for network in self.own_networks
        )

    def allows_origin(self, headers: Mapping[str, str]) -> bool:
        """Return whether the call comes from no web page or from one that may call."""
        origin = headers.get("Origin")
        return origin is None or origin in self.origins


def _is_loopback(ip: str) -> bool:
    try:
        return ip_address(ip).is_loopback
    except ValueError:
        return False
