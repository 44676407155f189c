"""Custody: the only place where a case gets a holder; its contents, and its parts.

Every case has one holder, at every block. Contents are digests of ciphertexts that the hosts of the
agencies involved keep.
"""

from contracts.complaints.core.counts import HANDED, TAKEN, count_closed, enter, leave
from contracts.complaints.core.messages import (
    CONTENT_KINDS,
    CONTENTS_MAX,
    HELD,
    INTERNAL,
    INVITED,
    JOINT,
    OPEN_STATES,
    PARTICIPANT,
    PUBLIC,
    AgencyId,
    BadField,
    ContentAdded,
    ContentExists,
    ContentItem,
    CustodyChanged,
    Slug,
    SlugOrNothing,
    TooManyContents,
    UnknownCase,
)
from contracts.complaints.core.state import (
    Case,
    Content,
    Custody,
    cases,
    contents,
    contents_by_case,
    custodies,
    feed,
    filings,
    inboxes,
)
from contracts.sdk import Context, emit, replace, require


def kept(
    ctx: Context, case_id: bytes, case: Case, author: SlugOrNothing, item: ContentItem
) -> Case:
    """Record an item; the citizen writes to participants, an agency to whom it likes."""
    kinds = (PARTICIPANT,) if author == "" else CONTENT_KINDS
    require(item.kind in kinds, BadField, field="kind")
    require(not contents.has(ctx, item.digest), ContentExists)
    require(case.contents < CONTENTS_MAX, TooManyContents, most=CONTENTS_MAX)

    number = case.contents + 1
    size = (item.size, item.commitment, ctx.height, ctx.block_time_ms)
    contents.save(ctx, item.digest, Content(case_id, item.kind, author, *size))
    contents_by_case.save(ctx, (case_id, number), item.digest)
    feed.save(ctx, (ctx.height, item.digest), case_id)
    emit(ctx, ContentAdded(case_id, item.digest, item.kind, author))
    return replace(case, contents=number)


def is_reply(item: ContentItem) -> bool:
    """Whether the citizen can read the item, so that it is a reply to them."""
    return item.kind in (PUBLIC, PARTICIPANT)


def require_reply(item: ContentItem) -> None:
    """Reject with BadField a question, answer or result that the citizen could not read."""
    require(item.kind != INTERNAL, BadField, field="kind")


def feed_again(ctx: Context, case_id: bytes, case: Case) -> None:
    """Tell hosts again of all that the case holds: they are new to it, or are to delete it."""
    if case.contents == 0:
        return
    for _, digest in contents_by_case.page(ctx, (case_id,), limit=CONTENTS_MAX):
        feed.save(ctx, (ctx.height, digest), case_id)


def take_first(ctx: Context, case_id: bytes, case: Case, reason: Slug) -> None:
    """Write the first custody of a new case, which its record names already."""
    first = Custody(case.holder, ctx.height, ctx.block_time_ms, reason)
    custodies.save(ctx, (case_id, 1), first)
    inboxes.save(ctx, (case.holder, HELD, case_id), ctx.block_time_ms)


def hand_over(ctx: Context, case_id: bytes, case: Case, to: AgencyId, reason: Slug) -> Case:
    """Make `to` the holder from this block on; it can be no joint agency any more."""
    number = case.custodies + 1
    custodies.save(ctx, (case_id, number), Custody(to, ctx.height, ctx.block_time_ms, reason))
    if case.state in OPEN_STATES:
        leave(ctx, case.holder, case.opened_ms, HANDED)
        enter(ctx, to, case.opened_ms, TAKEN)
        inboxes.remove(ctx, (case.holder, HELD, case_id))
        inboxes.save(ctx, (to, HELD, case_id), ctx.block_time_ms)
    inboxes.remove(ctx, (to, JOINT, case_id))
    inboxes.remove(ctx, (to, INVITED, case_id))
    feed_again(ctx, case_id, case)
    emit(ctx, CustodyChanged(case_id, case.holder, to, number, reason))
    return replace(
        case,
        holder=to,
        custodies=number,
        joints=tuple([one for one in case.joints if one != to]),
        invited=tuple([one for one in case.invited if one != to]),
    )


def close_part(ctx: Context, case_id: bytes, case: Case) -> None:
    """Count a case that is over; its parent waits for one part less."""
    _count(ctx, case_id, 1)
    _tell_parent(ctx, case, -1)


def open_part(ctx: Context, case_id: bytes, case: Case) -> None:
    """Take back what `close_part` did."""
    _count(ctx, case_id, -1)
    _tell_parent(ctx, case, 1)


def _count(ctx: Context, case_id: bytes, by: int) -> None:
    filing = filings.load(ctx, case_id, absent=UnknownCase)
    count_closed(ctx, (filing.template, filing.area, filing.category), by)


def _tell_parent(ctx: Context, case: Case, by: int) -> None:
    if case.parent is None:
        return
    parent = cases.load(ctx, case.parent, absent=UnknownCase)
    waiting = max(0, parent.open_children + by)
    cases.save(ctx, case.parent, replace(parent, open_children=waiting))
