"""Sessions: a sign-on is kept in a sector, used again under four conditions, and ended.

A session names the citizen's key of its sector and nothing of any other, so that keeping a sign-on
tells no relying party of another. Who keeps one in several sectors opens a session in each.

Here too ends a pairwise key: the ledger does not see whose it is, so a report or a recovery cannot
end it. Who holds the key ends it everywhere; an IdP ends what it carried for it, and no more.
"""

from contracts.identity.core.access import (
    SESSION,
    by_agency,
    does_bear,
    pairwise_epoch,
    require_not_taken_back,
    take_back,
    vouched_ial,
)
from contracts.identity.core.messages import (
    ACCEPT,
    DAY_S,
    MODE_FRESH,
    MODE_REUSE_OK,
    TIME_GRAIN_S,
    AuthTimeInFuture,
    BadCitizenSignature,
    DuplicateId,
    Id,
    LevelTooHigh,
    NotOwner,
    NotWhitelisted,
    OtherPairwiseKey,
    PairwiseEnded,
    Stale,
    UnknownNode,
    UnknownRequest,
)
from contracts.identity.core.rules import (
    SKEW_S,
    acting_node,
    active_table,
    do_work_together,
    is_acting,
    now_s,
    require_ahead,
    require_levels,
    require_slugs,
    reuse_age_max,
)
from contracts.identity.core.state import (
    FIRST_PAIRWISE_EPOCH,
    PairwiseEpoch,
    Response,
    Terms,
    asked_digests,
    contract,
    nodes,
    pairwise_ends,
    pairwise_epochs,
    purposes,
    terms_of,
)
from contracts.identity.requests.handlers import answerable, next_number, record_answer
from contracts.identity.sessions.messages import (
    EndPairwise,
    EndSession,
    FineTime,
    FreshRequired,
    NotSuspended,
    OpenSession,
    OtherSector,
    PairwiseKeyEnded,
    PairwiseResumed,
    PairwiseSuspended,
    ResumePairwise,
    ReuseSession,
    SessionEnded,
    SessionLive,
    SessionOpened,
    SessionReused,
    SignedOff,
    SignOff,
    StepUpRequired,
    SuspendPairwise,
    Sweep,
    UnknownSession,
    end_pairwise_statement,
    reuse_statement,
    session_statement,
    sign_off_statement,
)
from contracts.identity.sessions.state import ReuseCheck, Session, SessionState, sessions
from contracts.sdk import Context, Refusal, anyone, emit, replace, require
from contracts.sdk.crypto import verify


@contract.execute(OpenSession, allow=by_agency)
def open_session(ctx: Context, msg: OpenSession) -> None:
    """Keep a sign-on for reuse in a sector, as the IdP states it and the citizen's key signs."""
    require_slugs((msg.sector,))
    node = acting_node(ctx, msg.agency, "idp")
    require(not sessions.has(ctx, msg.ses_id), DuplicateId)
    require_not_taken_back(ctx, SESSION, msg.ses_id, msg.citizen_key)
    require_levels(ctx, msg.ial, msg.aal)
    most = vouched_ial(ctx, msg.agency, msg.citizen_key, msg.ial, sector=msg.sector)
    require(msg.ial <= most and msg.aal <= node.max_aal, LevelTooHigh)
    now = now_s(ctx)
    require(msg.auth_time <= now + SKEW_S, AuthTimeInFuture, now=now)
    require_ahead(ctx, msg.expires_at, DAY_S)
    is_coarse = msg.auth_time % TIME_GRAIN_S == 0 and msg.expires_at % TIME_GRAIN_S == 0
    require(is_coarse, FineTime)

    session = Session(
        idp=msg.agency,
        sector=msg.sector,
        ial=msg.ial,
        aal=msg.aal,
        auth_time=msg.auth_time,
        expires_at=msg.expires_at,
        citizen_key=msg.citizen_key,
        epoch=pairwise_epoch(ctx, msg.agency, msg.citizen_key),
        is_ended=False,
    )
    sessions.save(ctx, msg.ses_id, session)
    emit(ctx, SessionOpened(msg.ses_id, msg.agency, msg.sector, msg.expires_at))


