"""A citizen's keys: one seed, keys that tell nothing of each other."""

import pytest

from client.identity.keys import CitizenKeys
from client.identity.trail import trail_secret
from client.words import secret_of, words_of
from contracts.identity.core.messages import trail_tag
from primitives.errors import BadShape

KEYS, OTHER = CitizenKeys(b"k" * 32), CitizenKeys(b"o" * 32)


def test_the_same_seed_gives_the_same_keys():
    again = CitizenKeys(b"k" * 32)

    assert again.subject.public_key == KEYS.subject.public_key
    assert again.pairwise("tax").public_key == KEYS.pairwise("tax").public_key
    assert (again.view_key, again.box.public) == (KEYS.view_key, KEYS.box.public)


def test_each_sector_sees_another_key():
    keys = [KEYS.pairwise(sector).public_key for sector in ("tax", "health", "", "subject")]

    assert len({*keys, KEYS.subject.public_key, OTHER.pairwise("tax").public_key}) == 6


def test_the_key_of_a_sector_is_that_of_its_place_and_comes_back_from_words():
    placed = KEYS.placed({"tax": (1, 7), "health": (1, 8)})
    again = CitizenKeys(secret_of(words_of(KEYS.seed), 24), {"tax": (1, 7)})

    own = KEYS.vouching("chain").pairwise((1, 7)).public_key
    assert placed.pairwise("tax").public_key == again.pairwise("tax").public_key == own
    assert placed.pairwise("health").public_key != own
    assert placed.viewer("tax").keys == {"tax": own}
    assert KEYS.pairwise("tax").public_key != own  # of a sector without a place: of its name
    assert placed.pairwise("land").public_key == KEYS.pairwise("land").public_key


def test_fresh_keys_differ():
    assert CitizenKeys.generate().subject.public_key != CitizenKeys.generate().subject.public_key


def test_a_trail_tag_is_the_view_key_s_of_one_sector_and_request():
    viewers = (KEYS.viewer("tax", "health"), OTHER.viewer("tax", "health"))
    one, other = bytes(32), b"\x01" * 32
    places = [("tax", one), ("tax", other), ("health", one), ("ta", one)]

    tags = [viewer.tag(*place) for viewer in viewers for place in places]

    assert len(set(tags)) == len(tags)
    assert tags[0] == trail_tag(trail_secret(KEYS.view_key, "tax", one))


def test_who_finds_the_trail_signs_nothing_and_prints_no_secret():
    viewer = KEYS.viewer("tax")

    assert viewer.keys == {"tax": KEYS.pairwise("tax").public_key}
    assert KEYS.view_key.hex() not in repr(viewer)
    assert repr(KEYS.view_key) not in repr(viewer)


def test_the_keys_are_not_printed():
    assert KEYS.view_key.hex() not in repr(KEYS)
    assert repr(KEYS) == "CitizenKeys(...)"


@pytest.mark.parametrize("seed", [b"", b"k" * 31, b"k" * 33])
def test_a_seed_has_32_bytes(seed):
    with pytest.raises(BadShape):
        CitizenKeys(seed)
