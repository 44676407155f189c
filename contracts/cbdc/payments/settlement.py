"""Payments between accounts: why one is refused, what it does, how it is given back."""

from contracts.cbdc.core.limits import (
    excess_of,
    refuse,
    tier_now,
    why_not_enter,
    why_not_leave,
    why_not_send,
)
from contracts.cbdc.core.messages import (
    FSP,
    HELD,
    MERCHANT,
    PERSON,
    T0,
    VOUCHERS,
    Frozen,
    FspSuspended,
    HoldingLimit,
    InsufficientFunds,
    OverRefund,
    SelfTransfer,
    TravelRule,
    UnknownFsp,
    UnknownPayment,
    WrongTier,
)
from contracts.cbdc.core.money import from_pool, move, pay, set_aside
from contracts.cbdc.core.state import (
    Party,
    Payment,
    Terms,
    VoucherPart,
    fsps,
    is_same_holder,
    links,
    party_of,
    payments,
)
from contracts.cbdc.payments.messages import Refunded, Swept, TravelDataNamed
from contracts.cbdc.payments.state import Payout, payouts, payouts_made
from contracts.cbdc.vouchers.messages import VoucherReturned
from contracts.cbdc.vouchers.state import bound
from contracts.sdk import Address, Context, Digest, Refusal, emit, replace, require


def require_can_pay(
    ctx: Context, payer: Party, payee: Party, amount: int, travel: Digest | None
) -> None:
    """Reject as `why_not_pay` says."""
    refuse(why_not_pay(ctx, payer, payee, amount, travel), payer, amount)


def why_not_pay(
    ctx: Context, payer: Party, payee: Party, amount: int, travel: Digest | None
) -> Refusal | None:
    """Return why this payment is refused now, None when `settle` may do it.

    `travel` is the digest of what the providers exchanged about payer and payee.
    """
    if payer.address == payee.address:
        return SelfTransfer
    refusal = why_not_send(ctx, payer, amount)
    if refusal is None and _is_between_persons(ctx, payer, payee):
        refusal = WrongTier
    is_large = amount > payer.terms.travel_from and travel is None
    if refusal is None and is_large and not _is_exempt(payer, payee):
        refusal = TravelRule
    return why_not_keep(ctx, payer, payee, amount) if refusal is None else refusal


def why_not_keep(ctx: Context, payer: Party, payee: Party, amount: int) -> Refusal | None:
    """Return why the payee can neither keep `amount` from the payer nor have it swept."""
    refusal = why_not_enter(ctx, payee)
    if refusal is not None or is_same_holder(payer, payee):
        return refusal
    excess = excess_of(ctx, payee, amount)
    return None if excess == 0 else why_not_sweep(ctx, payee, excess)


def why_not_sweep(ctx: Context, party: Party, excess: int) -> Refusal | None:
    """Return why the linked bank does not take `excess` of the account."""
    link = links.get(ctx, party.address, None)
    if link is None or not link.is_active or excess > link.max_auto:
        return HoldingLimit
    bank = settlement_party(ctx, party.terms, link.fsp)
    return HoldingLimit if why_not_enter(ctx, bank) is not None else None


def settle(ctx: Context, payer: Party, payee: Party, amount: int) -> None:
    """Pay; what the payee may not keep goes on to its linked bank. Check `why_not_pay` first.

    Emits Swept, if anything is swept, and no other event.
    """
    excess = excess_between(ctx, payer, payee, amount)
    sweep(ctx, pay(ctx, payer, payee, amount), excess)


def excess_between(ctx: Context, payer: Party, payee: Party, amount: int) -> int:
    """Return how much of a payment the payee may not keep; nothing between one's own wallets."""
    return 0 if is_same_holder(payer, payee) else excess_of(ctx, payee, amount)


def sweep(ctx: Context, party: Party, excess: int) -> Party:
    """Move `excess` (maybe 0) of an account to its linked bank, which owes it from now on.

    Check `why_not_sweep` first. Emits Swept, if anything is swept.
    """
    if excess == 0:
        return party
    link = links.load(ctx, party.address, absent=HoldingLimit)
    bank = settlement_party(ctx, party.terms, link.fsp)
    move(ctx, party, bank, excess)
    number = book_payout(ctx, link.fsp, party.address, excess)
    emit(ctx, Swept(party.address, bank.address, excess, link.fsp, number))
    return party_of(ctx, party.terms, party.address)


def settlement_party(ctx: Context, found: Terms, fsp: str) -> Party:
    """Return the settlement account of a bank or payment provider. Rejects: UnknownFsp."""
    return party_of(ctx, found, fsps.load(ctx, fsp, absent=UnknownFsp).settlement)


def book_payout(ctx: Context, fsp: str, wallet: Address, amount: int) -> int:
    """Note that `fsp` owes `amount` to the bank account of a wallet; return the note's number."""
    number = payouts_made.add(ctx, 1)
    payouts.save(ctx, number, Payout(fsp, wallet, amount, ""))
    return number


def _is_between_persons(ctx: Context, payer: Party, payee: Party) -> bool:
    """Whether a holder of T0 would pay a person; T0 pays merchants, institutions and banks."""
    if payer.holder is None or tier_now(ctx, payer.holder) != T0:
        return False
    return payee.wallet is not None and payee.wallet.kind == PERSON


def _is_exempt(payer: Party, payee: Party) -> bool:
    """Whether no customer is a side: between banks, and of an account that is not registered."""
    if payer.wallet is None or payee.wallet is None:
        return True
    return payer.wallet.kind == FSP and payee.wallet.kind == FSP


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


def name_travel(ctx: Context, payer: Party, payee: Party, travel: Digest | None) -> None:
    """Tell the digest of what the providers exchanged about the payment just made, if any."""
    if travel is not None:
        emit(ctx, TravelDataNamed(payer.address, payee.address, travel))


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
