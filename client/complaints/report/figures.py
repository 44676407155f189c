"""The plots of the report, each from the statistics; counts below `least` are not told."""

import math

from client.complaints.report.markup import Element, both
from client.complaints.report.plots import (
    Axes,
    Bar,
    Cell,
    Grid,
    Series,
    bars,
    even_ticks,
    grid,
    steps,
)
from client.complaints.statistics import (
    AgencyFigures,
    Curve,
    Statistics,
    TemplateFigures,
    curve,
    pooled,
    shown,
)
from client.complaints.words import CLOCKS, CLOCKS_SHORT, Words, day, span
from contracts.complaints.core.messages import Stage
from contracts.complaints.statistics.figures import ClockStatistics, TransferLine

AGENCIES_SHOWN = 7
MATRIX_MAX = 14
DEADLINES_MAX = 30
_DAYS_SHOWN = 366
_DAY_MS = 86_400_000
_BANGKOK_MS = 7 * 3_600_000
_HOUR_MS = 3_600_000
_PERCENTS = (0, 25, 50, 75, 90, 100)
_TICKS_H = (1, 6, 24, 72, 168, 504, 1440, 4320, 17_520)
_ALL = Words("ทุกหน่วยงาน", "all agencies")
_OTHERS = Words("หน่วยงานอื่น", "other agencies")


