"""What the stores of ciphertexts, and those who look for content, ask."""

from typing import Annotated

from contracts.complaints.core.access import SUPERVISOR, acts_for, is_owner
from contracts.complaints.core.messages import (
    HOSTS_MAX,
    INTERNAL,
    JOINTS_MAX,
    PUBLIC,
    CaseId,
    Commit,
    Count,
    Height,
    HostName,
    Number,
    Slug,
    SlugOrNothing,
    TimeMs,
    UnknownCase,
    UnknownContent,
)
from contracts.complaints.core.state import (
    Case,
    ErasureReceipt,
    cases,
    contents,
    contents_by_case,
    contract,
    erasure_receipts,
    feed,
    filings,
    handlers,
)
from contracts.sdk import Address, Context, CountMax, Digest, Range, record
from contracts.sdk.roles import administers_kind

PAGE = 100
AGENCIES_MAX = JOINTS_MAX + 1  # the holder and the joint agencies

Limit = Annotated[int, Range(1, PAGE)]
HostNames = Annotated[tuple[HostName, ...], CountMax(HOSTS_MAX * AGENCIES_MAX)]
Receipts = Annotated[tuple[ErasureReceipt, ...], CountMax(PAGE)]


@record
class ContentLine:
    """A ciphertext of a case; `number` counts the case's items."""

    number: Number
    digest: Digest
    kind: Slug
    author: SlugOrNothing
    size: Count
    commitment: Commit
    height: Height
    at_ms: TimeMs


@record
class FeedLine:
    """That hosts were named for a ciphertext at this height: it is new, or its holder is."""

    height: Height
    digest: Digest
    case_id: CaseId
    size: Count
    is_erased: bool


ContentLines = Annotated[tuple[ContentLine, ...], CountMax(PAGE)]
FeedLines = Annotated[tuple[FeedLine, ...], CountMax(PAGE)]


contract.expose("content", contents, ("digest",), "What is known of a ciphertext.")


@contract.query
def contents_page(ctx: Context, case_id: CaseId, after: Count, limit: Limit) -> ContentLines:
    """The ciphertexts of a case in order, after the number `after`; none once it is erased."""
    found = cases.load(ctx, case_id, absent=UnknownCase)
    if found.is_erased:
        return ()
    listed = contents_by_case.page(ctx, (case_id,), after=(case_id, after), limit=limit)
    return tuple([_line(ctx, key[1], digest) for key, digest in listed])


@contract.query
def content_hosts(ctx: Context, digest: Digest) -> HostNames:
    """The members that must keep a ciphertext: those of the holder and the joint agencies.

    None when it is unknown or erased.
    """
    known = contents.get(ctx, digest, None)
    if known is None:
        return ()
    found = cases.load(ctx, known.case_id, absent=UnknownCase)
    if found.is_erased:
        return ()
    names: list[str] = []
    for agency in (found.holder, *found.joints):
        host = handlers.get(ctx, agency, None)
        listed = () if host is None else host.hosts
        names.extend([name for name in listed if name not in names])
    return tuple(names)


@contract.query
def may_read(ctx: Context, digest: Digest, address: Address) -> bool:
    """Whether a ciphertext may be given to an account now.

    Public items to all; others to the agencies involved, and all but internal ones to the citizen.
    Supervisors see cases that were appealed or escalated. Nobody sees what is unknown or erased.
    """
    known = contents.get(ctx, digest, None)
    if known is None:
        return False
    found = cases.load(ctx, known.case_id, absent=UnknownCase)
    if found.is_erased:
        return False
    if known.kind == PUBLIC or _is_involved(ctx, found, address):
        return True
    if known.kind == INTERNAL:
        return False
    filing = filings.load(ctx, known.case_id, absent=UnknownCase)
    return is_owner(ctx, address, filing)


@contract.query
def is_erased(ctx: Context, digest: Digest) -> bool:
    """Whether a ciphertext is known and must be deleted."""
    known = contents.get(ctx, digest, None)
    return known is not None and cases.load(ctx, known.case_id, absent=UnknownCase).is_erased


@contract.query
def contents_since(ctx: Context, height: Height, after: Digest, limit: Limit) -> FeedLines:
    """Ciphertexts for which hosts were named from a height on, in order of height and digest.

    `after` skips the digests up to it at exactly that height; 32 zero bytes skip none. A case
    that changes its agencies lists all its ciphertexts again.
    """
    found = feed.page(ctx, after=(height, after), limit=limit)
    return tuple([_feed_line(ctx, key, case_id) for key, case_id in found])


@contract.query
def receipts_of_erasure(ctx: Context, digest: Digest) -> Receipts:
    """The hosts' signed receipts for the deletion of a ciphertext."""
    found = erasure_receipts.page(ctx, (digest,), limit=PAGE)
    return tuple([receipt for _, receipt in found])


def _is_involved(ctx: Context, found: Case, address: Address) -> bool:
    """Whether the account acts for the case; who has an open offer decides on what it reads."""
    offer = found.offer
    offered = () if offer is None else (offer.to,)
    agencies = (found.holder, *found.joints, *offered)
    if any([acts_for(ctx, address, agency) for agency in agencies]):
        return True
    is_reviewed = found.appeals > 0 or found.escalations > 0
    return is_reviewed and administers_kind(ctx, address, SUPERVISOR)


def _line(ctx: Context, number: int, digest: Digest) -> ContentLine:
    one = contents.load(ctx, digest, absent=UnknownContent)
    what = (one.kind, one.author, one.size, one.commitment, one.height, one.at_ms)
    return ContentLine(number, digest, *what)


def _feed_line(ctx: Context, key: tuple[int, Digest], case_id: bytes) -> FeedLine:
    one = contents.load(ctx, key[1], absent=UnknownContent)
    is_gone = cases.load(ctx, case_id, absent=UnknownCase).is_erased
    return FeedLine(key[0], key[1], case_id, one.size, is_gone)
