"""The types of fields, what a template is, and what several features refuse.

Times are block time in ms. A slug is written in a-z, 0-9 and hyphens.
"""

from typing import Annotated

from contracts.sdk import Chars, ContractError, CountMax, Digest, Length, Range, event, record

COUNT_MAX = 2**53
CHILDREN_MAX = 8
JOINTS_MAX = 8
HOSTS_MAX = 4
ITEMS_MAX = 8  # content items of one filing
CONTENTS_MAX = 128  # content items of one case
CONTENT_BYTES_MAX = 16 * 1024 * 1024  # ciphertext of one item
REQUIRED_MAX = 24
APPEALS_MAX = 2
REOPENS_MAX = 5

CaseId = Annotated[bytes, Length(16)]  # random, chosen by who files
SubjectId = Annotated[bytes, Length(32)]  # a sid of identity
Commit = Annotated[bytes, Length(32)]  # H(domain, 32-byte salt, content), made by the client
Slug = Annotated[str, Chars(1, 32)]
SlugOrNothing = Annotated[str, Chars(0, 32)]
AgencyId = Annotated[str, Chars(1, 32)]
AgencyIds = Annotated[tuple[AgencyId, ...], CountMax(JOINTS_MAX)]
HostName = Annotated[str, Chars(1, 64)]
Hosts = Annotated[tuple[HostName, ...], CountMax(HOSTS_MAX, low=1)]
EncryptionKey = Annotated[bytes, Length(32)]  # X25519
TimeMs = Annotated[int, Range(0, COUNT_MAX)]
Height = Annotated[int, Range(0, COUNT_MAX)]
Count = Annotated[int, Range(0, COUNT_MAX)]
Number = Annotated[int, Range(1, COUNT_MAX)]
Version = Annotated[int, Range(1, COUNT_MAX)]
Stars = Annotated[int, Range(1, 5)]
StarsOrNone = Annotated[int, Range(0, 5)]

FILED = "filed"
ACCEPTED = "accepted"
IN_PROGRESS = "in-progress"
WAITING = "wait-citizen"
RESOLVED = "resolved"
CLOSED = "closed"
APPEALED = "appealed"
REOPENED = "reopened"
WITHDRAWN = "withdrawn"
MERGED = "merged"

NEW_STATES = (FILED, REOPENED)  # wait for the holder's acceptance
WORKED_STATES = (ACCEPTED, IN_PROGRESS)
OPEN_STATES = (FILED, REOPENED, ACCEPTED, IN_PROGRESS, WAITING)  # in the holder's backlog
OVER_STATES = (RESOLVED, CLOSED, WITHDRAWN, MERGED)  # "closed" in Open311; APPEALED is open
WRITABLE_STATES = (*OPEN_STATES, RESOLVED, APPEALED)

ACCEPTANCE = "acceptance"
TRANSFER = "transfer"
INTERIM = "interim"
RESOLUTION = "resolution"
CLOSING = "closing"  # ends the time to appeal; no agency can miss it
CLOCKS = (ACCEPTANCE, TRANSFER, INTERIM, RESOLUTION)

VERIFIED = "verified"
ACCOUNT = "account"
ANONYMOUS = "anonymous"
INTAKE = "intake"
FILERS = (VERIFIED, ACCOUNT, ANONYMOUS, INTAKE)

PUBLIC = "public"
PARTICIPANT = "participant"
INTERNAL = "internal"
CONTENT_KINDS = (PUBLIC, PARTICIPANT, INTERNAL)

HELD = "held"
OFFERED = "offered"
JOINT = "joint"
INVITED = "invited"
INBOXES = (HELD, OFFERED, JOINT, INVITED)

UPHOLD = "uphold"
REOPEN = "reopen"
REASSIGN = "reassign"
DECISIONS = (UPHOLD, REOPEN, REASSIGN)

Clocks = Annotated[tuple[Slug, ...], CountMax(8)]


@record
class ContentItem:
    """A ciphertext that is kept off the chain: its digest, and a salted commitment."""

    kind: Slug  # public, participant or internal
    digest: Digest  # H("blob", ciphertext)
    size: Annotated[int, Range(1, CONTENT_BYTES_MAX)]
    commitment: Commit


@record
class FieldCommit:
    """That a field of the form was filled in; its content is in the encrypted items."""

    code: Slug
    commitment: Commit


@record
class Child:
    """One of the cases that a case is split into."""

    case_id: CaseId
    category: Slug
    commitment: Commit


@record
class Due:
    """When a clock runs out: the last moment that is in time."""

    clock: Slug
    due_ms: TimeMs


@record
class Pause:
    """That the clocks stand since `since_ms`, for at most `allowance_ms`."""

    since_ms: TimeMs
    allowance_ms: TimeMs


@record
class Offer:
    """An offer to hand the case over; the sender holds it until this is accepted."""

    number: Number
    to: AgencyId
    reason: Slug


Items = Annotated[tuple[ContentItem, ...], CountMax(ITEMS_MAX)]
FieldCommits = Annotated[tuple[FieldCommit, ...], CountMax(REQUIRED_MAX)]
Children = Annotated[tuple[Child, ...], CountMax(64, low=1)]
Dues = Annotated[tuple[Due, ...], CountMax(8)]


STAGES_MAX = 24
NEXT_MAX = 12
CATEGORIES_MAX = 40
OUTCOMES_MAX = 16
FIELDS_MAX = 24
YEAR_S = 366 * 86_400

