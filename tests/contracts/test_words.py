"""Words, lists and days that all contracts read alike."""

import pytest

from contracts.sdk.calendar import DAY_MS, bangkok_day, end_of_day
from contracts.sdk.words import is_distinct, is_slug


@pytest.mark.parametrize("text", ["a", "a1", "road-works", "x-", "z9-a"])
def test_a_word_of_letters_digits_and_hyphens_that_begins_with_a_letter_is_a_slug(text):
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "1a", "-a", "A", "a b", "a.b", "ก", "aก", "a_b", "é"])
def test_another_word_is_no_slug(text):
    assert not is_slug(text)


def test_further_characters_are_allowed_by_name_but_not_first():
    assert is_slug("th.gov", more=".")
    assert not is_slug(".gov", more=".")


@pytest.mark.parametrize("items", [(), ("a",), ("b", "a"), (b"b", b"a", b"c"), (2, 1)])
def test_items_of_which_none_comes_twice_are_distinct(items):
    assert is_distinct(items)


@pytest.mark.parametrize("items", [("a", "a"), ("a", "b", "a"), (b"", b""), (1, 2, 3, 1)])
def test_an_item_that_comes_twice_is_found_wherever_it_stands(items):
    assert not is_distinct(items)


@pytest.mark.parametrize("time_ms", [0, 1, DAY_MS - 1, 1_700_000_000_000, 1_700_006_400_000])
def test_a_day_of_bangkok_ends_where_the_next_begins(time_ms):
    day = bangkok_day(time_ms)
    end = end_of_day(day)

    assert bangkok_day(end - 1) == day
    assert bangkok_day(end) == day + 1
