"""Names of methods and codes follow from the names of classes."""

import pytest

from primitives.names import method_name, snake_case


class CastVote:
    """A message of any contract."""


@pytest.mark.parametrize(
    ("name", "words"),
    [("Pay", "pay"), ("CastVote", "cast_vote"), ("SetFspKeys", "set_fsp_keys"), ("AB", "a_b")],
)
def test_each_capital_begins_a_word(name, words):
    assert snake_case(name) == words


def test_a_method_is_named_as_its_message():
    assert method_name(CastVote) == "cast_vote"
