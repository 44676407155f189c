"""Money between a wallet and its holder's bank account: in, out, and what the bank then owes.

Moves to and from one's own bank count towards no payment limit; what a holder may own does.
"""

from contracts.cbdc.access import active_fsp, by_fsp
from contracts.cbdc.bank_messages import ConfirmPayout, Defund, Fund
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import (
    NotBank,
    ReferenceReused,
    UnknownWallet,
)
from contracts.cbdc.events import Defunded, Funded, PayoutConfirmed
from contracts.cbdc.fields import FSP, PAYMENTS
from contracts.cbdc.limits import refuse, require_can_receive, why_not_enter, why_not_leave
from contracts.cbdc.money import move
from contracts.cbdc.paying import book_payout, settlement_party
from contracts.cbdc.state import Party, bank_references, links, payouts
from contracts.cbdc.wallet_errors import UnknownPayout
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Context, anyone, emit, replace, require


@contract.execute(Fund, allow=by_fsp)
def fund(ctx: Context, msg: Fund) -> None:
    """Move money of the bank to a wallet of its customer, or one that is linked to it."""
    found = running(ctx, PAYMENTS)
    active_fsp(ctx, msg.fsp)
    wallet = party_of(ctx, found, msg.wallet)
    require(wallet.wallet is not None and wallet.wallet.kind != FSP, UnknownWallet)
    require(_serves(ctx, msg.fsp, wallet), NotBank)
    require_can_receive(ctx, wallet, msg.amount)
    bank = settlement_party(ctx, found, msg.fsp)
    refuse(why_not_leave(ctx, bank), bank, msg.amount)
    use_bank_reference(ctx, msg.fsp, msg.bank_ref)

    move(ctx, bank, wallet, msg.amount)
    emit(ctx, Funded(bank.address, wallet.address, msg.amount, msg.fsp, msg.bank_ref))


@contract.execute(Defund, allow=anyone)
def defund(ctx: Context, msg: Defund) -> None:
    """Move money of the sender to its bank, which owes it to the bank account from now on."""
    found = running(ctx, PAYMENTS)
    wallet = sender_party(ctx, found)
    require(wallet.wallet is not None and wallet.wallet.kind != FSP, UnknownWallet)
    active_fsp(ctx, msg.fsp)
    require(_serves(ctx, msg.fsp, wallet), NotBank)
    refuse(why_not_leave(ctx, wallet), wallet, msg.amount)
    bank = settlement_party(ctx, found, msg.fsp)
    refuse(why_not_enter(ctx, bank), bank, msg.amount)

    move(ctx, wallet, bank, msg.amount)
    number = book_payout(ctx, msg.fsp, wallet.address, msg.amount)
    emit(ctx, Defunded(wallet.address, bank.address, msg.amount, msg.fsp, number))


@contract.execute(ConfirmPayout, allow=by_fsp)
def confirm_payout(ctx: Context, msg: ConfirmPayout) -> None:
    """Note that the bank has paid what it owed."""
    active_fsp(ctx, msg.fsp)
    payout = payouts.load(ctx, msg.payout, absent=UnknownPayout)
    require(payout.fsp == msg.fsp and payout.bank_ref == "", UnknownPayout)
    use_bank_reference(ctx, msg.fsp, msg.bank_ref)

    payouts.save(ctx, msg.payout, replace(payout, bank_ref=msg.bank_ref))
    emit(ctx, PayoutConfirmed(msg.fsp, msg.payout, msg.bank_ref))


def use_bank_reference(ctx: Context, fsp: str, reference: str) -> None:
    """Use up a bank's reference. Rejects: ReferenceReused."""
    key = (fsp, reference)
    require(not bank_references.has(ctx, key), ReferenceReused)
    bank_references.save(ctx, key, ctx.height)


def _serves(ctx: Context, fsp: str, party: Party) -> bool:
    """Whether a wallet is of the bank's customer, or linked to the bank."""
    if party.wallet is not None and party.wallet.fsp == fsp:
        return True
    link = links.get(ctx, party.address, None)
    return link is not None and link.is_active and link.fsp == fsp
