"""Statistics: each question costs by its answer, not by the number of cases.

Those of agencies are exact and for supervisors; the public ones hide small counts. All are open to
who may query a node: a public site must use the public ones.
"""

from contracts.complaints.core.counts import (
    APPEALED,
    BEGUN,
    BUCKET_ENDS_MS,
    CHANGES,
    FILED,
    HANDED,
    MERGED,
    NO_CLOSINGS,
    NONE,
    OPEN,
    OVERTURNED,
    PLACES,
    REOPENED,
    RESOLVED,
    SPLIT,
    STARS,
    TAKEN,
    UPHELD,
    WITHDRAWN,
    bucket_of,
)
from contracts.complaints.core.messages import (
    CLOCKS,
    AgencyId,
    Count,
    Slug,
    SlugOrNothing,
    UnknownTemplate,
    Version,
)
from contracts.complaints.core.state import (
    ClockCounts,
    clock_counts,
    close_times,
    contract,
    days,
    hop_counts,
    places,
    small_count,
    stage_counts,
    templates,
    totals,
    transfers,
)
from contracts.complaints.statistics.figures import (
    HOPS_PAGE,
    AgenciesStatistics,
    AgencyStatistics,
    ClocksStatistics,
    ClockStatistics,
    CloseTimes,
    DaysLimit,
    DaysStatistics,
    DayStatistics,
    HopLine,
    HopLines,
    Limit,
    PlaceLine,
    PlaceLines,
    PublicPlace,
    PublicPlaces,
    PublicStatistics,
    StageLine,
    StageLines,
    TransferLine,
    TransferLines,
)
from contracts.sdk import PAGE_MAX, Context
from contracts.sdk.calendar import bangkok_day, end_of_day

AGE_DAYS = 731  # older open cases are in the last bucket
WHOLE = 1_000_000_000
PERMILLE = 1000


@contract.query
def stats_agency(ctx: Context, agency: AgencyId) -> AgencyStatistics:
    """Counts and rates of an agency, all 0 when it has had no case."""
    return _agency(agency, totals.get(ctx, agency, NONE))


@contract.query
def stats_agencies(ctx: Context, after: SlugOrNothing, limit: Limit) -> AgenciesStatistics:
    """Counts and rates of the agencies that had cases, in order of their ids."""
    last = None if after == "" else after
    return tuple([_agency(key, tally) for key, tally in totals.page(ctx, after=last, limit=limit)])


@contract.query
def stats_days(ctx: Context, agency: AgencyId, after: Count, limit: DaysLimit) -> DaysStatistics:
    """An agency's days in order, after the day `after`: backlog, counts and ages of open cases."""
    found = days.page(ctx, (agency,), after=(agency, after), limit=limit)
    return tuple([_day(key[1], tally) for key, tally in found])


@contract.query
def stats_close_times(ctx: Context, agency: AgencyId) -> CloseTimes:
    """How long cases take, from filing or reopening to resolution, at who resolves them."""
    return _close_times(ctx, agency)


@contract.query
def stats_clocks(ctx: Context, agency: AgencyId) -> ClocksStatistics:
    """Deadlines kept and missed by an agency."""
    none = ClockCounts(0, 0)
    found = [(clock, clock_counts.get(ctx, (agency, clock), none)) for clock in CLOCKS]
    return tuple([ClockStatistics(clock, one.kept, one.missed) for clock, one in found])


@contract.query
def stats_transfers(
    ctx: Context, after_source: SlugOrNothing, after_to: SlugOrNothing, limit: Limit
) -> TransferLines:
    """The matrix of transfers in order of the agencies; empty texts begin with the first."""
    last = None if after_source == "" else (after_source, after_to)
    found = transfers.page(ctx, after=last, limit=limit)
    return tuple(
        [
            TransferLine(
                *key,
                one.offered,
                one.accepted,
                one.rejected,
                one.cancelled,
                one.lapsed,
                one.assigned,
            )
            for key, one in found
        ]
    )


@contract.query
def stats_stages(ctx: Context, template: Slug, version: Version) -> StageLines:
    """How often cases reached each stage of a template, in the template's order."""
    form = templates.load(ctx, (template, version), absent=UnknownTemplate)
    codes = [stage.code for stage in form.stages]
    reached = [stage_counts.get(ctx, (template, version, code), 0) for code in codes]
    return tuple([StageLine(code, count) for code, count in zip(codes, reached, strict=True)])


@contract.query
def stats_places(
    ctx: Context, template: Slug, after_area: SlugOrNothing, after: SlugOrNothing, limit: Limit
) -> PlaceLines:
    """Cases of a template by area and category, in their order."""
    last = None if after_area == "" else (template, after_area, after)
    found = places.page(ctx, (template,), after=last, limit=limit)
    return tuple([PlaceLine(key[1], key[2], one.filed, one.closed) for key, one in found])


@contract.query
def stats_hops(ctx: Context) -> HopLines:
    """Resolutions by the number of accepted transfers."""
    return tuple([HopLine(hops, count) for hops, count in hop_counts.page(ctx, limit=HOPS_PAGE)])


