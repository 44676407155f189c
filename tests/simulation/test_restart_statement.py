"""S-d's last case: f + 1 lost their sign-states, and a restart statement (R2.9).

The checks of every run assert what they always do, under each restart: no key signs two things,
no fork, nobody honest blamed. What was decided above the statement's block and not under it is
void, and nothing else is.
"""

import pytest

from consensus.messages import Kind
from tests.simulation.cluster import Cluster
from tests.simulation.losses import LOST, Loss
from tests.simulation.node import Node
from tests.simulation.restarting import (
    apply_restart,
    restart_all,
    roll_back,
    sign_restart,
    stands_still,
)
from tests.simulation.scenarios import Gate, calm_cluster, crash_and_lose
from tests.simulation.starting import is_listening
from tests.simulation.world import SECOND

SIGN_STATE_LOST = Loss(sign_state=LOST, lock=LOST)


def running(cluster: Cluster, height: int = 3) -> Cluster:
    cluster.start()
    cluster.run_to_height(height, within_us=20 * SECOND)
    return cluster


def all_level(cluster: Cluster) -> None:
    """Let every block reach every node, then stop the network's traffic."""
    cluster.network.allows = Gate(
        lambda _s, _t, said: said.kind is not Kind.PRE_PREPARE, lets_others_pass=True
    )
    cluster.run(10 * SECOND)
    cluster.network.allows = None
    assert len({node.ledger.height for node in cluster.nodes if node.is_up}) == 1


def lose_and_start(nodes: list[Node], loss: Loss = SIGN_STATE_LOST) -> None:
    for node in nodes:
        crash_and_lose(node, loss)
    for node in nodes:
        node.start()


@pytest.mark.parametrize(("count", "lost"), [(4, 2), (4, 4), (7, 3), (7, 7)])
def test_s_d_f_plus_1_lost_sign_states_and_a_statement_applied_by_all(count, lost):
    cluster = running(calm_cluster(validators=count))
    all_level(cluster)
    lose_and_start(cluster.nodes[:lost])
    stood = stands_still(cluster)

    restarts = sign_restart(cluster, cluster.nodes[0])
    restart_all(cluster.nodes, restarts)
    cluster.run_to_height(cluster.height + 5, within_us=20 * SECOND)

    assert stood
    assert not any(is_listening(node) for node in cluster.nodes)
    assert {node.ledger.tip.restart for node in cluster.nodes} == {restarts[-1].digest}
    cluster.checks.at_end()


def test_a_statement_applied_by_some_first_and_by_the_others_later():
    cluster = running(calm_cluster(validators=7))
    all_level(cluster)
    lose_and_start(cluster.nodes[:3])
    restarts = sign_restart(cluster, cluster.nodes[0])
    first, later = cluster.nodes[:4], cluster.nodes[4:]

    restart_all(first, restarts)
    stood = stands_still(cluster, 20)
    restart_all(later[:1], restarts)
    cluster.run_to_height(cluster.height + 5, within_us=30 * SECOND)

    assert stood
    assert {node.ledger.tip.restart for node in later} == {restarts[-1].digest}
    cluster.checks.at_end()


def test_one_that_was_away_and_holds_nothing_above_just_crosses():
    cluster = running(calm_cluster())
    away = cluster.nodes[3]
    away.crash()
    cluster.run_to_height(cluster.height + 4, within_us=40 * SECOND, who=cluster.nodes[:3])
    cluster.network.allows = Gate(lambda *_: False, lets_others_pass=True)
    cluster.run(5 * SECOND)
    cluster.network.allows = None
    lose_and_start(cluster.nodes[:2])
    restarts = sign_restart(cluster, cluster.nodes[0])
    restart_all(cluster.nodes[:3], restarts)
    cluster.run_to_height(cluster.height + 3, within_us=20 * SECOND, who=cluster.nodes[:3])

    away.start()
    cluster.run_to_height(cluster.height + 3, within_us=30 * SECOND)

    assert away.ledger.tip.restart == restarts[-1].digest
    assert not is_listening(away)


def hold_one_above(cluster: Cluster, holder: Node) -> None:
    """`holder` alone learns the decision of the next height; then the others lose all."""
    height = max(node.ledger.height for node in cluster.nodes) + 1
    cluster.network.allows = Gate(
        lambda _s, to, said: said.kind is not Kind.COMMIT or to is holder,
        lets_others_pass=False,
    )
    cluster.run_to_height(height, within_us=20 * SECOND, who=[holder])
    cluster.network.split([holder])
    cluster.network.allows = None
    lose_and_start([node for node in cluster.nodes if node is not holder], EVERYTHING_BUT_STORE)


EVERYTHING_BUT_STORE = Loss(sign_state=LOST, lock=LOST, wal=LOST)


