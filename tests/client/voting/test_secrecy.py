"""Whoever reads a result sees which classes were not opened, and why."""

import pytest

from client.voting.secrecy import JOINED, OWN, UNOPENED, openings_of
from contracts.voting.core.messages import VoterClass
from contracts.voting.core.rules import class_weights
from tests.contracts.voting.manifests import manifest

LEAST = 5


def plan(*joins: int | None):
    """A manifest of classes of weights 1, 3 and 7, which join these."""
    weights = (1, 3, 7)
    classes = tuple(
        VoterClass(f"ประเภท {at}", f"class {at}", weight, to)
        for at, (weight, to) in enumerate(zip(weights, joins, strict=True))
    )
    return manifest(class_size_min=LEAST, classes=classes)


@pytest.mark.parametrize(
    ("joins", "ballots", "how"),
    [
        ((None, None, None), (9, 5, 8), (OWN, OWN, OWN)),
        ((None, None, None), (9, 4, 8), (OWN, UNOPENED, OWN)),
        ((None, 0, None), (9, 4, 8), (OWN, JOINED, OWN)),
        ((None, 2, None), (9, 2, 2), (OWN, UNOPENED, UNOPENED)),
    ],
)
def test_each_class_says_how_it_counts_and_why_it_does_not_by_itself(joins, ballots, how):
    asked = plan(*joins)

    found = openings_of(asked, class_weights(asked, ballots), ballots)

    assert tuple(one.how for one in found) == how
    assert all(bool(one.why) is (one.how != OWN) for one in found)


def test_the_reason_names_ballots_least_and_the_class_that_is_joined():
    asked, ballots = plan(None, 2, None), (9, 2, 2)

    found = openings_of(asked, class_weights(asked, ballots), ballots)

    assert found[1].why == (
        "2 ballots of weight 3, at least 5 are opened together;"
        " with class 2, which it joins, they are too few as well"
    )
    assert "it joins no other class" in found[2].why
    assert [one.opened_weight for one in found] == [1, 0, 0]
