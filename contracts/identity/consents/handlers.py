"""Consent: granted and withdrawn by the citizen's signature; data only while it is live."""

from contracts.identity.consents.messages import (
    AsRespond,
    ConsentExists,
    ConsentGranted,
    ConsentOver,
    ConsentWithdrawn,
    DataReleased,
    DuplicateRelease,
    GrantConsent,
    NoConsent,
    ScopeMismatch,
    SourceNotApproved,
    UnknownConsent,
    WithdrawConsent,
    consent_statement,
    release_statement,
    withdrawal_statement,
)
from contracts.identity.consents.state import (
    Consent,
    ConsentState,
    Release,
    consent_of,
    consents,
    releases,
)
from contracts.identity.core.access import by_agency
from contracts.identity.core.messages import (
    ACCEPT,
    YEAR_S,
    BadCitizenSignature,
    DuplicateId,
    Id,
    NotSubject,
    UnknownRequest,
)
from contracts.identity.core.rules import (
    COMPLETED,
    CONFIRMED,
    DATA_PENDING,
    acting_node,
    now_s,
    require_ahead,
    require_clean,
    signs_for,
)
from contracts.identity.core.state import contract, progress_of, responses, services, terms_of
from contracts.identity.requests.handlers import progress_in
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.crypto import verify

CONSENT_S_MAX = YEAR_S


@contract.execute(GrantConsent, allow=by_agency)
def grant_consent(ctx: Context, msg: GrantConsent) -> None:
    """Record the consent of the citizen who accepted; data may flow from now on."""
    acting_node(ctx, msg.agency, "idp")
    require(not consents.has(ctx, msg.con_id), DuplicateId)
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    response = responses.load(ctx, (msg.req_id, msg.agency), absent=NotSubject)
    is_theirs = response.handle == msg.handle and response.citizen_key == msg.citizen_key
    require(is_theirs and response.decision == ACCEPT, NotSubject)
    states = (CONFIRMED, DATA_PENDING, COMPLETED)
    progress = progress_in(ctx, msg.req_id, terms, states=states)
    require(msg.scope_commit == terms.scope_commit, ScopeMismatch)
    require_ahead(ctx, msg.expires_at, CONSENT_S_MAX)
    require(live_consent(ctx, msg.req_id) == b"", ConsentExists)

    what = (msg.req_id, msg.handle, msg.scope_commit, msg.retention_days)
    times = (now_s(ctx), msg.expires_at)
    consents.save(ctx, msg.con_id, Consent(*what, *times, msg.citizen_key, is_withdrawn=False))
    consent_of.save(ctx, msg.req_id, msg.con_id)
    if progress.state == CONFIRMED and len(terms.services) > 0:
        progress_of.save(ctx, msg.req_id, replace(progress, state=DATA_PENDING))
    emit(ctx, ConsentGranted(msg.con_id, msg.req_id, msg.handle))


@contract.precheck(GrantConsent)
def check_consent(ctx: Context, msg: GrantConsent) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = consent_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(WithdrawConsent, allow=anyone)
def withdraw_consent(ctx: Context, msg: WithdrawConsent) -> None:
    """Take a consent back; later transactions of the same block release nothing."""
    found = consents.load(ctx, msg.con_id, absent=UnknownConsent)
    require(found.citizen_key == msg.citizen_key, NotSubject)
    require(is_live(ctx, found), ConsentOver)

    consents.save(ctx, msg.con_id, replace(found, is_withdrawn=True))
    emit(ctx, ConsentWithdrawn(msg.con_id, found.req_id))


@contract.precheck(WithdrawConsent)
def check_withdrawal(ctx: Context, msg: WithdrawConsent) -> None:
    """Check the signature of the citizen's pairwise key."""
    statement = withdrawal_statement(ctx.chain_id, msg)
    require(verify(msg.citizen_key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(AsRespond, allow=by_agency)
def as_respond(ctx: Context, msg: AsRespond) -> None:
    """Record a release of data, once a service, while consent is granted."""
    require_clean((msg.service,))
    acting_node(ctx, msg.agency, "as")
    terms = terms_of.load(ctx, msg.req_id, absent=UnknownRequest)
    service = services.load(ctx, msg.service, absent=SourceNotApproved)
    is_asked = msg.service in terms.services and msg.agency in service.sources
    require(is_asked, SourceNotApproved)
    require(signs_for(ctx, msg.agency, msg.key), BadCitizenSignature)
    require(not releases.has(ctx, (msg.req_id, msg.service)), DuplicateRelease)
    con_id = live_consent(ctx, msg.req_id)
    require(con_id != b"", NoConsent)
    progress = progress_in(ctx, msg.req_id, terms, states=(DATA_PENDING,))

    release = Release(msg.agency, con_id, msg.data_commit, now_s(ctx))
    releases.save(ctx, (msg.req_id, msg.service), release)
    progress_of.save(ctx, msg.req_id, replace(progress, releases=progress.releases + 1))
    emit(ctx, DataReleased(msg.req_id, msg.agency, msg.service, con_id))


@contract.precheck(AsRespond)
def check_release(ctx: Context, msg: AsRespond) -> None:
    """Check the signature of the source's key."""
    statement = release_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


def is_live(ctx: Context, found: Consent) -> bool:
    """Whether a consent is granted now: neither withdrawn nor expired."""
    return not found.is_withdrawn and now_s(ctx) < found.expires_at


def live_consent(ctx: Context, req_id: bytes) -> bytes:
    """Return the id of the request's consent that is granted now, nothing if there is none."""
    con_id = consent_of.get(ctx, req_id, b"")
    if con_id == b"":
        return b""
    return con_id if is_live(ctx, consents.load(ctx, con_id, absent=UnknownConsent)) else b""


contract.expose(
    "release", releases, ("req_id", "service"), "That data of a service was released for a request."
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