def test_one_that_holds_a_certificate_above_refuses_and_its_block_is_void():
    cluster = running(calm_cluster())
    all_level(cluster)
    holder, others = cluster.nodes[3], cluster.nodes[:3]
    hold_one_above(cluster, holder)
    void = holder.ledger.tip
    restarts = sign_restart(cluster, cluster.nodes[0])
    restart_all(others, restarts)
    cluster.run_to_height(cluster.nodes[0].ledger.height + 2, within_us=20 * SECOND, who=others)

    takes_it = apply_restart(holder, restarts)
    holder.start()
    cluster.network.heal()
    cluster.run(20 * SECOND)

    # It never decides anything more, and nobody takes its block; it stops when it learns why.
    assert not takes_it
    assert holder.ledger.tip == void
    assert not holder.is_up
    assert cluster.world.counts["told_of_void_blocks"] == 1
    assert list(cluster.checks.restarts.void) == [(void.restart, void.height)]
    assert {node.ledger.chain[void.height - 1][0].hash for node in others} != {void.hash}


def test_after_a_rollback_the_holder_of_a_void_block_goes_on_with_the_others():
    cluster = running(calm_cluster())
    all_level(cluster)
    holder, others = cluster.nodes[3], cluster.nodes[:3]
    hold_one_above(cluster, holder)
    restarts = sign_restart(cluster, cluster.nodes[0])
    restart_all(others, restarts)
    cluster.run_to_height(cluster.nodes[0].ledger.height + 2, within_us=20 * SECOND, who=others)
    cluster.network.heal()

    roll_back(holder, restarts[-1].statement.height)
    taken = apply_restart(holder, restarts)
    holder.start()
    cluster.run_to_height(cluster.nodes[0].ledger.height + 5, within_us=30 * SECOND)

    assert taken
    assert holder.ledger.chain[-1][0].header.restart == restarts[-1].digest
    cluster.checks.at_end()


def test_a_second_statement_names_the_first_that_did_not_start_the_network():
    cluster = running(calm_cluster())
    all_level(cluster)
    lose_and_start(cluster.nodes[:3])
    first = sign_restart(cluster, cluster.nodes[0])
    restart_all(cluster.nodes[:2], first)
    stood = stands_still(cluster, 20)
    lose_and_start(cluster.nodes[:2])

    second = sign_restart(cluster, cluster.nodes[0], *first, reason="once more")
    restart_all(cluster.nodes, second)
    cluster.run_to_height(cluster.height + 5, within_us=20 * SECOND)

    assert stood
    carrying = cluster.nodes[3].ledger.chain[second[-1].statement.height][0]
    assert [len(carrying.restarts), carrying.header.restart] == [2, second[-1].digest]


def test_one_that_applied_a_statement_which_the_second_does_not_name_does_not_follow():
    cluster = running(calm_cluster())
    all_level(cluster)
    lose_and_start(cluster.nodes[:3])
    one = sign_restart(cluster, cluster.nodes[0], reason="one")
    another = sign_restart(cluster, cluster.nodes[0], reason="another")
    restart_all(cluster.nodes[3:], one)
    restart_all(cluster.nodes[:3], another)
    height = cluster.height

    cluster.run_to_height(height + 3, within_us=20 * SECOND, who=cluster.nodes[:3])
    cluster.run(10 * SECOND)

    assert apply_restart(cluster.nodes[3], another) is False
    assert cluster.nodes[3].ledger.height == height


def test_what_was_signed_under_a_statement_is_never_signed_again_when_it_is_applied_again():
    cluster = running(calm_cluster())
    all_level(cluster)
    lose_and_start(cluster.nodes[:2])
    restarts = sign_restart(cluster, cluster.nodes[0])
    restart_all(cluster.nodes[:2], restarts)
    stands_still(cluster, 10)

    for node in cluster.nodes[:2] * 3:
        assert apply_restart(node, restarts)
        node.start()
        cluster.run(2 * SECOND)
    restart_all(cluster.nodes[2:], restarts)
    cluster.run_to_height(cluster.height + 5, within_us=20 * SECOND)


@pytest.mark.parametrize("seed", range(20))
def test_restarts_at_random_moments_of_nodes_at_random_keep_every_promise(seed):
    cluster = running(calm_cluster(seed, validators=4 + 3 * (seed % 2)))
    all_level(cluster)
    rng = cluster.world.rng
    count = len(cluster.nodes)
    losers = rng.sample(cluster.nodes, rng.randint(count - cluster.checks.quorum + 1, count))
    loss = rng.choice([SIGN_STATE_LOST, EVERYTHING_BUT_STORE])
    lose_and_start(losers, loss)
    cluster.run(rng.randint(1, 20) * SECOND)
    highest = max(cluster.nodes, key=lambda node: node.ledger.height)

    restarts = sign_restart(cluster, highest)
    for node in rng.sample(cluster.nodes, len(cluster.nodes)):
        apply_restart(node, restarts)
        node.start()
        cluster.run(rng.randint(0, 3_000) * 1_000)
        if rng.random() < 0.3:
            node.crash()
            node.start()
    cluster.run_to_height(cluster.height + 5, within_us=60 * SECOND)

    cluster.checks.at_end()
    assert cluster.checks.restarts.void == {}
