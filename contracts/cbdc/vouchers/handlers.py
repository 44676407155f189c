"""Vouchers: an institution's money bound to merchants, goods, a place and a time.

The money waits in the pool "vouchers" under the issuer. A merchant receives it unbound; what is
left when a voucher is over returns to the issuer, at the end of a block or when anyone asks.
"""

from contracts.cbdc.core.limits import (
    has_tier,
    refuse,
    require_bank_of,
    require_can_send,
    why_not_enter,
    why_not_leave,
)
from contracts.cbdc.core.messages import (
    INSTITUTION,
    MERCHANT,
    VOUCHERS,
    YEAR_MS,
    Id,
    Limit,
    M,
    SumTooLarge,
    WrongTier,
    WrongWalletKind,
)
from contracts.cbdc.core.money import from_pool, to_pool
from contracts.cbdc.core.state import (
    DUE_VOUCHER,
    Due,
    Party,
    Terms,
    VoucherPart,
    add_due,
    address_of_wallet,
    contract,
    drop_due,
    is_same_holder,
    party_of,
    running,
    sender_party,
)
from contracts.cbdc.payments.settlement import (
    name_travel,
    receive,
    record_payment,
    require_can_pay,
    settle,
    why_not_keep,
)
from contracts.cbdc.vouchers.messages import (
    BadCategoryCode,
    BadVoucherTimes,
    ExpireVouchers,
    IssueVoucher,
    MerchantProfileSet,
    NotEligible,
    RepeatedVoucher,
    SetMerchantProfile,
    SpendVoucher,
    UnknownVoucher,
    VoucherExpired,
    VoucherIssued,
    VoucherNotOver,
    VoucherReturned,
    VoucherShort,
    VoucherSpent,
    VoucherTooEarly,
)
from contracts.cbdc.vouchers.state import (
    MerchantProfile,
    Voucher,
    VoucherLine,
    VoucherLines,
    bound,
    merchant_profiles,
)
from contracts.sdk import AMOUNT_SATANG_MAX, Address, Context, anyone, emit, replace, require
from contracts.sdk.words import is_distinct

NO_PROFILE = MerchantProfile("0000", "")
_DIGITS = "0123456789"


@contract.execute(SetMerchantProfile, allow=anyone)
def set_merchant_profile(ctx: Context, msg: SetMerchantProfile) -> None:
    """Say what a merchant of the sender's bank sells and where."""
    merchant = party_of(ctx, running(ctx, VOUCHERS), msg.merchant)
    require_bank_of(ctx, merchant)
    require(has_tier(ctx, merchant, (M,)), WrongTier)
    _require_codes((msg.category_code,))

    profile = MerchantProfile(msg.category_code, msg.area)
    merchant_profiles.save(ctx, merchant.address, profile)
    emit(ctx, MerchantProfileSet(merchant.address, msg.category_code, msg.area))


@contract.execute(IssueVoucher, allow=anyone)
def issue_voucher(ctx: Context, msg: IssueVoucher) -> None:
    """Bind money of an institution for a holder."""
    found = running(ctx, VOUCHERS)
    issuer = sender_party(ctx, found)
    require(issuer.wallet is None or issuer.wallet.kind == INSTITUTION, WrongWalletKind)
    holder = party_of(ctx, found, msg.to)
    refuse(why_not_enter(ctx, holder), holder, msg.amount)
    _require_times(ctx, msg)
    _require_codes(msg.category_codes)
    require_can_send(ctx, issuer, msg.amount)

    to_pool(ctx, VOUCHERS, issuer, issuer.address, msg.amount)
    voucher_id = ctx.transaction_id
    rule = (msg.merchants, msg.category_codes, msg.area, msg.not_before_ms, msg.expires_ms)
    voucher = Voucher(issuer.address, msg.programme, holder.address, msg.amount, *rule)
    bound.save(ctx, (holder.address, voucher_id), voucher)
    add_due(ctx, msg.expires_ms, voucher_id, Due(DUE_VOUCHER, holder.address))
    sides = (voucher_id, issuer.address, msg.programme, holder.address)
    emit(ctx, VoucherIssued(*sides, msg.amount, msg.expires_ms))


@contract.execute(SpendVoucher, allow=anyone)
def spend_voucher(ctx: Context, msg: SpendVoucher) -> None:
    """Pay a merchant from vouchers whose rules it fits, and the rest in cash."""
    found = running(ctx, VOUCHERS)
    holder = sender_party(ctx, found)
    merchant = party_of(ctx, found, msg.merchant)
    refuse(why_not_leave(ctx, holder), holder, msg.amount)
    total = msg.amount + msg.cash
    require(total <= AMOUNT_SATANG_MAX, SumTooLarge, sum=total)
    parts = _parts_of(ctx, holder, merchant, msg)
    refuse(why_not_keep(ctx, holder, merchant, total), merchant, total)
    if msg.cash > 0:
        require_can_pay(ctx, holder, merchant, msg.cash, msg.travel)

    record_payment(ctx, ctx.transaction_id, (holder, merchant), total, parts)
    sides = (ctx.transaction_id, holder.address, merchant.address)
    emit(ctx, VoucherSpent(*sides, msg.amount, msg.cash))
    for part in parts:
        payee = party_of(ctx, found, merchant.address)
        receive(ctx, VOUCHERS, part.issuer, (holder, payee), part.amount)
        _take_from(ctx, holder.address, part)
    if msg.cash > 0:
        payer = party_of(ctx, found, holder.address)
        settle(ctx, payer, party_of(ctx, found, merchant.address), msg.cash)
    name_travel(ctx, holder, merchant, msg.travel)


