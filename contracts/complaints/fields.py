"""The types of the complaints' fields and the words they may hold. Times are block time in ms."""

from typing import Annotated

from contracts.sdk import Chars, CountMax, Digest, Length, Range, record

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
