"""Who is in the network by the record of the head, for all that talks to other nodes.

The genesis is the record's first version; without governance it is the only one.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from contracts.governance.network.state import Node
from node.config import NodeConfig
from node.execution.network_record import GOVERNANCE, Query, node_in, nodes_in, version_in
from node.files import Self, member_record, members_of, placed
from p2p.ports import Member
from primitives.crypto import PublicKey
from primitives.validators import ValidatorSet

_SETTLE_S = 1.0


class _Meeting(Protocol):
    """The transport, as far as its members go."""

    def set_members(self, members: tuple[Member, ...]) -> None:
        """Talk to these from now on."""


class Membership:
    """The nodes of the record; `keys` is a view of them by name, of now, with this node's own.

    `own_key` is the key of this node by the record of the head.
    """

    def __init__(
        self, config: NodeConfig, own: Self, query: Query, deciding: Callable[[], ValidatorSet]
    ) -> None:
        """Read the record; `deciding` returns who decides the next block.

        Raises LocalFault: an address in the configuration is none.
        """
        self._config = config
        self._own = own
        self._query = query
        self._deciding = deciding
        has_record = any(each.name == GOVERNANCE for each in own.genesis.contracts)
        self._version = version_in(self._query) if has_record else None
        self._transport: _Meeting | None = None
        self._due: asyncio.TimerHandle | None = None
        self._settled_s = -_SETTLE_S
        self.keys: dict[str, PublicKey] = {}
        self.own_key = own.public_key
        self.own_key = self._own_key()  # by the record, if that has one
        self.members = self._read()

    @property
    def founding(self) -> tuple[Member, ...]:
        """The members of the genesis, and this node, with the addresses of the configuration."""
        own = placed(self._config, member_record(self._own.member))
        listed = members_of(self._config, self._own.genesis)
        return (own, *[each for each in listed if each.name != own.name])

    def serve(self, transport: _Meeting) -> None:
        """Keep the members of this transport."""
        self._transport = transport

    def on_committed(self) -> None:
        """Look whether the block changed the record; if so, tell the transport soon.

        Not at once: sessions that end call parts that are in the midst of this block. And at most
        once a second, whatever agencies do to their nodes; only a validator's other key is told
        without a wait: at most f of them change at a block.
        """
        if self._version is None or (now := version_in(self._query)) == self._version:
            return
        self._version, self.own_key = now, self._own_key()
        loop = asyncio.get_running_loop()
        if self._has_other_keys():
            loop.call_soon(self._settle)
        elif self._due is None:
            wait_s = max(0.0, self._settled_s + _SETTLE_S - loop.time())
            self._due = loop.call_later(wait_s, self._settle)

    def _has_other_keys(self) -> bool:
        """Whether a validator has another key than sessions know."""
        members = self._deciding().members
        return any(self.keys.get(one.name) not in {None, one.public_key} for one in members)

    def _own_key(self) -> PublicKey:
        """Return the key that the record gives this node; the one of before if it has none."""
        found = None if self._version is None else node_in(self._query, self._own.member.name)
        return self.own_key if found is None else PublicKey(found.public_key)

    def _settle(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due, self._settled_s = None, asyncio.get_running_loop().time()
        self.members = self._read()
        if self._transport is not None:
            self._transport.set_members(self.members)

    def _read(self) -> tuple[Member, ...]:
        nodes = [] if self._version is None else nodes_in(self._query)
        members = tuple(placed(self._config, member_of(node)) for node in nodes) or self.founding
        self.keys.clear()
        self.keys[self._own.member.name] = self._own.public_key
        self.keys.update({member.name: member.public_key for member in members})
        return members


def member_of(node: Node) -> Member:
    """Return a node of the record as the transport knows it."""
    return Member(
        public_key=PublicKey(node.public_key),
        name=node.name,
        host=node.host,
        port=node.port,
        certificate_der=node.certificate,
        second_der=node.second_certificate,
    )
