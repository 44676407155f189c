"""A record of any length is verified in little memory: few of its ballots are held at once."""

import gc
from collections.abc import Iterator

import pytest

from tests.verifier import acts
from tests.verifier.booth import GENESIS, Booth, Plan
from tests.verifier.elections import CONTESTS
from tests.verifier.forging import record_of
from verifier.ballots import Ballot
from verifier.replay import CHECKS_WAITING_MAX, Entry, replay

BALLOTS = 2 * CHECKS_WAITING_MAX
IN_HAND = 4  # the entry that is read, and what threads and frames still name


@pytest.fixture(scope="module")
def long() -> Booth:
    """An election in which two voters change their minds very often."""
    booth = Booth(Plan((CONTESTS[0],)))
    acts.found(booth)
    acts.make_keys(booth)
    acts.open_box(booth)
    acts.equip(booth, "a0", "a1")
    acts.close(booth)
    for number in range(BALLOTS):
        acts.cast(booth, ("a0", "a1")[number % 2], [(number % 2,)], 1 + number // 2)
    return booth


def ballots_held() -> int:
    """How many ballots with their proofs exist in this process, of what is not frozen."""
    return sum(isinstance(each, Ballot) for each in gc.get_objects())


def test_no_more_ballots_are_held_than_checks_may_wait(long: Booth):
    held: list[int] = []

    def read() -> Iterator[Entry]:
        for entry in record_of(long).entries:
            held.append(ballots_held())
            yield entry

    gc.collect()
    gc.freeze()  # what all other tests left behind is not looked at again and again
    try:
        replayed = replay(GENESIS.chain_id, read())
    finally:
        gc.unfreeze()

    assert replayed.acts["cast_ballot"] == BALLOTS
    assert 1 < max(held) <= CHECKS_WAITING_MAX + IN_HAND
