"""Holds: money set aside for a payee, captured once or given back, by decision or by time.

A hold counts towards the payer's limits when it is made; what returns of it counts no more. While
it is open the arbiter, or without one the payee, decides; at its end the money returns by itself.
"""

from contracts.cbdc.core.limits import refuse
from contracts.cbdc.core.messages import HELD, PAYMENTS, BadExpiry
from contracts.cbdc.core.money import count_no_more, from_pool, to_pool
from contracts.cbdc.core.state import (
    DUE_HOLD,
    Due,
    Terms,
    add_due,
    contract,
    drop_due,
    party_of,
    running,
    sender_party,
)
from contracts.cbdc.holds.messages import (
    BadArbiter,
    Capture,
    Captured,
    Held,
    Hold,
    HoldExpired,
    NoHashlock,
    NotDecider,
    OverCapture,
    PreimageMissing,
    Release,
    Released,
    TooManyHolds,
    UnknownHold,
    WrongPreimage,
)
from contracts.cbdc.holds.state import HeldMoney, hold_counts, holds
from contracts.cbdc.payments.settlement import (
    name_travel,
    receive,
    record_payment,
    require_can_pay,
    why_not_keep,
)
from contracts.sdk import Context, anyone, emit, require
from contracts.sdk.calendar import DAY_MS
from contracts.sdk.crypto import sha256

HOLD_MS_MAX = 90 * DAY_MS
HOLDS_MAX = 100  # of one payer, so that nobody fills the queue of what ends


@contract.execute(Hold, allow=anyone)
def hold(ctx: Context, msg: Hold) -> None:
    """Set money aside for a payee; the same checks as for a payment hold."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.to)
    now = ctx.block_time_ms
    require(now < msg.expires_ms <= now + HOLD_MS_MAX, BadExpiry, now=now, most=HOLD_MS_MAX)
    if msg.arbiter is not None:
        arbiter = party_of(ctx, found, msg.arbiter)
        require(arbiter.address not in (payer.address, payee.address), BadArbiter)
    require(hold_counts.get(ctx, payer.address, 0) < HOLDS_MAX, TooManyHolds, most=HOLDS_MAX)
    require_can_pay(ctx, payer, payee, msg.amount, msg.travel)

    hold_id = ctx.transaction_id
    hold_counts.add(ctx, payer.address, 1)
    to_pool(ctx, HELD, payer, payer.address, msg.amount)
    parties = (payer.address, payee.address, msg.amount, msg.expires_ms)
    holds.save(ctx, hold_id, HeldMoney(*parties, msg.arbiter, msg.hashlock, now))
    add_due(ctx, msg.expires_ms, hold_id, Due(DUE_HOLD, payer.address))
    emit(ctx, Held(hold_id, *parties, msg.memo))
    name_travel(ctx, payer, payee, msg.travel)


@contract.execute(Capture, allow=anyone)
def capture(ctx: Context, msg: Capture) -> None:
    """Pay a hold, in part or whole; the rest returns to the payer."""
    found = running(ctx, PAYMENTS)
    held = holds.load(ctx, msg.hold_id, absent=UnknownHold)
    _require_decides(ctx, found, held)
    require(ctx.block_time_ms < held.expires_ms, HoldExpired, expired=held.expires_ms)
    require(msg.amount <= held.amount, OverCapture, held=held.amount)
    _require_opens(held, msg)
    payer = party_of(ctx, found, held.payer)
    payee = party_of(ctx, found, held.payee)
    refuse(why_not_keep(ctx, payer, payee, msg.amount), payee, msg.amount)

    left = held.amount - msg.amount
    _forget(ctx, msg.hold_id, held)
    record_payment(ctx, msg.hold_id, (payer, payee), msg.amount)
    emit(ctx, Captured(msg.hold_id, held.payer, held.payee, msg.amount, left))
    receive(ctx, HELD, held.payer, (payer, payee), msg.amount)
    _give_back(ctx, found, held, left)


@contract.execute(Release, allow=anyone)
def release(ctx: Context, msg: Release) -> None:
    """Return a hold to its payer: who decides may at any time, anyone after its end."""
    found = running(ctx, PAYMENTS)
    held = holds.load(ctx, msg.hold_id, absent=UnknownHold)
    is_over = ctx.block_time_ms >= held.expires_ms
    if not is_over:
        _require_decides(ctx, found, held)
    _release(ctx, found, msg.hold_id, is_expired=is_over)


def expire_hold(ctx: Context, found: Terms, hold_id: bytes) -> None:
    """Return a hold that is over to its payer."""
    _release(ctx, found, hold_id, is_expired=True)


def _release(ctx: Context, found: Terms, hold_id: bytes, *, is_expired: bool) -> None:
    held = holds.load(ctx, hold_id, absent=UnknownHold)
    _give_back(ctx, found, held, held.amount)
    _forget(ctx, hold_id, held)
    emit(ctx, Released(hold_id, held.payer, held.payee, held.amount, is_expired))


def _require_decides(ctx: Context, found: Terms, held: HeldMoney) -> None:
    """Check the sender: the arbiter, or without one who acts for the payee's wallet."""
    if held.arbiter is None:
        require(sender_party(ctx, found).address == held.payee, NotDecider)
    else:
        require(held.arbiter == ctx.sender, NotDecider)


def _require_opens(held: HeldMoney, msg: Capture) -> None:
    if held.hashlock is None:
        require(msg.preimage is None, NoHashlock)
        return
    if msg.preimage is None:
        raise PreimageMissing
    require(sha256(msg.preimage) == held.hashlock, WrongPreimage)


def _give_back(ctx: Context, found: Terms, held: HeldMoney, amount: int) -> None:
    """Return money to the payer, whose it was all the time: no limit applies or is used up."""
    if amount > 0:
        payer = party_of(ctx, found, held.payer)
        payer = from_pool(ctx, HELD, held.payer, payer, amount)
        count_no_more(ctx, payer, amount, held.made_ms)


def _forget(ctx: Context, hold_id: bytes, held: HeldMoney) -> None:
    holds.remove(ctx, hold_id)
    if hold_counts.add(ctx, held.payer, -1) == 0:
        hold_counts.remove(ctx, held.payer)
    drop_due(ctx, held.expires_ms, hold_id)


contract.expose(
    "hold_state",
    holds,
    ("hold_id",),
    "An open hold; nothing once it is captured, released or over.",
)
