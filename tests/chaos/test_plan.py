"""The plan of strikes is the seed's alone, and never takes more than the network tolerates."""

from itertools import islice

from tests.chaos.plan import COMPANIONS, LOSSES, Kind, strikes


def plan(seed, count=400, kinds=tuple(Kind)):
    return list(islice(strikes(seed, validators=4, kinds=kinds), count))


def test_the_same_seed_gives_the_same_plan():
    assert plan(7) == plan(7)


def test_another_seed_gives_another_plan():
    assert plan(7) != plan(8)


def test_every_kind_comes_once_before_any_comes_again():
    first = plan(3, count=len(Kind))

    assert sorted(strike.kind.name for strike in first) == sorted(kind.name for kind in Kind)


def test_every_validator_is_struck():
    assert {strike.victim for strike in plan(5)} == {0, 1, 2, 3}


def test_at_most_one_of_four_validators_suffers_a_loss_at_a_time():
    for strike in plan(11, count=2_000):
        assert strike.losses <= 1


def test_who_is_struck_beside_a_loss_is_another_and_keeps_what_it_wrote():
    joined = [strike for strike in plan(13) if strike.companion is not None]

    assert joined
    for strike in joined:
        assert strike.companion.victim != strike.victim
        assert strike.companion.kind in COMPANIONS
        assert strike.companion.kind not in LOSSES
        assert strike.kind in LOSSES


def test_a_plan_of_some_kinds_has_no_others():
    asked = (Kind.KILL, Kind.NO_WAL)

    assert {strike.kind for strike in plan(2, kinds=asked)} == set(asked)
