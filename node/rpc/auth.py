"""Who may call: operators at their own doors by socket or token, web pages by their origin."""

import hmac
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

_PEER = struct.Struct("3i")  # pid, uid, gid, as SO_PEERCRED has them
_BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class Auth:
    """The rules of the public door, where nobody is an operator.

    `origins` are the web pages, as scheme://host:port, whose scripts may call; a browser names
    the page in the Origin header, so no other page can use a node that its reader can reach.
    `hosts` are the names that this node is called by beside the loopback's and the address that a
    connection came in at. A page whose own name was made to lead here (DNS rebinding) names itself
    in the Host header: its browser takes the node for the page's own origin and sends no Origin.
    """

    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    own_networks: tuple[IPv4Network | IPv6Network, ...] = ()  # of the node's own agency

    def has_own_share(self, ip: str) -> bool:
        """Return whether the caller is of the own agency and need not wait behind strangers."""
        return bool(self.own_networks) and any(
            ip_address(ip) in network for network in self.own_networks
        )

    def allows_host(self, given: Sequence[str], reached: str) -> bool:
        """Return whether the only Host header of a request names this node.

        `reached` is the address of this machine that its connection came in at.
        """
        if len(given) != 1:
            return False
        name = _name_of(given[0])
        return name == "localhost" or name in self.hosts or _is_address(name, reached)

    def allows_origin(self, headers: Mapping[str, str]) -> bool:
        """Return whether the call comes from no web page or from one that may call."""
        origin = headers.get("Origin")
        return origin is None or origin in self.origins


def _name_of(host: str) -> str:
    """Return the name or address in a Host header, in small letters; empty where there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _is_address(name: str, reached: str) -> bool:
    try:
        address = ip_address(name)
        return address.is_loopback or address == ip_address(reached)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Tokens:
    """The operators' tokens, by the name of who holds each."""

    by_name: Mapping[str, str] = field(default_factory=dict, repr=False)

    def holder(self, headers: Mapping[str, str]) -> str | None:
        """Return the name of the bearer token in `headers`; None for none or a wrong one."""
        given = headers.get("Authorization", "")
        token = given.removeprefix(_BEARER).encode() if given.startswith(_BEARER) else b""
        found = None
        for name, secret in self.by_name.items():  # all of them: the time tells nothing
            if hmac.compare_digest(token, secret.encode()):
                found = name
        return found


def process_behind(connection: socket.socket) -> str:
    """Return who is at the other end of a Unix socket, by the kernel's word: "uid=0 pid=7".

    The process is the one that connected; it may have ended since.
    """
    with socket.socket(fileno=os.dup(connection.fileno())) as own:
        pid, uid, _gid = _PEER.unpack(
            own.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        )
    return f"uid={uid} pid={pid}"
