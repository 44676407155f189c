"""Payments from wallet to wallet, by their holders."""

from contracts.cbdc.declaration import contract
from contracts.cbdc.events import Transferred, TravelDataNamed
from contracts.cbdc.fields import PAYMENTS
from contracts.cbdc.messages import Transfer, TransferWithTravel
from contracts.cbdc.paying import require_can_pay, settle
from contracts.cbdc.payments import record_transfer
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Context, anyone, emit


@contract.execute(Transfer, allow=anyone)
def transfer(ctx: Context, msg: Transfer) -> None:
    """Move money from the sender's account to another."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.to)
    require_can_pay(ctx, payer, payee, msg.amount, None)

    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, payee, msg.amount)


@contract.execute(TransferWithTravel, allow=anyone)
def transfer_with_travel(ctx: Context, msg: TransferWithTravel) -> None:
    """Move money above the travel threshold, naming what the providers exchanged."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.to)
    require_can_pay(ctx, payer, payee, msg.amount, msg.travel)

    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, payee, msg.amount)
    emit(ctx, TravelDataNamed(payer.address, payee.address, msg.travel))
