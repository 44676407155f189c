"""Sets that change: S-j, S-k, S-m, S-n, keys that come and go, and seeds with all faults."""

from itertools import pairwise

import pytest

from consensus import Standing
from consensus.messages import Kind, Statement
from tests.simulation.changing import (
    accuse_one_that_left,
    changing_cluster,
    give_seat,
    node_of,
    report_stolen,
    rotate,
    seats_of,
    settle,
    sleep_through,
    take_seat,
)
from tests.simulation.cluster import run_seed
from tests.simulation.node import Node
from tests.simulation.node_keys import prepare
from tests.simulation.run import failure_text
from tests.simulation.scenarios import Gate, others_than, running, view_of
from tests.simulation.starting import is_listening
from tests.simulation.world import SECOND

_SEEDS = 120
_CHUNK = 20


@pytest.mark.sim
@pytest.mark.parametrize("start", range(0, _SEEDS, _CHUNK))
def test_no_seed_with_changing_sets_breaks_safety_or_liveness(start):
    seeds = range(start, start + _CHUNK)
    outcomes = [run_seed(seed, is_changing=True) for seed in seeds]

    failures = [failure_text(outcome) for outcome in outcomes if outcome.failure is not None]
    assert not failures, "\n".join(failures)
    for kind, least in (("key_change", _CHUNK), ("seat_stolen", 5)):
        assert sum(outcome.counts.get(kind, 0) for outcome in outcomes) > least


def test_four_become_five_and_seven_and_four_again():
    cluster = running(changing_cluster())

    for seat in ("w0", "w1", "w2"):
        give_seat(cluster, seat)
        settle(cluster)
    seven = seats_of(cluster)
    for seat in ("v0", "v1", "w2"):
        take_seat(cluster, seat)
        settle(cluster)

    assert seven == ["v0", "v1", "v2", "v3", "w0", "w1", "w2"]
    assert seats_of(cluster) == ["v2", "v3", "w0", "w1"]


def test_r4_1_of_many_changes_that_are_decided_together_f_are_done_at_each_height():
    cluster = running(changing_cluster(validators=7))

    for seat in ("v0", "v1", "v2", "v3", "v4"):
        rotate(cluster, seat)
    settle(cluster)

    done = [seats.done for seats in cluster.nodes[0].ledger._seats]
    steps = [after - before for before, after in pairwise(done)]
    assert max(steps) == 2
    assert done[-1] == 5


@pytest.mark.parametrize("changes", [1, 20])
def test_s_j_a_sleeper_wakes_after_any_number_of_changes(changes):
    cluster = sleep_through(changes)

    sleeper = node_of(cluster, "v3")
    assert sleeper.ledger.height >= cluster.height - 1
    assert not is_listening(sleeper)


def test_s_j_a_sleeper_of_whose_old_set_nobody_is_left_wakes_too():
    cluster = running(changing_cluster())
    sleeper = node_of(cluster, "v3")
    sleeper.crash()
    for number in range(3):
        give_seat(cluster, f"w{number}")
        settle(cluster, away=(sleeper,))
        take_seat(cluster, f"v{number}")
        settle(cluster, away=(sleeper,))
        node_of(cluster, f"v{number}").crash()

    sleeper.start()
    cluster.run_to_height(cluster.height + 3, within_us=26 * SECOND)

    assert seats_of(cluster) == ["v3", "w0", "w1", "w2"]


def test_s_k_evidence_against_one_that_left_blames_it_alone_and_gets_into_a_block():
    cluster = accuse_one_that_left()

    faulty = next(node for node in cluster.nodes if not node.is_honest)
    assert faulty.seat not in seats_of(cluster)
    assert {key for _, key in cluster.checks.evidence} == {faulty.key}
    assert any(block.evidence for block, _ in cluster.honest[0].ledger.chain)


