"""What may be asked about requests, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    DAY_S,
    AgencyId,
    Commit,
    Days,
    Id,
    Ids,
    Level,
    Lifetime,
    Services,
    Slug,
    SlugOrNothing,
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

Idps = Annotated[tuple[AgencyId, ...], CountMax(50, low=1)]


@message
class OpenRequest:
    """Ask IdPs to identify a citizen; `agency` is the relying party."""

    agency: AgencyId
    req_id: Id
    namespace: Slug
    min_ial: Level
    min_aal: Level
    max_age_s: Annotated[int, Range(0, 30 * DAY_S)]  # 0: signed on after it was opened
    purpose: Slug
    scope_commit: Commit
    msg_hash: Commit
    idps: Idps
    min_idp: Annotated[int, Range(0, 50)]
    services: Services  # data asked of authoritative sources
    retention_days: Days  # how long the relying party keeps what it is told
    mode: Slug
    ttl_s: Lifetime
    on_behalf_of: PublicKey | None  # the pairwise key of who gave the mandate, in this sector


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
class Prune:
    """Remove requests and standing consents that were over for the legal period."""

    requests: Ids
    standings: Ids


def terms_digest(chain_id: str, msg: OpenRequest) -> Digest:
    """Return the digest of all that a request asks: what citizens sign when they answer it."""
    parties = (msg.agency, msg.req_id, msg.namespace, msg.idps, msg.min_idp)
    on_behalf_of = b"" if msg.on_behalf_of is None else msg.on_behalf_of
    strength = (msg.min_ial, msg.min_aal, msg.max_age_s, msg.mode, msg.ttl_s)
    services = tuple([(each.service, each.min_as, each.sources) for each in msg.services])
    content = (msg.purpose, msg.scope_commit, msg.msg_hash, services, msg.retention_days)
    return digest("identity/terms", encode((chain_id, *parties, *strength, *content, on_behalf_of)))


def response_statement(chain_id: str, terms: Digest, msg: Respond) -> Statement:
    """Return what the citizen's pairwise key signs to answer a request of these terms."""
    answer = (msg.agency, msg.handle, msg.decision, msg.trail_tag)
    strength = (msg.ial, msg.aal, msg.auth_time)
    return "identity/response", encode((chain_id, msg.req_id, terms, *answer, *strength))


class UnknownMode(ContractError):
    """The mode is none of fresh, reuse_ok and step_up."""


class UnknownDecision(ContractError):
    """The decision is none of accept, reject and error."""


class ErrorUnwanted(ContractError):
    """An answer that decides names no error."""


class DuplicateIdp(ContractError):
    """An IdP is listed twice."""


class DuplicateResponse(ContractError):
    """The IdP has answered this request."""


class BadMinIdp(ContractError):
    """The least number of IdPs is not from 1 to the number of those listed."""


class LevelsOutOfReach(ContractError):
    """Fewer of the listed IdPs than are needed may give the levels that are asked for."""


class DifferentPersons(ContractError):
    """The accepts of one request are by one pairwise key; this one is another's."""


class NoMandate(ContractError):
    """No mandate lets this key act for the person and purpose that the request names."""


class SourcesOutOfReach(ContractError):
    """Fewer sources than are needed may release what is asked for, or one is listed twice."""


class Quota(ContractError):
    """The relying party has opened too many requests in this minute."""


class UnlistedIdp(ContractError):
    """The request does not list this IdP."""


class RequestNotOpen(ContractError):
    """The request is in another state than this act needs."""


class RequestExpired(ContractError):
    """The request has expired."""


class DataMissing(ContractError):
    """Not all of the data asked for was released."""


class TooYoung(ContractError):
    """It was not over for the legal period yet."""


class DisputeOpen(ContractError):
    """A dispute of the request is open; what it is about stays."""


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


@event
class RequestPruned:
    """A request is gone; `record_digest` proves a copy of its record."""

    req_id: Id
    record_digest: Digest


@event
class StandingPruned:
    """A standing consent is gone; `record_digest` proves a copy of its record."""

    con_id: Id
    record_digest: Digest
