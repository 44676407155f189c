"""The rules of money: who may issue, how an account is credited and debited, when money stops."""

from contracts.cbdc.errors import InsufficientFunds, Paused
from contracts.cbdc.messages import Issue
from contracts.cbdc.state import accounted, balances, central_bank, paused_at
from contracts.sdk import Address, Context, require


def by_central_bank(ctx: Context, _msg: Issue) -> bool:
    """Only the central bank may call."""
    return ctx.sender == central_bank.load(ctx)


def require_running(ctx: Context) -> None:
    """Reject with Paused once the supply equation has failed."""
    require(not paused_at.has(ctx), Paused)


def is_balanced(issued: int, redeemed: int, accounted: int) -> bool:
    """Whether the money outstanding is the money in accounts."""
    return issued - redeemed == accounted


def credit(ctx: Context, address: Address, amount: int) -> None:
    """Add `amount` to an account and to the sum of accounts."""
    balances.add(ctx, address, amount)
    accounted.add(ctx, amount)


def debit(ctx: Context, address: Address, amount: int) -> None:
    """Take `amount` from an account and from the sum of accounts. Rejects: InsufficientFunds."""
    balance = balances.get(ctx, address, 0)
    require(balance >= amount, InsufficientFunds, balance=balance, amount=amount)
    if balance == amount:
        balances.remove(ctx, address)
    else:
        balances.save(ctx, address, balance - amount)
    accounted.add(ctx, -amount)
