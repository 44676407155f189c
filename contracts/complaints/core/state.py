"""What complaints remembers.

No content: commitments, digests, coarse areas, stages and times.
"""

from typing import Annotated

from contracts.complaints.core.messages import (
    AgencyId,
    AgencyIds,
    CaseId,
    Clocks,
    Commit,
    Count,
    Dues,
    EncryptionKey,
    FieldCommits,
    Height,
    HostName,
    Hosts,
    Number,
    Offer,
    Pause,
    Rules,
    Slug,
    SlugOrNothing,
    StarsOrNone,
    SubjectId,
    Template,
    TimeMs,
    Version,
)
from contracts.sdk import (
    Address,
    Contract,
    CountMax,
    Digest,
    Item,
    Map,
    PublicKey,
    Range,
    Signature,
    record,
)

contract = Contract("complaints", version=1)


BUCKETS = 24

Tally = Annotated[tuple[Count, ...], CountMax(BUCKETS)]


@record
class Handler:
    """How an agency receives complaints; `hosts` are the members that keep its content."""

    encryption_key: EncryptionKey
    hosts: Hosts


@record
class Filing:
    """What was filed; never changes, but for the commitments, which an erasure empties."""

    template: Slug
    version: Version
    category: Slug
    area: Slug
    agency: AgencyId
    filer: Slug
    owner: Address
    sid: SubjectId | None
    commitment: Commit
    fields: FieldCommits
    filed_ms: TimeMs


@record
class Case:
    """Where a case is. `opened_ms` is when it was filed or last reopened."""

    template: Slug
    version: Version
    holder: AgencyId
    state: Slug
    stage: Slug
    opened_ms: TimeMs
    changed_ms: TimeMs
    closed_ms: TimeMs  # 0 while it is open
    dues: Dues
    missed: Clocks  # since it was opened
    pause: Pause | None
    pauses: Count
    offer: Offer | None
    offers: Count
    hops: Count
    joints: AgencyIds
    invited: AgencyIds
    escalations: Count
    reopens: Count
    appeals: Count
    stars: StarsOrNone
    outcome: SlugOrNothing
    parent: CaseId | None
    children: Count
    open_children: Count
    merged_into: CaseId | None
    held_by: SlugOrNothing  # the agency that placed a legal hold
    is_erasure_wanted: bool
    is_erased: bool
    custodies: Count
    entries: Count
    contents: Count


@record
class Custody:
    """That an agency holds the case from this block on, until the next custody."""

    holder: AgencyId
    from_height: Height
    since_ms: TimeMs
    reason: Slug


@record
class Entry:
    """One line of the timeline: what was done, and where the case stood after it."""

    at_ms: TimeMs
    height: Height
    kind: Slug
    by: SlugOrNothing  # an agency; "" for the citizen, and for what time did
    holder: AgencyId
    stage: Slug
    state: Slug
    detail: SlugOrNothing
    due_ms: TimeMs  # of the resolution clock; 0 when it does not run
    link: Annotated[int, Range(0, 2**53)]  # number of the custody or content; 0 for none


@record
class Content:
    """A ciphertext that belongs to a case; `author` is "" for the citizen."""

    case_id: CaseId
    kind: Slug
    author: SlugOrNothing
    size: Count
    commitment: Commit
    height: Height
    at_ms: TimeMs


@record
class ErasureReceipt:
    """A host's signed word that it deleted a ciphertext, its wraps and keys."""

    host: HostName
    public_key: PublicKey
    erased_at_ms: TimeMs
    signature: Signature


@record
class TransferCounts:
    """What became of the offers from one agency to another."""

    offered: Count
    accepted: Count
    rejected: Count
    cancelled: Count
    lapsed: Count
    assigned: Count


@record
class ClockCounts:
    """How many deadlines of a clock were kept and missed."""

    kept: Count
    missed: Count


@record
class PlaceCounts:
    """Cases of a category in an area."""

    filed: Count
    closed: Count


handlers = Map[AgencyId, Handler]("handlers")  # agency
templates = Map[tuple[Slug, Version], Template]("templates")  # (code, version)
in_force = Map[Slug, Rules]("in_force")  # code -> rules of the last version
rules = Map[tuple[Slug, Version], Rules]("rules")  # (code, version)
# (code, version, stage, following) -> whether SetStage may take it; else only Resolve
edges = Map[tuple[Slug, Version, Slug, Slug], bool]("edges")
categories = Map[tuple[Slug, Version, Slug], Height]("categories")  # (code, version, category)
outcomes = Map[tuple[Slug, Version, Slug], Height]("outcomes")  # (code, version, outcome)

filings = Map[CaseId, Filing]("filings")
cases = Map[CaseId, Case]("cases")
custodies = Map[tuple[CaseId, Count], Custody]("custodies")  # (case, number from 1)
timeline = Map[tuple[CaseId, Count], Entry]("timeline")  # (case, number from 1)
owned = Map[tuple[Address, CaseId], TimeMs]("owned")  # (owner, case) -> when filed
receipts = Map[Address, CaseId]("receipts")  # account of a receipt's key -> its case
# Account of an owner -> the first case of theirs that an agency acted on: no stranger since
acknowledged = Map[Address, CaseId]("acknowledged")
inboxes = Map[tuple[AgencyId, Slug, CaseId], TimeMs]("inboxes")  # (agency, kind, case) -> since
appeals = Map[CaseId, TimeMs]("appeals")  # appealed and not decided -> since
children = Map[tuple[CaseId, CaseId], TimeMs]("children")  # (parent, child) -> since

contents = Map[Digest, Content]("contents")
contents_by_case = Map[tuple[CaseId, int], Digest]("contents_by_case")  # number from 1
feed = Map[tuple[int, Digest], CaseId]("feed")  # (height at which hosts were named, digest)
erasure_receipts = Map[tuple[Digest, PublicKey], ErasureReceipt]("erasure_receipts")

due = Map[tuple[TimeMs, CaseId, Slug], Height]("due")  # (due ms, case, clock) -> since when
escalations = Map[tuple[TimeMs, CaseId, Slug], Slug]("escalations")  # (ms, case, clock) -> agency

small_count = Item[Number]("small_count")  # public statistics hide counts below it
totals = Map[str, Tally]("totals")  # agency; the places are in `counts`
days = Map[tuple[str, int], Tally]("days")  # (agency, day of Bangkok since 1970)
close_times = Map[str, Tally]("close_times")  # agency -> closings by bucket of duration
transfers = Map[tuple[str, str], TransferCounts]("transfers")  # (from, to)
clock_counts = Map[tuple[str, str], ClockCounts]("clock_counts")  # (agency, clock)
stage_counts = Map[tuple[str, int, str], int]("stage_counts")  # (code, version, stage)
places = Map[tuple[str, str, str], PlaceCounts]("places")  # (template, area, category)
hop_counts = Map[int, int]("hop_counts")  # accepted transfers -> resolved cases
