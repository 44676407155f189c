"""Custody: the only place where a case gets a holder. Every case has one, at every block."""

from contracts.complaints.content import feed_again
from contracts.complaints.counts import HANDED, TAKEN, enter, leave
from contracts.complaints.events import CustodyChanged
from contracts.complaints.fields import HELD, INVITED, JOINT, OPEN_STATES, AgencyId, Slug
from contracts.complaints.state import Case, Custody, custodies, inboxes
from contracts.sdk import Context, emit, replace


def take_first(ctx: Context, case_id: bytes, case: Case, reason: Slug) -> None:
    """Write the first custody of a new case, which its record names already."""
    first = Custody(case.holder, ctx.height, ctx.block_time_ms, reason)
    custodies.save(ctx, (case_id, 1), first)
    inboxes.save(ctx, (case.holder, HELD, case_id), ctx.block_time_ms)


def hand_over(ctx: Context, case_id: bytes, case: Case, to: AgencyId, reason: Slug) -> Case:
    """Make `to` the holder from this block on; it can be no joint agency any more."""
    number = case.custodies + 1
    custodies.save(ctx, (case_id, number), Custody(to, ctx.height, ctx.block_time_ms, reason))
    if case.state in OPEN_STATES:
        leave(ctx, case.holder, case.opened_ms, HANDED)
        enter(ctx, to, case.opened_ms, TAKEN)
        inboxes.remove(ctx, (case.holder, HELD, case_id))
        inboxes.save(ctx, (to, HELD, case_id), ctx.block_time_ms)
    inboxes.remove(ctx, (to, JOINT, case_id))
    inboxes.remove(ctx, (to, INVITED, case_id))
    feed_again(ctx, case_id, case)
    emit(ctx, CustodyChanged(case_id, case.holder, to, number, reason))
    return replace(
        case,
        holder=to,
        custodies=number,
        joints=tuple([one for one in case.joints if one != to]),
        invited=tuple([one for one in case.invited if one != to]),
    )
