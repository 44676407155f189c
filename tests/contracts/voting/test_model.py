"""Random lives of an election against a plain model: who may do what, and what is counted."""

from random import Random

import pytest

from contracts.voting.tally.messages import CountBox, Tally
from primitives.errors import Rejected
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import counts_with, delivery, sealed, sender
from tests.contracts.voting.manifests import ELECTION, WINDOWS
from tests.contracts.voting.world import TRUSTEES

ELECTORS = ("a0", "a1", "a2", "d0", "d1", "d2")
WEIGHTS = {"a": 1, "d": 3}


class Model:
    """What should be in the box: for each pseudonym the last number and its marks."""

    def __init__(self):
        self.seq = {}
        self.marks = {}

    def cast(self, who, seq, marks):
        """Whether a ballot of this number is taken; it is, if the number rises."""
        if seq <= self.seq.get(who, 0):
            return False
        self.seq[who] = seq
        self.marks[who] = marks
        return True

    def counts(self):
        """The weighted counts, a row a contest."""
        chair, board = [0, 0, 0], [0, 0, 0]
        for who, (first, second) in self.marks.items():
            weight = WEIGHTS[who[0]]
            chair[2 if first is None else first[0]] += weight
            for option in second:
                board[option] += weight
        return tuple(chair), tuple(board)


def is_taken(world, who, msg):
    """Whether the ledger takes a message of a pseudonym."""
    try:
        world.do_as(sender(who), msg)
    except Rejected:
        return False
    return True


def any_marks(random):
    """A valid answer to both contests."""
    first = random.choice([(0,), (1,), None])
    return first, tuple(random.sample(range(3), random.randint(1, 2)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_counted_is_what_the_model_holds(seed):
    random, world, model = Random(seed), scenes.issued(), Model()
    for who in ELECTORS:
        acts.token_of(world, who)

    for _ in range(24):
        who, marks = random.choice(ELECTORS), any_marks(random)
        seq = random.randint(1, 6)
        made = sealed(world, who, *marks, seq=seq)
        act = random.choice(("cast", "cast", "cast", "audit", "copy"))
        if act == "cast":
            assert is_taken(world, who, made.cast()) == model.cast(who, seq, marks)
        elif act == "audit":
            assert is_taken(world, who, made.commit())
            assert is_taken(world, who, made.spoil())
            assert not is_taken(world, who, made.cast())
        else:
            other = next(name for name in ELECTORS if name != who)
            assert not is_taken(world, other, made.cast())
    world.at(WINDOWS.cast_until_ms).do("commission", CountBox(ELECTION))
    if len(model.marks) < 1:
        assert world.ask("election", ELECTION)[3] == "withheld"
        return
    for number in (2, 3, 5):
        world.do(TRUSTEES[number - 1], delivery(world, number))

    world.do("commission", Tally(ELECTION, (2, 3, 5), model.counts()))

    assert counts_with(world, (2, 3, 5)) == model.counts()
    assert world.ask("reconciliation", ELECTION)[1]
