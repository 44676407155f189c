"""Requests: a relying party asks, IdPs answer with the citizen's signature, states follow."""

from contracts.identity.core.access import (
    by_agency,
    pairwise_epoch,
    standing_accepts,
    vouched_ial,
)
from contracts.identity.core.messages import (
    ACCEPT,
    ERROR,
    MODE_FRESH,
    MODE_REUSE_OK,
    MODE_STEP_UP,
    REJECT,
    AuthTimeInFuture,
    BadCitizenSignature,
    DuplicateId,
    Id,
    LevelTooHigh,
    LevelTooLow,
    NotOwner,
    NotWhitelisted,
    Stale,
    UnknownNamespace,
    UnknownNode,
    UnknownPurpose,
    UnknownRequest,
    UnknownService,
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
    may_give,
    now_s,
    outcome,
    require_error_code,
    require_levels,
    require_slugs,
    sources_of,
    state_at,
)
from contracts.identity.core.state import (
    Node,
    Progress,
    Response,
    Terms,
    asked_digests,
    contract,
    namespaces,
    nodes,
    progress_of,
    purposes,
    responses,
    services,
    terms_of,
)
from contracts.identity.delegations.handlers import may_sign_for
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    BadMinIdp,
    CancelRequest,
    CloseRequest,
    DataMissing,
    DifferentPersons,
    DuplicateIdp,
    DuplicateResponse,
    ErrorUnwanted,
    LevelsOutOfReach,
    NoMandate,
    OpenRequest,
    Quota,
    RequestExpired,
    RequestNotOpen,
    RequestOpened,
    RequestStateSet,
    Respond,
    Responded,
    SourcesOutOfReach,
    UnknownDecision,
    UnknownMode,
    UnlistedIdp,
    response_statement,
    terms_digest,
)
from contracts.identity.requests.state import (
    MinuteCount,
    RequestState,
    TrailEntry,
    handles,
    opened,
    trail,
    trail_counts,
)
from contracts.sdk import Context, PublicKey, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.words import is_distinct


@contract.execute(OpenRequest, allow=by_agency)
def open_request(ctx: Context, msg: OpenRequest) -> None:
    """Open a request; its terms never change, and it expires by itself."""
    wanted = [name for each in msg.services for name in (each.service, *each.sources)]
    require_slugs((msg.namespace, msg.purpose, *wanted, *msg.idps))
    require(msg.mode in (MODE_FRESH, MODE_REUSE_OK, MODE_STEP_UP), UnknownMode)
    acting_node(ctx, msg.agency, "rp")
    require(not asked_digests.has(ctx, msg.req_id), DuplicateId)
    require_levels(ctx, msg.min_ial, msg.min_aal)
    _require_idps(ctx, msg)
    require(purposes.has(ctx, msg.purpose), UnknownPurpose)
    _require_services(ctx, msg)
    _count(ctx, msg.agency)

    now = now_s(ctx)
    terms = Terms(
        rp=msg.agency,
        namespace=msg.namespace,
        min_ial=msg.min_ial,
        min_aal=msg.min_aal,
        max_age_s=msg.max_age_s,
        purpose=msg.purpose,
        scope_commit=msg.scope_commit,
        msg_hash=msg.msg_hash,
        idps=msg.idps,
        min_idp=msg.min_idp,
        services=msg.services,
        retention_days=msg.retention_days,
        mode=msg.mode,
        opened_at=now,
        expires_at=now + msg.ttl_s,
        table_version=active_table(ctx).version,
        on_behalf_of=msg.on_behalf_of,
    )
    asked_digests.save(ctx, msg.req_id, terms_digest(ctx.chain_id, msg))
    terms_of.save(ctx, msg.req_id, terms)
    progress_of.save(ctx, msg.req_id, Progress(OPEN, 0, 0, 0, 0, None))
    emit(ctx, RequestOpened(msg.req_id, msg.agency, msg.purpose, now + msg.ttl_s))


@contract.execute(Respond, allow=by_agency)
def respond(ctx: Context, msg: Respond) -> None:
    """Record an IdP's only answer; the citizen has signed an accept or a reject."""
    require(msg.decision in (ACCEPT, REJECT, ERROR), UnknownDecision)
    if msg.decision == ERROR:
        require_error_code(ctx, "idp", msg.error)
    else:
        require(msg.error == "", ErrorUnwanted)
    terms = answerable(ctx, msg.req_id, msg.agency, msg.handle)
    if msg.decision == ACCEPT:
        _require_strength(ctx, terms, msg)
        require_mandate(ctx, terms, msg.citizen_key)
    elif msg.citizen_key is not None:
        sector = nodes.load(ctx, terms.rp, absent=UnknownNode).sector
        vouched_ial(ctx, msg.agency, msg.citizen_key, 0, sector=sector)

    answer = Response(
        handle=msg.handle,
        ial=msg.ial,
        aal=msg.aal,
        auth_time=msg.auth_time,
        decision=msg.decision,
        error=msg.error,
        trail_tag=msg.trail_tag,
        trail_number=next_number(ctx, msg.citizen_key),
        citizen_key=msg.citizen_key,
        ses_id=None,
        epoch=_epoch_of(ctx, msg),
        at=now_s(ctx),
    )
    record_answer(ctx, msg.req_id, msg.agency, answer)


