"""Why identity refuses."""

from contracts.sdk import ContractError


class PersonalData(ContractError):
    """A text holds 13 digits, as a citizen's number has; no personal data goes on the chain."""

    code = "PERSONAL_DATA"


class BadSlug(ContractError):
    """A name is not of a-z, 0-9, hyphens and dots, beginning with a letter."""

    code = "BAD_SLUG"


class UnknownWord(ContractError):
    """A field holds none of the words that it may hold."""

    code = "UNKNOWN_WORD"


class BadTableVersion(ContractError):
    """The version of the level table is not one more than the last."""

    code = "BAD_VERSION"


class HeightNotAhead(ContractError):
    """The table's height is not ahead, or the last table is not yet in force."""

    code = "HEIGHT_NOT_AHEAD"


class BadLevel(ContractError):
    """A level is not in the level table, or levels are not sorted and distinct."""

    code = "BAD_LEVEL"


class DuplicateNode(ContractError):
    """The agency is a node already."""

    code = "DUP_NODE"


class DuplicateKey(ContractError):
    """The key is in use already."""

    code = "DUP_KEY"


class DuplicateId(ContractError):
    """The identifier was used before."""

    code = "DUP_ID"


class DuplicateIdentity(ContractError):
    """Another subject has this person's tag."""

    code = "DUP_IDENTITY"


class DuplicateIdp(ContractError):
    """An IdP is listed twice."""

    code = "DUP_IDP"


class DuplicateResponse(ContractError):
    """The IdP has answered this request."""

    code = "DUP_RESPONSE"


class UnknownAgency(ContractError):
    """Governance knows no active agency of this id that could be a node."""

    code = "UNKNOWN_AGENCY"


class UnknownNode(ContractError):
    """The agency is not a node."""

    code = "UNKNOWN_NODE"


class NodeInactive(ContractError):
    """The node is not active."""

    code = "NODE_INACTIVE"


class WrongRole(ContractError):
    """The agency is not of the kind that this act, level or attestation needs."""

    code = "WRONG_ROLE"


class BadState(ContractError):
    """The status cannot change in this way."""

    code = "BAD_STATE"


class NoProof(ContractError):
    """The new key did not sign for itself."""

    code = "NO_POP"


class OverlapTooLong(ContractError):
    """Old keys of a node end within 24 hours of a rotation."""

    code = "OVERLAP_TOO_LONG"


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key."""

    code = "UNUSABLE_KEY"


class UnknownNamespace(ContractError):
    """There is no such namespace."""

    code = "UNKNOWN_NAMESPACE"


class UnknownService(ContractError):
    """There is no such service."""

    code = "UNKNOWN_SERVICE"


class UnknownPurpose(ContractError):
    """There is no such purpose."""

    code = "UNKNOWN_PURPOSE"


class AlwaysFresh(ContractError):
    """This purpose is never served by an earlier sign-on."""

    code = "ALWAYS_FRESH"


class BadTag(ContractError):
    """The namespace's authority did not sign this tag for this subject."""

    code = "BAD_TAG"


class BadCitizenSignature(ContractError):
    """The signature inside the message is missing or not over this statement."""

    code = "BAD_SIG"


class UnknownSubject(ContractError):
    """There is no such subject."""

    code = "UNKNOWN_SUBJECT"


class NotSubject(ContractError):
    """The key, handle or trail secret is not the citizen's."""

    code = "NOT_SUBJECT"


class NotLinked(ContractError):
    """The IdP does not act for this subject."""

    code = "NOT_LINKED"


class AlreadyLinked(ContractError):
    """The IdP acts for this subject already."""

    code = "ALREADY_LINKED"


class BadSeq(ContractError):
    """The sequence number is not one more than the subject's last."""

    code = "BAD_SEQ"


class LastKey(ContractError):
    """A subject keeps at least one key."""

    code = "LAST_KEY"


class TooMany(ContractError):
    """The list is full."""

    code = "TOO_MANY"


class SubjectFrozen(ContractError):
    """The subject is frozen."""

    code = "SUBJECT_FROZEN"


class InHold(ContractError):
    """A recovery of the subject is in its hold."""

    code = "IN_HOLD"


class HoldOpen(ContractError):
    """The hold of the recovery is not over."""

    code = "HOLD_OPEN"


class Vetoed(ContractError):
    """The recovery was vetoed."""

    code = "VETOED"


class VetoLate(ContractError):
    """The hold of the recovery is over."""

    code = "VETO_LATE"


class UnknownRecovery(ContractError):
    """There is no such recovery under way."""

    code = "UNKNOWN_RECOVERY"


class RouteForbidden(ContractError):
    """The subject's policy or the approvals do not allow this recovery."""

    code = "ROUTE_FORBIDDEN"


class EvidenceMissing(ContractError):
    """No usable face match of this subject is named as evidence."""

    code = "EVIDENCE_MISSING"


class UnknownAttestation(ContractError):
    """There is no such attestation of this subject."""

    code = "UNKNOWN_ATTESTATION"


class LevelTooHigh(ContractError):
    """The level exceeds what the node, key or proofing allows."""

    code = "LEVEL_TOO_HIGH"


class LevelTooLow(ContractError):
    """The level is below the least that is asked for."""

    code = "LEVEL_TOO_LOW"


class ExpiryOutOfBounds(ContractError):
    """The expiry is not ahead, or too far ahead."""

    code = "EXPIRY_OUT_OF_BOUNDS"


class FinalState(ContractError):
    """What is revoked or superseded stays so."""

    code = "FINAL_STATE"


class NotOwner(ContractError):
    """It belongs to another agency."""

    code = "NOT_OWNER"


class NotPermitted(ContractError):
    """Namespace or whitelists do not let these agencies work together."""

    code = "NOT_PERMITTED"
