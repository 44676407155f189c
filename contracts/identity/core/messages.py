"""The types of fields, the words they may hold, and what several features refuse.

Times are Unix seconds. A statement is a pair (tag, bytes), which a key signs. It is made from
the message itself, which may hold UNSIGNED where its signature will be.
"""

from typing import Annotated

from contracts.sdk import (
    Chars,
    ContractError,
    CountMax,
    Digest,
    Length,
    PublicKey,
    Range,
    Signature,
    event,
    record,
)
from contracts.sdk.crypto import digest

# 32 random bytes that name a subject, attestation, request, session, consent or delegation.
Id = Annotated[bytes, Length(32)]
Commit = Annotated[bytes, Length(32)]  # a salted commitment or a keyed tag; never a plain hash
AgencyId = Annotated[str, Chars(1, 32)]
Slug = Annotated[str, Chars(1, 32)]
SlugOrNothing = Annotated[str, Chars(0, 32)]
Reason = Annotated[str, Chars(0, 200)]
Level = Annotated[int, Range(0, 999)]  # IAL 2.3 is 230
Levels = Annotated[tuple[Level, ...], CountMax(16, low=1)]
Time = Annotated[int, Range(0, 2**36)]  # 11 digits: no citizen's number is a time
Height = Annotated[int, Range(0, 2**53)]
Seq = Annotated[int, Range(0, 2**53)]
Slugs = Annotated[tuple[Slug, ...], CountMax(16)]
AgencyIds = Annotated[tuple[AgencyId, ...], CountMax(64)]
Ids = Annotated[tuple[Id, ...], CountMax(64)]

DAY_S = 86_400
YEAR_S = 366 * DAY_S

TIME_GRAIN_S = 600  # how finely a kept sign-on says when it was

Lifetime = Annotated[int, Range(30, DAY_S)]  # seconds
Endpoint = Annotated[str, Chars(9, 200)]  # an HTTPS address
BoxKey = Annotated[bytes, Length(32)]  # an X25519 public key that payloads are sealed to

NODE_PENDING = "pending"
NODE_ACTIVE = "active"
NODE_SUSPENDED = "suspended"
NODE_RETIRED = "retired"

PROOFING = "proofing"
ATTRIBUTE = "attribute"
FVS = "fvs"
GUARDIAN = "guardian"

RECOVERY = "recovery"  # what a face match is made for, if not a proofing

ACTIVE = "active"
SUSPENDED = "suspended"
REVOKED = "revoked"
SUPERSEDED = "superseded"
FROZEN = "frozen"
SUBJECT_CLOSED = "closed"

DEATH = "death"
MISTAKE = "mistake"  # what was registered in error; its person may be registered anew

ADULT = "adult"
MINOR = "minor"

MODE_FRESH = "fresh"
MODE_REUSE_OK = "reuse_ok"
MODE_STEP_UP = "step_up"

ACCEPT = "accept"
REJECT = "reject"
ERROR = "error"

BASIS_MINOR = "minor"
BASIS_COURT = "court"


@record
class ReuseLimit:
    """How old a sign-on at `aal` may be when it is used again; 0 forbids it."""

    aal: Level
    age_s_max: Annotated[int, Range(0, 30 * DAY_S)]


@record
class PadLimit:
    """The least PAD level of the face match that a proofing at `ial` rests on; ISO/IEC 30107-3."""

    ial: Level
    pad_level_min: Annotated[int, Range(0, 2)]


@record
class RecoveryPolicy:
    """How lost keys may be replaced: by an IdP with a face match, or by two of `guardians`."""

    allows_idp: bool
    guardians: Annotated[tuple[Id, ...], CountMax(5)]


@record
class MatchUse:
    """What a face match is made for: it serves this IdP for this, with this key, and once."""

    idp: AgencyId
    purpose: Slug  # proofing or recovery
    key: PublicKey  # which signs the proofing, or which the recovery puts in force


@record
class ServiceAsked:
    """Data of a service that a request asks for, of at least `min_as` sources.

    Of `sources` only, or of any that may release it when the list is empty.
    """

    service: Slug
    min_as: Annotated[int, Range(1, 8)]
    sources: Annotated[tuple[AgencyId, ...], CountMax(16)]


Services = Annotated[tuple[ServiceAsked, ...], CountMax(16)]
Days = Annotated[int, Range(0, 36_600)]
ClientAddresses = Annotated[tuple[Endpoint, ...], CountMax(8)]


@record
class Client:
    """An application of a relying party: what it asks, where citizens return, how it is known.

    `secret_digest` is SHA-256 of 32 random bytes; an application with neither that nor keys is
    public, and known by its addresses alone.
    """

    name_th: Annotated[str, Chars(1, 80)]
    name_en: Annotated[str, Chars(1, 80)]
    purpose: Slug
    claims: Annotated[tuple[Annotated[str, Chars(1, 32)], ...], CountMax(16)]
    min_ial: Level
    min_aal: Level
    retention_days: Days
    redirects: ClientAddresses
    logouts: ClientAddresses  # where a browser may go after it is signed out
    back_channel: Annotated[str, Chars(0, 200)]  # who is told of a sign-out; "" for nobody
    secret_digest: Commit | None
    keys: Annotated[tuple[PublicKey, ...], CountMax(4)]
    profile: Slug  # basic, or fapi2
    is_active: bool


