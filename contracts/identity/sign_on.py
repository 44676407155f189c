"""Sessions: a confirmed sign-on is kept, used again under five conditions, and ended."""

from contracts.identity.access import (
    acting_node,
    attestation_for,
    by_agency,
    free_subject,
    is_usable,
    require_linked,
)
from contracts.identity.declaration import contract
from contracts.identity.errors import (
    BadCitizenSignature,
    DuplicateId,
    LevelTooHigh,
    NotOwner,
    NotWhitelisted,
    UnknownAttestation,
)
from contracts.identity.events import SessionOpened, SessionReused, SignedOff
from contracts.identity.fields import ACCEPT, PROOFING
from contracts.identity.messages import (
    EndSession,
    OpenSession,
    ReuseSession,
    Sweep,
    reuse_statement,
    session_statement,
)
from contracts.identity.request_errors import (
    KeyInactive,
    ProofingInactive,
    SessionEnded,
    SessionLive,
    UnknownRequest,
    UnknownSession,
)
from contracts.identity.requests import (
    answerable,
    asked_in,
    progress_in,
    record_answer,
)
from contracts.identity.reuse import is_live_session, reuse_obstacles
from contracts.identity.rules import CLOSED, COMPLETED, CONFIRMED, DATA_PENDING, now_s
from contracts.identity.state import (
    Response,
    Session,
    SubjectKey,
    responses,
    sessions,
    terms_of,
)
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify


@contract.execute(OpenSession, allow=by_agency)
def open_session(ctx: Context, msg: OpenSession) -> None:
    """Keep a sign-on that confirmed a request, under the proofing and the key that bear it."""
    acting_node(ctx, msg.agency, "idp")
    require(not sessions.has(ctx, msg.ses_id), DuplicateId)
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    response = responses.load(ctx, (msg.req_id, msg.agency), absent=NotOwner)
    require(response.decision == ACCEPT, NotOwner)
    progress_in(ctx, msg.req_id, terms, states=(CONFIRMED, DATA_PENDING, COMPLETED, CLOSED))
    subject = free_subject(ctx, msg.sid)
    require_linked(subject, msg.agency)
    require(subject.namespace == terms.namespace, NotWhitelisted)
    keys = [held for held in subject.keys if held.key == msg.key]
    require(len(keys) > 0, KeyInactive)
    _require_levels(ctx, msg, response, keys[0])

    made = (msg.req_id, response.handle, msg.agency, response.aal, response.auth_time)
    end = now_s(ctx) + msg.ttl_s
    bound = (msg.sid, msg.att_id, msg.key, subject.epoch)
    sessions.save(ctx, msg.ses_id, Session(*made, end, *bound, is_ended=False))
    emit(ctx, SessionOpened(msg.ses_id, msg.req_id, msg.agency, end))


@contract.precheck(OpenSession)
def check_session(ctx: Context, msg: OpenSession) -> None:
    """Check the signature of the subject's key."""
    statement = session_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(ReuseSession, allow=by_agency)
def reuse_session(ctx: Context, msg: ReuseSession) -> None:
    """Answer a request by an earlier sign-on, if all five conditions hold now."""
    terms = answerable(ctx, msg.req_id, msg.agency, msg.handle)
    session = sessions.load(ctx, msg.ses_id, absent=UnknownSession)
    require(session.idp == msg.agency, NotOwner)
    require(is_live_session(ctx, session), SessionEnded)
    for obstacle in reuse_obstacles(ctx, session, terms):
        if obstacle is not None:
            raise obstacle

    proofing = attestation_for(ctx, session.att_id, session.sid)
    levels = (proofing.ial, session.aal, session.auth_time, ACCEPT, "")
    tags = (msg.trail_tag, msg.citizen_key, msg.ses_id)
    emit(ctx, SessionReused(msg.ses_id, msg.req_id, msg.agency, terms.rp))
    answer = Response(msg.handle, *levels, *tags, now_s(ctx))
    record_answer(ctx, msg.req_id, msg.agency, answer)


@contract.precheck(ReuseSession)
def check_reuse(ctx: Context, msg: ReuseSession) -> None:
    """Check the citizen's signature over this request, relying party, scope and session."""
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    statement = reuse_statement(ctx.chain_id, asked_in(terms), msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(EndSession, allow=by_agency)
def end_session(ctx: Context, msg: EndSession) -> None:
    """End a session of the sender."""
    session = sessions.load(ctx, msg.ses_id, absent=UnknownSession)
    require(session.idp == msg.agency, NotOwner)
    require(not session.is_ended, SessionEnded)

    sessions.save(ctx, msg.ses_id, replace(session, is_ended=True))
    emit(ctx, SignedOff(msg.ses_id))


@contract.execute(Sweep, allow=anyone)
def sweep(ctx: Context, msg: Sweep) -> None:
    """Forget sessions that can never be used again."""
    for ses_id in msg.sessions:
        session = sessions.load(ctx, ses_id, absent=UnknownSession)
        require(not is_live_session(ctx, session), SessionLive)
        sessions.remove(ctx, ses_id)


def _require_levels(ctx: Context, msg: OpenSession, response: Response, held: SubjectKey) -> None:
    """Check that key and proofing bear the levels of the response.

    Rejects: LevelTooHigh, UnknownAttestation, ProofingInactive.
    """
    require(response.aal <= held.aal_cap, LevelTooHigh, most=held.aal_cap)
    proofing = attestation_for(ctx, msg.att_id, msg.sid)
    require(proofing.kind == PROOFING, UnknownAttestation)
    require(is_usable(ctx, proofing), ProofingInactive)
    require(response.ial <= proofing.ial, LevelTooHigh, most=proofing.ial)
