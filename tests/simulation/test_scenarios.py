"""Named scenarios of the consensus rules, with messages let through one by one where needed."""

import pytest

from consensus import Persist
from consensus.messages import Kind, Statement
from consensus.turns import order_of
from primitives.crypto import Digest
from primitives.ids import Height
from tests.simulation.cluster import Cluster
from tests.simulation.forge import Forge
from tests.simulation.node import Node
from tests.simulation.scenarios import (
    Gate,
    before_broadcast_of,
    calm_cluster,
    competing_locks,
    statement_of,
)
from tests.simulation.world import MS, SECOND


def _started(cluster: Cluster) -> Cluster:
    """Return the cluster, running and past its first block."""
    cluster.start()
    cluster.run_to_height(1, within_us=5 * SECOND)
    return cluster


def _proposer(cluster: Cluster) -> Node:
    return cluster.proposers()[0][0]


def _heights(cluster: Cluster) -> list[int]:
    return [node.ledger.height for node in cluster.nodes]


@pytest.mark.parametrize("kind", [Kind.PRE_PREPARE, Kind.PREPARE, Kind.COMMIT])
def test_a_crash_between_sign_state_and_send_resends_the_same_signature(kind):
    cluster = calm_cluster()
    node = _proposer(cluster)
    gate = cluster.network.allows = Gate(lambda *_: True, lets_others_pass=True)
    node.crash_before = before_broadcast_of(kind)
    cluster.start()
    assert cluster.run(3 * SECOND, lambda: not node.is_up)
    state = node.disk.sign_state
    assert state is not None
    before = _own(gate, node, kind)

    node.crash_before = lambda _effect: False
    node.start()
    cluster.run_to_height(2, within_us=10 * SECOND)

    resent = [said for said in _own(gate, node, kind) if said.mark == state.mark]
    assert not before
    assert resent
    assert {said.signature for said in resent} == {state.signature}


def _own(gate: Gate, node: Node, kind: Kind) -> list[Statement]:
    return [
        said
        for source, said in gate.seen
        if said.sender == source.key == node.key and said.kind is kind
    ]


@pytest.mark.parametrize("part", range(1, 10))
def test_a_crash_at_any_part_of_a_write_never_leads_to_a_second_signature(part):
    cluster = calm_cluster(seed=part, disk_us=(10 * MS, 10 * MS))
    node = _proposer(cluster)

    for height in range(1, 5):
        cluster.start()
        node.crash_before = lambda effect: isinstance(effect, Persist)
        cluster.run(2 * SECOND, lambda: not node.is_up)
        node.crash_before = lambda _effect: False
        node.start()
        cluster.run(part * MS)
        node.crash()
        node.start()
        cluster.run_to_height(height, within_us=20 * SECOND)

    assert min(_heights(cluster)) >= 4


def test_the_majority_runs_on_and_a_minority_catches_up_after_the_partition():
    cluster = _started(calm_cluster(validators=7))
    minority, majority = cluster.nodes[:2], cluster.nodes[2:]

    cluster.network.split(minority)
    cluster.run_to_height(12, within_us=60 * SECOND, who=majority)
    behind = max(node.ledger.height for node in minority)
    cluster.network.heal(is_reconnecting=False)
    cluster.run_to_height(14, within_us=20 * SECOND)

    assert behind <= 2


def test_after_ten_minutes_without_a_quorum_the_chain_resumes_within_a_cap_and_few_views():
    cluster = _started(calm_cluster(timeout_cap_ms=30_000))
    cluster.network.split(cluster.nodes[:2])
    cluster.run(600 * SECOND)
    height = cluster.height

    cluster.network.heal()
    cluster.run_to_height(height + 3, within_us=40 * SECOND)

    assert cluster.height >= height + 3


def test_when_only_the_proposer_learns_the_decision_the_others_adopt_the_same_block():
    cluster = calm_cluster()
    leader = _proposer(cluster)
    others = [node for node in cluster.nodes if node is not leader]
    cluster.network.allows = Gate(lambda _s, to, said: said.kind is not Kind.COMMIT or to is leader)
    cluster.start()
    cluster.run_to_height(1, within_us=3 * SECOND, who=[leader])
    assert max(node.ledger.height for node in others) == 0

    cluster.network.split([leader])
    cluster.network.allows = None
    cluster.run_to_height(2, within_us=20 * SECOND, who=others)

    assert others[0].ledger.chain[0][0].hash == leader.ledger.chain[0][0].hash


@pytest.mark.parametrize("holders", [1, 2, 3])
def test_a_block_that_some_prepared_before_a_partition_survives_it(holders):
    cluster = calm_cluster()
    locked = cluster.nodes[:holders]
    gate = Gate(
        lambda _s, to, said: (
            said.kind is Kind.PRE_PREPARE or (said.kind is Kind.PREPARE and to in locked)
        )
    )
    cluster.network.allows = gate
    cluster.start()
    cluster.run(500 * MS)
    proposed = next(said for _, said in gate.seen if said.kind is Kind.PRE_PREPARE).block_hash

    cluster.network.split(cluster.nodes[:2])
    cluster.run(10 * SECOND)
    cluster.network.allows = None
    cluster.network.heal()
    cluster.run_to_height(1, within_us=30 * SECOND)

    # With three prepared, every quorum of view changes holds one of them; with fewer it may not.
    assert holders < 3 or cluster.checks.decided[1][0] == proposed


