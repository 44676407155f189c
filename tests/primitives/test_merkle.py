"""Merkle trees are those of RFC 9162, and a proof shows one item at one place of one list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.crypto import digest
from primitives.errors import BadShape
from primitives.merkle import (
    EMPTY_ROOT,
    leaf_hash,
    path_of,
    root_from_path,
    root_of,
    root_of_leaves,
)

items_lists = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def model_root(items):
    """MTH of RFC 9162 §2.1.1, as the text defines it: split at the largest power of two."""
    if len(items) == 1:
        return digest("merkle-leaf", items[0])
    split = 1
    while split * 2 < len(items):
        split *= 2
    return digest("merkle-node", model_root(items[:split]) + model_root(items[split:]))


def model_path(items, index):
    """PATH of RFC 9162 §2.1.3.1."""
    if len(items) == 1:
        return []
    split = 1
    while split * 2 < len(items):
        split *= 2
    if index < split:
        return [*model_path(items[:split], index), model_root(items[split:])]
    return [*model_path(items[split:], index - split), model_root(items[:split])]


def numbered(count):
    return [b"item %d" % i for i in range(count)]


@pytest.mark.parametrize("count", range(1, 70))
def test_root_and_paths_are_those_of_the_rfc(count):
    items = numbered(count)

    assert root_of(items) == model_root(items)
    assert [list(path_of(items, i)) for i in range(count)] == [
        model_path(items, i) for i in range(count)
    ]


def test_the_empty_list_has_a_root_of_its_own():
    assert root_of([]) == root_of_leaves([]) == EMPTY_ROOT == digest("merkle-empty", b"")
    assert root_of([b""]) != EMPTY_ROOT


@given(items_lists, st.data())
def test_a_path_leads_to_the_root(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    path = path_of(items, index)

    assert root_from_path(items[index], index=index, count=len(items), path=path) == root_of(items)


@given(items_lists, st.data())
def test_a_path_proves_no_other_item_and_no_other_place(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    place = data.draw(st.integers(0, len(items) - 1))
    item = data.draw(st.binary(max_size=8))
    path = path_of(items, index)
    try:
        root = root_from_path(item, index=place, count=len(items), path=path)
    except BadShape:
        assert place != index
        return

    assert (root == root_of(items)) == (items[place] == item and path == path_of(items, place))


@pytest.mark.parametrize(("index", "count"), [(-1, 5), (5, 5), (0, 0), (2**64, 5)])
def test_a_place_outside_the_list_is_refused(index, count):
    with pytest.raises(BadShape, match="item"):
        root_from_path(b"item 0", index=index, count=count, path=path_of(numbered(5), 0))


def test_a_path_of_another_length_is_refused():
    path = path_of(numbered(5), 0)

    with pytest.raises(BadShape, match="too short"):
        root_from_path(b"item 0", index=0, count=5, path=path[:-1])
    with pytest.raises(BadShape, match="too long"):
        root_from_path(b"item 0", index=0, count=5, path=(*path, path[0]))


@pytest.mark.parametrize("index", [-1, 5])
def test_there_is_no_path_for_an_item_that_is_not_there(index):
    with pytest.raises(IndexError):
        path_of(numbered(5), index)


def test_an_inner_node_cannot_pass_for_an_item():
    items = numbered(2)
    joined = leaf_hash(items[0]) + leaf_hash(items[1])

    assert root_of([joined]) != root_of(items)