@contract.query
def public_agency(ctx: Context, agency: AgencyId) -> PublicStatistics:
    """What everybody may know of an agency's work."""
    least = small_count.load(ctx)
    tally = totals.get(ctx, agency, NONE)
    times = _close_times(ctx, agency) if tally[RESOLVED] >= least else None
    return PublicStatistics(
        backlog=_shown(tally[OPEN], least),
        filed=_shown(tally[FILED], least),
        resolved=_shown(tally[RESOLVED], least),
        reopened=_shown(tally[REOPENED], least),
        appealed=_shown(tally[APPEALED], least),
        rated=_shown(_rated(tally), least),
        median_ms=None if times is None else times.median_ms,
        p90_ms=None if times is None else times.p90_ms,
    )


@contract.query
def public_places(
    ctx: Context, template: Slug, after_area: SlugOrNothing, after: SlugOrNothing, limit: Limit
) -> PublicPlaces:
    """Cases of a template by area and category, small counts hidden."""
    least = small_count.load(ctx)
    last = None if after_area == "" else (template, after_area, after)
    found = places.page(ctx, (template,), after=last, limit=limit)
    return tuple(
        [
            PublicPlace(key[1], key[2], _shown(one.filed, least), _shown(one.closed, least))
            for key, one in found
        ]
    )


def _agency(agency: AgencyId, tally: tuple[int, ...]) -> AgencyStatistics:
    return AgencyStatistics(
        agency=agency,
        backlog=tally[OPEN],
        filed=tally[FILED],
        taken=tally[TAKEN],
        handed=tally[HANDED],
        resolved=tally[RESOLVED],
        reopened=tally[REOPENED],
        withdrawn=tally[WITHDRAWN],
        merged=tally[MERGED],
        split=tally[SPLIT],
        appealed=tally[APPEALED],
        upheld=tally[UPHELD],
        overturned=tally[OVERTURNED],
        stars=tally[STARS:PLACES],
        rated=_rated(tally),
        reopen_permille=_permille(tally[REOPENED], tally[RESOLVED]),
        appeal_permille=_permille(tally[APPEALED], tally[RESOLVED]),
        response_permille=_permille(_rated(tally), tally[RESOLVED]),
    )


def _day(day: int, tally: tuple[int, ...]) -> DayStatistics:
    return DayStatistics(
        day=day,
        backlog=tally[OPEN] if tally[CHANGES] > 0 else None,
        filed=tally[FILED],
        taken=tally[TAKEN],
        handed=tally[HANDED],
        resolved=tally[RESOLVED],
        reopened=tally[REOPENED],
        withdrawn=tally[WITHDRAWN],
        merged=tally[MERGED],
        split=tally[SPLIT],
        appealed=tally[APPEALED],
        still_open=tally[BEGUN],
    )


def _rated(tally: tuple[int, ...]) -> int:
    return sum(tally[STARS:PLACES])


def _permille(part: int, whole: int) -> int:
    return part * PERMILLE // whole if whole > 0 else 0


def _shown(count: int, least: int) -> int | None:
    return count if count >= least else None


def _close_times(ctx: Context, agency: AgencyId) -> CloseTimes:
    closed = close_times.get(ctx, agency, NO_CLOSINGS)
    waiting = _ages(ctx, agency)
    median = _quantile(closed, waiting, WHOLE // 2)
    return CloseTimes(
        BUCKET_ENDS_MS, closed, waiting, median, _quantile(closed, waiting, WHOLE // 10)
    )


def _ages(ctx: Context, agency: AgencyId) -> tuple[int, ...]:
    """Open cases by the bucket of their age: at least the time since the end of their first day."""
    today = bangkok_day(ctx.block_time_ms)
    ages = list(NO_CLOSINGS)
    first = (agency, max(0, today - AGE_DAYS))
    found = days.page(ctx, (agency,), after=first, limit=PAGE_MAX)
    if len(found) == PAGE_MAX:  # AGE_DAYS are less than two pages
        found = (*found, *days.page(ctx, (agency,), after=found[-1][0], limit=PAGE_MAX))
    for key, tally in found:
        age_ms = max(0, ctx.block_time_ms - end_of_day(key[1]))
        ages[bucket_of(age_ms)] += tally[BEGUN]
    older = totals.get(ctx, agency, NONE)[OPEN] - sum(ages)
    ages[-1] += max(0, older)
    return tuple(ages)


def _quantile(closed: tuple[int, ...], waiting: tuple[int, ...], rest: int) -> int:
    """Return the end of the first bucket after which at most `rest` of WHOLE are not closed.

    Source: Kaplan & Meier 1958, by the buckets of a life table; censored after their bucket.
    """
    at_risk = sum(closed) + sum(waiting)
    surviving = WHOLE
    for index, end_ms in enumerate(BUCKET_ENDS_MS):
        if at_risk == 0:
            return 0
        surviving = surviving * (at_risk - closed[index]) // at_risk
        if surviving <= rest:
            return end_ms
        at_risk -= closed[index] + waiting[index]
    return 0
