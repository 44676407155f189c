"""Joint agencies: they work on a case by consent and never hold it."""

from contracts.complaints.access import (
    by_holder,
    by_holder_or_joint,
    by_joint,
    loaded,
    require_handler,
)
from contracts.complaints.content import feed_again
from contracts.complaints.declaration import contract
from contracts.complaints.errors import (
    BadField,
    NotParticipant,
    TooManyAgencies,
)
from contracts.complaints.events import JointSet
from contracts.complaints.fields import INVITED, JOINT, JOINTS_MAX, OPEN_STATES, WRITABLE_STATES
from contracts.complaints.messages import AcceptJoint, AddJoint, RemoveJoint
from contracts.complaints.state import inboxes
from contracts.complaints.timeline import Act, save
from contracts.sdk import Context, emit, replace, require


@contract.execute(AddJoint, allow=by_holder)
def add_joint(ctx: Context, msg: AddJoint) -> None:
    """Invite an agency; it has a part once it agrees."""
    case = loaded(ctx, msg.case_id, states=OPEN_STATES)
    present = (case.holder, *case.joints, *case.invited)
    require(msg.agency not in present, BadField, field="agency")
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
    require(msg.agency in (*case.joints, *case.invited), BadField, field="agency")

    inboxes.remove(ctx, (msg.agency, INVITED, msg.case_id))
    inboxes.remove(ctx, (msg.agency, JOINT, msg.case_id))
    feed_again(ctx, msg.case_id, case)
    emit(ctx, JointSet(msg.case_id, msg.agency, "left"))
    joints = tuple([one for one in case.joints if one != msg.agency])
    invited = tuple([one for one in case.invited if one != msg.agency])
    left = replace(case, joints=joints, invited=invited)
    save(ctx, msg.case_id, left, Act("left", msg.agency, "", 0))
