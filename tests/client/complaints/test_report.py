"""The report: well-formed, alone, escaped; its figures are the contract's; small counts hidden."""

import asyncio
import re
from dataclasses import replace
from xml.etree import ElementTree as Tree

import pytest

from client.complaints.report import render
from client.complaints.statistics import as_data, curve, gather, pooled, star_quantile
from client.complaints.words import Words
from contracts.complaints.statistics.figures import CloseTimes
from tests.client.complaints.busy import CASES, work
from tests.client.complaints.chain import Chain
from tests.contracts.complaints.world import HOUR_MS, World

NASTY = Words('เขต <script>alert(1)</script> & "ใจ"\x00', "</title><b>District</b>")


@pytest.fixture(scope="module")
def statistics():
    """What some agencies have done with two dozen cases."""
    world = World()
    work(world)
    return asyncio.run(gather(Chain(world)))


def tree(page):
    """The page as XML, which HTML need not be, but this one is."""
    return Tree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 - our own page


def words_of(page):
    return "\n".join(tree(page).itertext())


@pytest.mark.parametrize("least", [0, 10])
def test_the_page_is_well_formed_and_refers_to_nothing_outside(statistics, least):
    page = render(statistics, least)

    tags = {one.tag for one in tree(page).iter()}
    names = {name for one in tree(page).iter() for name in one.attrib}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "use", "image"})
    assert names.isdisjoint({"href", "src", "srcset", "xlink:href", "style", "onload"})
    assert re.findall(r"https?:|url\(|@import|//", page) == []


def test_every_section_has_its_plot_and_both_languages(statistics):
    root = tree(render(statistics, 0))

    titles = [one.text for one in root.iter("h2")]
    assert len(list(root.iter("svg"))) == 8
    for wanted in ("Backlog", "Time to resolution", "Stages", "Transfers between", "Deadlines"):
        assert any(wanted in title for title in titles), wanted
    assert all(" / " in title for title in titles)
    assert all(svg[0].tag == "title" for svg in root.iter("svg"))


def test_names_are_escaped_wherever_they_are_shown(statistics):
    named = replace(statistics, names={one: NASTY for one in statistics.names})

    page = render(named, 0)

    assert "<script" not in page
    assert "<b>District" not in page
    assert "\x00" not in page
    assert "</title><b>District</b>" in words_of(page)


def test_counts_below_ten_are_hidden_and_the_exact_page_says_for_whom_it_is(statistics):
    public, exact = render(statistics, 10), render(statistics, 0)

    figures = pooled(statistics)
    cells = [cell.text for cell in tree(public).iter("td")]
    assert 0 < figures.rated < 10
    assert "<10" in cells
    assert [cell for cell in cells if cell.isdigit() and int(cell) < 10] == []
    assert "not for publication" not in public
    assert "not for publication" in exact


def test_no_plot_of_the_public_page_tells_a_count_below_ten(statistics):
    backlog, *others = tree(render(statistics, 10)).iter("svg")

    texts = {one.text for plot in others for one in plot.iter("text") if one.text is not None}
    assert max(line.backlog or 0 for line in statistics.agencies[0].days) < 10
    assert list(backlog.iter("path")) == []
    assert {text for text in texts if text.isdigit() and int(text) < 10} == set()


def test_the_matrix_tells_what_moved_of_what_was_offered(statistics):
    exact, public = [
        {one.text for one in plots(render(statistics, least), "Transfers between").iter("text")}
        for least in (0, 5)
    ]

    assert {"4/4", "0/4"} <= exact
    assert {"4/4", "0/4"}.isdisjoint(public)


def test_the_backlog_steps_up_and_down_as_cases_come_and_go(statistics):
    [path, *_others] = plots(render(statistics, 0), "Backlog").iter("path")

    heights = [float(at) for at in re.findall(r"[ML][\d.]+ ([\d.]+)", path.get("d"))]
    top, bottom = min(heights), max(heights)
    assert heights[-1] == top  # four cases are open in the end, and never were there more
    assert len(set(heights)) == 4
    assert bottom > top


def plots(page, title):
    """The plot under a heading that says `title`."""
    for section in tree(page).iter("section"):
        if title in section[0].text:
            return next(section.iter("svg"))
    raise LookupError(title)


def test_a_ledger_without_a_case_gives_a_page_too():
    empty = asyncio.run(gather(Chain(World())))

    page = render(empty, 10)

    assert tree(page).tag == "html"
    assert empty.agencies == ()
    assert as_data(empty, 0)["all"]["median_ms"] is None


def test_the_pooled_figures_are_the_sums_of_the_agencies(statistics):
    found = as_data(statistics, 0)

    assert found["all"]["filed"] == CASES
    assert found["all"]["resolved"] == sum(one["resolved"] for one in found["agencies"])
    assert found["all"]["backlog"] == CASES - found["all"]["resolved"]
    assert as_data(statistics, 10)["all"]["backlog"] is None


def test_the_curve_of_one_agency_has_the_contracts_median(statistics):
    for one in statistics.agencies:
        estimate = curve((one.times,))
        assert (estimate.quantile_ms(0.5) or 0) == one.times.median_ms
        assert (estimate.quantile_ms(0.9) or 0) == one.times.p90_ms


def test_open_cases_count_as_censored_at_their_age():
    ends = (HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS)
    times = CloseTimes(ends, (2, 0, 1, 0), (0, 1, 0, 0), 0, 0)

    estimate = curve((times,))

    assert estimate.points == ((ends[0], 0.5), (ends[1], 0.5), (ends[2], 0.0))
    assert (estimate.at_risk, estimate.censored) == (4, 1)
    assert estimate.quantile_ms(0.5) == ends[0]
    assert curve(()).quantile_ms(0.5) is None


@pytest.mark.parametrize(
    ("stars", "permille", "expected"),
    [
        ((0, 0, 0, 0, 0), 500, None),
        ((1, 0, 0, 0, 0), 500, 1),
        ((1, 0, 0, 0, 1), 500, 1),
        ((1, 0, 0, 0, 2), 500, 5),
        ((9, 0, 0, 0, 1), 900, 1),
        ((8, 0, 1, 0, 1), 900, 3),
    ],
)
def test_quantiles_of_stars(stars, permille, expected):
    assert star_quantile(stars, permille) == expected
