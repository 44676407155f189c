"""Chunks of the state: each verified alone, and none that lacks, adds or moves a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.errors import Rejected
from primitives.state_chunk import check_chunk, node_name, read_chunk, read_node
from tests.primitives.state_vectors import STATE, TREE, chunk, refused_chunks
from tests.primitives.strategies import damaged

# What says no of each vector; the others lead to another state root.
WORDS = {
    "a pair twice": "distinct",
    "pairs out of order": "in order",
    "a pair of another node": "not below its node",
    "another node": "not below its node",
    "a row too few": "0 rows to a node at depth 1",
    "a row too many": "1 rows to a node at depth 0",
    "a node with bits beyond its depth": "beyond its depth",
    "a node without its bits": "not a depth and its bits",
    "a node at depth 65": "not a depth and its bits",
    "a byte left over": "canonical",
}


@pytest.mark.parametrize("bits", ["", "00", "01", "0110", "1101"])
def test_a_chunk_is_verified_alone(bits):
    read = read_chunk(chunk(bits).encode())

    assert read == chunk(bits)
    assert check_chunk(read, state_root=TREE.root) is None


def test_chunks_beside_one_another_are_the_whole_state():
    chunks = [chunk(bits) for bits in ("00", "01", "10", "11")]

    assert sum(len(part.pairs) for part in chunks) == chunks[0].count
    assert dict(pair for part in chunks for pair in part.pairs) == STATE


@pytest.mark.parametrize("why", refused_chunks())
def test_each_rule_of_the_verifier_refuses_its_breach(why):
    with pytest.raises(Rejected, match=WORDS.get(why, "another state root")):
        check_chunk(read_chunk(refused_chunks()[why]), state_root=TREE.root)


@given(st.data())
def test_a_damaged_chunk_shows_nothing(data):
    bad = data.draw(damaged(chunk("01").encode()))

    with pytest.raises(Rejected):
        check_chunk(read_chunk(bad), state_root=TREE.root)


@given(st.text("01", max_size=128).filter(lambda bits: len(bits) % 2 == 0))
def test_a_node_has_one_name(bits):
    node = int("1" + bits, 2)

    name = node_name(node)

    assert read_node(name) == node
    assert name[0] == len(bits) // 2
    assert len(name) == 1 + (len(bits) + 7) // 8
