"""What is asked around a request: answers, consent, sign-on, delegation and dispute."""

from typing import Annotated

from contracts.identity.fields import (
    DAY_S,
    AgencyId,
    Asked,
    Commit,
    Id,
    Ids,
    Level,
    Reason,
    Slug,
    SlugOrNothing,
    Slugs,
    Time,
)
from contracts.identity.node_messages import Statement
from contracts.sdk import CountMax, Digest, PublicKey, Range, Signature, encode, message
from contracts.sdk.crypto import digest

Idps = Annotated[tuple[AgencyId, ...], CountMax(10, low=1)]
Lifetime = Annotated[int, Range(30, DAY_S)]


@message
class OpenRequest:
    """Ask IdPs to identify a citizen; `agency` is the relying party."""

    agency: AgencyId
    req_id: Id
    namespace: Slug
    min_ial: Level
    min_aal: Level
    max_age_s: Annotated[int, Range(60, 30 * DAY_S)]
    purpose: Slug
    scope_commit: Commit
    msg_hash: Commit
    idps: Idps
    min_idp: Annotated[int, Range(0, 10)]
    services: Slugs  # data asked of authoritative sources
    mode: Slug
    ttl_s: Lifetime


@message
class Respond:
    """Answer a request as the IdP `agency`. Key and signature are the citizen's pairwise ones."""

    agency: AgencyId
    req_id: Id
    handle: Id  # random, new for each response
    ial: Level
    aal: Level
    auth_time: Time
    decision: Slug
    error: SlugOrNothing  # why there is no decision; "" unless decision is "error"
    trail_tag: Commit
    citizen_key: PublicKey | None  # only an "error" comes without
    citizen_signature: Signature | None  # over response_statement


@message
class AcknowledgeRequest:
    """Say as the relying party that all answers have arrived."""

    agency: AgencyId
    req_id: Id


@message
class CloseRequest:
    """Close a completed request."""

    agency: AgencyId
    req_id: Id


@message
class CancelRequest:
    """Withdraw a request that has no final state."""

    agency: AgencyId
    req_id: Id


@message
class GrantConsent:
    """Record that the citizen of a response allows the request's scope."""

    agency: AgencyId
    con_id: Id
    req_id: Id
    handle: Id
    scope_commit: Commit
    retention_days: Annotated[int, Range(0, 36_600)]
    expires_at: Time
    citizen_key: PublicKey
    signature: Signature


@message
class WithdrawConsent:
    """Take a consent back, at any time. Anyone may carry the citizen's signature."""

    con_id: Id
    citizen_key: PublicKey
    signature: Signature


@message
class AsRespond:
    """Record that the source `agency` released data, under a consent that is live now."""

    agency: AgencyId
    req_id: Id
    service: Slug
    data_commit: Commit
    key: PublicKey
    signature: Signature  # by a key of the source's node, over release_statement


@message
class OpenSession:
    """Keep a confirmed sign-on for reuse, as a key of the subject signs."""

    agency: AgencyId
    ses_id: Id
    req_id: Id
    sid: Id
    att_id: Id
    ttl_s: Lifetime
    key: PublicKey
    signature: Signature


@message
class ReuseSession:
    """Answer another request by an earlier sign-on."""

    agency: AgencyId
    ses_id: Id
    req_id: Id
    handle: Id
    trail_tag: Commit
    citizen_key: PublicKey
    signature: Signature


@message
class EndSession:
    """End a session; it is never used again."""

    agency: AgencyId
    ses_id: Id


@message
class Sweep:
    """Free the storage of sessions that are over. No check depends on it."""

    sessions: Ids


@message
class GrantDelegation:
    """Let `delegate` act for `principal` in `purposes`."""

    agency: AgencyId
    del_id: Id
    principal: Id
    delegate: Id
    purposes: Slugs
    expires_at: Time
    basis: Slug
    majority_at: Time  # of a minor, rounded down so that it is no birthday; else 0
    basis_commit: Commit | None  # to the court's order
    key: PublicKey | None  # the principal's, for a mandate
    signature: Signature | None


@message
class RevokeDelegation:
    """End a delegation, by the principal's key or by the agency that granted it."""

    del_id: Id
    key: PublicKey | None
    signature: Signature | None


@message
class Dispute:
    """Say as the citizen that a response was not theirs to give; reveals one trail secret."""

    req_id: Id
    idp: AgencyId
    sid: Id
    trail_secret: Commit
    reason: Reason
    key: PublicKey
    signature: Signature


@message
class ResolveDispute:
    """Settle a dispute."""

    req_id: Id
    sid: Id
    reason: Reason


def trail_tag(trail_secret: bytes) -> Digest:
    """Return the public tag; the secret is HMAC-SHA256(the citizen's view key, req_id)."""
    return digest("identity/trail", trail_secret)


def asked_of(msg: OpenRequest) -> Asked:
    """Return the part of a request that citizens sign."""
    return Asked(msg.agency, msg.msg_hash, msg.scope_commit)


def response_statement(chain_id: str, asked: Asked, msg: Respond) -> Statement:
    """Return what the citizen's pairwise key signs to answer a request."""
    question = (msg.req_id, asked.rp, asked.msg_hash, asked.scope_commit)
    answer = (msg.agency, msg.handle, msg.decision, msg.trail_tag)
    return "identity/response", encode((chain_id, *question, *answer))


def reuse_statement(chain_id: str, asked: Asked, msg: ReuseSession) -> Statement:
    """Return what the citizen's pairwise key signs to answer by an earlier sign-on."""
    question = (msg.req_id, asked.rp, asked.msg_hash, asked.scope_commit)
    answer = (msg.agency, msg.ses_id, msg.handle, msg.trail_tag)
    return "identity/reuse", encode((chain_id, *question, *answer))


def consent_statement(chain_id: str, msg: GrantConsent) -> Statement:
    """Return what the citizen's pairwise key signs to consent."""
    place = (msg.con_id, msg.req_id, msg.handle)
    terms = (msg.scope_commit, msg.retention_days, msg.expires_at)
    return "identity/consent", encode((chain_id, *place, *terms))


def withdrawal_statement(chain_id: str, msg: WithdrawConsent) -> Statement:
    """Return what the citizen's pairwise key signs to withdraw a consent."""
    return "identity/withdrawal", encode((chain_id, msg.con_id))


def release_statement(chain_id: str, msg: AsRespond) -> Statement:
    """Return what a key of the source signs to release data."""
    fields = (chain_id, msg.req_id, msg.agency, msg.service, msg.data_commit)
    return "identity/release", encode(fields)


def session_statement(chain_id: str, msg: OpenSession) -> Statement:
    """Return what the subject's key signs to keep a sign-on for reuse."""
    session = (msg.ses_id, msg.req_id, msg.agency)
    return "identity/session", encode((chain_id, *session, msg.sid, msg.att_id, msg.ttl_s))


def delegation_statement(chain_id: str, msg: GrantDelegation) -> Statement:
    """Return what the principal's key signs to give a mandate."""
    parties = (msg.del_id, msg.principal, msg.delegate)
    return "identity/mandate", encode((chain_id, *parties, msg.purposes, msg.expires_at))


def end_mandate_statement(chain_id: str, msg: RevokeDelegation) -> Statement:
    """Return what the principal's key signs to end a delegation."""
    return "identity/end-mandate", encode((chain_id, msg.del_id))


def dispute_statement(chain_id: str, msg: Dispute) -> Statement:
    """Return what the subject's key signs to dispute a response."""
    fields = (chain_id, msg.req_id, msg.idp, msg.sid, msg.trail_secret, msg.reason)
    return "identity/dispute", encode(fields)
