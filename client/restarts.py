"""Asks a node for restart statements, and lets a light client learn them (genesis.restarts)."""

from typing import Protocol

from client.chain_proofs import take_proofs
from client.rpc import RpcClient
from genesis.restarts import Reigns


class RestartTaker(Protocol):
    """A light client, as far as it follows restart statements."""

    reigns: Reigns

    def take_restarts(self, proof_bytes: bytes) -> None:
        """Learn the restart statements of one block."""


async def follow_restarts(light: RestartTaker, rpc: RpcClient) -> None:
    """Ask a node for the restart statements that `light` does not know.

    Raises:
        Rejected: what `take_restarts` raises.
        BadAnswer: the node gives no list of proofs.
    """
    await take_proofs(
        rpc,
        "chain_getRestarts",
        above=lambda: light.reigns.last.first_height,
        take=light.take_restarts,
    )
