"""What may be asked about delegation, what observers learn, and what is refused."""

from contracts.identity.core.messages import AgencyId, Commit, Id, Slug, Slugs, Statement, Time
from contracts.sdk import ContractError, PublicKey, Signature, encode, event, message


@message
class GrantDelegation:
    """Let `delegate` act for `principal` in `purposes`: a guardian, by minority or a court."""

    agency: AgencyId
    del_id: Id
    principal: Id
    delegate: Id
    purposes: Slugs
    expires_at: Time
    basis: Slug
    basis_commit: Commit | None  # to the court's order


@message
class RevokeDelegation:
    """End a delegation, as the agency that granted it."""

    del_id: Id


@message
class GrantMandate:
    """Let one person act for another in a sector, as the pairwise keys of both sign.

    It names no subject, so it joins no two sectors.
    """

    agency: AgencyId  # the IdP that carries it, the principal's
    man_id: Id
    sector: Slug
    purposes: Slugs
    expires_at: Time
    principal_key: PublicKey  # who is acted for, in this sector
    delegate_key: PublicKey  # who acts, in this sector
    principal_signature: Signature  # both over mandate_statement
    delegate_signature: Signature  # the receiver accepts


@message
class EndMandate:
    """End a mandate, as who gave it or who accepted it. Anyone may carry the signature."""

    man_id: Id
    key: PublicKey
    signature: Signature  # over end_mandate_statement


def mandate_statement(chain_id: str, msg: GrantMandate) -> Statement:
    """Return what both parties' pairwise keys sign to give and to accept a mandate."""
    place = (msg.man_id, msg.agency, msg.sector, msg.purposes, msg.expires_at)
    return "identity/mandate", encode((chain_id, *place, msg.principal_key, msg.delegate_key))


def end_mandate_statement(chain_id: str, msg: EndMandate) -> Statement:
    """Return what a party's pairwise key signs to end a mandate."""
    return "identity/end-mandate", encode((chain_id, msg.man_id))


class UnknownBasis(ContractError):
    """A guardian is named for a minor or by a court, and for no other reason."""


class TooManyDelegations(ContractError):
    """Principal or delegate has as many delegations as it may have."""


class ChainForbidden(ContractError):
    """Who acts for another in a purpose gives no mandate in it, nor to oneself."""


class BasisRequired(ContractError):
    """The delegation lacks its basis: minority or court order."""


class UnknownDelegation(ContractError):
    """There is no such delegation or mandate."""


class DelegationOver(ContractError):
    """The delegation or mandate is over."""


class MandateExists(ContractError):
    """A mandate between these two is in force; end it to give another."""


@event
class Delegated:
    """Someone may act for another."""

    del_id: Id
    principal: Id
    delegate: Id
    basis: Slug


@event
class MandateGranted:
    """A mandate was given and accepted."""

    man_id: Id
    sector: Slug
    agency: AgencyId


@event
class MandateEnded:
    """A mandate has ended."""

    man_id: Id


@event
class DelegationRevoked:
    """A delegation has ended."""

    del_id: Id