@contract.precheck(Respond)
def check_response(ctx: Context, msg: Respond) -> None:
    """Check the citizen's signature over the whole terms of the request and the decision."""
    if msg.decision == ERROR:
        require(msg.citizen_key is None and msg.citizen_signature is None, BadCitizenSignature)
        return
    terms = asked_digests.load(ctx, msg.req_id, absent=UnknownRequest)
    key, signature = msg.citizen_key, msg.citizen_signature
    if key is None or signature is None:
        raise BadCitizenSignature
    statement = response_statement(ctx.chain_id, terms, msg)
    require(verify(key, *statement, signature), BadCitizenSignature)


@contract.execute(AcknowledgeRequest, allow=by_agency)
def acknowledge_request(ctx: Context, msg: AcknowledgeRequest) -> None:
    """Complete a confirmed request once all data that it asks for was released."""
    terms, progress = _owned(ctx, msg.req_id, msg.agency)
    acting_node(ctx, terms.rp, "rp")
    require(progress.state in (CONFIRMED, DATA_PENDING), RequestNotOpen, state=progress.state)
    require(progress.releases == len(terms.services), DataMissing)
    _move(ctx, msg.req_id, terms.rp, replace(progress, state=COMPLETED))


@contract.execute(CloseRequest, allow=by_agency)
def close_request(ctx: Context, msg: CloseRequest) -> None:
    """Close a completed request."""
    terms, progress = _owned(ctx, msg.req_id, msg.agency)
    acting_node(ctx, terms.rp, "rp")
    require(progress.state == COMPLETED, RequestNotOpen, state=progress.state)
    _move(ctx, msg.req_id, terms.rp, replace(progress, state=CLOSED))


@contract.execute(CancelRequest, allow=by_agency)
def cancel_request(ctx: Context, msg: CancelRequest) -> None:
    """Withdraw a request that has no final state."""
    terms, progress = _owned(ctx, msg.req_id, msg.agency)
    require(progress.state in UNSETTLED, RequestNotOpen, state=progress.state)
    _move(ctx, msg.req_id, terms.rp, replace(progress, state=CANCELLED))


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
    acting_node(ctx, terms.rp, "rp")
    require(idp in terms.idps, UnlistedIdp)
    require(not responses.has(ctx, (req_id, idp)), DuplicateResponse)
    progress_in(ctx, req_id, terms, states=(OPEN,))
    require(do_work_together(ctx, terms.rp, idp, terms.namespace), NotWhitelisted)
    require(not handles.has(ctx, (idp, handle)), DuplicateId)
    return terms


def has_mandate(ctx: Context, terms: Terms, key: PublicKey | None) -> bool:
    """Whether who acts under a request on behalf of another has that one's mandate for it now."""
    if terms.on_behalf_of is None or key is None:
        return terms.on_behalf_of is None
    sector = nodes.load(ctx, terms.rp, absent=UnknownNode).sector
    return may_sign_for(ctx, key, terms.on_behalf_of, sector, terms.purpose)


def require_mandate(ctx: Context, terms: Terms, key: PublicKey | None) -> None:
    """Reject with NoMandate who acts for another without that one's mandate for it now."""
    require(has_mandate(ctx, terms, key), NoMandate)


def next_number(ctx: Context, key: PublicKey | None) -> int:
    """Return the number of a key's next answer; 0 for an error, which no key gave."""
    return 0 if key is None else trail_counts.get(ctx, key, 0)


