"""Requests: a relying party asks, IdPs answer with the citizen's signature, states follow."""

from contracts.identity.core.access import by_agency
from contracts.identity.core.messages import (
    ACCEPT,
    ERROR,
    MODE_FRESH,
    MODE_REUSE_OK,
    MODE_STEP_UP,
    REJECT,
    Asked,
    BadCitizenSignature,
    DuplicateId,
    Id,
    LevelTooHigh,
    Limit,
    NotOwner,
    NotWhitelisted,
    Stale,
    Time,
    UnknownNamespace,
    UnknownNode,
    UnknownPurpose,
    UnknownRequest,
    UnknownWord,
)
from contracts.identity.core.rules import (
    CANCELLED,
    CLOSED,
    COMPLETED,
    CONFIRMED,
    DATA_PENDING,
    EXPIRED,
    OPEN,
    REQUESTS_A_MINUTE_MAX,
    SKEW_S,
    UNSETTLED,
    acting_node,
    active_table,
    do_work_together,
    now_s,
    outcome,
    require_levels,
    require_slugs,
    require_word,
    state_at,
)
from contracts.identity.core.state import (
    Node,
    Progress,
    Response,
    Terms,
    contract,
    namespaces,
    nodes,
    progress_of,
    purposes,
    responses,
    services,
    terms_of,
)
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    AuthTimeInFuture,
    BadMinIdp,
    CancelRequest,
    CloseRequest,
    DataMissing,
    DuplicateIdp,
    DuplicateResponse,
    LevelTooLow,
    OpenRequest,
    Quota,
    RequestExpired,
    RequestNotOpen,
    RequestOpened,
    RequestStateSet,
    Respond,
    Responded,
    UnknownService,
    UnlistedIdp,
    response_statement,
)
from contracts.identity.requests.state import (
    MinuteCount,
    RequestState,
    TrailEntry,
    TrailPage,
    handles,
    opened,
    trail,
    trail_length,
)
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.words import is_distinct


@contract.execute(OpenRequest, allow=by_agency)
def open_request(ctx: Context, msg: OpenRequest) -> None:
    """Open a request; its terms never change, and it expires by itself."""
    require_slugs((msg.namespace, msg.purpose, *msg.services, *msg.idps))
    require_word(msg.mode, (MODE_FRESH, MODE_REUSE_OK, MODE_STEP_UP), "mode")
    acting_node(ctx, msg.agency, "rp")
    require(not terms_of.has(ctx, msg.req_id), DuplicateId)
    _require_idps(ctx, msg)
    require_levels(ctx, msg.min_ial, msg.min_aal)
    require(purposes.has(ctx, msg.purpose), UnknownPurpose)
    _require_services(ctx, msg)
    _count(ctx, msg.agency)

    now = now_s(ctx)
    asked = (msg.agency, msg.namespace, msg.min_ial, msg.min_aal, msg.max_age_s, msg.purpose)
    bound = (msg.scope_commit, msg.msg_hash, msg.idps, msg.min_idp, msg.services, msg.mode)
    times = (now, now + msg.ttl_s, active_table(ctx).version)
    terms_of.save(ctx, msg.req_id, Terms(*asked, *bound, *times))
    progress_of.save(ctx, msg.req_id, Progress(OPEN, 0, 0, 0, 0))
    emit(ctx, RequestOpened(msg.req_id, msg.agency, msg.purpose, now + msg.ttl_s))


@contract.execute(Respond, allow=by_agency)
def respond(ctx: Context, msg: Respond) -> None:
    """Record an IdP's only answer; the citizen has signed an accept or a reject."""
    require_word(msg.decision, (ACCEPT, REJECT, ERROR), "decision")
    require_slugs((msg.error,) if msg.decision == ERROR else ())
    require(msg.decision == ERROR or msg.error == "", UnknownWord, field="error")
    terms = answerable(ctx, msg.req_id, msg.agency, msg.handle)
    if msg.decision == ACCEPT:
        _require_strength(ctx, terms, msg)

    levels = (msg.ial, msg.aal, msg.auth_time, msg.decision, msg.error)
    answer = Response(msg.handle, *levels, msg.trail_tag, msg.citizen_key, None, now_s(ctx))
    record_answer(ctx, msg.req_id, msg.agency, answer)


