"""Why identity refuses what concerns requests, sign-on and delegation."""

from contracts.sdk import ContractError


class UnknownRequest(ContractError):
    """There is no such request."""

    code = "UNKNOWN_REQUEST"


class BadMinIdp(ContractError):
    """The least number of IdPs is not from 1 to the number of those listed."""

    code = "BAD_MIN_IDP"


class Quota(ContractError):
    """The relying party has opened too many requests in this minute."""

    code = "QUOTA"


class UnlistedIdp(ContractError):
    """The request does not list this IdP."""

    code = "UNLISTED_IDP"


class RequestNotOpen(ContractError):
    """The request is in another state than this act needs."""

    code = "REQUEST_NOT_OPEN"


class RequestExpired(ContractError):
    """The request has expired."""

    code = "REQUEST_EXPIRED"


class AuthTimeInFuture(ContractError):
    """The time of authentication lies in the future."""

    code = "AUTH_TIME_IN_FUTURE"


class Stale(ContractError):
    """The authentication is older than may be."""

    code = "STALE"


class ScopeMismatch(ContractError):
    """The consent's scope is not the request's."""

    code = "SCOPE_MISMATCH"


class UnknownConsent(ContractError):
    """There is no such consent."""

    code = "UNKNOWN_CONSENT"


class ConsentExists(ContractError):
    """The request has a live consent."""

    code = "CONSENT_EXISTS"


class ConsentOver(ContractError):
    """The consent is withdrawn or expired."""

    code = "CONSENT_OVER"


class NoConsent(ContractError):
    """No consent to this request is granted now."""

    code = "NO_CONSENT"


class SourceNotApproved(ContractError):
    """The agency is no approved source, or the service was not asked for."""

    code = "SOURCE_NOT_APPROVED"


class DataMissing(ContractError):
    """Not all of the data asked for was released."""

    code = "DATA_MISSING"


class UnknownSession(ContractError):
    """There is no such session."""

    code = "UNKNOWN_SESSION"


class SessionEnded(ContractError):
    """The session is over, or its subject has recovered since."""

    code = "SESSION_ENDED"


class SessionLive(ContractError):
    """The session is not over."""

    code = "SESSION_LIVE"


class ProofingInactive(ContractError):
    """The proofing is revoked, suspended or expired, or its issuer no longer vouches."""

    code = "PROOFING_INACTIVE"


class StepUpRequired(ContractError):
    """The sign-on is weaker than asked for; authenticate at the level asked."""

    code = "STEP_UP_REQUIRED"


class KeyInactive(ContractError):
    """The key is no longer one of the subject's."""

    code = "KEY_INACTIVE"


class FreshRequired(ContractError):
    """The request wants a fresh sign-on."""

    code = "FRESH_REQUIRED"


class ChainForbidden(ContractError):
    """Who acts for another in a purpose gives no mandate in it, nor to oneself."""

    code = "CHAIN_FORBIDDEN"


class BasisRequired(ContractError):
    """The delegation lacks its basis: signature, minority or court order."""

    code = "BASIS_REQUIRED"


class UnknownDelegation(ContractError):
    """There is no such delegation."""

    code = "UNKNOWN_DELEGATION"


class DelegationOver(ContractError):
    """The delegation is over."""

    code = "DELEGATION_OVER"


class UnknownDispute(ContractError):
    """There is no such open dispute."""

    code = "UNKNOWN_DISPUTE"


class DuplicateRelease(ContractError):
    """This service's data was released for this request."""

    code = "DUP_RELEASE"
