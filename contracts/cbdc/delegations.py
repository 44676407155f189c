"""Delegates: another account that may pay from a wallet, within bounds of its own.

The wallet's own limits count too. A delegate never pays above the travel threshold.
"""

from contracts.cbdc.authority_errors import BadUntil
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import SelfTransfer, UnknownWallet
from contracts.cbdc.events import DelegatePaid, Transferred
from contracts.cbdc.fields import PAYMENTS, T2, T3, M
from contracts.cbdc.limits import require_tier
from contracts.cbdc.messages import Delegate, RevokeDelegate, TransferFor
from contracts.cbdc.parameters import DELEGATE_DAYS_MAX, parameter_of
from contracts.cbdc.paying import require_can_pay, settle
from contracts.cbdc.payments import record_transfer
from contracts.cbdc.state import Delegation, delegations
from contracts.cbdc.wallet_errors import (
    DelegateDayLimit,
    DelegateReceiver,
    DelegateTxLimit,
    NoDelegation,
    TooManyDelegates,
)
from contracts.cbdc.wallet_events import Delegated, DelegateRevoked
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Address, Context, anyone, emit, replace, require
from contracts.sdk.calendar import DAY_MS, bangkok_day

DELEGATES_MAX = 16  # of one wallet
TIERS_THAT_DELEGATE = (T2, T3, M)


@contract.execute(Delegate, allow=anyone)
def delegate(ctx: Context, msg: Delegate) -> None:
    """Let an account pay from the sender's wallet; again, to change the bounds."""
    found = running(ctx, PAYMENTS)
    owner = sender_party(ctx, found)
    require(owner.wallet is not None, UnknownWallet)
    require_tier(ctx, owner, TIERS_THAT_DELEGATE)
    require(msg.delegate not in (ctx.sender, owner.address), SelfTransfer)
    last_ms = ctx.block_time_ms + parameter_of(ctx, DELEGATE_DAYS_MAX) * DAY_MS
    require(ctx.block_time_ms < msg.until_ms <= last_ms, BadUntil, latest=last_ms)
    key = (owner.address, msg.delegate)
    before = delegations.get(ctx, key, None)
    if before is None:
        count = len(delegations.page(ctx, (owner.address,), limit=DELEGATES_MAX))
        require(count < DELEGATES_MAX, TooManyDelegates, most=DELEGATES_MAX)

    used = (0, 0) if before is None else (before.day, before.day_sent)
    bounds = (msg.per_payment, msg.per_day, msg.merchants, msg.until_ms)
    delegations.save(ctx, key, Delegation(*bounds, *used))
    emit(ctx, Delegated(*key, msg.per_payment, msg.per_day, msg.until_ms))


@contract.execute(RevokeDelegate, allow=anyone)
def revoke_delegate(ctx: Context, msg: RevokeDelegate) -> None:
    """End a delegate's right at once."""
    owner = sender_party(ctx, running(ctx, PAYMENTS))
    key = (owner.address, msg.delegate)
    require(delegations.has(ctx, key), NoDelegation)

    delegations.remove(ctx, key)
    emit(ctx, DelegateRevoked(*key))


@contract.execute(TransferFor, allow=anyone)
def transfer_for(ctx: Context, msg: TransferFor) -> None:
    """Pay from a wallet as its delegate."""
    found = running(ctx, PAYMENTS)
    payer = party_of(ctx, found, msg.wallet)
    payee = party_of(ctx, found, msg.to)
    key = (payer.address, ctx.sender)
    right = delegations.load(ctx, key, absent=NoDelegation)
    require(ctx.block_time_ms < right.until_ms, NoDelegation)
    require_tier(ctx, payer, TIERS_THAT_DELEGATE)
    day = bangkok_day(ctx.block_time_ms)
    sent = (right.day_sent if day == right.day else 0) + msg.amount
    _require_within(right, payee.address, msg.amount, sent)
    require_can_pay(ctx, payer, payee, msg.amount, None)

    delegations.save(ctx, key, replace(right, day=day, day_sent=sent))
    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, payee, msg.amount)
    emit(ctx, DelegatePaid(payer.address, ctx.sender))


def drop_delegates(ctx: Context, wallet: Address) -> None:
    """End the rights of all delegates of a wallet."""
    for key, _ in delegations.page(ctx, (wallet,), limit=DELEGATES_MAX):
        delegations.remove(ctx, key)
        emit(ctx, DelegateRevoked(*key))


def _require_within(right: Delegation, payee: Address, amount: int, sent: int) -> None:
    """Reject what is beyond the delegate's bounds."""
    may_pay = len(right.merchants) == 0 or payee in right.merchants
    require(may_pay, DelegateReceiver)
    require(amount <= right.per_payment, DelegateTxLimit, per_payment=right.per_payment)
    require(sent <= right.per_day, DelegateDayLimit, per_day=right.per_day)
