"""Payments that can be given back: their records, and how a refund finds its way.

What came from vouchers goes back first, to the voucher while it lasts and then to its issuer; so
bound money does not become cash. The rest goes to the payer, or waits where the payer's wallet is
full.
"""

from contracts.cbdc.errors import Frozen, FspSuspended, HoldingLimit, InsufficientFunds
from contracts.cbdc.fields import HELD, MERCHANT, VOUCHERS
from contracts.cbdc.flow_state import Payment, VoucherPart, bound, payments
from contracts.cbdc.limits import refuse, why_not_enter, why_not_leave
from contracts.cbdc.money import from_pool, move, set_aside
from contracts.cbdc.paying import excess_between, sweep, why_not_keep
from contracts.cbdc.requests_errors import OverRefund, UnknownPayment
from contracts.cbdc.requests_events import Refunded
from contracts.cbdc.state import Party, Terms
from contracts.cbdc.vouchers_events import VoucherReturned
from contracts.cbdc.wallets import party_of
from contracts.sdk import Address, Context, emit, replace, require

# What a refund outlasts: it waits until the payer can claim it.
PASSING = (HoldingLimit, Frozen, FspSuspended)


def record_payment(
    ctx: Context,
    payment_id: bytes,
    parties: tuple[Party, Party],
    amount: int,
    parts: tuple[VoucherPart, ...] = (),
) -> None:
    """Remember that the first party paid the second, so that it can be refunded and disputed."""
    payer, payee = parties
    made = Payment(payer.address, payee.address, amount, 0, 0, ctx.block_time_ms, parts)
    payments.save(ctx, payment_id, made)


def record_transfer(ctx: Context, payer: Party, payee: Party, amount: int) -> None:
    """Remember a transfer to a merchant, by the transaction's id: so a QR without request pays."""
    if payee.wallet is not None and payee.wallet.kind == MERCHANT:
        record_payment(ctx, ctx.transaction_id, (payer, payee), amount)


def receive(
    ctx: Context, pool: str, owner: Address, parties: tuple[Party, Party], amount: int
) -> Party:
    """Pay money of a pool to the second party; what it may not keep goes to its bank.

    Check `why_not_keep` first. The first party is who pays, whoever the money is kept under.
    """
    payer, payee = parties
    excess = excess_between(ctx, payer, payee, amount)
    after = from_pool(ctx, pool, owner, payee, amount)
    return sweep(ctx, after, excess)


def give_back(ctx: Context, found: Terms, payment_id: bytes, amount: int, reason: str) -> None:
    """Refund `amount` of a payment from its payee's money."""
    payment = payments.load(ctx, payment_id, absent=UnknownPayment)
    left = payment.amount - payment.refunded
    require(amount <= left, OverRefund, left=left)
    payee = party_of(ctx, found, payment.payee)
    payer = party_of(ctx, found, payment.payer)
    refuse(why_not_leave(ctx, payee), payee, amount)
    require(payee.balance >= amount, InsufficientFunds, balance=payee.balance, amount=amount)
    parts = _parts_of(payment, amount)
    bound_back = sum([part.amount for part in parts])
    cash = amount - bound_back
    pending = cash if _must_wait(ctx, payee, payer, cash) else 0

    refunded = payment.refunded + amount
    after = replace(payment, refunded=refunded, pending=payment.pending + pending)
    payments.save(ctx, payment_id, after)
    sides = (payment_id, payment.payee, payment.payer)
    emit(ctx, Refunded(*sides, amount, pending, bound_back, reason))
    for part in parts:
        _give_back_part(ctx, found, payment, part)
    if len(parts) > 0:
        # Stale since money has moved.
        payee = party_of(ctx, found, payment.payee)
        payer = party_of(ctx, found, payment.payer)
    if pending > 0:
        set_aside(ctx, HELD, payee, payee.address, pending)
    elif cash > 0:
        excess = excess_between(ctx, payee, payer, cash)
        sweep(ctx, move(ctx, payee, payer, cash), excess)


def _parts_of(payment: Payment, amount: int) -> list[VoucherPart]:
    """Return what goes back to vouchers, in their order; earlier refunds have taken the first."""
    skipped, left = payment.refunded, amount
    parts: list[VoucherPart] = []
    for part in payment.vouchers:
        taken = min(max(0, part.amount - skipped), left)
        skipped = max(0, skipped - part.amount)
        left -= taken
        if taken > 0:
            parts.append(replace(part, amount=taken))
    return parts


def _must_wait(ctx: Context, payee: Party, payer: Party, amount: int) -> bool:
    """Whether the payer cannot take its part now but later. Rejects what never passes."""
    refusal = None if amount == 0 else why_not_keep(ctx, payee, payer, amount)
    if refusal not in PASSING:
        refuse(refusal, payer, amount)
    return refusal is not None


def _give_back_part(ctx: Context, found: Terms, payment: Payment, part: VoucherPart) -> None:
    payee = party_of(ctx, found, payment.payee)
    key = (payment.payer, part.voucher_id)
    voucher = bound.get(ctx, key, None)
    if voucher is None:
        issuer = party_of(ctx, found, part.issuer)
        refuse(why_not_enter(ctx, issuer), issuer, part.amount)
        sides = (part.voucher_id, part.issuer, payment.payer)
        emit(ctx, VoucherReturned(*sides, part.amount))
        move(ctx, payee, issuer, part.amount)
        return
    set_aside(ctx, VOUCHERS, payee, part.issuer, part.amount)
    bound.save(ctx, key, replace(voucher, remaining=voucher.remaining + part.amount))
