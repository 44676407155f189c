"""Quorum arithmetic and vote counting."""

import pytest

from consensus.heights import next_height
from consensus.messages import Kind
from consensus.quorum import VoteSet, first_of
from primitives.validators import faults_max, quorum_of
from tests.consensus.builders import block_on, genesis_head, key_of, prepare, validators_of

BLOCK = block_on(genesis_head(4), proposer=1)


@pytest.mark.parametrize("count", range(1, 41))
def test_two_quorums_share_an_honest_validator_and_the_honest_ones_suffice(count):
    faults, quorum = faults_max(count), quorum_of(count)

    assert 2 * quorum - count > faults
    assert count - faults >= quorum
    assert count > 3 * faults
    assert quorum - faults >= faults + 1


@pytest.mark.parametrize("count", range(1, 41))
def test_a_quorum_less_one_would_not_be_safe(count):
    smaller = quorum_of(count) - 1

    assert 2 * smaller - count <= faults_max(count)


@pytest.mark.parametrize("count", [1, 4, 7, 8, 9, 40, 100])
def test_a_bit_map_holds_any_set_of_validators(count):
    validators = validators_of(count)
    chosen = tuple(key_of(i) for i in range(0, count, 3))

    bit_map = validators.bit_map_of(chosen)

    assert validators.members_in(bit_map) == chosen
    assert frozenset(validators.members_in(bit_map + b"\xff")) >= frozenset(chosen)
    assert validators.members_in(b"") == ()


def test_votes_are_counted_by_view_and_content():
    votes = VoteSet()

    for sender, view in [(0, 0), (1, 0), (1, 1)]:
        votes.add(prepare(BLOCK, sender, view))

    assert votes.count(0, BLOCK.hash) == 2
    assert votes.count(1, BLOCK.hash) == 1
    assert votes.count(2, BLOCK.hash) == 0
    assert votes.views() == (1, 0)


def test_a_certificate_takes_q_signatures_in_the_order_of_keys():
    votes = VoteSet()
    for sender in (3, 1, 0, 2):
        votes.add(prepare(BLOCK, sender))

    chosen = first_of(votes.signatures(0, BLOCK.hash), validators_of(4))

    assert [key for key, _ in chosen] == [key_of(0), key_of(1), key_of(2)]


@pytest.mark.parametrize(("count", "view"), [(1, 9), (2, 5), (3, 1), (4, 0)])
def test_the_view_reached_by_a_number_of_validators(count, view):
    state = next_height(genesis_head(4))

    for sender, at in [(0, 5), (1, 9), (2, 1), (2, 0)]:
        state.note_view(key_of(sender), at)

    assert state.reached_by(count) == view


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Kind.PREPARE, "prepares"), (Kind.COMMIT, "commits"), (Kind.PRE_PREPARE, "pre_prepares")],
)
def test_each_kind_of_vote_has_its_own_set(kind, name):
    state = next_height(genesis_head(4))

    assert state.votes(kind) is getattr(state, name)
