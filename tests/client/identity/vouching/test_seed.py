"""A wallet's vouched keys: a year of them and all places, from the seed alone."""

from client.identity.keys import CitizenKeys
from client.identity.vouching.seed import first_epoch, slot_index, year_of
from client.words import ENGLISH, secret_of, words_of

CHAIN = "test-chain"
SEED = CitizenKeys(b"k" * 32).vouching(CHAIN)
EPOCH = first_epoch(2026) + 40


def test_the_words_give_every_key_and_every_root_back():
    words = words_of(b"k" * 32, ENGLISH)

    again = CitizenKeys(secret_of(words, 24)).vouching(CHAIN)

    assert again.pairwise((1, 7)).public_key == SEED.pairwise((1, 7)).public_key
    assert again.slot(EPOCH, 3, 0).public_key == SEED.slot(EPOCH, 3, 0).public_key
    assert again.hidden_slots(EPOCH, 0) == SEED.hidden_slots(EPOCH, 0)
    assert again.list_tree(1, 0).root == SEED.list_tree(1, 0).root


def test_a_pairwise_key_stays_in_every_generation_and_what_hides_it_does_not():
    assert SEED.hides_place((1, 7), 0) != SEED.hides_place((1, 7), 8_100)
    assert SEED.hidden_slots(EPOCH, 0) != SEED.hidden_slots(EPOCH, 8_100)
    other = CitizenKeys(b"k" * 32).vouching("other-chain")
    assert other.hidden_slots(EPOCH, 0) != SEED.hidden_slots(EPOCH, 0)


def test_each_place_slot_and_use_has_a_secret_of_its_own():
    keys = [SEED.pairwise(place) for place in ((1, 0), (1, 1), (2, 0))]
    keys += [SEED.slot(*of) for of in ((EPOCH, 0, 0), (EPOCH, 1, 0), (EPOCH + 1, 0, 0))]
    keys += [SEED.slot(1, 0, 0), SEED.slot(EPOCH, 0, 1)]
    factors = [SEED.hides_place((1, 0), 0), SEED.hides_slot(1, 0, 0)]

    assert len({key.public_key for key in keys}) == len(keys)
    assert len(set(factors)) == 2
    assert "k" * 8 not in repr(SEED)


def test_a_deposit_of_a_year_has_each_day_s_slots_at_their_leaves():
    tree = SEED.year_tree(2028, 0)  # 366 days
    last = first_epoch(2029) - 1

    assert len(tree.levels[0]) == 4_096
    assert (slot_index(first_epoch(2028), 0), slot_index(last, 7)) == (0, 366 * 8 - 1)
    assert (year_of(first_epoch(2028)), year_of(last), year_of(last + 1)) == (2028, 2028, 2029)
