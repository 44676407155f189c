"""Leaves written as text: what each line means, and that a wrong one is our own mistake, named."""

import pytest

from commands.framework.kinds import BAHT, TEXT
from commands.framework.listing import BadListing, leaves
from commands.framework.tree import Leaf
from commands.framework.words import Word

LISTING = """
plain commands.cbdc.payments.transfer: transfer to amount
        [--memo=]
    Move money to another account,
        whoever it is.
    | Exit 1 when it is refused.
    > shop 125.50 --memo "x"
    = scope out
    = limit 100
    to  Who receives it.
    amount BAHT  Baht such as 1250.50.
    --memo low=1 high=9 env=SAPHA_MEMO choices=a,b name=text sample=a  For what.
plain commands.version.version: nothing
    Do nothing.
"""


def made(text):
    return list(leaves(text, {"plain": Leaf}))


def test_a_leaf_has_its_place_usage_text_example_and_values():
    leaf, other = made(LISTING)

    assert (leaf.name, repr(leaf.does)) == ("transfer", "commands.cbdc.payments.transfer")
    assert leaf.usage == "to amount [--memo=]"
    assert leaf.help == (
        "Move money to another account, whoever it is.\n\nExit 1 when it is refused."
    )
    assert leaf.example("sapha") == 'sapha shop 125.50 --memo "x"'
    assert leaf.fixed == {"scope": "out", "limit": 100}
    assert (other.name, other.usage, other.help) == ("nothing", "", "Do nothing.")


def test_a_word_has_its_kind_bounds_and_meaning():
    [words] = made(LISTING)[0].tables

    assert words["to"] == Word("Who receives it.", TEXT)
    assert words["amount"] == Word("Baht such as 1250.50.", BAHT)
    assert words["--memo"] == Word("For what.", TEXT, "text", "SAPHA_MEMO", 1, 9, ("a", "b"), "a")


@pytest.mark.parametrize(
    "text",
    ["transfer to amount", "flies commands.version.version: up", "plain commands.version: x: y z:"],
)
def test_a_line_that_begins_no_leaf_is_named(text):
    with pytest.raises(BadListing, match=r"begins no leaf"):
        made(text)
