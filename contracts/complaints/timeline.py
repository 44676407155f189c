"""The timeline: one line for each thing that happened to a case, with where it stood after it."""

from contracts.complaints.fields import RESOLUTION, Count, Slug, SlugOrNothing
from contracts.complaints.state import Case, Entry, acknowledged, cases, filings, timeline
from contracts.sdk import Context, record, replace


@record
class Act:
    """What was done, by which agency ("" for the citizen and for what time did), and how."""

    kind: Slug
    by: SlugOrNothing
    detail: SlugOrNothing
    link: Count


def noted(ctx: Context, case_id: bytes, case: Case, act: Act) -> Case:
    """Add a line, and return the case with it counted; the caller saves the case.

    By an agency's act the owner becomes known to nodes, which bound what strangers send.
    """
    number = case.entries + 1
    after = replace(case, entries=number, changed_ms=ctx.block_time_ms)
    ends = [one.due_ms for one in case.dues if one.clock == RESOLUTION]
    line = Entry(
        ctx.block_time_ms,
        ctx.height,
        act.kind,
        act.by,
        case.holder,
        case.stage,
        case.state,
        act.detail,
        ends[0] if len(ends) > 0 else 0,
        act.link,
    )
    timeline.save(ctx, (case_id, number), line)
    filing = filings.get(ctx, case_id, None) if act.by != "" else None
    if filing is not None and not acknowledged.has(ctx, filing.owner):
        acknowledged.save(ctx, filing.owner, case_id)
    return after


def save(ctx: Context, case_id: bytes, case: Case, act: Act) -> None:
    """Save the case with a line for what was done."""
    cases.save(ctx, case_id, noted(ctx, case_id, case, act))
