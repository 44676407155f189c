"""Tiers, limits and banks: why a wallet may not send or receive, and who is its bank.

The numbers are the central bank's; first values are placeholders until it decides. Limits and the
travel threshold are in `Terms`, which every payment reads; the rest has entries of its own. Limits
hold per holder, over all wallets of one customer, and per Bangkok day and month of block time.
Functions named `why_not_...` return the refusal, for callers that go on without the payment.
"""

from contracts.cbdc.core.messages import (
    ACTIVE,
    ALL,
    CLOSED,
    RECOVERING,
    SUM_SATANG_MAX,
    SUSPENDED,
    T0,
    TIERS,
    DayLimit,
    Frozen,
    FspSuspended,
    HoldingLimit,
    InRecovery,
    InsufficientFunds,
    MonthLimit,
    NotBank,
    Slug,
    Sum,
    TxLimit,
    UnknownFsp,
    UnknownWallet,
    WalletClosed,
    WrongTier,
)
from contracts.cbdc.core.state import Fsp, Holder, Party, Terms, Wallet, fsps, parameters, terms
from contracts.sdk import AMOUNT_SATANG_MAX, Config, Context, Refusal, record, require
from contracts.sdk.calendar import bangkok_day, month_of
from contracts.sdk.roles import has_role

BAHT = 100

BORNE_BY_PAYEE = 0
BORNE_BY_FSP = 1


@record
class Parameter:
    """A number: its bounds, and what it is until the central bank sets it."""

    name: Slug
    low: Sum
    high: Sum
    default: Sum


PARAMETER_DELAY_SECONDS = Parameter("parameter-delay-seconds", 1, 2_592_000, 1)
WALLETS_MAX = Parameter("wallets-max", 1, 100, 5)
RECOVERY_HOURS = Parameter("recovery-hours", 1, 2_160, 72)
FREEZE_HOURS_ALONE = Parameter("freeze-hours-alone", 1, 720, 72)
FREEZE_DAYS_MAX = Parameter("freeze-days-max", 1, 3_660, 366)
DELEGATE_DAYS_MAX = Parameter("delegate-days-max", 1, 3_660, 366)
ATTESTATION_POLICY_MIN = Parameter("attestation-policy-min", 0, 1_000_000, 0)
OFFLINE_AMOUNT_MAX = Parameter("offline-amount-max", 1, 100_000 * BAHT, 2_000 * BAHT)
OFFLINE_PAYMENTS_MAX = Parameter("offline-payments-max", 1, 100, 5)
OFFLINE_HOURS_MAX = Parameter("offline-hours-max", 1, 720, 72)
OFFLINE_GRACE_HOURS = Parameter("offline-grace-hours", 1, 720, 72)
OFFLINE_LOSS_BEARER = Parameter("offline-loss-bearer", BORNE_BY_PAYEE, BORNE_BY_FSP, BORNE_BY_PAYEE)
SINGLE = (
    PARAMETER_DELAY_SECONDS,
    WALLETS_MAX,
    RECOVERY_HOURS,
    FREEZE_HOURS_ALONE,
    FREEZE_DAYS_MAX,
    DELEGATE_DAYS_MAX,
    ATTESTATION_POLICY_MIN,
    OFFLINE_AMOUNT_MAX,
    OFFLINE_PAYMENTS_MAX,
    OFFLINE_HOURS_MAX,
    OFFLINE_GRACE_HOURS,
    OFFLINE_LOSS_BEARER,
)

