"""Content: digests of ciphertexts that the hosts of the agencies involved keep."""

from contracts.complaints.errors import (
    BadField,
    ContentExists,
    TooManyContents,
)
from contracts.complaints.events import ContentAdded
from contracts.complaints.fields import (
    CONTENT_KINDS,
    CONTENTS_MAX,
    INTERNAL,
    PARTICIPANT,
    PUBLIC,
    ContentItem,
    SlugOrNothing,
)
from contracts.complaints.state import Case, Content, contents, contents_by_case, feed
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
