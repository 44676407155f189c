"""What counts mean: points, places and medians, beside real elections and another's library."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.voting.marking import mark
from client.voting.prover import encrypt, seal_ballot
from client.voting.trustee import logarithm
from contracts.sdk.group import multiply, subtract
from contracts.voting.crypto.ballots import verify_ballot
from contracts.voting.crypto.elgamal import NOTHING, add_ciphertexts
from contracts.voting.crypto.questions import (
    APPROVAL,
    BORDA,
    COPELAND,
    RANKED,
    RANKED_PAIRS,
    SCHULZE,
    SCORE,
    SINGLE,
    pairs_of,
)
from contracts.voting.tally.methods import pairwise, standing_of
from tests.contracts.voting.crypto.builders import KEY, SECRET, VOTER, contest, statement
from verifier.methods import ranked as ranked_by_verifier

FILE = Path(__file__).parents[2] / "vectors" / "rankings.json"
PUBLISHED = json.loads(FILE.read_text(encoding="utf-8"))
REAL = {one["name"]: one for one in PUBLISHED["real"]}
DEBIAN_2012 = REAL["Debian project leader 2012"]
BURLINGTON = REAL["Mayor of Burlington 2009"]


def asked_of(options, kind=SCHULZE):
    """A ranked contest of so many options."""
    return replace(contest(kind), options=tuple(f"option {at}" for at in range(options)))


def marks_of(ranking):
    """A ranking of the vectors as marks."""
    return tuple(tuple(group) for group in ranking)


def counts_of(table):
    """The counts of the ciphertexts from a table of who is before whom."""
    pairs = pairs_of(len(table))
    return tuple(n for i, j in pairs for n in (table[i][j], table[j][i]))


def places(kind, table):
    """Places by the contract, and the same by the verifier."""
    counts = counts_of(table)
    standing = standing_of(asked_of(len(table), kind), counts)
    checked = ranked_by_verifier(kind, len(table), list(counts))
    assert (tuple(checked.points), tuple(checked.places)) == (standing.points, standing.places)
    return standing.places


def opened(election):
    """The table of a real election, counted in the open."""
    asked = asked_of(len(election["options"]))
    totals = [0] * (len(asked.options) * (len(asked.options) - 1))
    for count, ranking in election["ballots"]:
        values = mark(asked, marks_of(ranking))
        totals = [total + count * value for total, value in zip(totals, values, strict=True)]
    return pairwise(len(asked.options), tuple(totals))


# Real elections.


@pytest.mark.parametrize("kind", [SCHULZE, COPELAND, RANKED_PAIRS])
@pytest.mark.parametrize("name", REAL)
def test_real_elections_come_to_the_published_winner(name, kind):
    election = REAL[name]

    found = places(kind, opened(election))

    assert found[election["winner"]] == 1
    assert found.count(1) == 1


def test_every_real_ballot_can_be_cast_the_partial_ones_too():
    asked = asked_of(4)
    stated = statement(asked)
    ballots = DEBIAN_2012["ballots"]

    for _, ranking in ballots[::5] + ballots[2:8]:
        values = mark(asked, marks_of(ranking))
        verify_ballot(stated, seal_ballot(stated, [values], VOTER).ballot)

    partial = sum(count for count, ranking in ballots if len(ranking) < 4)
    assert (partial, sum(count for count, _ in ballots)) == (125, 403)


def test_ranked_5_the_sums_of_encrypted_ballots_are_those_of_an_open_count():
    asked = asked_of(4)
    sums = [NOTHING] * 12
    for count, ranking in DEBIAN_2012["ballots"]:
        for number in range(count):
            values = mark(asked, marks_of(ranking))
            row = [encrypt(KEY, value, 5 + number + at) for at, value in enumerate(values)]
            sums = [add_ciphertexts(pair) for pair in zip(sums, row, strict=True)]

    masks = [multiply(SECRET, total[0]) for total in sums]
    decrypted = [
        logarithm(subtract(total[1], mask), 403) for total, mask in zip(sums, masks, strict=True)
    ]

    assert pairwise(4, tuple(decrypted)) == opened(DEBIAN_2012)


def first_places(ballots, left):
    votes = Counter({option: 0 for option in left})
    for count, ranking in ballots:
        named = [option for (option,) in ranking if option in left]
        votes[named[0] if named else None] += count
    return {option: votes[option] for option in left}


def instant_runoff(election):
    """The winner when who has the fewest first places is struck, again and again."""
    left = set(range(len(election["options"])))
    while len(left) > 1:
        votes = first_places(election["ballots"], left)
        left.remove(min(left, key=lambda option: votes[option]))
    return left.pop()


def test_plurality_runoff_and_pairs_come_to_three_winners_in_burlington():
    votes = first_places(BURLINGTON["ballots"], {0, 1, 2})

    table = opened(BURLINGTON)

    assert max(votes, key=lambda option: votes[option]) == 0  # Wright
    assert instant_runoff(BURLINGTON) == 1  # Kiss, who was elected
    assert table == [[0, 4064, 3668], [4314, 0, 3477], [4597, 4067, 0]]  # as published
    for kind in (SCHULZE, COPELAND, RANKED_PAIRS):
        assert places(kind, table) == (3, 2, 1)  # Montroll beats each of the others


# Another's library: votelib 0.4.0.


@pytest.mark.parametrize("at", range(len(PUBLISHED["methods"])))
def test_ranked_5_an_outside_library_comes_to_the_same_places(at):
    case = PUBLISHED["methods"][at]
    table, options = case["before"], range(case["options"])
    if "ballots" in case:
        assert (
            opened({"options": options, "ballots": [[1, one] for one in case["ballots"]]}) == table
        )

    beats = [tuple(pair) for pair in case["schulze"]]
    below = [1 + sum(loser == option for _, loser in beats) for option in options]
    assert places(SCHULZE, table) == tuple(below)
    copeland = places(COPELAND, table)
    assert [option for option in options if copeland[option] == 1] == case["copeland"]
    if "ranked_pairs" in case:  # its order of equal majorities is by chance
        order = [1 + case["ranked_pairs"].index(option) for option in options]
        assert places(RANKED_PAIRS, table) == tuple(order)


# Ties and cycles.


def test_nobody_is_above_anybody_when_nobody_was_ranked():
    for kind in RANKED:
        assert places(kind, [[0] * 4 for _ in range(4)]) == (1, 1, 1, 1)


def test_a_cycle_is_broken_at_its_weakest_link():
    table = [[0, 7, 4], [3, 0, 6], [5, 4, 0]]

    assert places(SCHULZE, table) == (1, 2, 3)
    assert places(RANKED_PAIRS, table) == (1, 2, 3)
    assert places(COPELAND, table) == (1, 1, 1)


def test_equal_links_of_a_cycle_are_all_left_out():
    table = [[0, 7, 4], [3, 0, 6], [6, 4, 0]]

    assert places(RANKED_PAIRS, table) == (1, 2, 1)
    assert places(SCHULZE, table) == (1, 2, 1)


tables = st.integers(2, 5).flatmap(
    lambda options: st.lists(
        st.lists(st.integers(0, 3), min_size=options, max_size=options),
        min_size=options,
        max_size=options,
    )
)


@settings(max_examples=60, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_options(table, shuffle):
    options = list(range(len(table)))
    shuffle.shuffle(options)
    moved = [[table[i][j] for j in options] for i in options]

    for kind in RANKED:
        found = places(kind, table)
        assert places(kind, moved) == tuple(found[option] for option in options)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_who_wins_against_every_other_is_first_alone(table):
    options = range(len(table))
    winners = [i for i in options if all(table[i][j] > table[j][i] for j in options if j != i)]

    for kind in (SCHULZE, COPELAND, RANKED_PAIRS):
        for winner in winners:
            assert [i for i, place in enumerate(places(kind, table)) if place == 1] == [winner]


# Points and medians.


@pytest.mark.parametrize(
    ("asked", "counts", "points", "found"),
    [
        (contest(SINGLE, blank=True), (4, 1, 0, 9), (4, 1, 0), (1, 2, 3)),
        (contest(APPROVAL, low=0, high=3), (0, 0, 0), (0, 0, 0), (1, 1, 1)),
        (contest(SCORE, 2, grades=3), (1, 2, 3, 6, 0, 0), (8, 0), (1, 2)),
        (contest(BORDA), (4, 1, 3, 0, 2, 2), (7, 3, 2), (1, 2, 3)),
    ],
)
def test_points_are_votes_or_steps_above_the_least(asked, counts, points, found):
    standing = standing_of(asked, counts)

    assert (standing.points, standing.places) == (points, found)


@pytest.mark.parametrize(
    ("row", "median"),
    [
        ((0, 0, 0), 0),
        ((1, 0, 0), 0),
        ((0, 0, 1), 2),
        ((1, 0, 1), 0),  # of an even number the lower middle one
        ((1, 1, 1), 1),
        ((2, 1, 1), 0),
        ((1, 1, 2), 1),
        ((1, 0, 2), 2),
    ],
)
def test_the_median_is_the_lower_middle_grade(row, median):
    asked = contest(SCORE, 1, grades=3)

    assert standing_of(asked, row).medians == (median,)


def test_borda_gives_a_point_for_each_option_placed_after():
    asked = contest(BORDA, 4)
    ballots = [(0, 1, 2, 3), (3,), ((1, 2), 0), None]

    rows = [mark(asked, marks) for marks in ballots]

    points = [standing_of(asked, row).points for row in rows]
    assert points == [(3, 2, 1, 0), (0, 0, 0, 3), (1, 2, 2, 0), (0, 0, 0, 0)]


def test_a_ballot_that_approves_nobody_is_a_ballot():
    asked = contest(APPROVAL, low=0, high=3)
    stated = statement(asked)

    verify_ballot(stated, seal_ballot(stated, [mark(asked, ())], VOTER).ballot)

    assert mark(asked, ()) == (0, 0, 0)