TRAVEL_FROM = Parameter("travel-from", 0, AMOUNT_SATANG_MAX, 50_000 * BAHT)
# In the order of Terms.limits: balance, payment, day, month of T0, T1, T2, T3, M.
LIMITS = (
    Parameter("t0-balance", 0, SUM_SATANG_MAX, 5_000 * BAHT),
    Parameter("t0-payment", 0, SUM_SATANG_MAX, 500 * BAHT),
    Parameter("t0-day", 0, SUM_SATANG_MAX, 1_000 * BAHT),
    Parameter("t0-month", 0, SUM_SATANG_MAX, 10_000 * BAHT),
    Parameter("t1-balance", 0, SUM_SATANG_MAX, 20_000 * BAHT),
    Parameter("t1-payment", 0, SUM_SATANG_MAX, 5_000 * BAHT),
    Parameter("t1-day", 0, SUM_SATANG_MAX, 10_000 * BAHT),
    Parameter("t1-month", 0, SUM_SATANG_MAX, 100_000 * BAHT),
    Parameter("t2-balance", 0, SUM_SATANG_MAX, 100_000 * BAHT),
    Parameter("t2-payment", 0, SUM_SATANG_MAX, 50_000 * BAHT),
    Parameter("t2-day", 0, SUM_SATANG_MAX, 100_000 * BAHT),
    Parameter("t2-month", 0, SUM_SATANG_MAX, 1_000_000 * BAHT),
    Parameter("t3-balance", 0, SUM_SATANG_MAX, 500_000 * BAHT),
    Parameter("t3-payment", 0, SUM_SATANG_MAX, 200_000 * BAHT),
    Parameter("t3-day", 0, SUM_SATANG_MAX, 500_000 * BAHT),
    Parameter("t3-month", 0, SUM_SATANG_MAX, 5_000_000 * BAHT),
    Parameter("m-balance", 0, SUM_SATANG_MAX, 1_000_000 * BAHT),
    Parameter("m-payment", 0, SUM_SATANG_MAX, SUM_SATANG_MAX),
    Parameter("m-day", 0, SUM_SATANG_MAX, SUM_SATANG_MAX),
    Parameter("m-month", 0, SUM_SATANG_MAX, SUM_SATANG_MAX),
)
LIMIT_NAMES = tuple([limit.name for limit in LIMITS])
PARAMETERS = (*SINGLE, TRAVEL_FROM, *LIMITS)


def parameter_of(ctx: Context, parameter: Parameter) -> int:
    """Return what a parameter that is not in `Terms` is now."""
    return parameters.get(ctx, parameter.name, parameter.default)


def found_terms(ctx: Context, config: Config, *, allows_unregistered: bool) -> None:
    """Make the first terms and parameters of genesis, field "parameters"."""
    section = config.section("parameters")
    values: dict[str, int] = {}
    for one in PARAMETERS:
        value = section.integer(one.name, low=one.low, high=one.high, default=one.default)
        values[one.name] = value
    section.finish()
    limits = tuple([values[name] for name in LIMIT_NAMES])
    travel_from = values[TRAVEL_FROM.name]
    terms.save(ctx, Terms(0, (), allows_unregistered, travel_from, limits, b""))
    for one in SINGLE:
        if values[one.name] != one.default:
            parameters.save(ctx, one.name, values[one.name])


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


def is_holder(ctx: Context, party: Party) -> bool:
    """Whether the sender acts for an account, whatever its status."""
    controller = None if party.wallet is None else party.wallet.controller
    return ctx.sender == (party.address if controller is None else controller)


ROLE = "cbdc"


def acts_for_fsp(ctx: Context, fsp: str) -> bool:
    """Whether the sender has the role cbdc in the agency `fsp`, which must be active."""
    return has_role(ctx, ctx.sender, fsp, ROLE)


def active_fsp(ctx: Context, fsp: str) -> Fsp:
    """Return a bank that may act. Rejects: UnknownFsp, FspSuspended."""
    found = fsps.load(ctx, fsp, absent=UnknownFsp)
    require(found.status == ACTIVE, FspSuspended)
    return found


def is_bank_of(ctx: Context, party: Party) -> bool:
    """Whether the sender acts for the bank of a wallet, and the bank is not suspended."""
    wallet = party.wallet
    if wallet is None:
        return False
    found = fsps.get(ctx, wallet.fsp, None)
    return found is not None and found.status == ACTIVE and acts_for_fsp(ctx, wallet.fsp)


def require_bank_of(ctx: Context, party: Party) -> str:
    """Return the id of the wallet's bank, for which the sender acts. Rejects: NotBank."""
    wallet = party.wallet
    require(is_bank_of(ctx, party), NotBank)
    return "" if wallet is None else wallet.fsp
