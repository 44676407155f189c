"""What may be asked about consent and data, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import AgencyId, Commit, Id, Slug, Statement, Time
from contracts.sdk import ContractError, PublicKey, Range, Signature, encode, event, message


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


class ScopeMismatch(ContractError):
    """The consent's scope is not the request's."""


class UnknownConsent(ContractError):
    """There is no such consent."""


class ConsentExists(ContractError):
    """The request has a live consent."""


class ConsentOver(ContractError):
    """The consent is withdrawn or expired."""


class NoConsent(ContractError):
    """No consent to this request is granted now."""


class SourceNotApproved(ContractError):
    """The agency is no approved source, or the service was not asked for."""


class DuplicateRelease(ContractError):
    """This service's data was released for this request."""


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
