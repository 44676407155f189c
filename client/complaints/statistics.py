"""The statistics of complaints, gathered from the contract's queries; small counts hidden on wish.

Exact figures are for supervisors. For everybody a count below `least` is nothing, as in the
contract's public queries; quantiles and rates of fewer than `least` cases are nothing too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from client.answers import uint_field
from client.complaints import ledger
from client.complaints.timeline import names_of_agencies
from client.complaints.words import Words
from client.contract import all_pages, ask
from client.rpc import RpcClient
from contracts.complaints.core.messages import Template
from contracts.complaints.statistics import queries
from contracts.complaints.statistics.figures import (
    AgencyStatistics,
    ClockStatistics,
    CloseTimes,
    DayStatistics,
    HopLine,
    PlaceLine,
    StageLine,
    TransferLine,
)

LEAST = 10  # the contract's own default of `small_count`


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier estimate: after each time, the share of cases not closed yet.

    `points` are (ms, share); `at_risk` are the cases it is made of, `censored` the open ones.
    """

    points: tuple[tuple[int, float], ...]
    at_risk: int
    censored: int

    def quantile_ms(self, share: float) -> int | None:
        """Return when `share` of the cases are closed; None when it is not reached."""
        return next((at for at, open_ in self.points if 1 - open_ >= share - 1e-9), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFigures:
    """All figures of an agency."""

    totals: AgencyStatistics
    days: tuple[DayStatistics, ...]
    times: CloseTimes
    clocks: tuple[ClockStatistics, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFigures:
    """A template's cases by stage, and by area and category."""

    template: Template
    stages: tuple[StageLine, ...]
    places: tuple[PlaceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Everything that a report shows, as of the block at `height`, made at `at_ms`."""

    chain_id: str
    height: int
    at_ms: int
    names: Mapping[str, Words]
    agencies: tuple[AgencyFigures, ...]
    templates: tuple[TemplateFigures, ...]
    transfers: tuple[TransferLine, ...]
    hops: tuple[HopLine, ...]

    def name(self, agency: str) -> Words:
        """Return an agency's names."""
        return self.names.get(agency, Words(agency, agency))

    def total(self, count: Callable[[AgencyStatistics], int]) -> int:
        """Return a count over all agencies."""
        return sum(count(one.totals) for one in self.agencies)


async def gather(rpc: RpcClient) -> Statistics:
    """Return the exact statistics of all agencies."""
    status = await rpc.call("chain_getStatus")
    totals = await _agencies(rpc)
    return Statistics(
        chain_id=str(status["chain_id"]),
        height=uint_field(status, "height"),
        at_ms=uint_field(status, "contract_time_ms"),
        names=await names_of_agencies(rpc),
        agencies=tuple([await _of_agency(rpc, one) for one in totals]),
        templates=tuple(
            [await _of_template(rpc, one) for one in await ledger.templates_in_force(rpc)]
        ),
        transfers=await _transfers(rpc),
        hops=await ask(rpc, queries.stats_hops),
    )


def curve(times: tuple[CloseTimes, ...]) -> Curve:
    """Return the time-to-close of several agencies' cases together; open ones are censored.

    Source: Kaplan & Meier 1958, by the contract's buckets as a life table; an open case counts as
    censored at the end of the bucket of its age.
    """
    if not times:
        return Curve((), 0, 0)
    closed = [sum(one) for one in zip(*[one.closed for one in times], strict=True)]
    waiting = [sum(one) for one in zip(*[one.still_open for one in times], strict=True)]
    left, share, points = sum(closed) + sum(waiting), 1.0, list[tuple[int, float]]()
    for end_ms, done, open_ in zip(times[0].ends_ms, closed, waiting, strict=False):
        if left == 0:
            break
        share *= (left - done) / left
        points.append((end_ms, share))
        left -= done + open_
    return Curve(tuple(points), sum(closed) + sum(waiting), sum(waiting))


def star_quantile(stars: tuple[int, ...], permille: int) -> int | None:
    """Return the least number of stars that this share of ratings do not exceed; None of none."""
    needed, seen = sum(stars) * permille, 0
    for value, count in enumerate(stars, start=1):
        seen += count * 1000
        if count and seen >= needed:
            return value
    return None


def shown(count: int, least: int) -> int | None:
    """Return a count, or None when it is below `least` and is to be hidden."""
    return count if count >= least else None


async def _agencies(rpc: RpcClient) -> tuple[AgencyStatistics, ...]:
    return await all_pages(
        lambda after, limit: ask(rpc, queries.stats_agencies, after, limit),
        "",
        lambda one: one.agency,
    )


async def _of_agency(rpc: RpcClient, totals: AgencyStatistics) -> AgencyFigures:
    agency = totals.agency
    return AgencyFigures(
        totals=totals,
        days=await _days(rpc, agency),
        times=await ask(rpc, queries.stats_close_times, agency),
        clocks=await ask(rpc, queries.stats_clocks, agency),
    )


async def _days(rpc: RpcClient, agency: str) -> tuple[DayStatistics, ...]:
    return await all_pages(
        lambda after, limit: ask(rpc, queries.stats_days, agency, after, limit),
        0,
        lambda one: one.day,
    )


async def _of_template(rpc: RpcClient, template: Template) -> TemplateFigures:
    """Count stages of all versions together, under the stages of the present one."""
    reached: dict[str, int] = {}
    for version in range(1, template.version + 1):
        for line in await ask(rpc, queries.stats_stages, template.code, version):
            reached[line.stage] = reached.get(line.stage, 0) + line.reached
    stages = tuple(StageLine(one.code, reached.get(one.code, 0)) for one in template.stages)
    return TemplateFigures(
        template=template, stages=stages, places=await _places(rpc, template.code)
    )


async def _places(rpc: RpcClient, code: str) -> tuple[PlaceLine, ...]:
    return await all_pages(
        lambda after, limit: ask(rpc, queries.stats_places, code, *after, limit),
        ("", ""),
        lambda one: (one.area, one.category),
    )


async def _transfers(rpc: RpcClient) -> tuple[TransferLine, ...]:
    return await all_pages(
        lambda after, limit: ask(rpc, queries.stats_transfers, *after, limit),
        ("", ""),
        lambda one: (one.source, one.to),
    )


def as_data(statistics: Statistics, least: int) -> dict[str, Any]:
    """Return the main figures as JSON data; counts below `least` are null."""
    return {
        "height": statistics.height,
        "time_ms": statistics.at_ms,
        "small_count": least,
        "agencies": [_agency_data(one, least) for one in statistics.agencies],
        "all": _all_data(statistics, least),
    }


def _agency_data(figures: AgencyFigures, least: int) -> dict[str, Any]:
    totals = figures.totals
    names = ("backlog", "filed", "taken", "handed", "resolved", "reopened", "appealed", "rated")
    counts = {name: shown(getattr(totals, name), least) for name in names}
    has_times = totals.resolved >= least
    return {
        "agency": totals.agency,
        **counts,
        "median_ms": figures.times.median_ms or None if has_times else None,
        "p90_ms": figures.times.p90_ms or None if has_times else None,
        "kept_permille": kept_permille(figures.clocks, least),
    }


def kept_permille(clocks: tuple[ClockStatistics, ...], least: int) -> int | None:
    """Return the share of deadlines that were kept; None of fewer than `least`, or none."""
    kept = sum(one.kept for one in clocks)
    all_ = kept + sum(one.missed for one in clocks)
    return kept * 1000 // all_ if all_ >= max(1, least) else None


def pooled(statistics: Statistics) -> AgencyStatistics:
    """Return the counts of all agencies together; the rates are of their resolutions."""
    total = statistics.total
    rated = [one.totals.stars for one in statistics.agencies]
    stars = tuple(sum(column) for column in zip(*rated, strict=True)) or (0, 0, 0, 0, 0)
    resolved = total(lambda one: one.resolved)
    reopened, appealed = total(lambda one: one.reopened), total(lambda one: one.appealed)
    return AgencyStatistics(
        agency="",
        backlog=total(lambda one: one.backlog),
        filed=total(lambda one: one.filed),
        taken=total(lambda one: one.taken),
        handed=total(lambda one: one.handed),
        resolved=resolved,
        reopened=reopened,
        withdrawn=total(lambda one: one.withdrawn),
        merged=total(lambda one: one.merged),
        split=total(lambda one: one.split),
        appealed=appealed,
        upheld=total(lambda one: one.upheld),
        overturned=total(lambda one: one.overturned),
        stars=stars,
        rated=sum(stars),
        reopen_permille=_permille(reopened, resolved),
        appeal_permille=_permille(appealed, resolved),
        response_permille=_permille(sum(stars), resolved),
    )


def _all_data(statistics: Statistics, least: int) -> dict[str, Any]:
    totals = pooled(statistics)
    times = curve(tuple(one.times for one in statistics.agencies))
    names = ("backlog", "filed", "resolved", "reopened", "appealed", "rated")
    has_times = totals.resolved >= least
    return {
        **{name: shown(getattr(totals, name), least) for name in names},
        "median_ms": times.quantile_ms(0.5) if has_times else None,
        "p90_ms": times.quantile_ms(0.9) if has_times else None,
    }


def _permille(part: int, whole: int) -> int:
    return part * 1000 // whole if whole else 0
