"""Listeners, liars, clones and former lives: scenarios S-a to S-c, S-g to S-i and R2.7.

Most go on until the chain has grown: the checks of every run assert that no key signs two things,
that a listener signs nothing, and that nothing is signed before others have answered.
"""

import pytest

from consensus import SignMark, Standing
from consensus.events import Received
from consensus.messages import Kind
from tests.simulation.byzantine import Liar
from tests.simulation.cluster import Cluster
from tests.simulation.losses import EVERYTHING, LOST, OLDER, Loss
from tests.simulation.node import Node
from tests.simulation.scenarios import (
    Gate,
    calm_cluster,
    crash_and_lose,
    is_kind,
    mend,
    others_than,
    proposer_of,
    running,
)
from tests.simulation.starting import is_listening
from tests.simulation.world import MS, SECOND


def make_liar(node: Node, height: int) -> None:
    node.conduct = Liar(node, height)


def lose_alone(cluster: Cluster, loser: Node, height: int) -> None:
    """`loser` alone decides `height` - 1, signs a proposal of `height`, and loses everything."""
    cluster.network.allows = Gate(
        lambda _s, to, said: said.kind is not Kind.COMMIT or to is loser, lets_others_pass=True
    )
    cluster.start()
    cluster.run_to_height(height - 1, within_us=5 * SECOND, who=[loser])
    cluster.network.split([loser])
    proposal = SignMark(height, 0, int(Kind.PRE_PREPARE))
    assert cluster.run(5 * SECOND, lambda: proposal in loser.disk.signed)
    crash_and_lose(loser, EVERYTHING)


def test_s_a_who_decided_alone_and_lost_all_signs_nothing_where_it_has_signed():
    cluster = calm_cluster()
    loser = proposer_of(cluster, 2)
    lose_alone(cluster, loser, 2)
    others = others_than(cluster, loser)
    assert {node.ledger.height for node in others} == {0}

    cluster.network.heal()
    loser.start()
    cluster.run(100 * MS)
    cluster.network.allows = None
    cluster.run_to_height(2, within_us=20 * SECOND)
    cluster.run_to_height(cluster.height + 4, within_us=20 * SECOND)

    assert not is_listening(loser)
    assert cluster.checks.decided[2][0] not in loser.disk.signed[SignMark(2, 0, 1)]


@pytest.mark.parametrize("lie", [10**15, 1])
def test_s_b_a_liar_about_its_height_silences_nobody_and_brings_nobody_back_early(lie):
    cluster = running(calm_cluster(validators=7))
    liar, loser = cluster.nodes[:2]
    make_liar(liar, lie)

    crash_and_lose(loser, EVERYTHING)
    loser.start()
    cluster.run(200 * MS)
    was_listening = is_listening(loser)
    cluster.run_to_height(cluster.height + 5, within_us=20 * SECOND)

    assert was_listening
    assert not is_listening(loser)


def test_s_b_a_listener_needs_q_of_the_others_and_not_the_word_of_a_liar_and_of_one_long_away():
    cluster = running(calm_cluster())
    loser = cluster.nodes[1]
    liar, away, honest = (node for node in cluster.nodes if node is not loser)
    cluster.network.split([away])
    cluster.run_to_height(8, within_us=60 * SECOND, who=[liar, loser, honest])
    assert away.ledger.height < 5
    make_liar(liar, 1)
    cluster.network.split([honest])

    crash_and_lose(loser, Loss(sign_state=LOST))
    mend(cluster, loser, away)
    loser.start()
    cluster.run(10 * SECOND)
    word_of_two = is_listening(loser)
    cluster.network.heal()
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)

    assert word_of_two
    assert not is_listening(loser)


def test_s_c_two_listeners_do_not_bring_each_other_back():
    cluster = running(calm_cluster(validators=7))
    loser, other, missing = cluster.nodes[:3]
    cluster.network.cut |= {(missing.index, loser.index), (missing.index, other.index)}

    for node in (loser, other):
        crash_and_lose(node, EVERYTHING)
        node.start()
    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND)
    with_one_missing = is_listening(loser), is_listening(other)
    cluster.network.heal()

    assert with_one_missing == (True, True)
    assert cluster.run(5 * SECOND, lambda: not (is_listening(loser) or is_listening(other)))


@pytest.mark.parametrize("validators", [4, 7])
def test_s_g_a_clone_beside_the_original_is_noticed_and_cannot_fork(validators):
    cluster = running(calm_cluster(validators=validators))
    original = cluster.nodes[0]

    clone = cluster.clone(original)
    clone.start()
    sound = others_than(cluster, original, clone)
    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND, who=sound)

    assert is_listening(original) or is_listening(clone)


def test_s_h_answers_to_a_former_life_bring_nobody_back():
    cluster = running(calm_cluster())
    loser = cluster.nodes[0]
    stale: list[tuple[Node, bytes]] = []

    def hold_answers(source: Node, target: Node, payload: bytes) -> bool:
        is_held = target is loser and is_kind(payload, Kind.POSITION)
        if is_held:
            stale.append((source, payload))
        return not is_held

    cluster.network.allows = hold_answers
    crash_and_lose(loser, EVERYTHING)
    loser.start()
    cluster.run(1_500 * MS)
    loser.crash()
    former = list(stale)
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)
    loser.start()
    for source, payload in former:
        loser.give(Received(source.key, payload))
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)
    by_stale = is_listening(loser)
    cluster.network.allows = None

    assert len({source for source, _ in former}) == 3
    assert by_stale
    assert cluster.run(5 * SECOND, lambda: not is_listening(loser))


def test_s_i_a_listener_restarted_while_it_listens_listens_again():
    cluster = running(calm_cluster())
    loser = cluster.nodes[2]
    crash_and_lose(loser, EVERYTHING)
    loser.start()
    cluster.run(10 * MS)

    loser.crash()
    loser.start()
    at_once = is_listening(loser), loser.disk.sign_state.standing
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)

    assert at_once == (True, Standing.LISTENER)
    assert not is_listening(loser)


def test_r2_7_what_reached_one_that_did_not_answer_is_signed_again_and_found_out():
    cluster = running(calm_cluster(), 12)
    height = cluster.height + 2
    loser = proposer_of(cluster, height)
    loser.disk.is_versioned = True
    cluster.run_to_height(height - 1, within_us=5 * SECOND, who=cluster.nodes)
    witness, *others = others_than(cluster, loser)
    for node in others:
        cluster.network.cut |= {(node.index, loser.index), (loser.index, node.index)}
    before = loser.disk.moment
    proposal = SignMark(height, 0, int(Kind.PRE_PREPARE))
    assert cluster.run(5 * SECOND, lambda: proposal in loser.disk.signed)
    cluster.run(20 * MS)

    whole = Loss(sign_state=OLDER, wal=OLDER, store=OLDER, lock=OLDER)
    crash_and_lose(loser, whole, before)
    cluster.network.split([witness])
    for node in others:
        mend(cluster, loser, node)
    loser.start()
    assert cluster.run(900 * MS, lambda: len(loser.disk.signed[proposal]) == 2)
    cluster.network.heal()
    cluster.run_to_height(height + 5, within_us=40 * SECOND, who=[witness, *others])

    assert loser.is_excused
    assert cluster.world.counts["conflict"] >= 1
    assert {key for _, key in cluster.checks.evidence} == {loser.key}
