"""The tree over blinded keys: one depth, each leaf at its own place, nothing else under a root."""

import pytest

from client.identity.vouching.errors import BadUpload
from client.identity.vouching.tree import leaf_hash, root_from, tree_of

ELEMENTS = [bytes([number]) * 48 for number in range(13)]
TREE = tree_of(2026, ELEMENTS, 4)


@pytest.mark.parametrize(("first", "count"), [(0, 1), (5, 1), (12, 1), (4, 4), (0, 8)])
def test_leaves_are_proven_alone_and_in_blocks(first, count):
    path = TREE.path(first, count.bit_length() - 1)

    root = root_from(2026, first, ELEMENTS[first : first + count], path, 4)

    assert root == TREE.root


def test_a_leaf_is_proven_at_no_other_place_year_or_value():
    path = TREE.path(5)

    for period, first, element in ((2026, 4, 5), (2027, 5, 5), (2026, 5, 6)):
        assert root_from(period, first, [ELEMENTS[element]], path, 4) != TREE.root


@pytest.mark.parametrize(
    ("first", "count", "path"),
    [(0, 3, 3), (2, 4, 2), (16, 1, 4), (-1, 1, 4), (0, 1, 3), (0, 1, 5), (0, 0, 4), (12, 8, 1)],
)
def test_what_fits_no_place_is_refused(first, count, path):
    with pytest.raises(BadUpload):
        root_from(2026, first, [b"x" * 48] * count, [bytes(64)] * path, 4)


def test_a_place_without_an_element_is_not_a_place_with_one():
    assert tree_of(1, [*ELEMENTS, bytes(48)], 4).root != tree_of(1, ELEMENTS, 4).root
    assert leaf_hash(1, 13, b"") != leaf_hash(1, 13, bytes(48))