Name = Annotated[str, Chars(1, 120)]
Seconds = Annotated[int, Range(1, 10 * YEAR_S)]
Slugs = Annotated[tuple[Slug, ...], CountMax(FIELDS_MAX)]


@record
class Stage:
    """A step of the work, and the steps that may follow it."""

    code: Slug
    name_th: Name
    name_en: Name
    following: Annotated[tuple[Slug, ...], CountMax(NEXT_MAX)]


@record
class Label:
    """A code with its names: a category or an outcome."""

    code: Slug
    name_th: Name
    name_en: Name


@record
class FormField:
    """A field of the form; filing needs those that are required."""

    code: Slug
    name_th: Name
    name_en: Name
    is_required: bool


@record
class Limits:
    """Seconds on each clock, and how often things may happen."""

    accept_s: Seconds
    transfer_s: Seconds
    interim_s: Seconds
    resolve_s: Seconds
    appeal_s: Seconds
    pause_s: Seconds  # of one question to the citizen, at most
    pauses_max: Annotated[int, Range(0, 100)]
    hops_max: Annotated[int, Range(1, 100)]


@record
class Template:
    """One kind of complaint; its first stage begins a case, its last ends it."""

    code: Slug
    version: Version
    name_th: Name
    name_en: Name
    is_sensitive: bool  # the public view has counts only
    filers: Annotated[tuple[Slug, ...], CountMax(4, low=1)]
    min_ial: Annotated[int, Range(0, 999)]
    limits: Limits
    stages: Annotated[tuple[Stage, ...], CountMax(STAGES_MAX, low=2)]
    reopen_stage: Slug
    categories: Annotated[tuple[Label, ...], CountMax(CATEGORIES_MAX, low=1)]
    outcomes: Annotated[tuple[Label, ...], CountMax(OUTCOMES_MAX, low=1)]
    fields: Annotated[tuple[FormField, ...], CountMax(FIELDS_MAX)]


@record
class Rules:
    """What of a template the contract needs to run a case; frozen for a case at filing."""

    version: Version
    is_sensitive: bool
    filers: Annotated[tuple[Slug, ...], CountMax(4, low=1)]
    min_ial: Count
    limits: Limits
    first_stage: Slug
    last_stage: Slug
    reopen_stage: Slug
    required: Slugs


class UnknownCase(ContractError):
    """There is no such case."""


class UnknownContent(ContractError):
    """There is no such content, or it is of another case."""


class UnknownTemplate(ContractError):
    """There is no such template, or this version of it is not in force."""


class CaseExists(ContractError):
    """There is a case of this id already."""


class ContentExists(ContractError):
    """There is a content of this digest already."""


class NotHolder(ContractError):
    """The sender does not act for the agency that holds the case."""


class NotParticipant(ContractError):
    """The sender has no part in the case that would allow this."""


class BadState(ContractError):
    """The case is in a state in which this cannot be done; the details name it."""


class CaseErased(ContractError):
    """The case is erased; nothing can be written to it."""


class NotErased(ContractError):
    """The case is not erased."""


class ErasureWantedBefore(ContractError):
    """The case's owner has asked for its erasure already."""


class ErasureNotWanted(ContractError):
    """The case's owner has not asked for its erasure."""


class PartsOpen(ContractError):
    """Parts of the case are open; they end before it."""


class NotStuck(ContractError):
    """The case was not escalated, may be transferred, and its holder is active."""


class OfferOpen(ContractError):
    """An offer to another agency is open."""


class StaleOffer(ContractError):
    """The offer of this number is not open."""


class DeadlineOver(ContractError):
    """The time for this is over."""


class BadField(ContractError):
    """A field holds what it may not hold; the details name it."""


class UnknownCategory(ContractError):
    """The template has no such category."""


class UnknownOutcome(ContractError):
    """The template has no such outcome."""


class FilerNotAllowed(ContractError):
    """The template takes no complaints from such a filer; the details name which."""


class WrongVersion(ContractError):
    """The template's version is not the one after that in force."""


class SameHolder(ContractError):
    """The agency has the case already."""


class JointAlready(ContractError):
    """The agency has a part in the case, or is invited to one."""


class NotJoint(ContractError):
    """The agency has no part in the case and is not invited to one."""


class BadKey(ContractError):
    """The key is not a usable public key."""


class AgencyInactive(ContractError):
    """The agency is unknown, suspended, or handles no complaints."""


class TooManyContents(ContractError):
    """The case has as many contents as one may have."""


@event
class ContentAdded:
    """A ciphertext belongs to the case."""

    case_id: CaseId
    digest: Digest
    kind: Slug
    author: SlugOrNothing


@event
class OfferEnded:
    """An offer ended without a transfer: rejected, cancelled or lapsed."""

    case_id: CaseId
    holder: AgencyId
    to: AgencyId
    offer_number: Number
    how: Slug
    reason: SlugOrNothing


@event
class CustodyChanged:
    """Another agency holds the case from this block on."""

    case_id: CaseId
    before: AgencyId
    holder: AgencyId
    number: Number
    reason: Slug


@event
class Closed:
    """The case is closed: rated (with stars), confirmed, upheld, or its time to appeal is over."""

    case_id: CaseId
    holder: AgencyId
    stars: StarsOrNone
    how: Slug


@event
class Escalated:
    """A deadline was missed by `agency`; told once a deadline."""

    case_id: CaseId
    agency: AgencyId
    clock: Slug
    due_ms: TimeMs
