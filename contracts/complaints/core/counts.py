"""Statistics, kept as things happen, so that a question costs by its answer.

A *spell* is the time from filing or reopening until the case is resolved, withdrawn or merged. An
open spell counts in the backlog of who holds it now, under the day of Bangkok on which it began.
"""

from contracts.complaints.core.messages import AgencyId, Slug
from contracts.complaints.core.state import (
    Case,
    ClockCounts,
    PlaceCounts,
    TransferCounts,
    clock_counts,
    close_times,
    days,
    hop_counts,
    places,
    stage_counts,
    totals,
    transfers,
)
from contracts.sdk import Context, replace
from contracts.sdk.calendar import DAY_MS, HOUR_MS, bangkok_day

# Places in the tallies `totals` (of an agency) and `days` (of an agency and day).
OPEN = 0  # total: open spells held; day: the backlog after the day's last change
FILED = 1
TAKEN = 2  # by transfer, assignment or decision
HANDED = 3
RESOLVED = 4
REOPENED = 5
WITHDRAWN = 6
MERGED = 7
SPLIT = 8
APPEALED = 9
UPHELD = 10
OVERTURNED = 11
BEGUN = 12  # day: spells begun on that day that the agency holds, open, now
CHANGES = 13  # day: changes on that day; without one the line knows no backlog
STARS = 14  # 1 star, ..., 5 stars
PLACES = 19

# Upper ends of the buckets of durations; the last bucket is what is longer.
BUCKET_ENDS_MS = (
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    3 * DAY_MS,
    4 * DAY_MS,
    5 * DAY_MS,
    6 * DAY_MS,
    7 * DAY_MS,
    10 * DAY_MS,
    14 * DAY_MS,
    21 * DAY_MS,
    28 * DAY_MS,
    42 * DAY_MS,
    60 * DAY_MS,
    90 * DAY_MS,
    120 * DAY_MS,
    180 * DAY_MS,
    270 * DAY_MS,
    365 * DAY_MS,
    730 * DAY_MS,
)
NONE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
NO_CLOSINGS = (*NONE, 0, 0, 0, 0, 0)

NO_TRANSFERS = TransferCounts(0, 0, 0, 0, 0, 0)


def bucket_of(duration_ms: int) -> int:
    """Return the place of a duration among the buckets."""
    for index, end_ms in enumerate(BUCKET_ENDS_MS):
        if duration_ms <= end_ms:
            return index
    return len(BUCKET_ENDS_MS)


def count(ctx: Context, agency: AgencyId, place: int) -> None:
    """Count something that leaves the backlog as it is."""
    _change(ctx, agency, ((place, 1),))


def enter(ctx: Context, agency: AgencyId, opened_ms: int, place: int) -> None:
    """Count an open spell into an agency's backlog."""
    _move(ctx, agency, opened_ms, place, 1)


def leave(ctx: Context, agency: AgencyId, opened_ms: int, place: int) -> None:
    """Count an open spell out of an agency's backlog."""
    _move(ctx, agency, opened_ms, place, -1)


def count_resolved(ctx: Context, case: Case) -> None:
    """Count the end of a spell by resolution: backlog, duration and transfers."""
    leave(ctx, case.holder, case.opened_ms, RESOLVED)
    before = close_times.get(ctx, case.holder, NO_CLOSINGS)
    place = bucket_of(ctx.block_time_ms - case.opened_ms)
    close_times.save(ctx, case.holder, _added(before, ((place, 1),)))
    hop_counts.add(ctx, case.hops, 1)


def count_clock(ctx: Context, agency: AgencyId, clock: Slug, *, is_kept: bool) -> None:
    """Count a deadline as kept or missed."""
    before = clock_counts.get(ctx, (agency, clock), ClockCounts(0, 0))
    kept = before.kept + (1 if is_kept else 0)
    missed = before.missed + (0 if is_kept else 1)
    clock_counts.save(ctx, (agency, clock), ClockCounts(kept, missed))


def count_offer(ctx: Context, source: AgencyId, to: AgencyId, how: Slug) -> None:
    """Count an offer, how it ended, or an assignment."""
    before = transfers.get(ctx, (source, to), NO_TRANSFERS)
    after = TransferCounts(
        before.offered + (1 if how == "offered" else 0),
        before.accepted + (1 if how == "accepted" else 0),
        before.rejected + (1 if how == "rejected" else 0),
        before.cancelled + (1 if how == "cancelled" else 0),
        before.lapsed + (1 if how == "lapsed" else 0),
        before.assigned + (1 if how == "assigned" else 0),
    )
    transfers.save(ctx, (source, to), after)


def count_stage(ctx: Context, case: Case) -> None:
    """Count that a case reached its stage."""
    stage_counts.add(ctx, (case.template, case.version, case.stage), 1)


def count_filed(ctx: Context, place: tuple[str, str, str]) -> None:
    """Count a filing in its place: template, area, category."""
    before = places.get(ctx, place, PlaceCounts(0, 0))
    places.save(ctx, place, replace(before, filed=before.filed + 1))


def count_closed(ctx: Context, place: tuple[str, str, str], by: int) -> None:
    """Count an end of a case in its place, or with -1 take it back."""
    before = places.get(ctx, place, PlaceCounts(0, 0))
    places.save(ctx, place, replace(before, closed=max(0, before.closed + by)))


def _move(ctx: Context, agency: AgencyId, opened_ms: int, place: int, by: int) -> None:
    began = bangkok_day(opened_ms)
    steps = ((OPEN, by), (place, 1))
    if began == bangkok_day(ctx.block_time_ms):
        _change(ctx, agency, (*steps, (BEGUN, by)))
        return
    _change(ctx, agency, steps)
    before = days.get(ctx, (agency, began), NONE)
    days.save(ctx, (agency, began), _added(before, ((BEGUN, by),)))


def _change(ctx: Context, agency: AgencyId, by: tuple[tuple[int, int], ...]) -> None:
    """Change an agency's totals and today's line, which keeps the backlog as it is now."""
    total = _added(totals.get(ctx, agency, NONE), by)
    totals.save(ctx, agency, total)
    today = (agency, bangkok_day(ctx.block_time_ms))
    line = _added(days.get(ctx, today, NONE), (*by, (CHANGES, 1)))
    days.save(ctx, today, (total[OPEN], *line[1:]))


def _added(tally: tuple[int, ...], by: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Return the tally with steps added; a count never falls below 0."""
    changed = list(tally)
    for place, step in by:
        changed[place] = max(0, changed[place] + step)
    return tuple(changed)