def test_when_the_only_committed_node_crashes_the_others_decide_the_same_block():
    cluster = calm_cluster()
    first = cluster.nodes[0]
    cluster.network.allows = Gate(lambda _s, to, said: said.kind is not Kind.COMMIT or to is first)
    cluster.start()
    cluster.run_to_height(1, within_us=3 * SECOND, who=[first])
    decided = cluster.checks.decided[1][0]

    first.crash()
    cluster.network.allows = None
    others = cluster.nodes[1:]
    cluster.run_to_height(2, within_us=20 * SECOND, who=others)

    assert others[0].ledger.chain[0][0].hash == decided


@pytest.mark.parametrize(("validators", "dead"), [(4, 1), (7, 2), (10, 3)])
def test_f_dead_proposers_in_a_row_cost_f_views(validators, dead):
    cluster = _started(calm_cluster(validators=validators))
    height = cluster.height + 3
    for key in order_of(cluster.validators, {}, Height(height))[:dead]:
        cluster.network.owners(key)[0].crash()

    cluster.run_to_height(height, within_us=30 * SECOND)

    alive = next(node for node in cluster.nodes if node.is_up)
    assert alive.ledger.chain[height - 1][1].view == dead


@pytest.mark.parametrize("seed", range(4))
def test_a_proposer_that_equivocates_cannot_fork_and_is_found_out(seed):
    cluster = calm_cluster(seed, byzantine=("equivocator",))
    cluster.start()

    cluster.run_to_height(30, within_us=90 * SECOND)

    faulty = next(node for node in cluster.nodes if not node.is_honest)
    assert {key for _, key in cluster.checks.evidence} == {faulty.key}


@pytest.mark.parametrize("seed", range(4))
def test_evidence_of_equivocation_gets_into_a_block(seed):
    cluster = calm_cluster(seed, byzantine=("equivocator",))
    cluster.start()

    cluster.run_to_height(30, within_us=90 * SECOND)

    chain = cluster.honest[0].ledger.chain
    assert any(block.evidence for block, _ in chain)


@pytest.mark.parametrize("seed", range(6))
def test_a_validator_with_two_bodies_and_two_memories_cannot_fork(seed):
    cluster = calm_cluster(seed, byzantine=("twin",))
    bodies = [node for node in cluster.nodes if not node.is_honest]
    cluster.start()

    for turn in range(6):
        cluster.network.heal()
        halves = cluster.honest[turn % 3 :] + bodies[turn % 2 :][:1]
        cluster.network.split(halves)
        cluster.run(3 * SECOND)
    cluster.network.heal()
    cluster.run_to_height(cluster.height + 3, within_us=30 * SECOND)

    assert cluster.height >= 3


def test_of_two_competing_locks_the_newer_one_is_decided():
    cluster = calm_cluster()

    competing_locks(cluster)

    newer = cluster.nodes[2].ledger.chain[0][0]
    assert newer.header.proposer == cluster.nodes[2].key
    assert cluster.checks.decided[1][0] == newer.hash


def test_a_validator_left_behind_by_many_views_meets_the_others_again():
    cluster = _started(calm_cluster())
    deaf = cluster.nodes[0]
    cluster.network.split([node for node in cluster.nodes if node is not deaf], is_one_way=True)
    cluster.network.allows = Gate(lambda _s, _t, said: said.kind is Kind.VIEW_CHANGE)
    cluster.run(40 * SECOND)
    views = [node.engine.status().view for node in cluster.nodes if node.engine is not None]

    cluster.network.allows = None
    cluster.network.heal()
    cluster.run_to_height(cluster.height + 2, within_us=20 * SECOND)

    assert max(views) - views[0] >= 4


@pytest.mark.parametrize("kind", [Kind.PREPARE, Kind.COMMIT])
def test_votes_lost_without_new_traffic_are_said_again_within_the_same_view(kind):
    cluster = calm_cluster(timeout_base_ms=30_000, timeout_cap_ms=60_000)
    cluster.network.allows = Gate(lambda _s, _t, said: said.kind is not kind)
    cluster.start()
    cluster.run(900 * MS)
    assert cluster.height == 0

    cluster.network.allows = None
    cluster.run_to_height(1, within_us=5 * SECOND)

    assert cluster.nodes[0].ledger.chain[0][1].view == 0


