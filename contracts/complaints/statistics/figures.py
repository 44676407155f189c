"""The answers of the statistics."""

from typing import Annotated

from contracts.complaints.core.messages import CLOCKS, AgencyId, Count, Slug
from contracts.complaints.core.state import BUCKETS
from contracts.sdk import CountMax, Range, record

PAGE = 100
DAYS_PAGE = 366
HOPS_PAGE = 101

Limit = Annotated[int, Range(1, PAGE)]
DaysLimit = Annotated[int, Range(1, DAYS_PAGE)]
Permille = Annotated[int, Range(0, 2**53)]
Buckets = Annotated[tuple[Count, ...], CountMax(BUCKETS)]
StarCounts = Annotated[tuple[Count, ...], CountMax(5)]


@record
class AgencyStatistics:
    """What an agency has done so far; the rates are of its resolutions, in thousandths."""

    agency: AgencyId
    backlog: Count  # open cases that it holds
    filed: Count
    taken: Count
    handed: Count
    resolved: Count
    reopened: Count
    withdrawn: Count
    merged: Count
    split: Count
    appealed: Count
    upheld: Count
    overturned: Count
    stars: StarCounts  # 1 star, ..., 5 stars
    rated: Count
    reopen_permille: Permille
    appeal_permille: Permille
    response_permille: Permille


@record
class DayStatistics:
    """A day of an agency; days of which there is nothing to tell have no line."""

    day: Count  # of Bangkok, since 1970
    backlog: Count | None  # after the day's last change; nothing when there was none
    filed: Count
    taken: Count
    handed: Count
    resolved: Count
    reopened: Count
    withdrawn: Count
    merged: Count
    split: Count
    appealed: Count
    still_open: Count  # begun on that day, held by the agency, and open now


@record
class CloseTimes:
    """Times from opening to resolution, in buckets; open cases count as censored at their age.

    `ends_ms` are the buckets' upper ends; one more bucket holds what is longer. The quantiles are
    by Kaplan and Meier, as the upper end of their bucket; 0 when they are beyond the last.
    """

    ends_ms: Buckets
    closed: Buckets
    still_open: Buckets
    median_ms: Count
    p90_ms: Count


@record
class ClockStatistics:
    """Deadlines of a clock that an agency kept and missed."""

    clock: Slug
    kept: Count
    missed: Count


@record
class TransferLine:
    """What became of the offers of one agency to another."""

    source: AgencyId
    to: AgencyId
    offered: Count
    accepted: Count
    rejected: Count
    cancelled: Count
    lapsed: Count
    assigned: Count


@record
class StageLine:
    """How often cases reached a stage."""

    stage: Slug
    reached: Count


@record
class PlaceLine:
    """Cases of a category in an area."""

    area: Slug
    category: Slug
    filed: Count
    closed: Count


@record
class HopLine:
    """Resolutions after so many accepted transfers."""

    hops: Count
    resolved: Count


@record
class PublicStatistics:
    """What everybody may know of an agency; nothing where a count is small."""

    backlog: Count | None
    filed: Count | None
    resolved: Count | None
    reopened: Count | None
    appealed: Count | None
    rated: Count | None
    median_ms: Count | None
    p90_ms: Count | None


@record
class PublicPlace:
    """What everybody may know of a category in an area; nothing where a count is small."""

    area: Slug
    category: Slug
    filed: Count | None
    closed: Count | None


AgenciesStatistics = Annotated[tuple[AgencyStatistics, ...], CountMax(PAGE)]
DaysStatistics = Annotated[tuple[DayStatistics, ...], CountMax(DAYS_PAGE)]
ClocksStatistics = Annotated[tuple[ClockStatistics, ...], CountMax(len(CLOCKS))]
TransferLines = Annotated[tuple[TransferLine, ...], CountMax(PAGE)]
StageLines = Annotated[tuple[StageLine, ...], CountMax(24)]
PlaceLines = Annotated[tuple[PlaceLine, ...], CountMax(PAGE)]
HopLines = Annotated[tuple[HopLine, ...], CountMax(HOPS_PAGE)]
PublicPlaces = Annotated[tuple[PublicPlace, ...], CountMax(PAGE)]
