"""Why identity refuses."""

from contracts.sdk import ContractError


class PersonalData(ContractError):
    """A text holds 13 digits, as a citizen's number has; no personal data goes on the chain."""


class BadSlug(ContractError):
    """A name is not of a-z, 0-9, hyphens and dots, beginning with a letter."""


class UnknownWord(ContractError):
    """A field holds none of the words that it may hold."""


class BadTableVersion(ContractError):
    """The version of the level table is not one more than the last."""


class HeightNotAhead(ContractError):
    """The table's height is not ahead, or the last table is not yet in force."""


class BadLevel(ContractError):
    """A level is not in the level table."""


class BadLevelTable(ContractError):
    """The table's levels do not rise from above 0, or a limit names none of its AALs once."""


class DuplicateNode(ContractError):
    """The agency is a node already."""


class KeyTaken(ContractError):
    """The key is in use already."""


class DuplicateId(ContractError):
    """The identifier was used before."""


class DuplicateIdentity(ContractError):
    """Another subject has this person's tag."""


class DuplicateIdp(ContractError):
    """An IdP is listed twice."""


class DuplicateResponse(ContractError):
    """The IdP has answered this request."""


class UnknownAgency(ContractError):
    """Governance knows no active agency of this id that could be a node."""


class UnknownNode(ContractError):
    """The agency is not a node."""


class NodeInactive(ContractError):
    """The node is not active."""


class WrongRole(ContractError):
    """The agency is not of the kind that this act, level or attestation needs."""


class BadState(ContractError):
    """The status cannot change in this way."""


class NoProof(ContractError):
    """The new key did not sign for itself."""


class OverlapTooLong(ContractError):
    """Old keys of a node end within 24 hours of a rotation."""


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key."""


class UnknownNamespace(ContractError):
    """There is no such namespace."""


class UnknownService(ContractError):
    """There is no such service."""


class UnknownPurpose(ContractError):
    """There is no such purpose."""


class AlwaysFresh(ContractError):
    """This purpose is never served by an earlier sign-on."""


class BadTag(ContractError):
    """The namespace's authority did not sign this tag for this subject."""


class BadCitizenSignature(ContractError):
    """The signature inside the message is missing or not over this statement."""


class UnknownSubject(ContractError):
    """There is no such subject."""


class NotSubject(ContractError):
    """The key, handle or trail secret is not the citizen's."""


class NotLinked(ContractError):
    """The IdP does not act for this subject."""


class AlreadyLinked(ContractError):
    """The IdP acts for this subject already."""


class BadSeq(ContractError):
    """The sequence number is not one more than the subject's last."""


class LastKey(ContractError):
    """A subject keeps at least one key."""


class TooManyKeys(ContractError):
    """The subject or node has as many keys as it may have."""


class TooManyIdps(ContractError):
    """The subject has as many IdPs as it may have."""


class TooManyAttestations(ContractError):
    """The subject has as many attestations as it may have."""


class TooManyDelegations(ContractError):
    """Principal or delegate has as many delegations as it may have."""


class SubjectFrozen(ContractError):
    """The subject is frozen."""


class InHold(ContractError):
    """A recovery of the subject is in its hold."""


class HoldOpen(ContractError):
    """The hold of the recovery is not over."""


class Vetoed(ContractError):
    """The recovery was vetoed."""


class VetoLate(ContractError):
    """The hold of the recovery is over."""


class UnknownRecovery(ContractError):
    """There is no such recovery under way."""


class RouteForbidden(ContractError):
    """The subject's policy does not allow a recovery by an IdP."""


class NotGuardian(ContractError):
    """An approval is not by a guardian of the subject, or not by a present key of it."""


class TooFewGuardians(ContractError):
    """Two different guardians are needed, other than the subject."""


class EvidenceMissing(ContractError):
    """No usable face match of this subject is named as evidence."""


class UnknownAttestation(ContractError):
    """There is no such attestation of this subject."""


class LevelTooHigh(ContractError):
    """The level exceeds what the node, key or proofing allows."""


class LevelTooLow(ContractError):
    """The level is below the least that is asked for."""


class ExpiryOutOfBounds(ContractError):
    """The expiry is not ahead, or too far ahead."""


class FinalState(ContractError):
    """What is revoked or superseded stays so."""


class NotOwner(ContractError):
    """It belongs to another agency."""


class NotWhitelisted(ContractError):
    """Namespace or whitelists do not let these agencies work together."""