@contract.execute(ExpireVouchers, allow=anyone)
def expire_vouchers(ctx: Context, msg: ExpireVouchers) -> None:
    """Return what is left of vouchers that are over; the end of a block does it too, in time."""
    found = running(ctx, VOUCHERS)
    require(is_distinct(msg.voucher_ids), RepeatedVoucher)
    for voucher_id in msg.voucher_ids:
        voucher = bound.load(ctx, (msg.holder, voucher_id), absent=UnknownVoucher)
        require(ctx.block_time_ms >= voucher.expires_ms, VoucherNotOver)
        drop_due(ctx, voucher.expires_ms, voucher_id)
        return_voucher(ctx, found, msg.holder, voucher_id)


def return_voucher(ctx: Context, found: Terms, holder: Address, voucher_id: bytes) -> None:
    """Return what is left of a voucher to its issuer, whose limits do not matter here."""
    voucher = bound.load(ctx, (holder, voucher_id), absent=UnknownVoucher)
    if voucher.remaining > 0:
        issuer = party_of(ctx, found, voucher.issuer)
        from_pool(ctx, VOUCHERS, voucher.issuer, issuer, voucher.remaining)
    bound.remove(ctx, (holder, voucher_id))
    emit(ctx, VoucherReturned(voucher_id, voucher.issuer, holder, voucher.remaining))


def _require_times(ctx: Context, msg: IssueVoucher) -> None:
    now = ctx.block_time_ms
    is_ahead = now < msg.expires_ms <= now + 2 * YEAR_MS
    require(is_ahead and msg.not_before_ms < msg.expires_ms, BadVoucherTimes, now=now)


def _require_codes(codes: tuple[str, ...]) -> None:
    for code in codes:
        require(all([letter in _DIGITS for letter in code]), BadCategoryCode)


def _parts_of(
    ctx: Context, holder: Party, merchant: Party, msg: SpendVoucher
) -> tuple[VoucherPart, ...]:
    """Return what each voucher gives, in the order that the holder named them."""
    require(is_distinct(msg.voucher_ids), RepeatedVoucher)
    require(_is_other_merchant(ctx, holder, merchant), NotEligible)
    profile = merchant_profiles.get(ctx, merchant.address, NO_PROFILE)
    left = msg.amount
    parts: list[VoucherPart] = []
    for voucher_id in msg.voucher_ids:
        voucher = bound.load(ctx, (holder.address, voucher_id), absent=UnknownVoucher)
        require(ctx.block_time_ms >= voucher.not_before_ms, VoucherTooEarly)
        require(ctx.block_time_ms < voucher.expires_ms, VoucherExpired)
        require(_admits(voucher, merchant.address, profile), NotEligible)
        taken = min(left, voucher.remaining)
        left -= taken
        if taken > 0:
            parts.append(VoucherPart(voucher_id, voucher.issuer, taken))
    require(left == 0, VoucherShort, short=left)
    return tuple(parts)


def _is_other_merchant(ctx: Context, holder: Party, merchant: Party) -> bool:
    """Whether it is a merchant and not the holder's own: bound money must not become cash."""
    if merchant.wallet is None:
        return holder.address != merchant.address
    is_merchant = merchant.wallet.kind == MERCHANT and has_tier(ctx, merchant, (M,))
    return is_merchant and not is_same_holder(holder, merchant)


def _admits(voucher: Voucher, merchant: Address, profile: MerchantProfile) -> bool:
    """Whether a merchant fits all rules of a voucher; an empty rule admits everyone."""
    has_place = voucher.area in ("", profile.area)
    has_name = len(voucher.merchants) == 0 or merchant in voucher.merchants
    codes = voucher.category_codes
    return has_place and has_name and (len(codes) == 0 or profile.category_code in codes)


def _take_from(ctx: Context, holder: Address, part: VoucherPart) -> None:
    key = (holder, part.voucher_id)
    voucher = bound.load(ctx, key, absent=UnknownVoucher)
    bound.save(ctx, key, replace(voucher, remaining=voucher.remaining - part.amount))


@contract.query
def voucher_state(ctx: Context, holder: Address, voucher_id: Id) -> Voucher | None:
    """A voucher that has not been returned."""
    return bound.get(ctx, (address_of_wallet(ctx, holder), voucher_id), None)


@contract.query
def vouchers_page(ctx: Context, holder: Address, after: Id | None, limit: Limit) -> VoucherLines:
    """Vouchers of a wallet in order of their ids, after the id `after` when given."""
    owner = address_of_wallet(ctx, holder)
    last = None if after is None else (owner, after)
    found = bound.page(ctx, (owner,), after=last, limit=limit)
    return tuple([VoucherLine(key[1], voucher) for key, voucher in found])


@contract.query
def merchant_profile(ctx: Context, merchant: Address) -> MerchantProfile | None:
    """What a merchant sells and where, as its bank says."""
    return merchant_profiles.get(ctx, address_of_wallet(ctx, merchant), None)