@contract.precheck(OpenSession)
def check_session(ctx: Context, msg: OpenSession) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = session_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(ReuseSession, allow=by_agency)
def reuse_session(ctx: Context, msg: ReuseSession) -> None:
    """Answer a request by an earlier sign-on, if all four conditions hold now."""
    terms = answerable(ctx, msg.req_id, msg.agency, msg.handle)
    session = sessions.load(ctx, msg.ses_id, absent=UnknownSession)
    require(session.idp == msg.agency, NotOwner)
    require(session.citizen_key == msg.citizen_key, OtherPairwiseKey)
    require(is_live_session(ctx, session), SessionEnded)
    for obstacle in reuse_obstacles(ctx, session, terms):
        if obstacle is not None:
            raise obstacle

    ial, aal = levels_now(ctx, session)
    answer = Response(
        handle=msg.handle,
        ial=ial,
        aal=aal,
        auth_time=session.auth_time,
        decision=ACCEPT,
        error="",
        trail_tag=msg.trail_tag,
        trail_number=next_number(ctx, msg.citizen_key),
        citizen_key=msg.citizen_key,
        ses_id=msg.ses_id,
        epoch=session.epoch,
        at=now_s(ctx),
    )
    emit(ctx, SessionReused(msg.ses_id, msg.req_id, msg.agency, terms.rp))
    record_answer(ctx, msg.req_id, msg.agency, answer)