@contract.precheck(Respond)
def check_response(ctx: Context, msg: Respond) -> None:
    """Check the citizen's signature over this request, relying party, scope and decision."""
    if msg.decision == ERROR:
        require(msg.citizen_key is None and msg.citizen_signature is None, BadCitizenSignature)
        return
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    key, signature = msg.citizen_key, msg.citizen_signature
    if key is None or signature is None:
        raise BadCitizenSignature
    statement = response_statement(ctx.chain_id, asked_in(terms), msg)
    require(verify(key, *statement, signature), BadCitizenSignature)


@contract.execute(AcknowledgeRequest, allow=by_agency)
def acknowledge_request(ctx: Context, msg: AcknowledgeRequest) -> None:
    """Complete a confirmed request once all data that it asks for was released."""
    terms, progress = _owned(ctx, msg.req_id, msg.agency)
    require(progress.state in (CONFIRMED, DATA_PENDING), RequestNotOpen, state=progress.state)
    require(progress.releases == len(terms.services), DataMissing)
    _move(ctx, msg.req_id, terms.rp, replace(progress, state=COMPLETED))


@contract.execute(CloseRequest, allow=by_agency)
def close_request(ctx: Context, msg: CloseRequest) -> None:
    """Close a completed request."""
    terms, progress = _owned(ctx, msg.req_id, msg.agency)
    require(progress.state == COMPLETED, RequestNotOpen, state=progress.state)
    _move(ctx, msg.req_id, terms.rp, replace(progress, state=CLOSED))


@contract.execute(CancelRequest, allow=by_agency)
def cancel_request(ctx: Context, msg: CancelRequest) -> None:
    """Withdraw a request that has no final state."""
    terms, progress = _owned(ctx, msg.req_id, msg.agency)
    require(progress.state in UNSETTLED, RequestNotOpen, state=progress.state)
    _move(ctx, msg.req_id, terms.rp, replace(progress, state=CANCELLED))


def asked_in(terms: Terms) -> Asked:
    """Return the part of a request's terms that citizens sign."""
    return Asked(terms.rp, terms.msg_hash, terms.scope_commit)


def progress_in(ctx: Context, req_id: bytes, terms: Terms, *, states: tuple[str, ...]) -> Progress:
    """Return how far a request is, which must be in one of `states` now.

    Rejects: RequestExpired, RequestNotOpen.
    """
    progress = progress_of.load(ctx, req_id, absent=UnknownRequest)
    state = state_at(terms, progress, now_s(ctx))
    require(state != EXPIRED, RequestExpired)
    require(state in states, RequestNotOpen, state=state)
    return progress


def answerable(ctx: Context, req_id: bytes, idp: str, handle: bytes) -> Terms:
    """Return the terms of a request that this IdP may answer now, under a new handle."""
    acting_node(ctx, idp, "idp")
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    require(idp in terms.idps, UnlistedIdp)
    require(not responses.has(ctx, (req_id, idp)), DuplicateResponse)
    progress_in(ctx, req_id, terms, states=(OPEN,))
    require(do_work_together(ctx, terms.rp, idp, terms.namespace), NotWhitelisted)
    require(not handles.has(ctx, handle), DuplicateId)
    return terms


