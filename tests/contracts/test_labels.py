"""Labels: what people cannot tell apart is one label, for the contract and for the verifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.sdk.labels import look_of
from verifier.labels import require_distinct
from verifier.refusal import Refused

SAME = {
    "itself": ("Anna", "Anna"),
    "two SARA E": ("แดง", "เเดง"),
    "NIKHAHIT and SARA AA": ("น้ำ", "น\u0e4d\u0e49\u0e32"),
    "tone before NIKHAHIT": ("น้ำ", "น\u0e49\u0e4d\u0e32"),
    "a tone twice": ("ก่อน", "ก่่อน"),
    "marks in another order": ("ที่", "ท\u0e48\u0e35"),
    "a space": ("ก ข", "กข"),
    "a wide space": ("Anna B", "Anna\u3000B"),
    "a joiner": ("กข", "ก\u200dข"),
    "Cyrillic A": ("Anna", "\u0410nna"),
    "Greek Omicron and zero": ("\u039fK", "0K"),
    "full width": ("Anna", "\uff21nna"),
    "a Roman numeral": ("II", "\u2161"),
    "one and l": ("Team 1", "Team l"),
}
EMPTY = ["", " ", "\u3164", "\u200d", "\u2800\u3000", "\uffa0"]
APART = [("ก", "ข"), ("ก่", "ก้"), ("ขาว", "ข่าว"), ("Anna", "Anne"), ("๑", "๒"), ("a", "A")]


def is_refused(*labels):
    """Whether the verifier refuses labels that stand side by side."""
    try:
        require_distinct(labels, "options")
    except Refused:
        return True
    return False


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_labels_that_look_the_same_are_one_label(pair):
    assert look_of(pair[0]) == look_of(pair[1])
    assert is_refused(*pair)


@pytest.mark.parametrize("label", EMPTY, ids=ascii)
def test_what_shows_nothing_is_empty(label):
    assert look_of(label) == ""
    assert is_refused(label)


@pytest.mark.parametrize("pair", APART, ids=ascii)
def test_labels_that_look_different_stay_apart(pair):
    assert look_of(pair[0]) != look_of(pair[1])
    assert not is_refused(*pair)


letters = st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=["Cs"])
thai = st.sampled_from("กขนเแำาัิ่้ํ์ aАа1l")
labels = st.one_of(st.text(thai, max_size=8), st.text(letters, max_size=4))


@given(labels, labels)
def test_contract_and_verifier_see_the_same(left, right):
    is_clear = "" not in (look_of(left), look_of(right)) and look_of(left) != look_of(right)

    assert is_refused(left, right) == (not is_clear)
