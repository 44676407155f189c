"""Consent: granted and withdrawn by the citizen's signature; data only while it is live."""

from contracts.identity.consents.messages import (
    AcceptFallen,
    AsRespond,
    ConsentExists,
    ConsentGranted,
    ConsentOver,
    ConsentWithdrawn,
    DataRefused,
    DataReleased,
    DuplicateRelease,
    GrantConsent,
    NoConsent,
    NotAccepted,
    RefuseData,
    ScopeMismatch,
    SourceNotApproved,
    TooManyConsents,
    WithdrawConsent,
    WrongHandle,
    consent_statement,
    release_statement,
    withdrawal_statement,
)
from contracts.identity.core.access import (
    CONSENT,
    by_agency,
    does_accept,
    does_bear,
    pairwise_epoch,
    require_not_taken_back,
    standing_accepts,
    take_back,
    vouched_ial,
)
from contracts.identity.core.messages import (
    ACCEPT,
    YEAR_S,
    AgencyId,
    BadCitizenSignature,
    DuplicateId,
    Id,
    LevelTooLow,
    OtherPairwiseKey,
    PairwiseEnded,
    ServiceAsked,
    UnknownAnswer,
    UnknownConsent,
    UnknownNode,
    UnknownRequest,
)
from contracts.identity.core.rules import (
    COMPLETED,
    CONFIRMED,
    DATA_PENDING,
    ERRORED,
    acting_node,
    now_s,
    require_ahead,
    require_clean,
    require_error_code,
    signs_for,
    sources_of,
)
from contracts.identity.core.state import (
    CONSENTS_MAX,
    Consent,
    ConsentState,
    Release,
    ServiceCount,
    Terms,
    asked_digests,
    consents,
    consents_of,
    contract,
    nodes,
    progress_of,
    refusals,
    releases,
    responses,
    service_counts,
    services,
    terms_of,
)
from contracts.identity.requests.handlers import has_mandate, progress_in, require_mandate
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify

CONSENT_S_MAX = YEAR_S


@contract.execute(GrantConsent, allow=by_agency)
def grant_consent(ctx: Context, msg: GrantConsent) -> None:
    """Record the consent of the citizen who accepted; data may flow from now on."""
    acting_node(ctx, msg.agency, "idp")
    require(not consents.has(ctx, msg.con_id), DuplicateId)
    require_not_taken_back(ctx, CONSENT, msg.con_id, msg.citizen_key)
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    response = responses.load(ctx, (msg.req_id, msg.agency), absent=UnknownAnswer)
    require(response.handle == msg.handle, WrongHandle)
    require(response.decision == ACCEPT, NotAccepted)
    require(response.citizen_key == msg.citizen_key, OtherPairwiseKey)
    epoch = pairwise_epoch(ctx, msg.agency, msg.citizen_key)
    require(response.epoch == epoch, PairwiseEnded)
    acting_node(ctx, terms.rp, "rp")
    states = (CONFIRMED, DATA_PENDING, COMPLETED)
    progress = progress_in(ctx, msg.req_id, terms, states=states)
    named = tuple([each.service for each in terms.services])
    is_same = msg.services == named and msg.retention_days == terms.retention_days
    require(msg.scope_commit == terms.scope_commit and is_same, ScopeMismatch)
    require(does_accept(ctx, msg.agency, response, terms), AcceptFallen)
    require(standing_accepts(ctx, msg.req_id, terms) >= terms.min_idp, AcceptFallen)
    require_mandate(ctx, terms, msg.citizen_key)
    sector = nodes.load(ctx, terms.rp, absent=UnknownNode).sector
    most = vouched_ial(ctx, msg.agency, msg.citizen_key, response.ial, sector=sector)
    require(most >= terms.min_ial, LevelTooLow)
    require_ahead(ctx, msg.expires_at, CONSENT_S_MAX)
    require(live_consent(ctx, msg.req_id) == b"", ConsentExists)
    earlier = consents_of.get(ctx, msg.req_id, ())
    require(len(earlier) < CONSENTS_MAX, TooManyConsents, most=CONSENTS_MAX)

    consent = Consent(
        idp=msg.agency,
        epoch=epoch,
        req_id=msg.req_id,
        handle=msg.handle,
        scope_commit=msg.scope_commit,
        retention_days=msg.retention_days,
        granted_at=now_s(ctx),
        expires_at=msg.expires_at,
        citizen_key=msg.citizen_key,
        is_withdrawn=False,
    )
    consents.save(ctx, msg.con_id, consent)
    consents_of.save(ctx, msg.req_id, (*earlier, msg.con_id))
    if progress.state == CONFIRMED and len(terms.services) > 0:
        progress_of.save(ctx, msg.req_id, replace(progress, state=DATA_PENDING))
    emit(ctx, ConsentGranted(msg.con_id, msg.req_id, msg.handle))


