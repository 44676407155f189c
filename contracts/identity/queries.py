"""What anyone, and other contracts, may ask of identity. Times are Unix seconds."""

from typing import Annotated

from contracts.identity.access import (
    active_table,
    attestation_for,
    effective_ial_of,
    is_usable,
)
from contracts.identity.consent import is_live
from contracts.identity.declaration import contract
from contracts.identity.delegation import is_running
from contracts.identity.fields import ACTIVE, Id, Level, Slug, SlugOrNothing, Time
from contracts.identity.request_errors import UnknownDelegation, UnknownRequest, UnknownSession
from contracts.identity.reuse import is_live_session, reuse_obstacles
from contracts.identity.rules import now_s, state_at
from contracts.identity.state import (
    Consent,
    Count,
    LevelTable,
    Session,
    Terms,
    TrailEntry,
    attestations,
    attestations_of,
    consents,
    delegations,
    disputes,
    held,
    namespaces,
    nodes,
    progress_of,
    recoveries,
    releases,
    responses,
    services,
    sessions,
    subjects,
    terms_of,
    trail,
)
from contracts.sdk import Context, CountMax, Range, record

TRAIL_PAGE = 100

Limit = Annotated[int, Range(1, TRAIL_PAGE)]
AttestationIds = Annotated[tuple[Id, ...], CountMax(64)]


@record
class RequestState:
    """A request's terms, and where it stands now."""

    terms: Terms
    state: Slug
    accepts: Count
    rejects: Count
    errors: Count
    releases: Count


@record
class SessionState:
    """A session, and whether it is live now."""

    session: Session
    is_live: bool


@record
class ConsentState:
    """A consent, and what it is now: granted, withdrawn or expired."""

    consent: Consent
    state: Slug


@record
class ReuseCheck:
    """Which of the five conditions hold now; `code` is of the first refusal, "" for none."""

    does_proofing_hold: bool
    does_sign_on_hold: bool
    does_purpose_hold: bool
    does_subject_hold: bool
    do_parties_hold: bool
    is_live: bool
    code: SlugOrNothing


TrailPage = Annotated[tuple[TrailEntry, ...], CountMax(TRAIL_PAGE)]


@contract.query
def effective_ial(ctx: Context, sid: Id) -> Level:
    """The subject's IAL now; 0 for none, the lowest of its proofings while a dispute is open."""
    return effective_ial_of(ctx, sid)


@contract.query
def has_active_attestation(ctx: Context, sid: Id, kind: Slug, min_ial: Level) -> bool:
    """Whether an attestation of this kind and at least this IAL counts now."""
    for att_id in attestations_of.get(ctx, sid, ()):
        found = attestation_for(ctx, att_id, sid)
        if found.kind == kind and found.ial >= min_ial and is_usable(ctx, found):
            return True
    return False


@contract.query
def is_person_unique(ctx: Context, sid: Id) -> bool:
    """Whether the subject is active and no other subject can be the same person's."""
    subject = subjects.get(ctx, sid, None)
    if subject is None or subject.status != ACTIVE:
        return False
    namespace = namespaces.get(ctx, subject.namespace, None)
    return namespace is not None and namespace.is_unique


@contract.query
def level_table(ctx: Context) -> LevelTable:
    """The level table in force."""
    return active_table(ctx)


contract.expose(
    "node", nodes, ("agency",), "What an agency may do here, nothing when it is no node."
)


contract.expose("namespace", namespaces, ("name",), "Who makes the tags of a namespace.")


contract.expose("service", services, ("name",), "Levels and sources of a service.")


contract.expose("subject", subjects, ("sid",), "A subject: keys, IdPs and status.")


contract.expose("recovery", recoveries, ("sid",), "The subject's last recovery.")


contract.expose(
    "attestation", attestations, ("att_id",), "An attestation as issued, with its status."
)


@contract.query
def usable_attestations(ctx: Context, sid: Id) -> AttestationIds:
    """The subject's attestations that count now, in order of issue."""
    listed = attestations_of.get(ctx, sid, ())
    return tuple([one for one in listed if is_usable(ctx, attestation_for(ctx, one, sid))])


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


contract.expose(
    "release", releases, ("req_id", "service"), "That data of a service was released for a request."
)


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


@contract.query
def consent(ctx: Context, con_id: Id) -> ConsentState | None:
    """A consent and its state now."""
    found = consents.get(ctx, con_id, None)
    if found is None:
        return None
    if found.is_withdrawn:
        return ConsentState(found, "withdrawn")
    return ConsentState(found, "granted" if is_live(ctx, found) else "expired")


contract.expose("delegation", delegations, ("del_id",), "A delegation.")


@contract.query
def may_act_for(ctx: Context, delegate: Id, principal: Id, purpose: Slug) -> bool:
    """Whether a delegation lets `delegate` act for `principal` in a purpose now."""
    for del_id in held.get(ctx, delegate, ()):
        found = delegations.load(ctx, del_id, absent=UnknownDelegation)
        if found.principal == principal and purpose in found.purposes and is_running(ctx, found):
            return True
    return False


contract.expose(
    "open_dispute", disputes, ("req_id", "sid"), "A dispute of a response, open or settled."
)


@contract.query
def trail_page(ctx: Context, after: Time, limit: Limit) -> TrailPage:
    """Answers in order, after the number `after`; a view key finds one's own among them."""
    return tuple([entry for _, entry in trail.page(ctx, after=after, limit=limit)])
