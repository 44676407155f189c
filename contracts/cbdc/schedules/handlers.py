"""Schedules: payments at set times, made at the end of a block, in order of time.

A payment that is refused is skipped and said so; the schedule goes on. Payments that fell due
while the network stood still are made afterwards, one after the other.
"""

from contracts.cbdc.core.limits import has_tier, refuse, require_tier, why_not_enter, why_not_leave
from contracts.cbdc.core.messages import (
    PAYMENTS,
    T2,
    T3,
    YEAR_MS,
    Id,
    InsufficientFunds,
    Limit,
    M,
    SelfTransfer,
    WrongTier,
)
from contracts.cbdc.core.state import (
    DUE_SCHEDULE,
    Due,
    Party,
    Terms,
    add_due,
    address_of_wallet,
    contract,
    drop_due,
    party_of,
    running,
    sender_party,
)
from contracts.cbdc.payments.settlement import name_travel, record_payment, settle, why_not_pay
from contracts.cbdc.schedules.messages import (
    BadSchedule,
    CancelSchedule,
    Schedule,
    ScheduleCancelled,
    ScheduleFailed,
    ScheduleRun,
    ScheduleSet,
    TooManySchedules,
    UnknownSchedule,
)
from contracts.cbdc.schedules.state import (
    ScheduleLine,
    ScheduleLines,
    StandingOrder,
    schedule_counts,
    schedules,
)
from contracts.sdk import Address, Context, Refusal, anyone, emit, encode, replace, require
from contracts.sdk.calendar import DAY_MS
from contracts.sdk.crypto import Digest, digest

SCHEDULES_MAX = 20  # of one wallet
TIERS_THAT_SCHEDULE = (T2, T3, M)


@contract.execute(Schedule, allow=anyone)
def schedule(ctx: Context, msg: Schedule) -> None:
    """Pay at set times; limits and balance are looked at when each payment is due."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.to)
    refuse(why_not_leave(ctx, payer), payer, msg.amount)
    require_tier(ctx, payer, TIERS_THAT_SCHEDULE)
    require(payer.address != payee.address, SelfTransfer)
    refuse(why_not_enter(ctx, payee), payee, msg.amount)
    now = ctx.block_time_ms
    require(now < msg.first_ms <= now + YEAR_MS, BadSchedule, now=now)
    count = schedule_counts.get(ctx, payer.address, 0)
    require(count < SCHEDULES_MAX, TooManySchedules, most=SCHEDULES_MAX)

    schedule_id = ctx.transaction_id
    every_ms = msg.every_days * DAY_MS
    sides = (payer.address, payee.address, msg.amount, msg.first_ms)
    order = StandingOrder(*sides, every_ms, msg.count, msg.min_left, msg.travel)
    schedule_counts.save(ctx, payer.address, count + 1)
    _await_next(ctx, schedule_id, order)
    emit(ctx, ScheduleSet(schedule_id, *sides, msg.count))


@contract.execute(CancelSchedule, allow=anyone)
def cancel_schedule(ctx: Context, msg: CancelSchedule) -> None:
    """End a schedule of the sender."""
    payer = sender_party(ctx, running(ctx, PAYMENTS))
    order = schedules.load(ctx, (payer.address, msg.schedule_id), absent=UnknownSchedule)

    drop_due(ctx, order.next_ms, msg.schedule_id)
    _forget(ctx, payer.address, msg.schedule_id)
    emit(ctx, ScheduleCancelled(msg.schedule_id, payer.address))


def run_schedule(ctx: Context, found: Terms, owner: Address, schedule_id: bytes) -> None:
    """Make or skip the payment of a schedule that is due, and wait for the next if any is left."""
    order = schedules.load(ctx, (owner, schedule_id), absent=UnknownSchedule)
    payer = party_of(ctx, found, order.payer)
    payee = party_of(ctx, found, order.to)
    left = order.left - 1
    refusal = _why_not_run(ctx, payer, payee, order)
    if refusal is None:
        payment_id = scheduled_payment_id(schedule_id, left)
        record_payment(ctx, payment_id, (payer, payee), order.amount)
        sides = (schedule_id, payment_id, order.payer, order.to)
        emit(ctx, ScheduleRun(*sides, order.amount, left))
        settle(ctx, payer, payee, order.amount)
        name_travel(ctx, payer, payee, order.travel)
    else:
        emit(ctx, ScheduleFailed(schedule_id, order.payer, order.to, refusal.code, left))
    if left == 0:
        _forget(ctx, owner, schedule_id)
    else:
        next_ms = order.next_ms + order.every_ms
        _await_next(ctx, schedule_id, replace(order, left=left, next_ms=next_ms))


def scheduled_payment_id(schedule_id: bytes, left: int) -> Digest:
    """Return what names the payment of a schedule after which `left` remain."""
    return digest("cbdc/scheduled-payment", encode((schedule_id, left)))


def _why_not_run(ctx: Context, payer: Party, payee: Party, order: StandingOrder) -> Refusal | None:
    if not has_tier(ctx, payer, TIERS_THAT_SCHEDULE):
        return WrongTier
    refusal = why_not_pay(ctx, payer, payee, order.amount, order.travel)
    if refusal is None and payer.balance < order.amount + order.min_left:
        return InsufficientFunds
    return refusal


def _await_next(ctx: Context, schedule_id: bytes, order: StandingOrder) -> None:
    schedules.save(ctx, (order.payer, schedule_id), order)
    add_due(ctx, order.next_ms, schedule_id, Due(DUE_SCHEDULE, order.payer))


def _forget(ctx: Context, owner: Address, schedule_id: bytes) -> None:
    schedules.remove(ctx, (owner, schedule_id))
    if schedule_counts.add(ctx, owner, -1) == 0:
        schedule_counts.remove(ctx, owner)


@contract.query
def schedule_state(ctx: Context, payer: Address, schedule_id: Id) -> StandingOrder | None:
    """A schedule that has payments left."""
    return schedules.get(ctx, (address_of_wallet(ctx, payer), schedule_id), None)


@contract.query
def schedules_page(ctx: Context, payer: Address, after: Id | None, limit: Limit) -> ScheduleLines:
    """Schedules of a wallet in order of their ids, after the id `after` when given."""
    owner = address_of_wallet(ctx, payer)
    last = None if after is None else (owner, after)
    found = schedules.page(ctx, (owner,), after=last, limit=limit)
    return tuple([ScheduleLine(key[1], order) for key, order in found])
