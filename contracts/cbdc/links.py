"""Links of wallets to bank accounts: by mandate of the holder, accepted by the bank.

A link lets the bank take what a wallet may not keep (`paying.sweep`) and add what a payment lacks.
"""

from contracts.cbdc.access import active_fsp, acts_for_fsp, by_fsp
from contracts.cbdc.bank_messages import AcceptLink, LinkBank, UnlinkBank
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import (
    UnknownWallet,
    WalletClosed,
)
from contracts.cbdc.events import ToppedUp, Transferred, TravelDataNamed
from contracts.cbdc.fields import CLOSED, FSP, PAYMENTS
from contracts.cbdc.funding import use_bank_reference
from contracts.cbdc.limits import refuse, why_not_leave
from contracts.cbdc.messages import TransferWithTopup, topup_statement
from contracts.cbdc.money import move
from contracts.cbdc.paying import require_can_pay, settle, settlement_party
from contracts.cbdc.payments import record_transfer
from contracts.cbdc.state import Link, Party, links
from contracts.cbdc.wallet_errors import (
    BadConsent,
    MandateLimit,
    NoMandate,
    NotParty,
    TopupMismatch,
)
from contracts.cbdc.wallet_events import BankLinked, BankUnlinked, LinkAsked
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify


@contract.execute(LinkBank, allow=anyone)
def link_bank(ctx: Context, msg: LinkBank) -> None:
    """Note the holder's mandate, in place of an earlier one; it is in force once accepted."""
    wallet = sender_party(ctx, running(ctx, PAYMENTS))
    if wallet.wallet is None or wallet.wallet.kind == FSP:
        raise UnknownWallet
    require(wallet.wallet.status != CLOSED, WalletClosed)
    active_fsp(ctx, msg.fsp)

    asked = Link(msg.fsp, msg.mandate, msg.max_auto, is_active=False)
    links.save(ctx, wallet.address, asked)
    emit(ctx, LinkAsked(wallet.address, msg.fsp, msg.mandate))


@contract.execute(AcceptLink, allow=by_fsp)
def accept_link(ctx: Context, msg: AcceptLink) -> None:
    """Put a mandate in force."""
    active_fsp(ctx, msg.fsp)
    link = links.load(ctx, msg.wallet, absent=NoMandate)
    require(link.fsp == msg.fsp and link.mandate == msg.mandate, NoMandate)

    links.save(ctx, msg.wallet, replace(link, is_active=True))
    emit(ctx, BankLinked(msg.wallet, msg.fsp, link.max_auto))


@contract.execute(UnlinkBank, allow=anyone)
def unlink_bank(ctx: Context, msg: UnlinkBank) -> None:
    """End a link."""
    wallet = party_of(ctx, running(ctx, PAYMENTS), msg.wallet)
    link = links.load(ctx, wallet.address, absent=NoMandate)
    require(is_holder(ctx, wallet) or acts_for_fsp(ctx, link.fsp), NotParty)

    links.remove(ctx, wallet.address)
    emit(ctx, BankUnlinked(wallet.address, link.fsp))


@contract.execute(TransferWithTopup, allow=anyone)
def transfer_with_topup(ctx: Context, msg: TransferWithTopup) -> None:
    """Pay with what the wallet has and exactly the rest from the bank; both or nothing."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    fsp = active_fsp(ctx, msg.fsp)
    require(msg.key in fsp.keys, BadConsent)
    link = links.load(ctx, payer.address, absent=NoMandate)
    require(link.is_active and link.fsp == msg.fsp, NoMandate)
    require(msg.topup <= link.max_auto, MandateLimit, max_auto=link.max_auto)
    require(payer.balance + msg.topup == msg.amount, TopupMismatch, balance=payer.balance)
    bank = settlement_party(ctx, found, msg.fsp)
    refuse(why_not_leave(ctx, bank), bank, msg.topup)
    payee = party_of(ctx, found, msg.to)
    as_topped_up = replace(payer, balance=msg.amount)
    require_can_pay(ctx, as_topped_up, payee, msg.amount, msg.travel)
    use_bank_reference(ctx, msg.fsp, msg.bank_ref)

    emit(ctx, ToppedUp(bank.address, payer.address, msg.topup, msg.fsp, msg.bank_ref))
    payer = move(ctx, bank, payer, msg.topup)
    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, party_of(ctx, found, msg.to), msg.amount)
    if msg.travel is not None:
        emit(ctx, TravelDataNamed(payer.address, payee.address, msg.travel))


@contract.precheck(TransferWithTopup)
def check_consent(ctx: Context, msg: TransferWithTopup) -> None:
    """Check the bank's signature."""
    statement = topup_statement(ctx.chain_id, ctx.sender, msg)
    require(verify(msg.key, *statement, msg.signature), BadConsent)


def is_holder(ctx: Context, party: Party) -> bool:
    """Whether the sender acts for an account, whatever its status."""
    controller = None if party.wallet is None else party.wallet.controller
    return ctx.sender == (party.address if controller is None else controller)
