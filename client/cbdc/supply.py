"""The supply equation as a node states it."""

from dataclasses import dataclass

from client.answers import field_of, uint_from
from client.cbdc.holder import CONTRACT
from client.rpc import RpcClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """All money: created, destroyed, outstanding, and found in accounts."""

    issued: int
    redeemed: int
    outstanding: int
    accounted: int
    is_paused: bool


async def supply(rpc: RpcClient) -> Supply:
    """Return the supply equation's terms as the node says."""
    params = {"contract": CONTRACT, "query": "supply", "args": []}
    value = field_of(await rpc.call("state_query", params), "value")
    return Supply(
        issued=uint_from(field_of(value, "issued"), "issued"),
        redeemed=uint_from(field_of(value, "redeemed"), "redeemed"),
        outstanding=uint_from(field_of(value, "outstanding"), "outstanding"),
        accounted=uint_from(field_of(value, "accounted"), "accounted"),
        is_paused=field_of(value, "is_paused") is True,
    )
