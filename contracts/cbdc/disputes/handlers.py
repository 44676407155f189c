"""Disputes: a payer objects, the payee answers, the payee's bank decides. Money moves by refund.

While it decides, the bank may set money of the payee aside, so that a refund finds some. Evidence
stays off the chain; only salted hashes of it are here.
"""

from contracts.cbdc.core.limits import is_bank_of, refuse, why_not_leave
from contracts.cbdc.core.messages import HELD, OPEN, PAYMENTS, OverRefund, UnknownPayment
from contracts.cbdc.core.money import from_pool, set_aside
from contracts.cbdc.core.state import (
    Payment,
    Terms,
    contract,
    party_of,
    payments,
    running,
    sender_party,
)
from contracts.cbdc.disputes.messages import (
    AnsweredBefore,
    DisputeAnswered,
    DisputeClosed,
    DisputeDecided,
    DisputeExists,
    DisputeHeld,
    DisputeOpen,
    DisputeOpened,
    DisputeReleased,
    DisputeResolve,
    DisputeRespond,
    NotArbiter,
    OutcomeAmount,
    UnknownDispute,
    UnknownOutcome,
    WindowClosed,
    WindowOpen,
)
from contracts.cbdc.disputes.state import ANSWERED, REFUNDED, REJECTED, Dispute, disputes
from contracts.cbdc.payments.settlement import give_back
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.calendar import DAY_MS

OPEN_MS_MAX = 60 * DAY_MS  # after the payment
ANSWER_MS_MAX = 7 * DAY_MS  # after the dispute was opened

HOLD = "hold"
REFUND = "refund"
REJECT = "reject"


@contract.execute(DisputeOpen, allow=anyone)
def dispute_open(ctx: Context, msg: DisputeOpen) -> None:
    """Object to a payment that the sender made, once."""
    payer = sender_party(ctx, running(ctx, PAYMENTS))
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    require(payment.payer == payer.address, UnknownPayment)
    now = ctx.block_time_ms
    require(now < payment.paid_ms + OPEN_MS_MAX, WindowClosed)
    require(not disputes.has(ctx, msg.payment_id), DisputeExists)

    disputes.save(ctx, msg.payment_id, Dispute(now, OPEN, msg.evidence_hash, None, 0))
    sides = (payment.payer, payment.payee)
    emit(ctx, DisputeOpened(msg.payment_id, *sides, msg.evidence_hash))


@contract.execute(DisputeRespond, allow=anyone)
def dispute_respond(ctx: Context, msg: DisputeRespond) -> None:
    """Answer a dispute of a payment that the sender received, once and in time."""
    payee = sender_party(ctx, running(ctx, PAYMENTS))
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    require(payment.payee == payee.address, UnknownPayment)
    dispute = _live(ctx, msg.payment_id)
    require(dispute.status == OPEN, AnsweredBefore)
    require(ctx.block_time_ms < dispute.opened_ms + ANSWER_MS_MAX, WindowClosed)

    answered = replace(dispute, status=ANSWERED, answer_hash=msg.evidence_hash)
    disputes.save(ctx, msg.payment_id, answered)
    emit(ctx, DisputeAnswered(msg.payment_id, payee.address, msg.evidence_hash))


@contract.execute(DisputeResolve, allow=anyone)
def dispute_resolve(ctx: Context, msg: DisputeResolve) -> None:
    """Decide as the bank of the payee: hold at any time; refund or reject after the answer."""
    found = running(ctx, PAYMENTS)
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    _require_arbiter(ctx, found, payment)
    dispute = _live(ctx, msg.payment_id)
    require(msg.outcome in (HOLD, REFUND, REJECT), UnknownOutcome)
    require((msg.amount == 0) == (msg.outcome == REJECT), OutcomeAmount)
    if msg.outcome == HOLD:
        _secure(ctx, found, msg, dispute)
    else:
        is_late = ctx.block_time_ms >= dispute.opened_ms + ANSWER_MS_MAX
        require(dispute.status == ANSWERED or is_late, WindowOpen)
        _close(ctx, found, msg, dispute)


def _live(ctx: Context, payment_id: bytes) -> Dispute:
    dispute = disputes.load(ctx, payment_id, absent=UnknownDispute)
    require(dispute.status in (OPEN, ANSWERED), DisputeClosed)
    return dispute


def _require_arbiter(ctx: Context, found: Terms, payment: Payment) -> None:
    sender = party_of(ctx, found, ctx.sender)
    require(sender.address not in (payment.payer, payment.payee), NotArbiter)
    require(is_bank_of(ctx, party_of(ctx, found, payment.payee)), NotArbiter)


def _secure(ctx: Context, found: Terms, msg: DisputeResolve, dispute: Dispute) -> None:
    """Set money of the payee aside, at most what may still be refunded."""
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    secured = dispute.secured + msg.amount
    left = payment.amount - payment.refunded
    require(secured <= left, OverRefund, left=left)
    payee = party_of(ctx, found, payment.payee)
    refuse(why_not_leave(ctx, payee), payee, msg.amount)
    emit(ctx, DisputeHeld(msg.payment_id, payee.address, msg.amount))
    set_aside(ctx, HELD, payee, payee.address, msg.amount)
    disputes.save(ctx, msg.payment_id, replace(dispute, secured=secured))


def _close(ctx: Context, found: Terms, msg: DisputeResolve, dispute: Dispute) -> None:
    """Give secured money back to the payee and, for a refund, take it from there."""
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    if dispute.secured > 0:
        payee = party_of(ctx, found, payment.payee)
        emit(ctx, DisputeReleased(msg.payment_id, payee.address, dispute.secured))
        from_pool(ctx, HELD, payee.address, payee, dispute.secured)
    if msg.outcome == REFUND:
        give_back(ctx, found, msg.payment_id, msg.amount, "dispute")
    status = REFUNDED if msg.outcome == REFUND else REJECTED
    disputes.save(ctx, msg.payment_id, replace(dispute, status=status, secured=0))
    emit(ctx, DisputeDecided(msg.payment_id, msg.outcome, msg.amount))


contract.expose("dispute_state", disputes, ("payment_id",), "The dispute of a payment.")
