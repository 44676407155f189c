"""Disputes: a citizen says that an answer in their name was not theirs; the IAL is capped."""

from contracts.identity.core.access import (
    by_supervisor,
    has_key,
)
from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    NotSubjectKey,
    UnknownAnswer,
    UnknownSubject,
    trail_tag,
)
from contracts.identity.core.rules import now_s, require_clean, require_home
from contracts.identity.core.state import (
    DISPUTES_MAX,
    DisputeCase,
    contract,
    dispute_counts,
    disputes,
    open_disputes,
    responses,
    subjects,
)
from contracts.identity.disputes.messages import (
    BadTrailSecret,
    Dispute,
    Disputed,
    DisputeResolved,
    ResolveDispute,
    TooManyDisputes,
    UnknownDispute,
    dispute_statement,
)
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify_any


@contract.execute(Dispute, allow=anyone)
def dispute(ctx: Context, msg: Dispute) -> None:
    """Open a dispute; the trail secret proves that the answer was in the citizen's name."""
    require_clean((msg.reason, msg.idp))
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    require(has_key(subject, msg.key), NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)
    response = responses.load(ctx, (msg.req_id, msg.idp), absent=UnknownAnswer)
    require(response.trail_tag == trail_tag(msg.trail_secret), BadTrailSecret)
    require(not disputes.has(ctx, (msg.req_id, msg.sid)), DuplicateId)
    require(dispute_counts.get(ctx, msg.req_id, 0) < DISPUTES_MAX, TooManyDisputes)

    disputes.save(ctx, (msg.req_id, msg.sid), DisputeCase(msg.idp, now_s(ctx), is_open=True))
    dispute_counts.add(ctx, msg.req_id, 1)
    open_disputes.add(ctx, msg.sid, 1)
    emit(ctx, Disputed(msg.req_id, msg.sid, msg.idp))


@contract.precheck(Dispute)
def check_dispute(ctx: Context, msg: Dispute) -> None:
    """Check the signature of the subject's key."""
    statement = dispute_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(ResolveDispute, allow=by_supervisor)
def resolve_dispute(ctx: Context, msg: ResolveDispute) -> None:
    """Close a dispute and lift its cap."""
    require_clean((msg.reason,))
    found = disputes.load(ctx, (msg.req_id, msg.sid), absent=UnknownDispute)
    require(found.is_open, UnknownDispute)

    disputes.save(ctx, (msg.req_id, msg.sid), replace(found, is_open=False))
    open_disputes.add(ctx, msg.sid, -1)
    emit(ctx, DisputeResolved(msg.req_id, msg.sid))


contract.expose(
    "open_dispute", disputes, ("req_id", "sid"), "A dispute of a response, open or settled."
)