@contract.precheck(GrantConsent)
def check_consent(ctx: Context, msg: GrantConsent) -> None:
    """Check the signature of the citizen's pairwise key, over the whole terms of the request."""
    terms = asked_digests.load(ctx, msg.req_id, absent=UnknownRequest)
    statement = consent_statement(ctx.chain_id, terms, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(WithdrawConsent, allow=anyone)
def withdraw_consent(ctx: Context, msg: WithdrawConsent) -> None:
    """Take a consent back; later transactions of the same block release nothing.

    Who gave it does so, and on whose behalf it is. One that is not granted yet is never granted.
    """
    found = consents.get(ctx, msg.con_id, None)
    if found is None:
        take_back(ctx, CONSENT, msg.con_id, msg.citizen_key)
        return
    terms = terms_of.load(ctx, found.req_id, absent=UnknownRequest)
    may_withdraw = msg.citizen_key in (found.citizen_key, terms.on_behalf_of)
    require(may_withdraw, OtherPairwiseKey)
    require(not found.is_withdrawn and now_s(ctx) < found.expires_at, ConsentOver)

    consents.save(ctx, msg.con_id, replace(found, is_withdrawn=True))
    emit(ctx, ConsentWithdrawn(msg.con_id, found.req_id))


@contract.precheck(WithdrawConsent)
def check_withdrawal(ctx: Context, msg: WithdrawConsent) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = withdrawal_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(AsRespond, allow=by_agency)
def as_respond(ctx: Context, msg: AsRespond) -> None:
    """Record a source's only release for a service, while consent is granted."""
    asked, terms = _asked_source(ctx, msg)
    acting_node(ctx, terms.rp, "rp")
    service = services.load(ctx, msg.service, absent=SourceNotApproved)
    is_enough = terms.min_ial >= service.min_ial and terms.min_aal >= service.min_aal
    require(is_enough, LevelTooLow)
    require(signs_for(ctx, msg.agency, msg.key), BadCitizenSignature)
    con_id = live_consent(ctx, msg.req_id)
    require(con_id != b"", NoConsent)
    progress = progress_in(ctx, msg.req_id, terms, states=(DATA_PENDING,))

    place = (msg.req_id, msg.service)
    count = service_counts.get(ctx, place, ServiceCount(0, 0))
    service_counts.save(ctx, place, replace(count, released=count.released + 1))
    release = Release(msg.agency, con_id, msg.data_commit, now_s(ctx))
    releases.save(ctx, (*place, msg.agency), release)
    enough = progress.releases + (1 if count.released + 1 == asked.min_as else 0)
    progress_of.save(ctx, msg.req_id, replace(progress, releases=enough))
    emit(ctx, DataReleased(msg.req_id, msg.agency, msg.service, con_id))


@contract.execute(RefuseData, allow=by_agency)
def refuse_data(ctx: Context, msg: RefuseData) -> None:
    """Record why a source releases nothing; the request fails when too few are left."""
    require_error_code(ctx, "as", msg.error)
    asked, terms = _asked_source(ctx, msg)
    progress = progress_in(ctx, msg.req_id, terms, states=(CONFIRMED, DATA_PENDING))

    place = (msg.req_id, msg.service)
    count = service_counts.get(ctx, place, ServiceCount(0, 0))
    service_counts.save(ctx, place, replace(count, refused=count.refused + 1))
    refusals.save(ctx, (*place, msg.agency), msg.error)
    service = services.load(ctx, msg.service, absent=SourceNotApproved)
    left = len(sources_of(asked, service)) - count.refused - 1
    state = ERRORED if left < asked.min_as else progress.state
    progress_of.save(ctx, msg.req_id, replace(progress, state=state))
    emit(ctx, DataRefused(msg.req_id, msg.agency, msg.service, msg.error, state))


@contract.precheck(AsRespond)
def check_release(ctx: Context, msg: AsRespond) -> None:
    """Check the signature of the source's key."""
    statement = release_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


def _asked_source(ctx: Context, msg: AsRespond | RefuseData) -> tuple[ServiceAsked, Terms]:
    """Return what the request asks of the service, which this source may release, once.

    Rejects: UnknownRequest, SourceNotApproved, DuplicateRelease.
    """
    require_clean((msg.service,))
    acting_node(ctx, msg.agency, "as")
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    service = services.load(ctx, msg.service, absent=SourceNotApproved)
    matching = [each for each in terms.services if each.service == msg.service]
    require(len(matching) > 0 and msg.agency in service.sources, SourceNotApproved)
    require(msg.agency in sources_of(matching[0], service), SourceNotApproved)
    place = (msg.req_id, msg.service, msg.agency)
    require(not releases.has(ctx, place) and not refusals.has(ctx, place), DuplicateRelease)
    return matching[0], terms


def is_live(ctx: Context, found: Consent) -> bool:
    """Whether a consent is granted now: neither withdrawn nor expired, and what bears it stands.

    That is its IdP, the accepts that the request needs, and the mandate of who acts for another.
    """
    is_over = found.is_withdrawn or now_s(ctx) >= found.expires_at
    if is_over or not does_bear(ctx, found.idp, found.citizen_key, found.epoch):
        return False
    terms = terms_of.load(ctx, found.req_id, absent=UnknownRequest)
    is_accepted = standing_accepts(ctx, found.req_id, terms) >= terms.min_idp
    return is_accepted and has_mandate(ctx, terms, found.citizen_key)


def live_consent(ctx: Context, req_id: bytes) -> bytes:
    """Return the id of the request's first consent that is granted now, nothing without one."""
    for con_id in consents_of.get(ctx, req_id, ()):
        if is_live(ctx, consents.load(ctx, con_id, absent=UnknownConsent)):
            return con_id
    return b""


@contract.query
def does_accept_count(ctx: Context, req_id: Id, idp: AgencyId) -> bool:
    """Whether this IdP's own accept of a request counts now, whatever the others'."""
    terms = terms_of.get(ctx, req_id, None)
    answer = responses.get(ctx, (req_id, idp), None)
    return terms is not None and answer is not None and does_accept(ctx, idp, answer, terms)


@contract.query
def is_accepted(ctx: Context, req_id: Id) -> bool:
    """Whether the accepts that a request needs count now, and the mandate of who acts in it."""
    terms = terms_of.get(ctx, req_id, None)
    if terms is None:
        return False
    person = progress_of.load(ctx, req_id, absent=UnknownRequest).person
    is_enough = standing_accepts(ctx, req_id, terms) >= terms.min_idp
    return is_enough and has_mandate(ctx, terms, person)


release_of = contract.expose(
    "release",
    releases,
    ("req_id", "service", "source"),
    "That a source released data of a service for a request.",
)


contract.expose(
    "data_refusal",
    refusals,
    ("req_id", "service", "source"),
    "The code with which a source refused data of a service.",
)


@contract.query
def consent(ctx: Context, con_id: Id) -> ConsentState | None:
    """A consent and its state now."""
    found = consents.get(ctx, con_id, None)
    if found is None:
        return None
    if found.is_withdrawn:
        return ConsentState(found, "withdrawn")
    return ConsentState(found, "granted" if is_live(ctx, found) else "expired")
