"""Batches: one payer, up to 500 payments in one call, as wages and welfare are paid.

A line costs the call at most 12 reads, 8 writes and 2 events, and one that is swept to a bank is
the dearest: a batch whose lines are all swept may exceed a call's budget and is then refused whole.
"""

from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import ReferenceReused, WrongWalletKind
from contracts.cbdc.events import BatchDone, BatchRow, BatchRowRefused
from contracts.cbdc.fields import BATCH_LINES_MAX, PAYMENTS, PERSON
from contracts.cbdc.messages import ALL_OR_NOTHING, PARTIAL, BatchLine, BatchTransfer
from contracts.cbdc.money import account_for, as_if_paid, give, take
from contracts.cbdc.paying import excess_between, sweep, why_not_pay
from contracts.cbdc.state import BatchResult, Party, RefusedLine, batches
from contracts.cbdc.wallet_errors import BatchMode, BatchSize, BatchTotal, RepeatedRef
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Context, anyone, emit, require
from contracts.sdk.words import is_distinct


@contract.execute(BatchTransfer, allow=anyone)
def batch_transfer(ctx: Context, msg: BatchTransfer) -> None:
    """Pay every line, or with mode partial every line that can be paid."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    require(payer.wallet is None or payer.wallet.kind != PERSON, WrongWalletKind)
    _require_sound(msg)
    key = (payer.address, msg.reference)
    require(not batches.has(ctx, key), ReferenceReused)

    paid, change = 0, 0
    refused: list[RefusedLine] = []
    as_paid = payer
    for index, line in enumerate(msg.lines):
        payee = party_of(ctx, found, line.to)
        refusal = why_not_pay(ctx, as_paid, payee, line.amount, None)
        if refusal is None:
            as_paid = as_if_paid(ctx, as_paid, line.amount)
            change += _pay_line(ctx, payer, payee, line)
            paid += line.amount
        else:
            if msg.mode == ALL_OR_NOTHING:
                raise refusal("", line=index, balance=as_paid.balance, amount=line.amount)
            refused.append(RefusedLine(index, refusal.code))
            emit(ctx, BatchRowRefused(payer.address, payee.address, line.ref, refusal.code))
    _take_all(ctx, party_of(ctx, found, payer.address), paid, change)
    batches.save(
        ctx, key, BatchResult(ctx.height, len(msg.lines) - len(refused), paid, tuple(refused))
    )
    count = len(refused)
    emit(ctx, BatchDone(*key, len(msg.lines) - count, count, paid))


def _require_sound(msg: BatchTransfer) -> None:
    """Check a batch by itself. Rejects: BatchSize, BatchMode, RepeatedRef, BatchTotal."""
    require(len(msg.lines) <= BATCH_LINES_MAX, BatchSize, most=BATCH_LINES_MAX)
    require(msg.mode in (ALL_OR_NOTHING, PARTIAL), BatchMode)
    require(is_distinct(tuple([line.ref for line in msg.lines])), RepeatedRef)
    total = sum([line.amount for line in msg.lines])
    require(total == msg.total, BatchTotal, sum=total)


def _pay_line(ctx: Context, payer: Party, payee: Party, line: BatchLine) -> int:
    """Give a line's money to its payee; return the change of the balance, to be accounted for."""
    excess = excess_between(ctx, payer, payee, line.amount)
    after = give(ctx, payee, line.amount)
    emit(ctx, BatchRow(payer.address, payee.address, line.amount, line.ref))
    sweep(ctx, after, excess)
    return after.balance - payee.balance


def _take_all(ctx: Context, payer: Party, paid: int, change: int) -> None:
    """Take from the payer what its lines gave; sweeps may have given some back meanwhile."""
    if paid > 0:
        after = take(ctx, payer, paid)
        account_for(ctx, change + after.balance - payer.balance)
