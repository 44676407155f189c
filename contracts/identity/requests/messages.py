"""What may be asked about requests, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    DAY_S,
    AgencyId,
    Asked,
    Commit,
    Id,
    Level,
    Slug,
    SlugOrNothing,
    Slugs,
    Statement,
    Time,
)
from contracts.sdk import (
    ContractError,
    CountMax,
    Digest,
    PublicKey,
    Range,
    Signature,
    encode,
    event,
    message,
)
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


class DuplicateIdp(ContractError):
    """An IdP is listed twice."""


class DuplicateResponse(ContractError):
    """The IdP has answered this request."""


class UnknownService(ContractError):
    """There is no such service."""


class LevelTooLow(ContractError):
    """The level is below the least that is asked for."""


class BadMinIdp(ContractError):
    """The least number of IdPs is not from 1 to the number of those listed."""


class Quota(ContractError):
    """The relying party has opened too many requests in this minute."""


class UnlistedIdp(ContractError):
    """The request does not list this IdP."""


class RequestNotOpen(ContractError):
    """The request is in another state than this act needs."""


class RequestExpired(ContractError):
    """The request has expired."""


class AuthTimeInFuture(ContractError):
    """The time of authentication lies in the future."""


class DataMissing(ContractError):
    """Not all of the data asked for was released."""


@event
class RequestOpened:
    """A relying party asks for a citizen."""

    req_id: Id
    rp: AgencyId
    purpose: Slug
    expires_at: Time


@event
class Responded:
    """An IdP answered; `state` is the request's afterwards."""

    req_id: Id
    idp: AgencyId
    handle: Id
    decision: Slug
    state: Slug


@event
class RequestStateSet:
    """The relying party moved its request on."""

    req_id: Id
    rp: AgencyId
    state: Slug
