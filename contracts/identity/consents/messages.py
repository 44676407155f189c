"""What may be asked about consent and data, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    AgencyIds,
    Commit,
    Count,
    Days,
    Id,
    Level,
    Slug,
    Slugs,
    Statement,
    Time,
)
from contracts.sdk import (
    ContractError,
    Digest,
    PublicKey,
    Range,
    Signature,
    encode,
    event,
    message,
)


@message
class GrantConsent:
    """Record that the citizen of a response allows the request's scope, services and retention."""

    agency: AgencyId
    con_id: Id
    req_id: Id
    handle: Id
    scope_commit: Commit
    services: Slugs
    retention_days: Days
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
class RefuseData:
    """Say as the source `agency` why it releases nothing, by a registered code."""

    agency: AgencyId
    req_id: Id
    service: Slug
    error: Slug


@message
class GrantStanding:
    """Record that a citizen allows data of a service to a relying party repeatedly."""

    agency: AgencyId  # the IdP that carries it
    con_id: Id
    rp: AgencyId
    namespace: Slug  # of the person, which the relying party must have
    service: Slug
    sources: AgencyIds  # that may release it; those that join the service later may not
    ial: Level  # at which the person is proofed, and was signed on, as the IdP states it
    aal: Level
    scope_commit: Commit
    times: Annotated[int, Range(1, 1000)]
    until: Time
    retention_days: Days
    citizen_key: PublicKey
    signature: Signature


@message
class WithdrawStanding:
    """Take a standing consent back, at any time. Anyone may carry the citizen's signature."""

    con_id: Id
    citizen_key: PublicKey
    signature: Signature


@message
class ReleaseAgain:
    """Record the release numbered `number`, from 1, under a standing consent that is live now."""

    agency: AgencyId
    con_id: Id
    number: Annotated[int, Range(1, 1000)]
    data_commit: Commit
    key: PublicKey
    signature: Signature  # by a key of the source's node, over repeated_statement


def consent_statement(chain_id: str, terms: Digest, msg: GrantConsent) -> Statement:
    """Return what the citizen's pairwise key signs to consent to a request of these terms."""
    place = (msg.con_id, msg.req_id, terms, msg.handle)
    given = (msg.scope_commit, msg.services, msg.retention_days, msg.expires_at)
    return "identity/consent", encode((chain_id, *place, *given))


def standing_statement(chain_id: str, msg: GrantStanding) -> Statement:
    """Return what the citizen's pairwise key signs to allow data repeatedly."""
    place = (msg.con_id, msg.agency, msg.rp, msg.namespace, msg.service, msg.sources)
    given = (msg.ial, msg.aal, msg.scope_commit, msg.times, msg.until, msg.retention_days)
    return "identity/standing-consent", encode((chain_id, *place, *given))


def repeated_statement(chain_id: str, msg: ReleaseAgain) -> Statement:
    """Return what a key of the source signs to release under a standing consent."""
    fields = (chain_id, msg.con_id, msg.number, msg.agency, msg.data_commit)
    return "identity/repeated-release", encode(fields)


def withdrawal_statement(chain_id: str, msg: WithdrawConsent) -> Statement:
    """Return what the citizen's pairwise key signs to withdraw a consent to a request."""
    return "identity/withdrawal", encode((chain_id, msg.con_id))


def standing_withdrawal_statement(chain_id: str, msg: WithdrawStanding) -> Statement:
    """Return what the citizen's pairwise key signs to withdraw a standing consent."""
    return "identity/standing-withdrawal", encode((chain_id, msg.con_id))


def release_statement(chain_id: str, msg: AsRespond) -> Statement:
    """Return what a key of the source signs to release data."""
    fields = (chain_id, msg.req_id, msg.agency, msg.service, msg.data_commit)
    return "identity/release", encode(fields)


class WrongHandle(ContractError):
    """The handle is not that of the IdP's answer."""


class NotAccepted(ContractError):
    """The citizen did not accept the request."""


class AcceptFallen(ContractError):
    """An accept that the request needs counts no more: its IdP, the limits of that, or its key."""


class ScopeMismatch(ContractError):
    """The consent's scope is not the request's."""


class ConsentExists(ContractError):
    """The request has a live consent."""


class TooManyConsents(ContractError):
    """The request has had as many consents as it may have."""


class ConsentOver(ContractError):
    """The consent is withdrawn or expired."""


class NoConsent(ContractError):
    """No consent to this request is granted now."""


class SourceNotApproved(ContractError):
    """The agency is no approved source, or the service was not asked for."""


class DuplicateRelease(ContractError):
    """The source has released or refused this service's data for this request or number."""


class ReleasesUsed(ContractError):
    """As many releases as the citizen allowed are on record, or the number is not the next."""


@event
class ConsentGranted:
    """A citizen consented."""

    con_id: Id
    req_id: Id
    handle: Id


@event
class ConsentWithdrawn:
    """A citizen took a consent back."""

    con_id: Id
    req_id: Id


@event
class DataReleased:
    """A source released data under a consent."""

    req_id: Id
    source: AgencyId
    service: Slug
    con_id: Id


@event
class DataRefused:
    """A source releases nothing, and says why; `state` is the request's afterwards."""

    req_id: Id
    source: AgencyId
    service: Slug
    error: Slug
    state: Slug


@event
class StandingGranted:
    """A citizen allows data repeatedly."""

    con_id: Id
    rp: AgencyId
    service: Slug
    times: Count


@event
class ReleasedAgain:
    """A source released data under a standing consent."""

    con_id: Id
    number: Count
    source: AgencyId


@event
class StandingWithdrawn:
    """A citizen took a standing consent back."""

    con_id: Id