def record_answer(ctx: Context, req_id: bytes, idp: str, answer: Response) -> None:
    """Store an answer, count it with those before that count still, and note it in the trail."""
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    before = progress_of.load(ctx, req_id, absent=UnknownRequest)
    person = before.person
    is_person_s = answer.decision != ERROR
    require(not is_person_s or person in (None, answer.citizen_key), DifferentPersons)
    if answer.decision == ACCEPT:
        person = answer.citizen_key
    counted = replace(
        before,
        person=person,
        accepts=before.accepts + (1 if answer.decision == ACCEPT else 0),
        rejects=before.rejects + (1 if answer.decision == REJECT else 0),
        errors=before.errors + (1 if answer.decision == ERROR else 0),
    )
    accepts = standing_accepts(ctx, req_id, terms) + counted.accepts - before.accepts
    after = replace(counted, state=outcome(terms, counted, accepts))

    responses.save(ctx, (req_id, idp), answer)
    handles.save(ctx, (idp, answer.handle), req_id)
    progress_of.save(ctx, req_id, after)
    _note_answer(ctx, (req_id, idp), terms, answer)
    emit(ctx, Responded(req_id, idp, answer.handle, answer.decision, after.state))


def _note_answer(ctx: Context, place: tuple[bytes, str], terms: Terms, answer: Response) -> None:
    """Note what a citizen's key answered; an error is no citizen's."""
    if answer.citizen_key is None:
        return
    entry = TrailEntry(
        req_id=place[0],
        idp=place[1],
        rp=terms.rp,
        purpose=terms.purpose,
        is_reuse=answer.ses_id is not None,
        trail_tag=answer.trail_tag,
        at=answer.at,
    )
    trail.save(ctx, (answer.citizen_key, answer.trail_number), entry)
    trail_counts.add(ctx, answer.citizen_key, 1)


def _require_idps(ctx: Context, msg: OpenRequest) -> None:
    """Check the listed IdPs, of whom enough must be able to give the levels now."""
    require(is_distinct(msg.idps), DuplicateIdp)
    require(1 <= msg.min_idp <= len(msg.idps), BadMinIdp, listed=len(msg.idps))
    require(namespaces.has(ctx, msg.namespace), UnknownNamespace)
    able = 0
    for idp in msg.idps:
        node = nodes.load(ctx, idp, absent=UnknownNode)
        require(do_work_together(ctx, msg.agency, idp, msg.namespace), NotWhitelisted)
        able += 1 if may_give(ctx, idp, node, msg.min_ial, msg.min_aal) else 0
    require(able >= msg.min_idp, LevelsOutOfReach, able=able)


def _require_services(ctx: Context, msg: OpenRequest) -> None:
    """Check each service: its levels, and that enough sources may release it."""
    require(is_distinct(tuple([each.service for each in msg.services])), UnknownService)
    for each in msg.services:
        service = services.load(ctx, each.service, absent=UnknownService)
        is_enough = msg.min_ial >= service.min_ial and msg.min_aal >= service.min_aal
        require(is_enough, LevelTooLow)
        require(is_distinct(each.sources), SourcesOutOfReach)
        require(all([name in service.sources for name in each.sources]), SourcesOutOfReach)
        possible = sources_of(each, service)
        require(len(possible) >= each.min_as, SourcesOutOfReach, sources=len(possible))


def _count(ctx: Context, rp: str) -> None:
    """Count a request in this minute of block time. Rejects: Quota."""
    minute = now_s(ctx) // 60
    before = opened.get(ctx, rp, MinuteCount(minute, 0))
    count = before.count if before.minute == minute else 0
    require(count < REQUESTS_A_MINUTE_MAX, Quota, most=REQUESTS_A_MINUTE_MAX)
    opened.save(ctx, rp, MinuteCount(minute, count + 1))


def _require_strength(ctx: Context, terms: Terms, msg: Respond) -> None:
    """Check levels against table, request, node and what vouches for the key; and the time."""
    node: Node = acting_node(ctx, msg.agency, "idp")
    require_levels(ctx, msg.ial, msg.aal)
    require(msg.ial >= terms.min_ial and msg.aal >= terms.min_aal, LevelTooLow)
    if msg.citizen_key is None:
        raise BadCitizenSignature
    sector = nodes.load(ctx, terms.rp, absent=UnknownNode).sector
    most = vouched_ial(ctx, msg.agency, msg.citizen_key, msg.ial, sector=sector)
    require(msg.ial <= most and msg.aal <= node.max_aal, LevelTooHigh)
    now = now_s(ctx)
    require(msg.auth_time <= now + SKEW_S, AuthTimeInFuture, now=now)
    is_since = terms.max_age_s == 0 and msg.auth_time + SKEW_S >= terms.opened_at
    require(is_since or msg.auth_time + terms.max_age_s >= now, Stale, now=now)


def _epoch_of(ctx: Context, msg: Respond) -> int:
    """Return the epoch of the citizen's key at the IdP; an error has none."""
    if msg.citizen_key is None:
        return 0
    return pairwise_epoch(ctx, msg.agency, msg.citizen_key)


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


response_of = contract.expose(
    "response", responses, ("req_id", "idp"), "An IdP's answer to a request."
)