def test_a_flood_of_far_heights_views_and_doubles_neither_fills_memory_nor_stalls():
    cluster = _started(calm_cluster(byzantine=("silent",)))
    flooder = next(node for node in cluster.nodes if not node.is_honest)
    target = cluster.honest[0]
    forge = Forge(flooder)
    like = _any_prepare(cluster)

    for i in range(3_000):
        height = like.height + (i % 3) * (i % 50)
        content = Digest(i.to_bytes(32, "big"))
        vote = forge.signed(like, height=height, view=i % 400, content=content)
        cluster.network.send(flooder, target, vote.encode())
        cluster.network.send(flooder, target, like.encode())
    cluster.run(2 * SECOND)
    cluster.checks.check_memory(target)
    cluster.run_to_height(cluster.height + 5, within_us=20 * SECOND)

    assert cluster.world.counts["items_max"] < 5_000


def _any_prepare(cluster: Cluster) -> Statement:
    """Return a Prepare of the open height, as some honest node sends it."""
    found: list[Statement] = []

    def watch(_source: Node, _target: Node, payload: bytes) -> bool:
        said = statement_of(payload)
        if said is not None and said.kind is Kind.PREPARE:
            found.append(said)
        return True

    cluster.network.allows = watch
    cluster.run(5 * SECOND, lambda: bool(found))
    cluster.network.allows = None
    return found[0]


@pytest.mark.parametrize("step_ms", [1_000, -1_000, 3_600_000, -3_600_000])
def test_one_wrong_clock_neither_stops_the_chain_nor_moves_block_time_back(step_ms):
    cluster = _started(calm_cluster())

    cluster.nodes[1].skew_ms = step_ms
    cluster.run_to_height(9, within_us=40 * SECOND)
    cluster.nodes[1].skew_ms = 0
    cluster.run_to_height(14, within_us=40 * SECOND)

    times = [block.header.time_ms for block, _ in cluster.nodes[0].ledger.chain]
    assert times == sorted(set(times))
    assert times[-1] <= cluster.nodes[0].clock_ms() + 2_000


def test_a_slow_disk_of_one_validator_slows_nobody_else():
    cluster = _started(calm_cluster())

    cluster.nodes[1].slowness = 1_000.0
    others = [node for node in cluster.nodes if node is not cluster.nodes[1]]
    cluster.run_to_height(12, within_us=30 * SECOND, who=others)

    assert min(node.ledger.height for node in others) >= 12


@pytest.mark.parametrize("lag_ms", [600, 1_500, 3_000])
def test_a_slow_proposer_costs_only_its_own_turns(lag_ms):
    cluster = _started(calm_cluster())
    slow = cluster.nodes[2]
    cluster.network.lag_us[slow.index] = lag_ms * MS
    others = [node for node in cluster.nodes if node is not slow]

    cluster.run_to_height(13, within_us=12 * SECOND, who=others)

    quick = [
        c.view for b, c in others[0].ledger.chain[2:] if not _is_turn_of(cluster, slow, b.height)
    ]
    assert set(quick) == {0}


def _is_turn_of(cluster: Cluster, node: Node, height: Height) -> bool:
    order, _passed_over = cluster.checks.turns[height]
    return order[0] == node.key


@pytest.mark.parametrize("validators", [1, 4, 7])
def test_nodes_started_one_after_another_begin_the_chain(validators):
    cluster = calm_cluster(validators=validators, start_gap_us=3 * SECOND)

    cluster.start()
    cluster.run_to_height(3, within_us=60 * SECOND, who=cluster.nodes)

    assert min(_heights(cluster)) >= 3


@pytest.mark.parametrize("at_ms", range(3, 30, 4))
def test_all_nodes_restarted_at_once_go_on_from_where_they_were(at_ms):
    cluster = _started(calm_cluster(seed=at_ms))
    cluster.run(at_ms * MS + 100 * MS)
    height = cluster.height

    for node in cluster.nodes:
        node.crash()
    for node in cluster.nodes:
        node.start()
    cluster.run_to_height(height + 3, within_us=10 * SECOND)

    assert cluster.height >= height + 3


def test_a_node_restarted_after_its_commit_still_brings_the_others_to_it():
    cluster = calm_cluster()
    first = cluster.nodes[0]
    cluster.network.allows = Gate(lambda _s, to, said: said.kind is not Kind.COMMIT or to is first)
    cluster.start()
    cluster.run_to_height(1, within_us=3 * SECOND, who=[first])

    first.crash()
    first.start()
    cluster.network.allows = Gate(lambda *_: False, lets_others_pass=True)
    cluster.run_to_height(1, within_us=5 * SECOND)

    assert _heights(cluster) == [1, 1, 1, 1]


def test_a_node_that_knows_the_decision_but_not_the_block_still_brings_all_to_it():
    cluster = calm_cluster()
    knowing = next(node for node in cluster.nodes if node is not _proposer(cluster))
    gate = Gate(
        lambda _s, to, said: (
            (said.kind is not Kind.COMMIT or to is knowing)
            and (said.kind is not Kind.PRE_PREPARE or to is not knowing)
        )
    )
    cluster.network.allows = gate
    cluster.start()
    cluster.run(900 * MS)
    assert cluster.height == 0

    gate.lets_others_pass = True
    cluster.run_to_height(1, within_us=3 * SECOND)

    assert cluster.checks.decided[1][1] != knowing.name
