"""Validators whose keys are in signers: they decide, and one key never says two things."""

import pytest

from tests.simulation.losses import OLDER, Loss
from tests.simulation.scenarios import calm_cluster, crash_and_lose, others_than, running
from tests.simulation.starting import is_listening
from tests.simulation.world import SECOND

ALL_OLDER = Loss(sign_state=OLDER, wal=OLDER, store=OLDER, lock=OLDER)


def test_validators_with_signers_decide_without_losing_a_view():
    cluster = running(calm_cluster(signers=4))

    cluster.run_to_height(8, within_us=20 * SECOND)

    assert cluster.checks.view_changes == 0
    assert cluster.world.counts["signed_elsewhere"] > 8 * 4


@pytest.mark.parametrize("seed", range(5))
def test_two_nodes_on_one_signer_say_one_thing(seed):
    cluster = running(calm_cluster(seed, signers=1))
    original = cluster.nodes[0]

    clone = cluster.clone(original)
    clone.start()
    sound = others_than(cluster, original, clone)
    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND, who=sound)

    assert cluster.world.counts["conflict"] == 0
    assert cluster.world.counts["signer_refusal"] + cluster.world.counts["fall"] > 0


@pytest.mark.parametrize("moment", [5, 20, 35])
def test_a_directory_that_is_put_back_older_says_nothing_twice_and_goes_on(moment):
    cluster = calm_cluster(signers=1)
    original = cluster.nodes[0]
    original.disk.is_versioned = True
    running(cluster, 6)

    crash_and_lose(original, ALL_OLDER, moment)
    original.start()
    cluster.run_to_height(cluster.height + 5, within_us=60 * SECOND)

    assert cluster.world.counts["conflict"] == 0
    assert not is_listening(original)