def record_answer(ctx: Context, req_id: bytes, idp: str, answer: Response) -> None:
    """Store an answer, count it, and note it in the trail."""
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    before = progress_of.load(ctx, req_id, absent=UnknownRequest)
    counted = replace(
        before,
        accepts=before.accepts + (1 if answer.decision == ACCEPT else 0),
        rejects=before.rejects + (1 if answer.decision == REJECT else 0),
        errors=before.errors + (1 if answer.decision == ERROR else 0),
    )
    after = replace(counted, state=outcome(terms, counted))

    responses.save(ctx, (req_id, idp), answer)
    handles.save(ctx, answer.handle, req_id)
    progress_of.save(ctx, req_id, after)
    who = (req_id, idp, terms.rp, terms.purpose)
    entry = TrailEntry(*who, answer.trail_tag, answer.ses_id is not None, answer.at)
    trail.save(ctx, trail_length.add(ctx, 1), entry)
    emit(ctx, Responded(req_id, idp, answer.handle, answer.decision, after.state))


def _require_idps(ctx: Context, msg: OpenRequest) -> None:
    require(is_distinct(msg.idps), DuplicateIdp)
    require(1 <= msg.min_idp <= len(msg.idps), BadMinIdp, listed=len(msg.idps))
    require(namespaces.has(ctx, msg.namespace), UnknownNamespace)
    for idp in msg.idps:
        require(nodes.has(ctx, idp), UnknownNode)
        require(do_work_together(ctx, msg.agency, idp, msg.namespace), NotWhitelisted)


def _require_services(ctx: Context, msg: OpenRequest) -> None:
    require(is_distinct(msg.services), UnknownService)
    for name in msg.services:
        service = services.load(ctx, name, absent=UnknownService)
        is_enough = msg.min_ial >= service.min_ial and msg.min_aal >= service.min_aal
        require(is_enough, LevelTooLow)


def _count(ctx: Context, rp: str) -> None:
    """Count a request in this minute of block time. Rejects: Quota."""
    minute = now_s(ctx) // 60
    before = opened.get(ctx, rp, MinuteCount(minute, 0))
    count = before.count if before.minute == minute else 0
    require(count < REQUESTS_A_MINUTE_MAX, Quota, most=REQUESTS_A_MINUTE_MAX)
    opened.save(ctx, rp, MinuteCount(minute, count + 1))


def _require_strength(ctx: Context, terms: Terms, msg: Respond) -> None:
    """Check levels against table, request and node, and the time of authentication."""
    node: Node = acting_node(ctx, msg.agency, "idp")
    require_levels(ctx, msg.ial, msg.aal)
    require(msg.ial >= terms.min_ial and msg.aal >= terms.min_aal, LevelTooLow)
    require(msg.ial <= node.max_ial and msg.aal <= node.max_aal, LevelTooHigh)
    now = now_s(ctx)
    require(msg.auth_time <= now + SKEW_S, AuthTimeInFuture, now=now)
    require(msg.auth_time + terms.max_age_s >= now, Stale, now=now)


def _owned(ctx: Context, req_id: bytes, rp: str) -> tuple[Terms, Progress]:
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    require(terms.rp == rp, NotOwner)
    progress = progress_of.load(ctx, req_id, absent=UnknownRequest)
    require(state_at(terms, progress, now_s(ctx)) != EXPIRED, RequestExpired)
    return terms, progress


def _move(ctx: Context, req_id: bytes, rp: str, progress: Progress) -> None:
    progress_of.save(ctx, req_id, progress)
    emit(ctx, RequestStateSet(req_id, rp, progress.state))


@contract.query
def request(ctx: Context, req_id: Id) -> RequestState | None:
    """A request and its state now; expiry needs no transaction."""
    terms = terms_of.get(ctx, req_id, None)
    if terms is None:
        return None
    progress = progress_of.load(ctx, req_id, absent=UnknownRequest)
    counts = (progress.accepts, progress.rejects, progress.errors, progress.releases)
    return RequestState(terms, state_at(terms, progress, now_s(ctx)), *counts)


contract.expose("response", responses, ("req_id", "idp"), "An IdP's answer to a request.")


@contract.query
def trail_page(ctx: Context, after: Time, limit: Limit) -> TrailPage:
    """Answers in order, after the number `after`; a view key finds one's own among them."""
    return tuple([entry for _, entry in trail.page(ctx, after=after, limit=limit)])
