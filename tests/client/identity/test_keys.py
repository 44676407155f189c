"""A citizen's keys: one seed, keys that tell nothing of each other."""

import pytest

from client.identity.keys import CitizenKeys, is_own_trail
from contracts.identity.core.messages import trail_tag
from primitives.errors import BadShape

KEYS, OTHER = CitizenKeys(b"k" * 32), CitizenKeys(b"o" * 32)
REQUEST = b"\x05" * 32


def test_the_same_seed_gives_the_same_keys():
    again = CitizenKeys(b"k" * 32)

    assert again.subject.public_key == KEYS.subject.public_key
    assert again.pairwise("tax").public_key == KEYS.pairwise("tax").public_key
    assert (again.view_key, again.box.public) == (KEYS.view_key, KEYS.box.public)


def test_each_sector_sees_another_key():
    keys = [KEYS.pairwise(sector).public_key for sector in ("tax", "health", "", "subject")]

    assert len({*keys, KEYS.subject.public_key, OTHER.pairwise("tax").public_key}) == 6


def test_fresh_keys_differ():
    assert CitizenKeys.generate().subject.public_key != CitizenKeys.generate().subject.public_key


def test_the_trail_is_found_by_the_view_key_alone():
    tag = trail_tag(KEYS.trail_secret(REQUEST))

    assert is_own_trail(KEYS.view_key, REQUEST, tag)
    assert not is_own_trail(OTHER.view_key, REQUEST, tag)
    assert not is_own_trail(KEYS.view_key, bytes(32), tag)


def test_the_keys_are_not_printed():
    assert KEYS.view_key.hex() not in repr(KEYS)
    assert repr(KEYS) == "CitizenKeys(...)"


@pytest.mark.parametrize("seed", [b"", b"k" * 31, b"k" * 33])
def test_a_seed_has_32_bytes(seed):
    with pytest.raises(BadShape):
        CitizenKeys(seed)
