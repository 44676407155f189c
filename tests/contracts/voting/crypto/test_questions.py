"""Questions: what each kind asks of a ballot, and that nothing but an answer satisfies it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.voting.marking import BadMarks, mark, marked
from contracts.voting.crypto.ballots import check_size
from contracts.voting.crypto.errors import BadContest, BallotTooLarge, LooksAlike
from contracts.voting.crypto.questions import (
    APPROVAL,
    BORDA,
    SCHULZE,
    SCORE,
    SINGLE,
    Sum,
    check_contest,
    choice_count,
    pairs_of,
    satisfies,
    shape_of,
)
from tests.contracts.voting.crypto.builders import ASKED, contest


def answers_to(asked):
    """All rows of 0 and 1 that satisfy the contest."""
    rows = product((0, 1), repeat=choice_count(asked))
    return [row for row in rows if satisfies(shape_of(asked), row)]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (contest(SINGLE), 3),
        (contest(SINGLE, blank=True), 4),
        (contest(APPROVAL, high=3), 8),
        (contest(APPROVAL, low=1, high=2), 6),
        (contest(APPROVAL, low=1, high=2, blank=True), 7),
        (contest(APPROVAL, low=0, high=1, blank=True), 5),
        (contest(SCORE, 2, grades=3), 9),
        (contest(SCORE, 2, grades=3, blank=True), 10),
        (contest(BORDA), 13),
        (contest(BORDA, blank=True), 14),
        (contest(SCHULZE, 4), 75),
    ],
)
def test_as_many_rows_satisfy_a_contest_as_it_has_answers(asked, count):
    check_contest(asked)

    assert len(answers_to(asked)) == count


def test_rows_of_another_length_or_other_numbers_are_no_answer():
    shape = shape_of(contest(APPROVAL, high=3))

    assert not satisfies(shape, (1, 0))
    assert not satisfies(shape, (2, 0, 0))
    assert not satisfies(shape, (-1, 1, 1))


def test_a_blank_belongs_to_every_sum_of_one():
    shape = shape_of(contest(SCORE, 2, grades=2, blank=True))

    lines = [(0, 1, 4), (2, 3, 4)]
    assert shape.sums == tuple(Sum(line, 1, 1) for line in lines)
    assert shape.blank is None


def test_approval_without_bounds_needs_no_sum_and_a_blank_beside_bounds_is_apart():
    free, bounded = contest(APPROVAL, high=3), contest(APPROVAL, low=1, high=3, blank=True)

    assert shape_of(free).sums == ()
    assert shape_of(bounded).sums == ()
    assert shape_of(bounded).blank == Sum((0, 1, 2), 1, 3)


@pytest.mark.parametrize("name", ASKED)
def test_the_contests_of_these_tests_have_a_meaning(name):
    asked, marks = ASKED[name]

    assert check_contest(asked) is None
    assert mark(asked, marks) in answers_to(asked)


@pytest.mark.parametrize(
    "bad",
    [
        contest("ranked"),
        contest(SINGLE, high=1),
        contest(SINGLE, grades=2),
        contest(APPROVAL),
        contest(APPROVAL, high=4),
        contest(APPROVAL, low=2, high=1),
        contest(APPROVAL, low=-1, high=1),
        contest(SCORE),
        contest(SCORE, grades=1),
        contest(BORDA, 1),
        replace(contest(SCHULZE), options=tuple(map(str, range(11)))),
        replace(contest(SCORE, grades=2), options=tuple(map(str, range(129)))),
        replace(contest(SCORE, grades=12), options=tuple(map(str, range(22)))),
    ],
)
def test_a_contest_without_a_meaning_is_refused(bad):
    with pytest.raises(BadContest):
        check_contest(bad)


@pytest.mark.parametrize(
    ("field", "alike"),
    [
        ("options", replace(contest(SINGLE), options=("Anna", "Bea", "Anna"))),
        ("options", replace(contest(SINGLE), options=("Anna", "Bea", "\u0410nna"))),
        ("grades", replace(contest(SCORE, grades=2), grades=("good", "good"))),
    ],
)
def test_labels_that_look_the_same_are_refused_by_name(field, alike):
    with pytest.raises(LooksAlike) as refused:
        check_contest(alike)

    assert refused.value.details == (("field", field), ("label", getattr(alike, field)[-1]))


def test_contests_that_make_too_large_a_ballot_are_refused_together():
    large = replace(contest(SCORE, grades=4), options=tuple(map(str, range(64))))

    check_contest(large)
    check_size((large,))
    with pytest.raises(BallotTooLarge):
        check_size((large, contest(SINGLE)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_grades_become_rows_that_say_the_same(grades):
    score = mark(contest(SCORE, 4, grades=3), tuple(grades))

    assert [score.index(1, option * 3) - option * 3 for option in range(4)] == grades


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_places_become_pairs_that_say_the_same(places):
    ranking = [tuple(o for o in range(4) if places[o] == place) for place in range(4)]

    values = mark(contest(SCHULZE, 4), tuple(group for group in ranking if group))

    below = {option: min(place, 4) for option, place in enumerate(places)}
    for at, (left, right) in enumerate(pairs_of(4)):
        is_before, is_after = values[2 * at], values[2 * at + 1]
        assert (is_before, is_after) == (
            int(below[left] < below[right]),
            int(below[left] > below[right]),
        )


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ((2, (0, 1)), ["1. Hertzog", "2. Garbee = Robinson"]),
        ((1,), ["1. Robinson", "2. Garbee = Hertzog"]),
        (((0, 2),), ["1. Garbee = Hertzog", "2. Robinson"]),
        (((0, 1, 2),), ["(none ranked)"]),
        (None, ["(blank)"]),
        ((), ["(blank)"]),
    ],
)
def test_a_ranking_is_read_back_as_places(marks, words):
    asked = contest(SCHULZE, blank=True)

    assert marked(asked, mark(asked, marks)) == words


def test_a_ranking_of_nothing_is_the_blank_where_there_is_one_and_all_equal_where_there_is_none():
    with_blank, without = contest(SCHULZE, blank=True), contest(SCHULZE)

    assert mark(with_blank, ()) == mark(with_blank, None) == (0, 0, 0, 0, 0, 0, 1)
    assert mark(with_blank, ((0, 1, 2),)) == (0, 0, 0, 0, 0, 0, 0)
    assert mark(without, ()) == mark(without, None) == mark(without, ((0, 1, 2),)) == (0,) * 6


@pytest.mark.parametrize(
    ("asked", "marks"),
    [
        (contest(SINGLE), None),
        (contest(SINGLE), ()),
        (contest(SINGLE), (0, 1)),
        (contest(SINGLE, blank=True), (3,)),
        (contest(SINGLE), (-1,)),
        (contest(APPROVAL, low=1, high=2), (0, 0)),
        (contest(APPROVAL, low=1, high=2), (0, 1, 2)),
        (contest(SCORE, 2, grades=3), (0,)),
        (contest(SCORE, 2, grades=3), (0, 3)),
        (contest(SINGLE), ((0, 1),)),
        (contest(BORDA), (0, 1, 1)),
        (contest(BORDA), (0, (1, 0))),
        (contest(BORDA), (-1,)),
        (contest(BORDA), (0, 1, 3)),
    ],
)
def test_marks_that_answer_nothing_are_refused(asked, marks):
    with pytest.raises(BadMarks):
        mark(asked, marks)
