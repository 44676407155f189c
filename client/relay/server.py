"""The relay: behind its door for letters it answers few of a node's calls, and holds acts back.

A wallet also reads through it what it needs about its act, so that its questions do not tell a
validator which act is whose; questions that name a person are refused.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from client.relay.address import RelayAddress
from client.relay.carrier import Carrier
from client.relay.door import Door, DoorParts, DoorPlace, no_method
from client.relay.errors import NotRelayed
from client.relay.mailbox import Mailbox
from client.relay.pool import Pool, forward
from client.rpc import RpcClient
from client.transaction import wall_ms
from primitives.crypto import DIGEST_BYTES
from primitives.hex import read_hex
from primitives.ids import TransactionId

READS = frozenset(
    {
        "chain_getStatus",
        "chain_getHeader",
        "chain_getBlock",
        "contract_getAbi",
        "events_search",
        "state_getProof",
        "tx_get",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayParts:
    """What a relay is made of: who opens letters, what waits, and whom it carries for."""

    mailbox: Mailbox
    pool: Pool
    carrier: Carrier | None = None
    now_ms: Callable[[], int] = wall_ms


class RelayServer:
    """Start it, run it, stop it; `rpc` are the nodes that acts go to."""

    def __init__(self, rpc: RpcClient, parts: RelayParts, place: DoorPlace | None = None) -> None:
        self.pool = parts.pool
        self._now_ms = parts.now_ms
        self._rpc = rpc
        self._prefixes = tuple(
            prefix for kind in parts.pool.policy.kinds for prefix in kind.prefixes
        )
        door = DoorParts(
            mailbox=parts.mailbox, desk=self, carrier=parts.carrier, now_ms=parts.now_ms
        )
        self.door = Door(door, place)

    async def start(self) -> None:
        """Begin to listen. Raises CannotListen."""
        await self.door.start()

    @property
    def address(self) -> RelayAddress:
        """Where letters reach the relay on this machine. Raises CannotListen before `start`."""
        return self.door.address

    async def run(self) -> None:
        """Send acts on in rounds of random length, for ever."""
        while True:
            await asyncio.sleep(self.pool.pause_s())
            await forward(self._rpc, self.pool, self._now_ms())

    async def stop(self) -> None:
        """Stop listening; acts that still wait are gone, and their senders send them again."""
        await self.door.stop()

    async def answer(self, method: str, params: dict[str, Any], *, is_alone: bool) -> object:
        """Return the result of a call in a letter, see `client.relay.door.Desk`."""
        if method == "tx_submit":
            if not is_alone:
                raise NotRelayed("a letter has one act, and nothing else with it")
            raw = read_hex(params.get("transaction"), name="transaction")
            accepted = self.pool.accept(raw, self._now_ms())
            return {"transaction_id": "0x" + accepted.hex(), "status": "pending"}
        if method == "relay_get":
            name = "transaction_id"
            data = read_hex(params.get(name), name=name, length=DIGEST_BYTES)
            return {"status": self.pool.status(TransactionId(data))}
        if method == "state_getProof":
            key = read_hex(params.get("key"), name="key")
            if not key.startswith(self._prefixes):
                raise NotRelayed("ask a node: a relay does not want to know who you are")
        if method in READS:
            return await self._rpc.call(method, params)
        raise no_method(method)
