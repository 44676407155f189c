"""Sessions: a confirmed sign-on is kept, used again under five conditions, and ended."""

from contracts.identity.core.access import by_agency
from contracts.identity.core.messages import (
    ACCEPT,
    FROZEN,
    MODE_FRESH,
    MODE_REUSE_OK,
    PROOFING,
    BadCitizenSignature,
    DuplicateId,
    Id,
    InHold,
    LevelTooHigh,
    NotOwner,
    NotWhitelisted,
    Stale,
    SubjectFrozen,
    UnknownAttestation,
    UnknownRequest,
    UnknownSubject,
)
from contracts.identity.core.rules import (
    CLOSED,
    COMPLETED,
    CONFIRMED,
    DATA_PENDING,
    acting_node,
    active_table,
    attestation_for,
    do_work_together,
    effective_ial_of,
    free_subject,
    has_key,
    is_acting,
    is_in_hold,
    is_usable,
    now_s,
    require_linked,
    reuse_age_max,
)
from contracts.identity.core.state import (
    Response,
    SubjectKey,
    Terms,
    contract,
    purposes,
    responses,
    subjects,
    terms_of,
)
from contracts.identity.requests.handlers import answerable, asked_in, progress_in, record_answer
from contracts.identity.sessions.messages import (
    EndSession,
    FreshRequired,
    KeyInactive,
    OpenSession,
    ProofingInactive,
    ReuseSession,
    SessionEnded,
    SessionLive,
    SessionOpened,
    SessionReused,
    SignedOff,
    StepUpRequired,
    Sweep,
    UnknownSession,
    reuse_statement,
    session_statement,
)
from contracts.identity.sessions.state import ReuseCheck, Session, SessionState, sessions
from contracts.sdk import Context, Refusal, anyone, emit, replace, require
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


Obstacle = Refusal | None
Obstacles = tuple[Obstacle, Obstacle, Obstacle, Obstacle, Obstacle]


def reuse_obstacles(ctx: Context, session: Session, terms: Terms) -> Obstacles:
    """Return what stands against each of the five conditions, None where it holds."""
    return (
        _proofing(ctx, session, terms),
        _sign_on(ctx, session, terms),
        _purpose(ctx, terms),
        _subject(ctx, session),
        _parties(ctx, session, terms),
    )


def is_live_session(ctx: Context, session: Session) -> bool:
    """Whether a session may be used: not ended, not expired, no recovery since."""
    if session.is_ended or now_s(ctx) >= session.expires_at:
        return False
    return subjects.load(ctx, session.sid, absent=UnknownSubject).epoch == session.epoch


def _proofing(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """1. The proofing counts now, and is strong enough."""
    proofing = attestation_for(ctx, session.att_id, session.sid)
    if not is_usable(ctx, proofing):
        return ProofingInactive
    # Differs from the proofing's own IAL only while a dispute caps it.
    ial = min(proofing.ial, effective_ial_of(ctx, session.sid))
    return None if ial >= terms.min_ial else StepUpRequired


def _sign_on(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """2. The sign-on is strong enough, its key is active, and it is fresh enough."""
    if session.aal < terms.min_aal:
        return StepUpRequired
    if not has_key(subjects.load(ctx, session.sid, absent=UnknownSubject), session.key):
        return KeyInactive
    most = min(terms.max_age_s, reuse_age_max(active_table(ctx), session.aal))
    is_fresh = most > 0 and now_s(ctx) <= session.auth_time + most
    return None if is_fresh else Stale


def _purpose(ctx: Context, terms: Terms) -> Obstacle:
    """3. The purpose and the relying party permit it."""
    if not purposes.get(ctx, terms.purpose, False) or terms.mode == MODE_FRESH:
        return FreshRequired
    return None if terms.mode == MODE_REUSE_OK else StepUpRequired


def _subject(ctx: Context, session: Session) -> Obstacle:
    """4. The subject is not frozen, and no recovery of it is under way."""
    if subjects.load(ctx, session.sid, absent=UnknownSubject).status == FROZEN:
        return SubjectFrozen
    return InHold if is_in_hold(ctx, session.sid) else None


def _parties(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """5. The relying party is permitted the namespace, and both whitelists pass."""
    subject = subjects.load(ctx, session.sid, absent=UnknownSubject)
    is_same = subject.namespace == terms.namespace and is_acting(ctx, terms.rp, "rp")
    do_pass = do_work_together(ctx, terms.rp, session.idp, terms.namespace)
    return None if is_same and do_pass else NotWhitelisted


@contract.query
def session(ctx: Context, ses_id: Id) -> SessionState | None:
    """A session, and whether it is live now."""
    found = sessions.get(ctx, ses_id, None)
    return None if found is None else SessionState(found, is_live_session(ctx, found))


@contract.query
def reuse_check(ctx: Context, ses_id: Id, req_id: Id) -> ReuseCheck:
    """Which conditions of reuse hold now. Rejects: UnknownSession, UnknownRequest."""
    found = sessions.load(ctx, ses_id, absent=UnknownSession)
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    obstacles = reuse_obstacles(ctx, found, terms)
    codes = [obstacle.code for obstacle in obstacles if obstacle is not None]
    proofing, sign_on, purpose, person, parties = obstacles
    return ReuseCheck(
        proofing is None,
        sign_on is None,
        purpose is None,
        person is None,
        parties is None,
        is_live_session(ctx, found),
        codes[0] if len(codes) > 0 else "",
    )
