"""The rules of money: who may issue, how an account is credited and debited, when money stops."""

from contracts.cbdc.errors import InsufficientFunds, Paused
from contracts.cbdc.messages import Issue
from contracts.cbdc.state import accounted, balances, paused_at
from contracts.sdk import Address, Context, require


def by_central_bank(ctx: Context, _msg: Issue) -> bool:
    """Only the administrator of the central bank may call."""
    return bool(ctx.call("governance").administers_kind(ctx.sender, "central-bank"))


def require_running(ctx: Context) -> None:
    """Reject with Paused once the supply equation has failed."""
    require(not paused_at.has(ctx), Paused)


def is_balanced(issued: int, redeemed: int, accounted: int) -> bool:
    """Whether the money outstanding is the money in accounts."""
    return issued - redeemed == accounted


def credit(ctx: Context, address: Address, amount: int) -> int:
    """Add `amount` to an account. Returns the change of its balance."""
    before = balances.get(ctx, address, 0)
    after = before + amount
    balances.save(ctx, address, after)
    return after - before


def debit(ctx: Context, address: Address, amount: int) -> int:
    """Take `amount` from an account. Returns the change of its balance.

    Rejects: InsufficientFunds.
    """
    before = balances.get(ctx, address, 0)
    require(before >= amount, InsufficientFunds, balance=before, amount=amount)
    after = before - amount
    if after == 0:
        balances.remove(ctx, address)
    else:
        balances.save(ctx, address, after)
    return after - before


def account_for(ctx: Context, change: int) -> None:
    """Add the changes of balances to the sum of accounts, which a transfer leaves as it is."""
    if change != 0:
        accounted.add(ctx, change)
