"""What anyone may ask of the digital baht. Amounts are satang."""

from contracts.cbdc.contract import contract
from contracts.cbdc.state import accounted, balances, issued, paused_at, redeemed
from contracts.sdk import Address, Context, record


@record
class Supply:
    """The supply equation: `outstanding` is issued - redeemed and must equal `accounted`."""

    issued: int
    redeemed: int
    outstanding: int
    accounted: int
    is_paused: bool


@contract.query
def balance(ctx: Context, address: Address) -> int:
    """The money of an account; 0 for an account that never held any."""
    return balances.get(ctx, address, 0)


@contract.query
def supply(ctx: Context) -> Supply:
    """All money created, destroyed, outstanding, and found in accounts."""
    created = issued.get(ctx)
    destroyed = redeemed.get(ctx)
    paused = paused_at.has(ctx)
    return Supply(created, destroyed, created - destroyed, accounted.get(ctx), paused)
