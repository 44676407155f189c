"""Restarts with files lost or kept: scenarios S-d to S-f and S-l, R2.4, R2.10, all 63 losses.

Most go on until the chain has grown: the checks of every run assert that no key signs two things,
that a listener signs nothing, and that nothing is signed before others have answered.
"""

import pytest

from consensus import Decide, Persist, SignMark, Standing
from consensus.events import Received
from consensus.messages import Kind
from tests.simulation.cluster import Cluster
from tests.simulation.losses import COMBINATIONS, EVERYTHING, LOST, OLDER, Loss
from tests.simulation.node import Node
from tests.simulation.scenarios import (
    Gate,
    calm_cluster,
    crash_and_lose,
    is_kind,
    others_than,
    proposer_of,
    running,
    view_of,
)
from tests.simulation.starting import is_listening
from tests.simulation.world import MS, SECOND

WAL_LOST = Loss(wal=LOST)
STORE_LOST = Loss(store=LOST)
FOUR = (4, 1)
SEVEN = (7, 2)


def all_committed(cluster: Cluster, view: int) -> None:
    """Run until every validator has signed a Commit of height 1 in `view`; none gets another's."""
    cluster.network.allows = Gate(
        lambda _s, _t, said: (
            said.kind is Kind.VIEW_CHANGE or (said.view >= view and said.kind is not Kind.COMMIT)
        ),
        lets_others_pass=True,
    )
    cluster.start()
    mark = SignMark(1, view, int(Kind.COMMIT))
    nodes = cluster.nodes
    assert cluster.run(30 * SECOND, lambda: all(mark in node.disk.signed for node in nodes))


@pytest.mark.parametrize("size", [FOUR, SEVEN])
@pytest.mark.parametrize("case", ["none lost", "f stay down", "f lost all", "f lost their store"])
def test_s_d_all_restarted_at_once_go_on(size, case):
    validators, faulty = size
    cluster = running(calm_cluster(validators=validators))
    some, height = cluster.nodes[:faulty], cluster.height

    for node in cluster.nodes:
        node.crash()
    for node in some:
        if case.startswith("f lost"):
            crash_and_lose(node, EVERYTHING if case == "f lost all" else STORE_LOST)
    for node in cluster.nodes:
        if case != "f stay down" or node not in some:
            node.start()
    cluster.run_to_height(height + 4, within_us=40 * SECOND)

    assert cluster.height >= height + 4


@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize(("validators", "losers"), [(4, 2), (4, 4), (7, 3), (7, 7)])
def test_s_d_a_lost_wal_with_commits_signed_neither_stops_the_chain_nor_forgets_the_lock(
    validators, losers, view
):
    cluster = calm_cluster(validators=validators)
    all_committed(cluster, view)
    locked = {node.disk.sign_state.committed for node in cluster.nodes}

    for node in cluster.nodes:
        node.crash()
    for node in cluster.nodes[:losers]:
        crash_and_lose(node, WAL_LOST)
    cluster.network.allows = None
    for node in cluster.nodes:
        node.start()
    cluster.run_to_height(3, within_us=40 * SECOND)

    assert {(view, cluster.checks.decided[1][0])} == locked
    assert not any(is_listening(node) for node in cluster.nodes)


def test_r2_4_a_lone_validator_that_lost_its_wal_goes_on_with_its_lock():
    cluster = calm_cluster(validators=1)
    (alone,) = cluster.nodes
    alone.crash_before = lambda effect: isinstance(effect, Decide)
    cluster.start()
    assert cluster.run(5 * SECOND, lambda: not alone.is_up)
    alone.crash_before = lambda _effect: False
    _view, locked = alone.disk.sign_state.committed

    crash_and_lose(alone, WAL_LOST)
    alone.start()
    cluster.run_to_height(3, within_us=20 * SECOND)

    assert locked == cluster.checks.decided[1][0]
    assert not is_listening(alone)


def test_r2_4_who_lost_wal_and_lock_file_claims_all_the_same_and_asks_for_the_proof():
    cluster = calm_cluster()
    all_committed(cluster, 0)
    loser, dead = cluster.nodes[:2]

    for node in cluster.nodes:
        node.crash()
    crash_and_lose(loser, Loss(wal=LOST, lock=LOST))
    cluster.network.allows = None
    for node in others_than(cluster, dead):
        node.start()
    cluster.run_to_height(3, within_us=40 * SECOND)

    assert not is_listening(loser)
    assert dead.ledger.height == 0


def test_s_e_a_validator_that_is_behind_is_needed_and_votes_when_f_others_die():
    cluster = running(calm_cluster())
    behind, dying = cluster.nodes[:2]
    behind.crash()
    cluster.run_to_height(13, within_us=60 * SECOND, who=others_than(cluster, behind))

    dying.crash()
    behind.start()
    cluster.run_to_height(16, within_us=40 * SECOND)

    assert behind.ledger.height >= 16
    assert not is_listening(behind)


