"""What may be asked about delegation, what observers learn, and what is refused."""

from contracts.identity.core.messages import AgencyId, Commit, Id, Slug, Slugs, Statement, Time
from contracts.sdk import ContractError, PublicKey, Signature, encode, event, message


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


def delegation_statement(chain_id: str, msg: GrantDelegation) -> Statement:
    """Return what the principal's key signs to give a mandate."""
    parties = (msg.del_id, msg.principal, msg.delegate)
    return "identity/mandate", encode((chain_id, *parties, msg.purposes, msg.expires_at))


def end_mandate_statement(chain_id: str, msg: RevokeDelegation) -> Statement:
    """Return what the principal's key signs to end a delegation."""
    return "identity/end-mandate", encode((chain_id, msg.del_id))


class TooManyDelegations(ContractError):
    """Principal or delegate has as many delegations as it may have."""


class ChainForbidden(ContractError):
    """Who acts for another in a purpose gives no mandate in it, nor to oneself."""


class BasisRequired(ContractError):
    """The delegation lacks its basis: signature, minority or court order."""


class UnknownDelegation(ContractError):
    """There is no such delegation."""


class DelegationOver(ContractError):
    """The delegation is over."""


@event
class Delegated:
    """Someone may act for another."""

    del_id: Id
    principal: Id
    delegate: Id
    basis: Slug


@event
class DelegationRevoked:
    """A delegation has ended."""

    del_id: Id