def test_s_m_a_validator_whose_key_changes_at_a_height_votes_in_its_view_change_with_the_new_key():
    cluster = running(changing_cluster())
    rotated = node_of(cluster, "v1")
    before = rotated.key
    rotate(cluster, "v1")

    def rule(_source: Node, _target: Node, said: Statement) -> bool:
        is_before = rotated.key == before
        return is_before or said.view > 0 or said.kind is Kind.VIEW_CHANGE

    cluster.network.allows = Gate(rule, lets_others_pass=True)

    assert cluster.run(30 * SECOND, lambda: rotated.key != before)
    height = cluster.height
    cluster.run(2 * SECOND, lambda: view_of(rotated) > 0)
    settle(cluster)

    block, certificate = rotated.ledger.chain[height]
    assert certificate.view > 0
    assert before not in {key for key, _seal in certificate.seals}
    assert block.header.validators_hash == rotated.ledger.decided_by.hash
    assert rotated.disks[before].sign_state.mark.height <= height


def test_s_n_a_newcomer_whose_turn_it_is_at_once_and_that_nobody_reaches_costs_one_view():
    cluster = running(changing_cluster())
    newcomer = node_of(cluster, "w0")
    give_seat(cluster, "w0")
    assert cluster.run(30 * SECOND, lambda: "w0" in seats_of(cluster))

    newcomer.crash()
    cluster.run_to_height(cluster.height + 12, within_us=60 * SECOND)

    views = [certificate.view for _, certificate in cluster.nodes[0].ledger.chain[-12:]]
    assert max(views) == 1


def test_a_removed_validator_that_gets_its_seat_back_signs_above_its_old_mark():
    cluster = running(changing_cluster())
    give_seat(cluster, "w0")
    settle(cluster)
    leaver = node_of(cluster, "v2")
    take_seat(cluster, "v2")
    settle(cluster)
    mark = leaver.disk.sign_state.mark

    give_seat(cluster, "v2")
    settle(cluster)
    cluster.run_to_height(cluster.height + 3, within_us=20 * SECOND)

    assert leaver.disk.sign_state.mark > mark
    assert leaver.disk.sign_state.standing is Standing.EXPLAINED


def test_a_stolen_key_changes_at_the_next_height_whatever_waits():
    cluster = running(changing_cluster())
    for seat in ("v0", "v1", "v2"):
        rotate(cluster, seat)

    report_stolen(cluster, "v3")
    settle(cluster)

    seats = cluster.nodes[0].ledger._seats
    first = next(each for each in seats if each.done or each.stolen)
    assert (first.done, first.stolen) == (0, 1)
    assert (seats[-1].done, seats[-1].stolen) == (3, 1)


def test_who_stole_a_key_and_its_successor_moves_nothing_alone():
    cluster = running(changing_cluster(byzantine=("twin",), is_reliable_after=False))
    owner, thief = sorted(
        (node for node in cluster.nodes if not node.is_honest), key=lambda node: node.name
    )
    report_stolen(cluster, owner.seat)
    prepare(thief, list(owner.disks)[-1])
    settle(cluster)

    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND)

    assert thief.key == owner.key
    assert not cluster.checks.reports or all(
        key in owner.disks for _name, key, _reason in cluster.checks.reports
    )


def test_who_holds_an_old_key_after_its_rotation_moves_nothing():
    cluster = running(changing_cluster(byzantine=("twin",), is_reliable_after=False))
    thief, owner = sorted(
        (node for node in cluster.nodes if not node.is_honest), key=lambda node: node.name
    )[::-1]
    rotate(cluster, owner.seat)
    settle(cluster)
    height = cluster.height

    cluster.run_to_height(height + 10, within_us=60 * SECOND)

    assert thief.key != owner.key
    blocks = cluster.highest.ledger.chain[height:]
    signers = {key for _, certificate in blocks for key, _seal in certificate.seals}
    assert thief.key not in signers
    assert owner.key in signers


def test_all_rotate_one_after_the_other_while_all_restart():
    cluster = running(changing_cluster())

    for seat in ("v0", "v1", "v2", "v3"):
        rotate(cluster, seat)
        for node in cluster.nodes:
            node.crash()
            node.start()
        settle(cluster)

    assert len(others_than(cluster)) == 8
    assert all(len(node_of(cluster, f"v{i}").disks) == 2 for i in range(4))
    assert not any(map(is_listening, cluster.nodes))