def test_s_f_when_the_right_to_sign_comes_in_view_1_the_view_change_is_said_and_the_chain_goes_on():
    cluster = running(calm_cluster())
    height = cluster.height
    dead, late = proposer_of(cluster, height + 1), proposer_of(cluster, height + 1, view=1)
    for node in (late, dead):
        node.crash()
    answers: list[tuple[Node, bytes]] = []

    def hold_answers(source: Node, target: Node, payload: bytes) -> bool:
        is_held = target is late and is_kind(payload, Kind.POSITION)
        if is_held:
            answers.append((source, payload))
        return not is_held

    cluster.network.allows = hold_answers
    others = others_than(cluster, late, dead)
    assert cluster.run(20 * SECOND, lambda: min(view_of(node) for node in others) == 1)
    late.start()
    assert cluster.run(20 * SECOND, lambda: view_of(late) == 1)
    assert late.engine is not None
    assert "told their open height" in late.engine.status().waits_for
    cluster.network.allows = None
    for source, payload in answers:
        late.give(Received(source.key, payload))
    cluster.run_to_height(cluster.height + 1, within_us=3 * SECOND)

    assert others[0].ledger.chain[-1][1].view == 1


def test_r2_10_the_right_to_sign_that_comes_with_all_prepares_at_hand_commits_in_the_same_view():
    cluster = calm_cluster()
    cluster.network.allows = Gate(
        lambda _s, _t, said: said.kind is Kind.PRE_PREPARE, lets_others_pass=True
    )
    cluster.start()
    mark = SignMark(1, 0, int(Kind.PREPARE))
    assert cluster.run(900 * MS, lambda: all(mark in node.disk.signed for node in cluster.nodes))
    for node in cluster.nodes:
        node.crash()

    cluster.network.allows = lambda _s, _t, payload: not is_kind(payload, Kind.POSITION)
    for node in cluster.nodes:
        node.start()
    cluster.run(500 * MS)
    assert cluster.height == 0
    cluster.network.allows = None
    cluster.run_to_height(1, within_us=3 * SECOND)

    assert {node.ledger.chain[0][1].view for node in cluster.nodes} == {0}


def test_s_l_one_block_certified_in_two_views_leads_to_the_same_next_proposers():
    cluster = calm_cluster()
    first = cluster.nodes[0]
    seen: list[tuple[Node, object]] = []

    def rule(source: Node, target: Node, said) -> bool:
        if said.height == 1 and said.kind is Kind.COMMIT and said.view < 2:
            return target is first and said.view == 0
        if said.height == 1 and said.view == 1:
            return said.kind is Kind.VIEW_CHANGE
        if said.height == 2 and said.kind is Kind.PRE_PREPARE:
            seen.append((source, said.view))
        return True

    gate = cluster.network.allows = Gate(rule, lets_others_pass=True)
    cluster.start()
    cluster.run_to_height(1, within_us=5 * SECOND, who=[first])
    gate.lets_others_pass = False
    cluster.run_to_height(1, within_us=30 * SECOND)
    gate.lets_others_pass = True
    cluster.run_to_height(4, within_us=20 * SECOND)

    views = [node.ledger.chain[0][1].view for node in cluster.nodes]
    assert (views[0], set(views[1:])) == (0, {2})
    assert {source.key for source, view in seen if view == 0} == {proposer_of(cluster, 2).key}
    assert {node.ledger.chain[1][1].view for node in cluster.nodes} == {0}


@pytest.mark.parametrize("loss", COMBINATIONS, ids=str)
def test_each_of_the_63_losses_leaves_a_chain_that_goes_on_and_one_word_a_mark(loss):
    cluster = calm_cluster(seed=COMBINATIONS.index(loss))
    loser = cluster.nodes[1]
    loser.disk.is_versioned = True
    running(cluster, 5)

    crash_and_lose(loser, loss)
    loser.start()
    cluster.run(2 * SECOND)
    cluster.run_to_height(cluster.height + 8, within_us=40 * SECOND)

    assert not is_listening(loser)
    assert not cluster.world.counts["conflict"] or loser.is_excused


def test_r2_2_a_sign_state_and_a_store_put_back_beside_a_newer_wal_make_a_listener():
    cluster = calm_cluster()
    loser = cluster.nodes[1]
    loser.disk.is_versioned = True
    running(cluster, 5)
    moment = loser.disk.moment
    cluster.run_to_height(10, within_us=20 * SECOND)
    assert cluster.run(SECOND, lambda: len(loser.disk.wals[-1][1].entries) > 1)

    crash_and_lose(loser, Loss(sign_state=OLDER, store=OLDER, lock=OLDER), moment)
    loser.start()
    at_once = is_listening(loser)
    cluster.run_to_height(cluster.height + 4, within_us=20 * SECOND)

    assert at_once
    assert cluster.run(5 * SECOND, lambda: not is_listening(loser))


def test_a_born_network_of_four_starts_at_once():
    cluster = calm_cluster()
    cluster.start()

    cluster.run_to_height(1, within_us=1 * SECOND)

    assert {node.disk.sign_state.standing for node in cluster.nodes} == {Standing.EXPLAINED}


@pytest.mark.parametrize("validators", [1, 2, 3])
def test_networks_too_small_for_faults_start_restart_and_go_on(validators):
    cluster = running(calm_cluster(validators=validators))
    height = cluster.height

    for node in cluster.nodes:
        node.crash()
    for node in cluster.nodes:
        node.start()
    cluster.run_to_height(height + 3, within_us=20 * SECOND)

    assert not any(is_listening(node) for node in cluster.nodes)


def test_an_intact_node_never_writes_a_listeners_state():
    cluster = running(calm_cluster(observers=1))
    for turn in range(8):
        node = cluster.nodes[turn % 4]
        node.crash_before = lambda effect: isinstance(effect, Persist)
        cluster.run(2 * SECOND, lambda node=node: not node.is_up)
        node.crash_before = lambda _effect: False
        node.start()
        cluster.run_to_height(cluster.height + 1, within_us=20 * SECOND)

    assert not any(is_listening(node) for node in cluster.nodes)
