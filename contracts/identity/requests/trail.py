"""The trail of answers, numbered by key, and the end of it all after the legal period.

An entry stands under the pairwise key that signed the answer and the next number of that key: who
signs chooses no place, so none is hidden, and nobody else can put one there. What others did costs
the reader nothing. The number of a key's answers never falls, so whoever looks knows how many there
were, and that those which are not found were removed.

For ever stays, of a request, its identifier with the digest of what was asked: no signature over
it serves again. A receipt states the digest of all that went, which proves a copy.
"""

from contracts.identity.core.messages import (
    DAY_S,
    AgencyId,
    Count,
    Id,
    RetentionDays,
    Slug,
    SlugOrNothing,
    UnknownConsent,
    UnknownRequest,
)
from contracts.identity.core.rules import do_work_together, may_give, now_s
from contracts.identity.core.state import (
    DISPUTES_MAX,
    IDPS_ASKED_MAX,
    RETENTION_DAYS,
    Release,
    Response,
    consents,
    consents_of,
    contract,
    dispute_counts,
    disputes,
    nodes,
    progress_of,
    refusals,
    releases,
    repeated,
    responses,
    retention,
    service_counts,
    standings,
    terms_of,
)
from contracts.identity.requests.messages import (
    DisputeOpen,
    Prune,
    RequestPruned,
    StandingPruned,
    TooYoung,
)
from contracts.identity.requests.state import (
    IDPS_PAGE,
    REPEATED_MAX,
    TRAIL_PAGE,
    AnswerRecord,
    ConsentRecord,
    DisputeRecord,
    IdpOffer,
    IdpPage,
    LeastLevels,
    RefusalRecord,
    ReleaseRecord,
    RequestRecord,
    StandingRecord,
    TrailLine,
    TrailPage,
    handles,
    record_digest,
    trail,
    trail_counts,
)
from contracts.sdk import Context, PublicKey, anyone, emit, require

_SOURCES_MAX = 64  # of a service


@contract.execute(Prune, allow=anyone)
def prune(ctx: Context, msg: Prune) -> None:
    """Remove what is over for the legal period, and state the digest of each record."""
    for req_id in msg.requests:
        _prune_request(ctx, req_id)
    for con_id in msg.standings:
        _prune_standing(ctx, con_id)


def _prune_request(ctx: Context, req_id: bytes) -> None:
    kept = request_record_of(ctx, req_id)
    _require_old(ctx, _end_of(kept))
    require(not any([each.case.is_open for each in kept.disputes]), DisputeOpen)

    for answer in kept.answers:
        _remove_answer(ctx, req_id, answer.idp, answer.response)
    for given in kept.consents:
        consents.remove(ctx, given.con_id)
    consents_of.remove(ctx, req_id)
    for released in kept.releases:
        releases.remove(ctx, (req_id, released.service, released.release.source))
    for refused in kept.refusals:
        refusals.remove(ctx, (req_id, refused.service, refused.source))
    for each in kept.terms.services:
        service_counts.remove(ctx, (req_id, each.service))
    for disputed in kept.disputes:
        disputes.remove(ctx, (req_id, disputed.sid))
    dispute_counts.remove(ctx, req_id)
    progress_of.remove(ctx, req_id)
    terms_of.remove(ctx, req_id)
    emit(ctx, RequestPruned(req_id, record_digest(ctx.chain_id, req_id, kept)))


def _remove_answer(ctx: Context, req_id: bytes, idp: str, response: Response) -> None:
    responses.remove(ctx, (req_id, idp))
    handles.remove(ctx, (idp, response.handle))
    if response.citizen_key is not None:
        trail.remove(ctx, (response.citizen_key, response.trail_number))


def _prune_standing(ctx: Context, con_id: bytes) -> None:
    kept = standing_record_of(ctx, con_id)
    _require_old(ctx, kept.standing.until)

    for index in range(len(kept.releases)):
        repeated.remove(ctx, (con_id, index + 1))
    standings.remove(ctx, con_id)
    emit(ctx, StandingPruned(con_id, record_digest(ctx.chain_id, con_id, kept)))


