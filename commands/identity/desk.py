"""Where drafts are made and signed: a node, its chain and the ledger's time."""

from dataclasses import dataclass
from typing import Any

from client.answers import Answer, text_field, uint_field
from client.rpc import RpcClient
from commands.values import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where drafts are made: a node, its chain and the ledger's time."""

    rpc: RpcClient
    status: Answer  # the node's, as of this command

    @property
    def chain_id(self) -> str:
        """The chain that signatures are for."""
        return text_field(self.status, "chain_id")

    @property
    def now(self) -> int:
        """The ledger's time in Unix seconds."""
        return uint_field(self.status, "contract_time_ms") // 1_000

    @classmethod
    async def open(cls, rpc: RpcClient) -> "Desk":
        """Return a desk at the node's chain."""
        return cls(rpc=rpc, status=await rpc.call("chain_getStatus"))

    def settled(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return words with times in place of spans."""
        return {
            name: value.at(self.status) if isinstance(value, Moment) else value
            for name, value in given.items()
        }
