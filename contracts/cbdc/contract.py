"""The digital baht: the central bank issues, holders transfer and redeem, the sum is checked.

issued - redeemed = sum of all balances, after every block. Once that fails, no money moves.
"""

from contracts.cbdc.errors import (
    InsufficientFunds,
    Paused,
    ReferenceReused,
    SelfTransfer,
    SupplyCapExceeded,
)
from contracts.cbdc.events import Issued, Redeemed, SupplyMismatch, Transferred
from contracts.cbdc.messages import Issue, Redeem, Transfer
from contracts.cbdc.rules import (
    account_for,
    by_central_bank,
    credit,
    debit,
    is_balanced,
    require_running,
)
from contracts.cbdc.state import (
    accounted,
    issue_references,
    issued,
    paused_at,
    redeem_references,
    redeemed,
    supply_max,
)
from contracts.sdk import Config, Context, Contract, anyone, emit, require

SUPPLY_SATANG_MAX = 10**17  # a thousand million million baht is no supply; a cap stops mistakes

contract = Contract("cbdc", version=1, events=(Issued, Redeemed, Transferred, SupplyMismatch))


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Bound the money that may be outstanding; who issues it is governance's to say."""
    cap = config.integer(
        "supply_satang_max", low=1, high=SUPPLY_SATANG_MAX, default=SUPPLY_SATANG_MAX
    )
    supply_max.save(ctx, cap)


@contract.execute(
    Issue, allow=by_central_bank, rejects=(Paused, ReferenceReused, SupplyCapExceeded)
)
def issue(ctx: Context, msg: Issue) -> None:
    """Create money in an account. A reference serves for one issue."""
    require_running(ctx)
    require(not issue_references.has(ctx, msg.reference), ReferenceReused)
    outstanding = issued.get(ctx) - redeemed.get(ctx)
    cap = supply_max.load(ctx)
    require(outstanding + msg.amount <= cap, SupplyCapExceeded, outstanding=outstanding, cap=cap)

    issue_references.save(ctx, msg.reference, ctx.height)
    issued.add(ctx, msg.amount)
    account_for(ctx, credit(ctx, msg.to, msg.amount))
    emit(ctx, Issued(msg.to, msg.amount, msg.reference))


@contract.execute(Redeem, allow=anyone, rejects=(Paused, ReferenceReused, InsufficientFunds))
def redeem(ctx: Context, msg: Redeem) -> None:
    """Destroy money of the sender. A reference serves for one redemption of that sender."""
    require_running(ctx)
    require(not redeem_references.has(ctx, (ctx.sender, msg.reference)), ReferenceReused)

    account_for(ctx, debit(ctx, ctx.sender, msg.amount))
    redeem_references.save(ctx, (ctx.sender, msg.reference), ctx.height)
    redeemed.add(ctx, msg.amount)
    emit(ctx, Redeemed(ctx.sender, msg.amount, msg.reference))


@contract.execute(Transfer, allow=anyone, rejects=(Paused, SelfTransfer, InsufficientFunds))
def transfer(ctx: Context, msg: Transfer) -> None:
    """Move money from the sender to another account."""
    require_running(ctx)
    require(msg.to != ctx.sender, SelfTransfer)

    change = debit(ctx, ctx.sender, msg.amount) + credit(ctx, msg.to, msg.amount)
    account_for(ctx, change)
    emit(ctx, Transferred(ctx.sender, msg.to, msg.amount, msg.memo))


@contract.end_block
def check_supply(ctx: Context) -> None:
    """Stop all money when what was issued and not redeemed is not what the accounts hold."""
    sums = (issued.get(ctx), redeemed.get(ctx), accounted.get(ctx))
    if is_balanced(*sums) or paused_at.has(ctx):
        return
    paused_at.save(ctx, ctx.height)
    emit(ctx, SupplyMismatch(*sums))