def backlog(statistics: Statistics, least: int) -> Element:
    """Return open cases by day: all agencies, those with the most, and the others together."""
    today = (statistics.at_ms + _BANGKOK_MS) // _DAY_MS
    starts = [one.days[0].day for one in statistics.agencies if one.days]
    first = max(min(starts, default=today), today - _DAYS_SHOWN)
    lines = {one.totals.agency: _daily(one, first, today) for one in statistics.agencies}
    most = sorted(lines, key=lambda agency: (-max(lines[agency]), agency))
    shown_here = [one for one in most if max(lines[one]) >= max(1, least)][:AGENCIES_SHOWN]
    named = [(both(_ALL), _summed(list(lines.values()), today - first + 1))]
    named += [(both(statistics.name(one)), lines[one]) for one in shown_here]
    rest = [lines[one] for one in most if one not in shown_here]
    if rest:
        named.append((both(_OTHERS), _summed(rest, today - first + 1)))
    series = [Series(label, _points(counts, first, least)) for label, counts in named]
    ticks = even_ticks(max([*named[0][1], least]))
    days = range(first, today + 2, max(1, (today + 1 - first) // 6))
    axes = Axes(
        x=(first, today + 1),
        y=(0, ticks[-1][0]),
        x_ticks=[(number, day(number)) for number in days],
        y_ticks=ticks,
        x_title="วัน (กรุงเทพฯ) / day in Bangkok",
        y_title="เรื่องที่ยังไม่เสร็จ / open cases",
    )
    return steps("งานค้างตามวัน / Backlog by day", series, axes)


def time_to_close(statistics: Statistics, least: int) -> Element:
    """Return the share of cases closed by time, for all agencies and those with the most."""
    figures = sorted(statistics.agencies, key=lambda one: -one.totals.resolved)
    named = [(both(_ALL), curve(tuple(one.times for one in figures)))]
    named += [
        (both(statistics.name(one.totals.agency)), curve((one.times,)))
        for one in figures[: AGENCIES_SHOWN - 1]
        if one.totals.resolved >= max(1, least)
    ]
    told = [one for one in named if one[1].at_risk - one[1].censored >= max(1, least)]
    last = max([one.points[-1][0] for _, one in told if one.points], default=_DAY_MS)
    axes = Axes(
        x=(_log(_HOUR_MS // 2), _log(last)),
        y=(0, 1),
        x_ticks=_time_ticks(last),
        y_ticks=[(percent / 100, f"{percent}%") for percent in _PERCENTS],
        x_title="เวลาตั้งแต่ยื่นหรือเปิดใหม่ (มาตราส่วนล็อก) / time since filing or reopening (log scale)",
        y_title="สัดส่วนที่มีผลแล้ว / share resolved",
    )
    series = [Series(label, _closed(one)) for label, one in told]
    return steps("เวลาจนมีผล / Time to resolution", series, axes)


def funnel(figures: TemplateFigures, least: int) -> Element:
    """Return how many cases reached each stage of a template."""
    stages: dict[str, Stage] = {one.code: one for one in figures.template.stages}
    rows = [
        _count_bar(
            both(Words(stages[one.stage].name_th, stages[one.stage].name_en)), one.reached, least
        )
        for one in figures.stages
    ]
    title = both(Words(figures.template.name_th, figures.template.name_en))
    return bars(f"ขั้นตอน: {title} / Stages", rows)


def matrix(statistics: Statistics, least: int) -> Element:
    """Return offers and assignments from agencies (rows) to agencies: how many moved, of all."""
    weights: dict[str, int] = {}
    for line in statistics.transfers:
        for agency in (line.source, line.to):
            weights[agency] = weights.get(agency, 0) + line.offered + line.assigned
    agencies = sorted(weights, key=lambda one: (-weights[one], one))[:MATRIX_MAX]
    lines = {(line.source, line.to): line for line in statistics.transfers}
    most = max([_handed(line) for line in statistics.transfers], default=1) or 1
    cells = [
        [_transfer_cell(lines.get((source, to)), most, least) for to in agencies]
        for source in agencies
    ]
    names = [f"{one}: {statistics.name(one).th}" for one in agencies]
    columns = [Words(one, statistics.name(one).en) for one in agencies]
    return grid("การโอนระหว่างหน่วยงาน / Transfers between agencies", Grid(names, columns, cells))


def deadlines(statistics: Statistics, least: int) -> Element:
    """Return the share of deadlines kept, by clock and agency, those with the most cases first."""
    figures = sorted(statistics.agencies, key=lambda one: -one.totals.filed - one.totals.taken)
    told = [one for one in figures if any(_ended(clock) >= max(1, least) for clock in one.clocks)]
    rows = [both(statistics.name(one.totals.agency)) for one in told[:DEADLINES_MAX]]
    clocks = [one.clock for one in told[0].clocks] if told else []
    cells = [[_clock_cell(one, least) for one in agency.clocks] for agency in told[:DEADLINES_MAX]]
    columns = [CLOCKS_SHORT[clock] for clock in clocks]
    return grid("กำหนดเวลาที่รักษาได้ / Deadlines kept", Grid(rows, columns, cells, "red-green"))


def ageing(statistics: Statistics, least: int) -> Element:
    """Return open cases by their age."""
    waiting = [one.times.still_open for one in statistics.agencies]
    counts = [sum(column) for column in zip(*waiting, strict=True)]
    ends = statistics.agencies[0].times.ends_ms if statistics.agencies else ()
    rows: list[Bar] = []
    for low, high in ((0, 1), (1, 3), (3, 7), (7, 14), (14, 21), (21, 42), (42, 90), (90, None)):
        top = math.inf if high is None else high * _DAY_MS
        in_band = [
            count
            for count, end in zip(counts, (*ends, math.inf), strict=False)
            if low * _DAY_MS < end <= top
        ]
        label = f"{low}–{high} วัน / days" if high else f"มากกว่า {low} วัน / more than {low} days"
        rows.append(_count_bar(label, sum(in_band), least))
    return bars("อายุของเรื่องที่ยังไม่เสร็จ / Age of open cases", rows)


def ratings(statistics: Statistics, least: int) -> Element:
    """Return how often each number of stars was given."""
    stars = pooled(statistics).stars
    rows = [
        _count_bar(f"{value} ดาว / {'star' if value == 1 else 'stars'}", count, least)
        for value, count in enumerate(stars, start=1)
    ]
    return bars("คะแนนจากผู้ร้อง / Ratings", list(reversed(rows)))


def hops(statistics: Statistics, least: int) -> Element:
    """Return resolutions by how often the case was handed over."""
    rows = [
        _count_bar(f"โอน {one.hops} ครั้ง / {one.hops} transfers", one.resolved, least)
        for one in statistics.hops
    ]
    return bars("จำนวนครั้งที่โอนก่อนมีผล / Transfers before resolution", rows)


def _daily(figures: AgencyFigures, first: int, today: int) -> list[int]:
    """Return the backlog at the end of each day; a day without changes keeps that before."""
    known = {one.day: one.backlog for one in figures.days if one.backlog is not None}
    before = [number for number in known if number < first]
    level = known[max(before)] if before else 0
    counts: list[int] = []
    for number in range(first, today + 1):
        level = known.get(number, level)
        counts.append(level or 0)
    return counts


def _summed(lines: list[list[int]], length: int) -> list[int]:
    return [sum(column) for column in zip(*lines, strict=True)] if lines else [0] * length


def _points(counts: list[int], first: int, least: int) -> tuple[tuple[float, float | None], ...]:
    """Return the steps of a line; what is hidden is a gap, and 0 is told where all is told."""
    made = [(float(first + at), shown(count, least)) for at, count in enumerate(counts)]
    return (*made, (float(first + len(counts)), made[-1][1])) if made else ()


def _closed(one: Curve) -> tuple[tuple[float, float | None], ...]:
    start = ((_log(_HOUR_MS // 2), 0.0),)
    return (*start, *[(_log(at), 1 - open_) for at, open_ in one.points])


def _log(ms: int) -> float:
    return math.log10(ms)


def _time_ticks(last_ms: int) -> list[tuple[float, str]]:
    times = [hours * _HOUR_MS for hours in _TICKS_H if hours * _HOUR_MS <= last_ms]
    return [(_log(ms), span(ms).en) for ms in times]


def _count_bar(label: str, count: int, least: int) -> Bar:
    told = shown(count, least)
    return Bar(label, told, f"<{least}" if told is None else f"{told:,}")


def _handed(line: TransferLine) -> int:
    return line.offered + line.assigned


def _transfer_cell(line: TransferLine | None, most: int, least: int) -> Cell:
    if line is None or _handed(line) < least:  # where small counts are hidden, so are zeros
        few = f"น้อยกว่า {least} หรือไม่มี / fewer than {least}, or none"
        return Cell(None, "–", few if least > 1 else "ไม่มี / none")
    parts = [
        (line.accepted, "accepted"),
        (line.rejected, "rejected"),
        (line.lapsed, "lapsed"),
        (line.cancelled, "cancelled"),
        (line.assigned, "assigned"),
    ]
    told = [f"{count} {what}" for count, what in parts if shown(count, max(1, least)) is not None]
    title = f"{line.source} → {line.to}: {_handed(line)} ({', '.join(told)})"
    moved = shown(line.accepted + line.assigned, least)
    text = f"{_handed(line)}" if moved is None else f"{moved}/{_handed(line)}"
    return Cell(_handed(line) / most, text, title)


def _ended(one: ClockStatistics) -> int:
    return one.kept + one.missed


def _clock_cell(one: ClockStatistics, least: int) -> Cell:
    ended = _ended(one)
    if ended < max(1, least):
        text = "–" if ended == 0 and least <= 1 else f"<{max(1, least)}"
        return Cell(None, text, "น้อยเกินไป / too few")
    share = one.kept / ended
    clock = both(CLOCKS[one.clock])
    return Cell(share, f"{share:.0%}", f"{clock}: {share:.0%} / n={ended}")
