"""Disputes: a citizen says that an answer in their name was not theirs; the IAL is capped."""

from contracts.identity.access import by_supervisor
from contracts.identity.declaration import contract
from contracts.identity.errors import (
    BadCitizenSignature,
    DuplicateId,
    NotSubject,
    UnknownSubject,
)
from contracts.identity.events import Disputed, DisputeResolved
from contracts.identity.messages import Dispute, ResolveDispute, dispute_statement, trail_tag
from contracts.identity.request_errors import UnknownDispute
from contracts.identity.rules import has_key, now_s, require_clean
from contracts.identity.state import DisputeCase, disputes, open_disputes, responses, subjects
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify


@contract.execute(Dispute, allow=anyone)
def dispute(ctx: Context, msg: Dispute) -> None:
    """Open a dispute; the trail secret proves that the answer was in the citizen's name."""
    require_clean((msg.reason, msg.idp))
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    require(has_key(subject, msg.key), NotSubject)
    response = responses.load(ctx, (msg.req_id, msg.idp), absent=NotSubject)
    require(response.trail_tag == trail_tag(msg.trail_secret), NotSubject)
    require(not disputes.has(ctx, (msg.req_id, msg.sid)), DuplicateId)

    disputes.save(ctx, (msg.req_id, msg.sid), DisputeCase(msg.idp, now_s(ctx), is_open=True))
    open_disputes.add(ctx, msg.sid, 1)
    emit(ctx, Disputed(msg.req_id, msg.sid, msg.idp))


@contract.precheck(Dispute)
def check_dispute(ctx: Context, msg: Dispute) -> None:
    """Check the signature of the subject's key."""
    statement = dispute_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(ResolveDispute, allow=by_supervisor)
def resolve_dispute(ctx: Context, msg: ResolveDispute) -> None:
    """Close a dispute and lift its cap."""
    require_clean((msg.reason,))
    found = disputes.load(ctx, (msg.req_id, msg.sid), absent=UnknownDispute)
    require(found.is_open, UnknownDispute)

    disputes.save(ctx, (msg.req_id, msg.sid), replace(found, is_open=False))
    open_disputes.add(ctx, msg.sid, -1)
    emit(ctx, DisputeResolved(msg.req_id, msg.sid))
