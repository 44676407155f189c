"""Absent proposers: what they cost, that nobody beyond f is passed over, and the way back."""

from itertools import pairwise

import pytest

from consensus import WorkWaiting
from tests.simulation.absent import harass
from tests.simulation.cluster import Cluster
from tests.simulation.scenarios import calm_cluster
from tests.simulation.world import MS, SECOND

_QUICK = {"work_gap_us": 20 * MS}


def _late(cluster: Cluster) -> list[int]:
    """The heights that were decided in a view above 0."""
    chain = cluster.honest[0].ledger.chain
    return [certificate.height for _, certificate in chain if certificate.view > 0]


def _heights_later(**changes) -> int:
    """The heights of twenty seconds, after ten seconds of the same."""
    cluster = calm_cluster(**changes, **_QUICK)
    cluster.start()
    cluster.run(10 * SECOND)
    before = cluster.height
    cluster.run(20 * SECOND)
    return cluster.height - before


@pytest.mark.sim
@pytest.mark.parametrize("validators", [4, 7])
def test_with_f_silent_validators_more_than_four_fifths_of_the_heights_are_kept(validators):
    silent = ("silent",) * ((validators - 1) // 3)
    present = _heights_later(validators=validators)

    kept = _heights_later(validators=validators, byzantine=silent)

    assert kept >= 0.8 * present


@pytest.mark.parametrize("validators", [4, 7, 10])
def test_a_silent_validator_is_tried_after_4n_heights_and_then_half_as_often_each_time(validators):
    cluster = calm_cluster(validators=validators, byzantine=("silent",), **_QUICK)
    silent = next(node for node in cluster.nodes if not node.is_honest)
    cluster.start()
    cluster.run_to_height(40 * validators, within_us=120 * SECOND)

    late = _late(cluster)

    assert [height for height in late if height > 2 * validators] == [
        height
        for height, (order, _over) in cluster.checks.turns.items()
        if order[0] == silent.key and 2 * validators < height <= cluster.height
    ]
    gaps = [b - a for a, b in pairwise(late[1:])]
    bounds = [4 * validators << number for number in range(len(gaps))]
    assert gaps
    assert all(least < gap <= least + validators for least, gap in zip(bounds, gaps, strict=True))


def test_a_validator_that_was_away_proposes_again():
    cluster = calm_cluster(**_QUICK)
    away = cluster.nodes[2]
    cluster.start()
    cluster.run_to_height(4, within_us=10 * SECOND)
    away.crash()
    cluster.run_to_height(30, within_us=30 * SECOND)
    away.start()

    cluster.run_to_height(30 + 4 * 4 * 2 + 8, within_us=60 * SECOND)

    proposers = [block.header.proposer for block, _ in cluster.nodes[0].ledger.chain]
    assert away.key not in proposers[6:30]
    assert away.key in proposers[30:]
    assert cluster.honest[0].ledger.turns[away.name].missed == 0


def test_the_vote_of_one_that_is_passed_over_still_counts():
    """Four validators, one never proposes but votes; when another is gone the chain goes on."""
    cluster = calm_cluster(**_QUICK)
    harass(cluster, heights=30)
    passed = cluster.nodes[0]
    others = [node for node in cluster.nodes if node is not passed]

    others[-1].crash()
    height = cluster.height + 12
    cluster.run_to_height(height, within_us=60 * SECOND)

    assert cluster.height >= height


@pytest.mark.parametrize(("validators", "liars"), [(4, 1), (7, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_s_o_liars_and_a_slow_link_keep_one_honest_proposer_out_and_not_for_long(
    validators, liars, seed
):
    cluster = calm_cluster(seed, validators=validators, byzantine=("selective",) * liars, **_QUICK)

    victim = harass(cluster, heights=60)

    over = [height for height, (_, over) in cluster.checks.turns.items() if victim.key in over]
    assert over  # the attack works: the victim was passed over


def test_when_work_waits_at_one_validator_alone_the_proposer_proposes_an_empty_block():
    cluster = calm_cluster(work_gap_us=3600 * SECOND)
    cluster.start()
    alone = next(node for node in cluster.nodes if node is not cluster.proposers()[0][0])

    alone.give(WorkWaiting())
    cluster.run_to_height(1, within_us=SECOND // 2)

    assert cluster.nodes[0].ledger.chain[0][1].view == 0
