"""The supply equation as a node states it."""

from dataclasses import dataclass

from client.answers import Answer, field_of, list_field, uint_field
from client.cbdc.asking import ask_at
from client.rpc import RpcClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """All money: created, destroyed, outstanding, and where it is found.

    `outstanding` is issued - redeemed, `accounted` the sum of available, held, vouchers, offline
    and fees. `broken_at` is the height where the equation failed, 0 while it holds;
    `recounted_at` that of the last full recount by the ledger itself that agreed.
    """

    issued: int
    redeemed: int
    outstanding: int
    accounted: int
    is_paused: bool
    available: int
    held: int
    vouchers: int
    offline: int
    fees: int
    supply_max: int
    broken_at: int
    recounted_at: int
    paused_scopes: tuple[str, ...]


async def supply(rpc: RpcClient) -> Supply:
    """Return the supply equation's terms as the node says."""
    return (await supply_at(rpc))[0]


async def supply_at(rpc: RpcClient) -> tuple[Supply, int]:
    """Return the supply equation's terms as the node says, and the height that they are of."""
    value, height = await ask_at(rpc, "supply")
    return _read(value), height


def _read(value: Answer) -> Supply:
    return Supply(
        issued=uint_field(value, "issued"),
        redeemed=uint_field(value, "redeemed"),
        outstanding=uint_field(value, "outstanding"),
        accounted=uint_field(value, "accounted"),
        is_paused=field_of(value, "is_paused") is True,
        available=uint_field(value, "available"),
        held=uint_field(value, "held"),
        vouchers=uint_field(value, "vouchers"),
        offline=uint_field(value, "offline"),
        fees=uint_field(value, "fees"),
        supply_max=uint_field(value, "supply_max"),
        broken_at=uint_field(value, "broken_at"),
        recounted_at=uint_field(value, "recounted_at"),
        paused_scopes=tuple(map(str, list_field(value, "paused_scopes"))),
    )
