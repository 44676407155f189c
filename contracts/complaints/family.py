"""What the end and the reopening of a case mean beyond it: its parent, and the counts of places."""

from contracts.complaints.counts import count_closed
from contracts.complaints.errors import (
    UnknownCase,
)
from contracts.complaints.state import Case, cases, filings
from contracts.sdk import Context, replace


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
