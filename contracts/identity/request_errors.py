"""Why identity refuses what concerns requests, sign-on and delegation."""

from contracts.sdk import ContractError


class UnknownRequest(ContractError):
    """There is no such request."""


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


class Stale(ContractError):
    """The authentication is older than may be."""


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


class DataMissing(ContractError):
    """Not all of the data asked for was released."""


class UnknownSession(ContractError):
    """There is no such session."""


class SessionEnded(ContractError):
    """The session is over, or its subject has recovered since."""


class SessionLive(ContractError):
    """The session is not over."""


class ProofingInactive(ContractError):
    """The proofing is revoked, suspended or expired, or its issuer no longer vouches."""


class StepUpRequired(ContractError):
    """The sign-on is weaker than asked for; authenticate at the level asked."""


class KeyInactive(ContractError):
    """The key is no longer one of the subject's."""


class FreshRequired(ContractError):
    """The request wants a fresh sign-on."""


class ChainForbidden(ContractError):
    """Who acts for another in a purpose gives no mandate in it, nor to oneself."""


class BasisRequired(ContractError):
    """The delegation lacks its basis: signature, minority or court order."""


class UnknownDelegation(ContractError):
    """There is no such delegation."""


class DelegationOver(ContractError):
    """The delegation is over."""


class UnknownDispute(ContractError):
    """There is no such open dispute."""


class DuplicateRelease(ContractError):
    """This service's data was released for this request."""
