"""The voting scene's pure parts: the real ballots, and the chart of a result."""

from collections import Counter
from xml.etree import ElementTree

import pytest

from client.contract import written_record
from client.voting.marking import mark
from contracts.voting.crypto.questions import Contest
from contracts.voting.tally.methods import standing_of
from scenes.voting.chart import Bar, bar_chart
from scenes.voting.orders import pairwise, ranking, real_orders
from scenes.voting.scene import _DESIGN, EXPECTED

SVG = "{http://www.w3.org/2000/svg}"


def chart(*votes: int) -> ElementTree.Element:
    bars = [Bar("ก & ข", f"<{number}>", count) for number, count in enumerate(votes)]
    return ElementTree.fromstring(bar_chart(("หัวข้อ", "Title"), bars, "chain"))  # noqa: S314 - ours


def test_the_first_preferences_are_those_of_the_475_ballots():
    choices = [order[0] for order in real_orders()]

    assert len(choices) == 475
    assert sorted(Counter(choices).values()) == sorted(EXPECTED.values())


def test_the_ranked_contest_of_the_real_ballots_has_one_winner_by_schulze():
    contest = written_record(Contest, _DESIGN.contests[1])
    rankings = [ranking(order, len(contest.options)) for order in real_orders()]

    sums = [sum(column) for column in zip(*(mark(contest, one) for one in rankings), strict=True)]

    assert sums == pairwise(rankings, len(contest.options))
    names = dict(zip(standing_of(contest, tuple(sums)).places, contest.options, strict=True))
    assert names[1] == "บีเดล การ์บี"  # as the Debian project had it


def test_pairs_are_counted_from_orders_in_which_options_are_left_out():
    assert pairwise([(0, 1), (1,), ()], 2) == [1, 1]
    assert ranking((3, 1, 0), 3) == (1, 0)


def test_every_option_has_its_names_votes_and_share():
    words = [text.text for text in chart(3, 1).iter(f"{SVG}text")]

    assert words[:2] == ["หัวข้อ", "Title"]
    assert words[2:5] == ["ก & ข", "<0>", "3  (75.0 %)"]
    assert words[-1] == "chain"


@pytest.mark.parametrize(
    ("votes", "lengths"), [((4, 2, 0), [420, 210, 0]), ((0, 0), [0, 0]), ((), [])]
)
def test_bars_are_as_long_as_their_votes(votes, lengths):
    bars = [bar for bar in chart(*votes).iter(f"{SVG}rect") if bar.get("rx")]

    assert [int(bar.get("width", "")) for bar in bars] == lengths