def _require_old(ctx: Context, end: int) -> None:
    """Reject with TooYoung what was not over for the legal period."""
    since = end + retention_days(ctx) * DAY_S
    require(now_s(ctx) >= since, TooYoung, since=since)


def _end_of(kept: RequestRecord) -> int:
    """Return when nothing can happen under a request any more: the end of its consents too."""
    ends = [given.consent.expires_at for given in kept.consents]
    return max([kept.terms.expires_at, *ends])


def request_record_of(ctx: Context, req_id: bytes) -> RequestRecord:
    """Return all that there is of a request. Rejects: UnknownRequest."""
    terms = terms_of.load(ctx, req_id, absent=UnknownRequest)
    named = [each.service for each in terms.services]
    granted = consents_of.get(ctx, req_id, ())
    answers = responses.page(ctx, (req_id,), limit=IDPS_ASKED_MAX)
    disputed = disputes.page(ctx, (req_id,), limit=DISPUTES_MAX)
    released = [
        ReleaseRecord(service, each)
        for service in named
        for _, each in releases.page(ctx, (req_id, service), limit=_SOURCES_MAX)
    ]
    refused = [
        RefusalRecord(service, key[2], error)
        for service in named
        for key, error in refusals.page(ctx, (req_id, service), limit=_SOURCES_MAX)
    ]
    return RequestRecord(
        terms=terms,
        progress=progress_of.load(ctx, req_id, absent=UnknownRequest),
        answers=tuple([AnswerRecord(key[1], response) for key, response in answers]),
        consents=tuple(
            [
                ConsentRecord(con_id, consents.load(ctx, con_id, absent=UnknownConsent))
                for con_id in granted
            ]
        ),
        releases=tuple(released),
        refusals=tuple(refused),
        disputes=tuple([DisputeRecord(key[1], case) for key, case in disputed]),
    )


def standing_record_of(ctx: Context, con_id: bytes) -> StandingRecord:
    """Return all that there is of a standing consent. Rejects: UnknownConsent."""
    standing = standings.load(ctx, con_id, absent=UnknownConsent)
    used = range(min(standing.used, REPEATED_MAX))
    return StandingRecord(
        standing=standing,
        releases=tuple([_release(ctx, con_id, index + 1) for index in used]),
    )


def _release(ctx: Context, con_id: bytes, number: int) -> Release:
    return repeated.load(ctx, (con_id, number), absent=UnknownConsent)


@contract.query
def retention_days(ctx: Context) -> RetentionDays:
    """The legal period: how many days what is over stays."""
    return retention.get(ctx, RETENTION_DAYS)


@contract.query
def request_record(ctx: Context, req_id: Id) -> RequestRecord | None:
    """All that there is of a request, to keep a copy of; nothing once it was removed."""
    return request_record_of(ctx, req_id) if terms_of.has(ctx, req_id) else None


@contract.query
def standing_record(ctx: Context, con_id: Id) -> StandingRecord | None:
    """All that there is of a standing consent, to keep a copy of."""
    return standing_record_of(ctx, con_id) if standings.has(ctx, con_id) else None


@contract.query
def trail_page(ctx: Context, key: PublicKey, first: Count) -> TrailPage:
    """Up to 100 answers of a pairwise key from the number `first` on, without those removed."""
    after = None if first == 0 else (key, first - 1)
    page = trail.page(ctx, (key,), after=after, limit=TRAIL_PAGE)
    return tuple([TrailLine(place[1], entry) for place, entry in page])


@contract.query
def trail_count(ctx: Context, key: PublicKey) -> Count:
    """How many answers a pairwise key has given, what was removed since included."""
    return trail_counts.get(ctx, key, 0)


@contract.query
def idp_page(
    ctx: Context, rp: AgencyId, namespace: Slug, least: LeastLevels, after: SlugOrNothing
) -> IdpPage:
    """Up to 100 agencies after `after`, and whether each may answer such a request of `rp` now."""
    page = nodes.page(ctx, after=None if after == "" else after, limit=IDPS_PAGE)
    return tuple(
        [
            IdpOffer(
                agency=agency,
                may_answer=do_work_together(ctx, rp, agency, namespace)
                and may_give(ctx, agency, node, least.min_ial, least.min_aal),
            )
            for agency, node in page
        ]
    )
