"""The report as one HTML page that opens without a network: texts in Thai and English, plots."""

from client.complaints.report import figures
from client.complaints.report.markup import Element, both, element, page_text
from client.complaints.statistics import (
    AgencyFigures,
    Statistics,
    TemplateFigures,
    curve,
    kept_permille,
    pooled,
    shown,
    star_quantile,
)
from client.complaints.words import Names, Words, moment, plain, span
from contracts.complaints.statistics.figures import AgencyStatistics

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 "Noto Sans Thai", "Sarabun", "Leelawadee UI", Tahoma, sans-serif;
  max-width: 960px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff; }
h1 { font-size: 1.6em; margin-bottom: 0; } h2 { font-size: 1.15em; margin: 2em 0 0.3em; }
p { margin: 0.4em 0; } .quiet { color: #666; }
.banner { border-left: 5px solid #d55e00; background: #fdf1e7; padding: 0.5em 1em; }
figure { margin: 0.5em 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
svg text { font-size: 12px; fill: #222; }
table { border-collapse: collapse; font-size: 0.9em; width: 100%; }
td, th { border-bottom: 1px solid #ddd; padding: 0.3em 0.5em; text-align: right; }
td:first-child, th:first-child { text-align: left; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.7em; margin: 1em 0; }
.tile { border: 1px solid #ddd; border-radius: 6px; padding: 0.5em 1em; min-width: 8em; }
.tile b { display: block; font-size: 1.5em; }
@media print { body { margin: 0; } h2 { break-after: avoid; } figure { break-inside: avoid; } }
"""
_COLUMNS = (
    Words("หน่วยงาน", "agency"),
    Words("ยื่น", "filed"),
    Words("รับโอน", "taken"),
    Words("ค้าง", "open"),
    Words("มีผล", "resolved"),
    Words("มัธยฐาน", "median"),
    Words("ร้อยละ 90", "p90"),
    Words("ตามกำหนด", "in time"),
    Words("เปิดใหม่", "reopened"),
    Words("อุทธรณ์", "appealed"),
    Words("ให้คะแนน", "rated"),
)


def render(statistics: Statistics, least: int) -> str:
    """Return the report's text; counts below `least` are hidden, with 0 all is exact."""
    title = "รายงานเรื่องร้องเรียน / Complaints report"
    body = element("body", element("h1", title), _subtitle(statistics), _banner(least))
    body.append(_tiles(statistics, least))
    for section in (
        *_flow(statistics, least),
        *_work(statistics, least),
        *_voice(statistics, least),
        _notes(least),
    ):
        body.append(section)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", _STYLE),
    )
    return page_text(element("html", head, body, lang="th"))


def _flow(statistics: Statistics, least: int) -> list[Element]:
    times = Words(
        "เส้นประมาณด้วยวิธี Kaplan-Meier จากช่วงเวลาของสัญญา เรื่องที่ยังไม่เสร็จนับเป็นข้อมูลถูกตัดปลายตามอายุ "
        "ทั้งหมด {n} ยังไม่เสร็จ {open}",
        "Kaplan-Meier estimate from the contract's buckets; open cases count as censored at their "
        "age: {n} spells, {open} of them open.",
    ).filled(**_sample(statistics, least))
    return [
        _figure(
            Words("งานค้างตามเวลา", "Backlog over time by agency"),
            figures.backlog(statistics, least),
            Words("จำนวนเรื่องที่หน่วยงานถืออยู่เมื่อสิ้นวัน", "Open cases held at the end of each day."),
        ),
        _figure(
            Words("เวลาจนมีผล", "Time to resolution"),
            figures.time_to_close(statistics, least),
            times,
        ),
        *[
            _figure(
                Words(f"ขั้นตอน: {one.template.name_th}", f"Stages: {one.template.name_en}"),
                figures.funnel(one, least),
                Words("จำนวนครั้งที่เรื่องถึงแต่ละขั้นตอน", "How often cases reached each stage."),
            )
            for one in statistics.templates
            if any(line.reached >= max(1, least) for line in one.stages)
        ],
    ]


def _sample(statistics: Statistics, least: int) -> dict[str, Words]:
    """Return how many spells the curve of all agencies is made of, and how many are open."""
    made_of = curve(tuple(one.times for one in statistics.agencies))
    return {
        "n": plain(_count(made_of.at_risk, least)),
        "open": plain(_count(made_of.censored, least)),
    }


def _work(statistics: Statistics, least: int) -> list[Element]:
    return [
        _figure(
            Words("การโอนระหว่างหน่วยงาน", "Transfers between agencies"),
            figures.matrix(statistics, least),
            Words(
                "แถวคือผู้เสนอ คอลัมน์คือผู้รับ: เรื่องที่ย้ายจริง/ข้อเสนอและคำสั่งมอบ",
                "Rows offer, columns receive: cases that moved, of offers and assignments; "
                f"the {figures.MATRIX_MAX} agencies with the most.",
            ),
        ),
        _figure(
            Words("จำนวนครั้งที่โอน", "Transfers before resolution"),
            figures.hops(statistics, least),
            Words("เรื่องที่มีผลแล้ว", "Resolved cases."),
        ),
        _figure(
            Words("กำหนดเวลา", "Deadlines kept"),
            figures.deadlines(statistics, least),
            Words(
                f"สัดส่วนที่ทันกำหนดตามนาฬิกา หน่วยงานที่มีเรื่องมากที่สุด {figures.DEADLINES_MAX} แห่ง",
                f"Share in time, by clock; the {figures.DEADLINES_MAX} agencies with the most "
                "cases, where there is something to tell.",
            ),
        ),
        _figure(
            Words("อายุของงานค้าง", "Age of open cases"),
            figures.ageing(statistics, least),
            Words("นับตั้งแต่ยื่นหรือเปิดใหม่", "Since filing or reopening."),
        ),
    ]


def _voice(statistics: Statistics, least: int) -> list[Element]:
    totals = pooled(statistics)
    median, high = star_quantile(totals.stars, 500), star_quantile(totals.stars, 900)
    is_told = totals.rated >= max(1, least)
    rate = _rate(totals.response_permille, totals.resolved, least)
    middle, top = (str(median), str(high)) if is_told else ("–", "–")
    told = Words(
        f"อัตราตอบ {rate} มัธยฐาน {middle} ดาว ร้อยละ 90 {top} ดาว ผู้ไม่ตอบไม่ถูกนับ",
        f"Response rate {rate}; median {middle}, 90th percentile {top} stars. "
        "Who does not answer is not counted.",
    )
    return [
        _figure(Words("ความพึงพอใจ", "Satisfaction"), figures.ratings(statistics, least), told),
        _section(Words("รายหน่วยงาน", "By agency"), _table(statistics, least)),
        *[_places(one, least) for one in statistics.templates if one.places],
    ]


def _subtitle(statistics: Statistics) -> Element:
    at = moment(statistics.at_ms)
    words = f"{at.th} / {at.en} (Bangkok) · {statistics.chain_id} · block {statistics.height}"
    return element("p", words, class_="quiet")


def _banner(least: int) -> Element:
    if least <= 1:
        words = Words(
            "ตัวเลขครบทุกจำนวน สำหรับผู้กำกับเท่านั้น ห้ามเผยแพร่",
            "Exact figures, for supervisors only: not for publication.",
        )
        return element("p", both(words), class_="banner")
    words = Words(f"จำนวนที่น้อยกว่า {least} ถูกปิดไว้", f"Counts below {least} are hidden.")
    return element("p", both(words), class_="quiet")


def _tiles(statistics: Statistics, least: int) -> Element:
    totals = pooled(statistics)
    times = curve(tuple(one.times for one in statistics.agencies))
    has_times = totals.resolved >= max(1, least)
    values = [
        (Words("ยื่น", "filed"), _count(totals.filed, least)),
        (Words("ค้าง", "open"), _count(totals.backlog, least)),
        (Words("มีผล", "resolved"), _count(totals.resolved, least)),
        (Words("มัธยฐาน", "median"), _span(times.quantile_ms(0.5) if has_times else None)),
        (Words("ร้อยละ 90", "p90"), _span(times.quantile_ms(0.9) if has_times else None)),
        (Words("เปิดใหม่", "reopened"), _rate(totals.reopen_permille, totals.resolved, least)),
        (Words("อุทธรณ์", "appealed"), _rate(totals.appeal_permille, totals.resolved, least)),
    ]
    tiles = [element("div", element("b", text), both(name), class_="tile") for name, text in values]
    return element("div", *tiles, class_="tiles")


def _table(statistics: Statistics, least: int) -> Element:
    head = element("tr", *[element("th", both(words)) for words in _COLUMNS])
    ordered = sorted(statistics.agencies, key=lambda one: -one.totals.filed - one.totals.taken)
    rows = [_row(statistics, one, least) for one in ordered]
    return element("table", head, *rows)


def _row(statistics: Statistics, one: AgencyFigures, least: int) -> Element:
    totals = one.totals
    has_times = totals.resolved >= max(1, least)
    kept = kept_permille(one.clocks, least)
    cells = [
        both(statistics.name(totals.agency)),
        _count(totals.filed, least),
        _count(totals.taken, least),
        _count(totals.backlog, least),
        _count(totals.resolved, least),
        _span(one.times.median_ms if has_times else None),
        _span(one.times.p90_ms if has_times else None),
        "–" if kept is None else f"{kept / 10:.0f}%",
        *_rates(totals, least),
    ]
    return element("tr", *[element("td", cell) for cell in cells])


def _rates(totals: AgencyStatistics, least: int) -> list[str]:
    rates = (totals.reopen_permille, totals.appeal_permille, totals.response_permille)
    return [_rate(rate, totals.resolved, least) for rate in rates]


def _places(one: TemplateFigures, least: int) -> Element:
    """Return areas and categories; what is hidden is counted in the last row only."""
    names = Names(template=one.template)
    told = [place for place in one.places if place.filed >= least]
    head = [Words("พื้นที่", "area"), Words("ประเภท", "category"), Words("ยื่น", "filed")]
    rows = [
        element(
            "tr",
            element("td", place.area),
            element("td", both(names.category(place.category))),
            element("td", _count(place.filed, least)),
            element("td", _count(place.closed, least)),
        )
        for place in sorted(told, key=lambda place: (-place.filed, place.area))[:40]
    ]
    cells = [element("th", both(words)) for words in (*head, Words("ปิด", "closed"))]
    table = element("table", element("tr", *cells), *rows)
    hidden = len(one.places) - len(rows)
    note = Words(f"อีก {hidden} แถวไม่แสดง", f"{hidden} more rows are not shown.")
    template = one.template
    title = Words(f"พื้นที่: {template.name_th}", f"Places: {template.name_en}")
    return _section(title, table, element("p", both(note), class_="quiet"))


def _notes(least: int) -> Element:
    lines = [
        Words(
            "หนึ่งช่วงนับจากยื่นหรือเปิดใหม่จนมีผล ถอน หรือรวม การโอนไม่เริ่มนับใหม่",
            "A spell runs from filing or reopening to resolution, withdrawal or merger; "
            "a transfer never begins it anew.",
        ),
        Words(
            "มัธยฐานและร้อยละ 90 คือปลายบนของช่วงเวลา ไม่ใช้ค่าเฉลี่ยเพียงอย่างเดียว",
            "Median and 90th percentile are upper ends of their buckets; no means are shown.",
        ),
    ]
    if least > 1:
        lines.append(
            Words(
                "จำนวนที่ปิดไว้อาจคำนวณได้จากผลรวม",
                "Hidden counts may be found by subtracting sums that are shown.",
            )
        )
    items = [element("li", both(words)) for words in lines]
    return _section(Words("หมายเหตุ", "Notes"), element("ul", *items))


def _figure(title: Words, plot: Element, caption: Words) -> Element:
    under = element("p", both(caption), class_="quiet")
    return _section(title, under, element("figure", plot))


def _section(title: Words, *parts: Element) -> Element:
    return element("section", element("h2", both(title)), *parts)


def _count(count: int, least: int) -> str:
    told = shown(count, least)
    return f"<{least}" if told is None else f"{told:,}"


def _rate(permille: int, of: int, least: int) -> str:
    return f"{permille / 10:.1f}%" if of >= max(1, least) else "–"


def _span(ms: int | None) -> str:
    return both(span(ms)) if ms else "–"
