"""Small groups: of no weight are so few ballots opened that a sum shows who voted how."""

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.voting.core.messages import VoterClass
from contracts.voting.core.rules import class_weights
from contracts.voting.tally.messages import CountBox
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import cast, counts_with
from tests.contracts.voting.manifests import ELECTION, WINDOWS, manifest


def weights_of(counted, *classes, least=3):
    """What classes of these (weight, joins) weigh when so many ballots of each are counted."""
    members = tuple(VoterClass("ก", "A", weight, joins) for weight, joins in classes)
    return class_weights(manifest(class_size_min=least, classes=members), counted)


def test_a_heavy_class_of_few_is_not_opened_or_counts_as_the_one_it_joins():
    assert weights_of((9, 2), (1, None), (3, None)) == (1, 0)
    assert weights_of((9, 2), (1, None), (3, 0)) == (1, 1)
    assert weights_of((9, 3), (1, None), (3, 0)) == (1, 3)
    assert weights_of((1, 1), (1, None), (3, 0)) == (0, 0)
    assert weights_of((2, 2), (1, None), (3, 0)) == (1, 1)
    assert weights_of((0, 0), (1, None), (3, 0)) == (0, 0)


def test_classes_of_one_weight_hide_each_other():
    assert weights_of((9, 1, 2), (1, None), (3, None), (3, None)) == (1, 3, 3)
    assert weights_of((9, 1, 1), (1, None), (3, None), (3, None)) == (1, 0, 0)
    assert weights_of((9, 1, 1), (1, None), (3, 0), (3, None)) == (1, 1, 0)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 6)), min_size=2, max_size=6), st.data())
def test_of_no_weight_are_fewer_ballots_opened_than_the_least(groups, data):
    weights, counted = [one for one, _ in groups], tuple(count for _, count in groups)
    joins = [
        data.draw(st.sampled_from([None, *(j for j, w in enumerate(weights) if w != weight)]))
        for weight in weights
    ]

    found = weights_of(counted, *zip(weights, joins, strict=True))

    for weight in set(found) - {0}:
        opened = [count for count, one in zip(counted, found, strict=True) if one == weight]
        assert sum(opened) >= 3


def test_the_ballots_of_a_few_directors_are_in_no_sum():
    plan = manifest(class_size_min=2)
    world = scenes.ready_to_cast(("a0", "a1", "d0"), plan=plan)
    for who in ("a0", "a1", "d0"):
        cast(world, who, (0,), (0,))
    world.at(WINDOWS.cast_until_ms).do("nobody", CountBox(ELECTION))

    assert world.ask("closing", ELECTION)[3] == (1, 0)
    assert counts_with(world, (1, 2, 3)) == ((2, 0, 0), (2, 0, 0))
