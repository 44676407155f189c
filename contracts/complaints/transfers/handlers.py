"""Transfers: an offer stays with its sender until it is accepted, or lapses and escalates.

Joint agencies work on a case by consent and never hold it.
"""

from contracts.complaints.core.access import (
    HANDLER,
    OfferAct,
    by_holder,
    by_holder_or_joint,
    by_joint,
    by_offered,
    by_supervisor,
    loaded,
    offered,
    require_handler,
)
from contracts.complaints.core.clocks import Act, drop, due_of, end_offer, resume, save, start, stop
from contracts.complaints.core.counts import count_offer
from contracts.complaints.core.custody import feed_again, hand_over
from contracts.complaints.core.messages import (
    ACCEPTANCE,
    ACCEPTED,
    IN_PROGRESS,
    INVITED,
    JOINT,
    JOINTS_MAX,
    NEW_STATES,
    OFFERED,
    OPEN_STATES,
    TRANSFER,
    WAITING,
    WORKED_STATES,
    WRITABLE_STATES,
    DeadlineOver,
    JointAlready,
    NotJoint,
    NotParticipant,
    NotStuck,
    Offer,
    OfferOpen,
    SameHolder,
    StaleOffer,
    UnknownTemplate,
)
from contracts.complaints.core.rules import require_slugs
from contracts.complaints.core.state import Case, contract, inboxes, rules
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    AddJoint,
    Assign,
    CancelTransfer,
    JointSet,
    Offered,
    OfferTransfer,
    RejectTransfer,
    RemoveJoint,
    TooManyAgencies,
    TooManyTransfers,
)
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.calendar import SECOND_MS
from contracts.sdk.roles import is_of_kind

OFFER_STATES = (*NEW_STATES, *WORKED_STATES)


@contract.execute(OfferTransfer, allow=by_holder)
def offer_transfer(ctx: Context, msg: OfferTransfer) -> None:
    """Offer the case; nothing but the transfer's own clock changes until the other accepts."""
    require_slugs((msg.reason,), "reason")
    case = loaded(ctx, msg.case_id, states=OFFER_STATES)
    require(case.offer is None, OfferOpen)
    require(msg.to != case.holder, SameHolder)
    require_handler(ctx, msg.to)
    limits = rules.load(ctx, (case.template, case.version), absent=UnknownTemplate).limits
    require(case.hops < limits.hops_max, TooManyTransfers, most=limits.hops_max)

    number = case.offers + 1
    due_ms = ctx.block_time_ms + limits.transfer_s * SECOND_MS
    case = start(ctx, msg.case_id, case, ((TRANSFER, due_ms),))
    inboxes.save(ctx, (msg.to, OFFERED, msg.case_id), ctx.block_time_ms)
    count_offer(ctx, case.holder, msg.to, "offered")
    emit(ctx, Offered(msg.case_id, case.holder, msg.to, number, due_ms))
    offered = replace(case, offer=Offer(number, msg.to, msg.reason), offers=number)
    save(ctx, msg.case_id, offered, Act("offered", case.holder, msg.to, number))


@contract.execute(AcceptTransfer, allow=by_offered)
def accept_transfer(ctx: Context, msg: AcceptTransfer) -> None:
    """Become the holder of a case, accepted by this if it was not yet; the total clock goes on."""
    case, offer = _timely(ctx, msg)
    require_handler(ctx, offer.to)

    case = stop(ctx, msg.case_id, case, TRANSFER)
    if case.state in NEW_STATES:
        case = replace(stop(ctx, msg.case_id, case, ACCEPTANCE), state=ACCEPTED)
    inboxes.remove(ctx, (offer.to, OFFERED, msg.case_id))
    count_offer(ctx, case.holder, offer.to, "accepted")
    taken = hand_over(ctx, msg.case_id, case, offer.to, offer.reason)
    moved = replace(taken, offer=None, hops=case.hops + 1)
    save(ctx, msg.case_id, moved, Act("transferred", offer.to, offer.reason, moved.custodies))


@contract.execute(RejectTransfer, allow=by_offered)
def reject_transfer(ctx: Context, msg: RejectTransfer) -> None:
    """Decline; the case has been with its sender all along."""
    require_slugs((msg.reason,), "reason")
    case, offer = _timely(ctx, msg)

    case = stop(ctx, msg.case_id, case, TRANSFER)
    case = end_offer(ctx, msg.case_id, case, "rejected", msg.reason)
    save(ctx, msg.case_id, case, Act("rejected", offer.to, msg.reason, offer.number))


@contract.execute(CancelTransfer, allow=by_holder)
def cancel_transfer(ctx: Context, msg: CancelTransfer) -> None:
    """Take the offer back."""
    case = loaded(ctx, msg.case_id, states=OPEN_STATES)
    offer = case.offer
    require(offer is not None and offer.number == msg.offer_number, StaleOffer)

    case = drop(ctx, msg.case_id, case, (TRANSFER,))
    case = end_offer(ctx, msg.case_id, case, "cancelled", "")
    save(ctx, msg.case_id, case, Act("cancelled", case.holder, "", msg.offer_number))


