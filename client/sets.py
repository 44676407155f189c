"""Asks a node for the changes of who decides, and lets a light client learn them (genesis.sets)."""

from typing import Protocol

from client.chain_proofs import take_proofs
from client.rpc import RpcClient
from genesis.sets import DecidingSets


class SetTaker(Protocol):
    """A light client, as far as it follows changes of the set."""

    sets: DecidingSets

    def take_set_change(self, proof_bytes: bytes) -> None:
        """Learn one change of the set."""


async def follow_sets(light: SetTaker, rpc: RpcClient) -> None:
    """Ask a node for the changes of the set that `light` does not know.

    Raises:
        Rejected: what `take_set_change` raises.
        BadAnswer: the node gives no list of changes.
    """
    await take_proofs(
        rpc,
        "chain_getValidatorChanges",
        above=lambda: max(light.sets.last[0] - 1, 0),
        take=light.take_set_change,
    )
