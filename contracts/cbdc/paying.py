"""Payments between accounts: why one is refused, what it does, and what a receiver cannot keep."""

from contracts.cbdc.errors import HoldingLimit, SelfTransfer, TravelRule, UnknownFsp, WrongTier
from contracts.cbdc.events import Swept
from contracts.cbdc.fields import FSP, PERSON, T0
from contracts.cbdc.limits import (
    excess_of,
    refuse,
    tier_now,
    why_not_enter,
    why_not_send,
)
from contracts.cbdc.money import move, pay
from contracts.cbdc.state import Party, Payout, Terms, fsps, links, payouts, payouts_made
from contracts.cbdc.wallets import is_same_holder, party_of
from contracts.sdk import Address, Context, Digest, Refusal, emit


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