@contract.execute(Assign, allow=by_supervisor)
def assign(ctx: Context, msg: Assign) -> None:
    """Give a case to an agency that need not consent.

    Only when it is stuck: it was escalated, is at its hop limit, or its holder is inactive.
    """
    require_slugs((msg.reason,), "reason")
    case = loaded(ctx, msg.case_id, states=OPEN_STATES)
    require(msg.to != case.holder, SameHolder)
    require_handler(ctx, msg.to)
    limits = rules.load(ctx, (case.template, case.version), absent=UnknownTemplate).limits
    is_stuck = case.escalations > 0 or case.hops >= limits.hops_max
    require(is_stuck or not is_of_kind(ctx, case.holder, HANDLER), NotStuck)

    case = drop(ctx, msg.case_id, case, (TRANSFER,))
    case = end_offer(ctx, msg.case_id, case, "cancelled", "assigned")
    if case.state in NEW_STATES:
        case = drop(ctx, msg.case_id, case, (ACCEPTANCE,))
        ends = ctx.block_time_ms + limits.accept_s * SECOND_MS
        case = start(ctx, msg.case_id, case, ((ACCEPTANCE, ends),))
    running, _ = resume(ctx, msg.case_id, case)
    case = replace(running, state=IN_PROGRESS) if case.state == WAITING else running
    count_offer(ctx, case.holder, msg.to, "assigned")
    taken = hand_over(ctx, msg.case_id, case, msg.to, msg.reason)
    save(ctx, msg.case_id, taken, Act("assigned", msg.agency, msg.reason, taken.custodies))


def _timely(ctx: Context, msg: OfferAct) -> tuple[Case, Offer]:
    """Return a case and its offer, which is still open. Rejects: StaleOffer, DeadlineOver."""
    case, offer = offered(ctx, msg)
    due_ms = due_of(case, TRANSFER)
    require(ctx.block_time_ms <= due_ms, DeadlineOver, due_ms=due_ms)
    return case, offer


@contract.execute(AddJoint, allow=by_holder)
def add_joint(ctx: Context, msg: AddJoint) -> None:
    """Invite an agency; it has a part once it agrees."""
    case = loaded(ctx, msg.case_id, states=OPEN_STATES)
    present = (case.holder, *case.joints, *case.invited)
    require(msg.agency not in present, JointAlready)
    require(len(case.joints) + len(case.invited) < JOINTS_MAX, TooManyAgencies, most=JOINTS_MAX)
    require_handler(ctx, msg.agency)

    inboxes.save(ctx, (msg.agency, INVITED, msg.case_id), ctx.block_time_ms)
    emit(ctx, JointSet(msg.case_id, msg.agency, "invited"))
    invited = replace(case, invited=(*case.invited, msg.agency))
    save(ctx, msg.case_id, invited, Act("invited", case.holder, msg.agency, 0))


@contract.execute(AcceptJoint, allow=by_joint)
def accept_joint(ctx: Context, msg: AcceptJoint) -> None:
    """Agree to an invitation; the case's contents are for this agency's hosts too."""
    case = loaded(ctx, msg.case_id, states=OPEN_STATES)
    require(msg.agency in case.invited, NotParticipant)

    inboxes.remove(ctx, (msg.agency, INVITED, msg.case_id))
    inboxes.save(ctx, (msg.agency, JOINT, msg.case_id), ctx.block_time_ms)
    feed_again(ctx, msg.case_id, case)
    emit(ctx, JointSet(msg.case_id, msg.agency, "joined"))
    invited = tuple([one for one in case.invited if one != msg.agency])
    joined = replace(case, joints=(*case.joints, msg.agency), invited=invited)
    save(ctx, msg.case_id, joined, Act("joined", msg.agency, "", 0))


@contract.execute(RemoveJoint, allow=by_holder_or_joint)
def remove_joint(ctx: Context, msg: RemoveJoint) -> None:
    """End an agency's part or invitation."""
    case = loaded(ctx, msg.case_id, states=WRITABLE_STATES)
    require(msg.agency in (*case.joints, *case.invited), NotJoint)

    inboxes.remove(ctx, (msg.agency, INVITED, msg.case_id))
    inboxes.remove(ctx, (msg.agency, JOINT, msg.case_id))
    feed_again(ctx, msg.case_id, case)
    emit(ctx, JointSet(msg.case_id, msg.agency, "left"))
    joints = tuple([one for one in case.joints if one != msg.agency])
    invited = tuple([one for one in case.invited if one != msg.agency])
    left = replace(case, joints=joints, invited=invited)
    save(ctx, msg.case_id, left, Act("left", msg.agency, "", 0))