ReuseLimits = Annotated[tuple[ReuseLimit, ...], CountMax(16)]
PadLevel = Annotated[int, Range(0, 2)]
PadLimits = Annotated[tuple[PadLimit, ...], CountMax(16)]
RETENTION_DAYS_MIN = 366  # no act of a citizen is forgotten within a year
RetentionDays = Annotated[int, Range(RETENTION_DAYS_MIN, 36_600)]
TagVersion = Annotated[int, Range(1, 2**31)]
NodeKeys = Annotated[tuple[PublicKey, ...], CountMax(4, low=1)]


Count = Annotated[int, Range(0, 2**53)]


Statement = tuple[str, bytes]  # the tag and the bytes that a key signs: key.sign(*statement)

UNSIGNED = Signature(bytes(64))  # holds the place of a signature until it is made


def trail_tag(trail_secret: bytes) -> Digest:
    """Return the public tag; the secret is HMAC-SHA256(the view key, sector and number)."""
    return digest("identity/trail", trail_secret)


class PersonalData(ContractError):
    """A text holds a citizen's number; no personal data goes on the chain."""


class BadSlug(ContractError):
    """A name is not of a-z, 0-9, hyphens and dots, beginning with a letter."""


class UnknownStatus(ContractError):
    """The status is none that an attestation or subject may be given."""


class StatusUnchanged(ContractError):
    """The attestation or subject has this status already."""


class UnknownAttestationKind(ContractError):
    """There is no such kind of attestation."""


class BadLevel(ContractError):
    """A level is not in the level table."""


class BadLevelTable(ContractError):
    """Levels do not rise from above 0, or a limit is not of one of them, once.

    Or it lets a proofing at IAL 2.3 or more rest on a face match of PAD level 0.
    """


class KeyTaken(ContractError):
    """The key is in use already."""


class DuplicateId(ContractError):
    """The identifier was used before."""


class UnknownNode(ContractError):
    """The agency is not a node."""


class NodeInactive(ContractError):
    """The node is not active."""


class WrongRole(ContractError):
    """The agency is not of the kind that this act, level or attestation needs."""


class NoProof(ContractError):
    """The new key did not sign for itself."""


class TagsLeft(ContractError):
    """Tags in use are not on the list of new ones yet, or another authority made them."""


class UnknownNamespace(ContractError):
    """There is no such namespace."""


class UnknownPurpose(ContractError):
    """There is no such purpose."""


class BadCitizenSignature(ContractError):
    """The signature inside the message is missing or not over this statement."""


class UnknownSubject(ContractError):
    """There is no such subject."""


class NotSubjectKey(ContractError):
    """The key is none of the subject's present keys."""


class OtherPairwiseKey(ContractError):
    """The pairwise key is none of the answer, consent, mandate or session."""


class PairwiseEnded(ContractError):
    """The pairwise key has ended, or is suspended at this IdP."""


class NotVouched(ContractError):
    """No certificates of today vouch for the key in this sector."""


class TakenBackBefore(ContractError):
    """The citizen has taken this consent, sign-on or mandate back, before it began."""


class UnknownAnswer(ContractError):
    """The IdP has given no answer to this request."""


class NotLinked(ContractError):
    """The IdP does not act for this subject."""


class TooManyKeys(ContractError):
    """The subject or node has as many keys as it may have."""


class SubjectFrozen(ContractError):
    """The subject is frozen."""


class SubjectClosed(ContractError):
    """The subject is closed, for ever."""


class InHold(ContractError):
    """A recovery of the subject is in its hold."""


class EvidenceMissing(ContractError):
    """No usable face match of this subject is named as evidence."""


class EvidenceSpent(ContractError):
    """The face match has begun a recovery, or served a proofing, already."""


class MatchForAnother(ContractError):
    """The face match was made for another IdP, another purpose or another key."""


class UnknownAttestation(ContractError):
    """There is no such attestation of this subject."""


class LevelTooHigh(ContractError):
    """The level exceeds what the node, key or proofing allows."""


class ExpiryOutOfBounds(ContractError):
    """The expiry is not ahead, or too far ahead."""


class NotOwner(ContractError):
    """It belongs to another agency."""


class NotWhitelisted(ContractError):
    """Namespace or whitelists do not let these agencies work together."""


class UnknownRequest(ContractError):
    """There is no such request."""


class UnknownConsent(ContractError):
    """There is no such consent."""


class UnknownErrorCode(ContractError):
    """The error is none of the registered codes of this side."""


class UnknownService(ContractError):
    """There is no such service."""


class LevelTooLow(ContractError):
    """The level is below the least that is asked for."""


class AuthTimeInFuture(ContractError):
    """The time of authentication lies in the future."""


class Stale(ContractError):
    """The authentication is older than may be."""


class BadSeq(ContractError):
    """The sequence number is not one more than the subject's last."""


class TooFewGuardians(ContractError):
    """Two different guardians are needed, other than the subject."""


@event
class TakenBack:
    """A consent, sign-on or mandate was taken back before it was on the ledger."""

    kind: Slug
    name: Id
    key: PublicKey
