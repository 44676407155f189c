"""Validator sets: the quorum arithmetic that safety rests on, order, hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.codec import encode
from primitives.crypto import PublicKey, digest
from primitives.errors import BadShape
from primitives.validators import (
    Validator,
    ValidatorSet,
    faults_max,
    quorum_of,
    read_validator_set,
    validator_set,
)
from tests.builders import key, keys, validators


@pytest.mark.parametrize("count", range(1, 101))
def test_two_quorums_share_an_honest_validator_and_the_honest_are_a_quorum(count):
    faulty, quorum = faults_max(count), quorum_of(count)

    assert 3 * faulty < count <= 3 * (faulty + 1)
    assert 2 * quorum - count >= faulty + 1
    assert count - faulty >= quorum
    assert 2 * (quorum - 1) - count < faulty + 1  # and no smaller number would do


@pytest.mark.parametrize(
    ("count", "quorum"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (7, 5), (10, 7)]
)
def test_quorums_of_usual_sizes(count, quorum):
    assert quorum_of(count) == validators(count).quorum == quorum
    assert validators(count).faults_max == faults_max(count)


@given(st.permutations(range(5)))
def test_order_of_joining_does_not_matter(order):
    members = [Validator(k.public_key, f"v{i}") for i, k in enumerate(keys(5))]

    assert validator_set([members[i] for i in order]) == validators(5)


def test_membership_and_names():
    four = validators(4)

    assert len(four) == 4
    assert keys(4)[2].public_key in four
    assert key(9).public_key not in four
    assert four.name_of(keys(4)[2].public_key) == "v2"
    assert four.name_of(key(9).public_key) == key(9).public_key.hex()[:16]


def test_the_hash_covers_keys_names_and_order():
    four = validators(4)
    renamed = validator_set([*four.members[1:], Validator(four.members[0].public_key, "other")])

    assert four.hash == digest("validators", encode(four.to_value()))
    assert len({four.hash, renamed.hash, validators(5).hash}) == 3


def test_a_set_reads_back_from_its_value():
    assert read_validator_set(validators(7).to_value()) == validators(7)


def pair(number, name="agency"):
    return (b"\x01" + bytes([number]) * 32, name)


REFUSED = {
    "nobody": (),
    "101 validators": tuple(pair(i) for i in range(101)),
    "the same key twice": (pair(1), pair(1)),
    "keys out of order": (pair(2), pair(1)),
    "a key of 31 bytes": ((b"\x01" + bytes(31), "agency"),),
    "a P-256 key": ((b"\x02" + bytes(33), "agency"),),
    "no name": (pair(1, ""),),
    "a name of 65 characters": (pair(1, "a" * 65),),
    "a name in Thai": (pair(1, "กรมการปกครอง"),),
    "a name as bytes": (pair(1, b"agency"),),
    "a third field": ((*pair(1), 10),),
    "a number": 1,
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED.keys())
def test_a_malformed_set_is_refused(value):
    with pytest.raises(BadShape):
        read_validator_set(value)


def test_a_set_cannot_be_built_with_a_key_twice():
    twice = (Validator(PublicKey(bytes(32)), "a"), Validator(PublicKey(bytes(32)), "b"))

    with pytest.raises(BadShape, match="distinct keys"):
        ValidatorSet(twice)