@contract.precheck(ReuseSession)
def check_reuse(ctx: Context, msg: ReuseSession) -> None:
    """Check the citizen's signature over the whole terms of the request and the session."""
    terms = asked_digests.load(ctx, msg.req_id, absent=UnknownRequest)
    statement = reuse_statement(ctx.chain_id, terms, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(EndSession, allow=by_agency)
def end_session(ctx: Context, msg: EndSession) -> None:
    """End a session of the sender."""
    session = sessions.load(ctx, msg.ses_id, absent=UnknownSession)
    require(session.idp == msg.agency, NotOwner)
    _end(ctx, msg.ses_id, session)


@contract.execute(SignOff, allow=anyone)
def sign_off(ctx: Context, msg: SignOff) -> None:
    """End a session by its citizen's word; one that is not open yet is never opened.

    Nor once another key's, under which an IdP opened it first, is over and forgotten.
    """
    session = sessions.get(ctx, msg.ses_id, None)
    if session is None or session.citizen_key != msg.citizen_key:
        take_back(ctx, SESSION, msg.ses_id, msg.citizen_key)
        return
    _end(ctx, msg.ses_id, session)


@contract.precheck(SignOff)
def check_sign_off(ctx: Context, msg: SignOff) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = sign_off_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(Sweep, allow=anyone)
def sweep(ctx: Context, msg: Sweep) -> None:
    """Forget sessions whose time is over: the bytes that opened one open it no more.

    One that ended before, or whose IdP does not act now, stays until then.
    """
    for ses_id in msg.sessions:
        session = sessions.load(ctx, ses_id, absent=UnknownSession)
        require(now_s(ctx) >= session.expires_at, SessionLive)
        sessions.remove(ctx, ses_id)


def _end(ctx: Context, ses_id: bytes, session: Session) -> None:
    require(not session.is_ended, SessionEnded)
    sessions.save(ctx, ses_id, replace(session, is_ended=True))
    emit(ctx, SignedOff(ses_id))


Obstacle = Refusal | None
Obstacles = tuple[Obstacle, Obstacle, Obstacle, Obstacle]


def reuse_obstacles(ctx: Context, session: Session, terms: Terms) -> Obstacles:
    """Return what stands against each of the four conditions, None where it holds."""
    return (
        _level(ctx, session, terms),
        _sign_on(ctx, session, terms),
        _purpose(ctx, terms),
        _parties(ctx, session, terms),
    )


def is_live_session(ctx: Context, session: Session) -> bool:
    """Whether a session may be used: neither it nor its key has ended, and its IdP acts."""
    is_over = session.is_ended or now_s(ctx) >= session.expires_at
    return not is_over and does_bear(ctx, session.idp, session.citizen_key, session.epoch)


def levels_now(ctx: Context, session: Session) -> tuple[int, int]:
    """Return the IAL and AAL that the sign-on bears now: what was kept, within today's limits.

    Rejects: NotVouched.
    """
    node = nodes.load(ctx, session.idp, absent=UnknownNode)
    table = active_table(ctx)
    ial = vouched_ial(ctx, session.idp, session.citizen_key, session.ial, sector=session.sector)
    return ial, min(session.aal, node.max_aal, max(table.aals))


def _level(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """1. The level of the proofing is high enough, judged now."""
    if not is_live_session(ctx, session):
        return SessionEnded
    ial, _ = levels_now(ctx, session)
    return None if ial >= terms.min_ial else StepUpRequired


def _sign_on(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """2. The sign-on is strong enough, judged now, and fresh enough."""
    if not is_live_session(ctx, session):
        return SessionEnded
    _, aal = levels_now(ctx, session)
    if aal < terms.min_aal:
        return StepUpRequired
    most = min(terms.max_age_s, reuse_age_max(active_table(ctx), aal))
    is_fresh = most > 0 and now_s(ctx) <= session.auth_time + most
    return None if is_fresh else Stale


def _purpose(ctx: Context, terms: Terms) -> Obstacle:
    """3. The purpose and the relying party permit it, and nobody is acted for."""
    if terms.on_behalf_of is not None:
        return FreshRequired
    if not purposes.get(ctx, terms.purpose, False) or terms.mode == MODE_FRESH:
        return FreshRequired
    return None if terms.mode == MODE_REUSE_OK else StepUpRequired


def _parties(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """4. The relying party acts, is of the session's sector, and both whitelists pass."""
    asking = nodes.load(ctx, terms.rp, absent=UnknownNode)
    if asking.sector != session.sector:
        return OtherSector
    do_pass = do_work_together(ctx, terms.rp, session.idp, terms.namespace)
    return None if do_pass and is_acting(ctx, terms.rp, "rp") else NotWhitelisted


@contract.query
def session(ctx: Context, ses_id: Id) -> SessionState | None:
    """A session, and whether it is live now."""
    found = sessions.get(ctx, ses_id, None)
    return None if found is None else SessionState(found, is_live_session(ctx, found))


@contract.query
def reuse_check(ctx: Context, ses_id: Id, req_id: Id) -> ReuseCheck:
    """Which conditions of reuse hold now. Rejects: UnknownSession, UnknownRequest, NotVouched."""
    found = sessions.load(ctx, ses_id, absent=UnknownSession)
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    obstacles = reuse_obstacles(ctx, found, terms)
    codes = [obstacle.code for obstacle in obstacles if obstacle is not None]
    level, sign_on, purpose, parties = obstacles
    return ReuseCheck(
        does_level_hold=level is None,
        does_sign_on_hold=sign_on is None,
        does_purpose_hold=purpose is None,
        do_parties_hold=parties is None,
        is_live=is_live_session(ctx, found),
        code=codes[0] if len(codes) > 0 else "",
    )


@contract.execute(EndPairwise, allow=anyone)
def end_pairwise(ctx: Context, msg: EndPairwise) -> None:
    """End a pairwise key: nothing that it signed counts from the next transaction on."""
    require(not pairwise_ends.has(ctx, msg.key), PairwiseEnded)

    pairwise_ends.save(ctx, msg.key, now_s(ctx))
    emit(ctx, PairwiseKeyEnded(msg.key))


@contract.precheck(EndPairwise)
def check_end_of_pairwise(ctx: Context, msg: EndPairwise) -> None:
    """Check the key's signature."""
    statement = end_pairwise_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(SuspendPairwise, allow=by_agency)
def suspend_pairwise(ctx: Context, msg: SuspendPairwise) -> None:
    """End all that the IdP carried for a key, whose subject reported keys lost or recovered."""
    acting_node(ctx, msg.agency, "idp")
    place = (msg.agency, msg.citizen_key)
    before = pairwise_epochs.get(ctx, place, FIRST_PAIRWISE_EPOCH)
    require(not before.is_suspended, PairwiseEnded)

    pairwise_epochs.save(ctx, place, PairwiseEpoch(epoch=before.epoch + 1, is_suspended=True))
    emit(ctx, PairwiseSuspended(msg.agency, msg.citizen_key))


@contract.execute(ResumePairwise, allow=by_agency)
def resume_pairwise(ctx: Context, msg: ResumePairwise) -> None:
    """Carry acts of a key again; what it signed before is asked anew."""
    acting_node(ctx, msg.agency, "idp")
    place = (msg.agency, msg.citizen_key)
    before = pairwise_epochs.get(ctx, place, FIRST_PAIRWISE_EPOCH)
    require(before.is_suspended, NotSuspended)

    pairwise_epochs.save(ctx, place, replace(before, is_suspended=False))
    emit(ctx, PairwiseResumed(msg.agency, msg.citizen_key))


contract.expose("pairwise_end", pairwise_ends, ("key",), "When a pairwise key ended everywhere.")


contract.expose(
    "pairwise_epoch",
    pairwise_epochs,
    ("agency", "key"),
    "How a pairwise key stands at an IdP, nothing while it was never suspended there.",
)
