"""Tiers and limits: why a wallet may not send or receive. Reads parties, changes nothing.

Limits hold per holder, over all wallets of one customer, and per Bangkok day and month of block
time. Functions named `why_not_...` return the refusal, for callers that go on without the payment.
"""

from contracts.cbdc.errors import (
    DayLimit,
    Frozen,
    FspSuspended,
    HoldingLimit,
    InRecovery,
    InsufficientFunds,
    MonthLimit,
    TxLimit,
    UnknownWallet,
    WalletClosed,
    WrongTier,
)
from contracts.cbdc.fields import (
    ACTIVE,
    ALL,
    CLOSED,
    RECOVERING,
    SUSPENDED,
    T0,
    TIERS,
)
from contracts.cbdc.state import Holder, Party, Terms, Wallet
from contracts.sdk import Context, Refusal, record, require
from contracts.sdk.calendar import bangkok_day, month_of

BALANCE, PAYMENT, DAY, MONTH = 0, 1, 2, 3
LIMITS_A_TIER = 4


@record
class Usage:
    """What left a holder's wallets on the Bangkok day and in the month of now."""

    day: int
    day_sent: int
    month: int
    month_sent: int


def limit_of(terms: Terms, tier: str, what: int) -> int:
    """Return a limit of a tier; `what` is BALANCE, PAYMENT, DAY or MONTH."""
    return terms.limits[TIERS.index(tier) * LIMITS_A_TIER + what]


def tier_now(ctx: Context, holder: Holder) -> str:
    """Return the holder's tier; T0 once the attestation has expired."""
    return holder.tier if ctx.block_time_ms < holder.attested_until_ms else T0


def has_tier(ctx: Context, party: Party, tiers: tuple[str, ...]) -> bool:
    """Whether the holder has one of `tiers` now; accounts without a holder always do."""
    return party.holder is None or tier_now(ctx, party.holder) in tiers


def require_tier(ctx: Context, party: Party, tiers: tuple[str, ...]) -> None:
    """Reject with WrongTier a holder who has none of `tiers` now."""
    require(has_tier(ctx, party, tiers), WrongTier)


def why_not_leave(ctx: Context, party: Party) -> Refusal | None:
    """Return why nothing may leave the account now, whatever the amount."""
    wallet = party.wallet
    if wallet is None:
        return None if party.terms.allows_unregistered else UnknownWallet
    if wallet.status != ACTIVE:
        return _of_status(wallet)
    return Frozen if ctx.block_time_ms < wallet.frozen_until_ms else None


def why_not_send(ctx: Context, payer: Party, amount: int) -> Refusal | None:
    """Return why the account may not pay `amount` now: status, limits of the holder, balance."""
    refusal = why_not_leave(ctx, payer)
    if refusal is None and payer.holder is not None:
        refusal = _why_over_limit(ctx, payer.terms, payer.holder, amount)
    if refusal is None and payer.balance < amount:
        return InsufficientFunds
    return refusal


def why_not_enter(ctx: Context, party: Party) -> Refusal | None:
    """Return why nothing may enter the account now, whatever the amount."""
    wallet = party.wallet
    if wallet is None:
        return None if party.terms.allows_unregistered else UnknownWallet
    if wallet.status in (CLOSED, SUSPENDED):
        return _of_status(wallet)
    is_shut = wallet.frozen_scope == ALL and ctx.block_time_ms < wallet.frozen_until_ms
    return Frozen if is_shut else None


def why_not_receive(ctx: Context, payee: Party, amount: int) -> Refusal | None:
    """Return why the account may not receive `amount` and keep all of it."""
    refusal = why_not_enter(ctx, payee)
    if refusal is None and excess_of(ctx, payee, amount) > 0:
        return HoldingLimit
    return refusal


def excess_of(ctx: Context, payee: Party, amount: int) -> int:
    """Return how much of a receipt of `amount` the holder may not keep.

    What the holder owned above a limit that fell stays; only of the receipt something is excess.
    """
    holder = payee.holder
    if holder is None:
        return 0
    most = limit_of(payee.terms, tier_now(ctx, holder), BALANCE)
    return min(amount, max(0, holder.total + amount - most))


def require_can_send(ctx: Context, payer: Party, amount: int) -> None:
    """Reject as `why_not_send` says."""
    refuse(why_not_send(ctx, payer, amount), payer, amount)


def require_can_receive(ctx: Context, payee: Party, amount: int) -> None:
    """Reject as `why_not_receive` says."""
    refuse(why_not_receive(ctx, payee, amount), payee, amount)


def refuse(refusal: Refusal | None, party: Party, amount: int) -> None:
    """Reject with `refusal`, unless it is None; the receipt names the amount and the balance."""
    if refusal is not None:
        raise refusal("", balance=party.balance, amount=amount)


def usage_now(ctx: Context, holder: Holder) -> Usage:
    """Return what left the holder's wallets today and this month, by Bangkok's calendar."""
    day = bangkok_day(ctx.block_time_ms)
    if day == holder.day:
        return Usage(day, holder.day_sent, holder.month, holder.month_sent)
    month = month_of(day)
    return Usage(day, 0, month, holder.month_sent if month == holder.month else 0)


def _of_status(wallet: Wallet) -> Refusal:
    if wallet.status == RECOVERING:
        return InRecovery
    return FspSuspended if wallet.status == SUSPENDED else WalletClosed


def _why_over_limit(ctx: Context, terms: Terms, holder: Holder, amount: int) -> Refusal | None:
    tier = tier_now(ctx, holder)
    used = usage_now(ctx, holder)
    if amount > limit_of(terms, tier, PAYMENT):
        return TxLimit
    if used.day_sent + amount > limit_of(terms, tier, DAY):
        return DayLimit
    return MonthLimit if used.month_sent + amount > limit_of(terms, tier, MONTH) else None
