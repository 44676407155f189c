"""Who may sign after a loss: the scenarios S-a to S-i and S-l, R2.7, with real engines.

Most go on until the chain has grown: the checks of every run assert that no key signs two things,
that a listener signs nothing, and that nothing is signed before others have answered.
"""

import pytest

from consensus import Persist, SignMark, Standing
from consensus.events import Received
from consensus.messages import Kind
from primitives.ids import Height, View
from tests.simulation.byzantine import Liar
from tests.simulation.cluster import Cluster
from tests.simulation.losses import COMBINATIONS, EVERYTHING, KEPT, LOST, OLDER, Loss
from tests.simulation.node import Node
from tests.simulation.scenarios import (
    Gate,
    calm_cluster,
    crash_and_lose,
    is_kind,
    view_of,
)
from tests.simulation.world import MS, SECOND

WAL_LOST = Loss(wal=LOST)
STORE_LOST = Loss(store=LOST)
FOUR = (4, 1)
SEVEN = (7, 2)


def running(cluster: Cluster, height: int = 3) -> Cluster:
    """Return the cluster, started and past `height`."""
    cluster.start()
    cluster.run_to_height(height, within_us=20 * SECOND)
    return cluster


def proposer_of(cluster: Cluster, height: int, view: int = 0) -> Node:
    key = cluster.validators.proposer(Height(height), View(view))
    return cluster.network.owners(key)[0]


def others_than(cluster: Cluster, *nodes: Node) -> list[Node]:
    return [node for node in cluster.nodes if node not in nodes]


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

    assert not loser.is_listening
    assert cluster.checks.decided[2][0] not in loser.disk.signed[SignMark(2, 0, 1)]


@pytest.mark.parametrize("lie", [10**15, 1])
def test_s_b_a_liar_about_its_height_silences_nobody_and_brings_nobody_back_early(lie):
    cluster = running(calm_cluster(validators=7))
    liar, loser = cluster.nodes[:2]
    make_liar(liar, lie)

    crash_and_lose(loser, EVERYTHING)
    loser.start()
    cluster.run(200 * MS)
    was_listening = loser.is_listening
    cluster.run_to_height(cluster.height + 5, within_us=20 * SECOND)

    assert was_listening
    assert not loser.is_listening


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
    _mend(cluster, loser, away)
    loser.start()
    cluster.run(10 * SECOND)
    word_of_two = loser.is_listening
    cluster.network.heal()
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)

    assert word_of_two
    assert not loser.is_listening


def _mend(cluster: Cluster, a: Node, b: Node) -> None:
    """Mend the one link between two nodes."""
    cluster.network.cut -= {(a.index, b.index), (b.index, a.index)}
    cluster.network.connect(a, b)


def test_s_c_two_listeners_do_not_bring_each_other_back():
    cluster = running(calm_cluster(validators=7))
    loser, other, missing = cluster.nodes[:3]
    cluster.network.cut |= {(missing.index, loser.index), (missing.index, other.index)}

    for node in (loser, other):
        crash_and_lose(node, EVERYTHING)
        node.start()
    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND)
    with_one_missing = loser.is_listening, other.is_listening
    cluster.network.heal()
    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND)

    assert with_one_missing == (True, True)
    assert (loser.is_listening, other.is_listening) == (False, False)


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


@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize(("validators", "losers"), [(4, 2), (4, 4), (7, 3), (7, 7), (1, 1)])
def test_s_d_a_lost_wal_with_commits_signed_neither_stops_the_chain_nor_forgets_the_lock(
    validators, losers, view
):
    if validators == 1 and view:
        pytest.skip("one validator decides in view 0")
    cluster = calm_cluster(validators=validators)
    if validators == 1:
        cluster.nodes[0].crash_before = lambda effect: type(effect).__name__ == "Decide"
        cluster.start()
        cluster.run(5 * SECOND, lambda: not cluster.nodes[0].is_up)
        cluster.nodes[0].crash_before = lambda _effect: False
    else:
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
    assert not any(node.is_listening for node in cluster.nodes)


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

    assert not loser.is_listening
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
    assert not behind.is_listening


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


@pytest.mark.parametrize("validators", [4, 7])
def test_s_g_a_clone_beside_the_original_is_noticed_and_cannot_fork(validators):
    cluster = running(calm_cluster(validators=validators))
    original = cluster.nodes[0]

    clone = cluster.clone(original)
    clone.start()
    sound = others_than(cluster, original, clone)
    cluster.run_to_height(cluster.height + 10, within_us=60 * SECOND, who=sound)

    assert original.is_listening or clone.is_listening


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
    by_stale = loser.is_listening
    cluster.network.allows = None
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)

    assert len({source for source, _ in former}) == 3
    assert by_stale
    assert not loser.is_listening


def test_s_i_a_listener_restarted_while_it_listens_listens_again():
    cluster = running(calm_cluster())
    loser = cluster.nodes[2]
    crash_and_lose(loser, EVERYTHING)
    loser.start()
    cluster.run(10 * MS)

    loser.crash()
    loser.start()
    at_once = loser.is_listening, loser.disk.sign_state.standing
    cluster.run_to_height(cluster.height + 6, within_us=40 * SECOND)

    assert at_once == (True, Standing.LISTENER)
    assert not loser.is_listening


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
        _mend(cluster, loser, node)
    loser.start()
    assert cluster.run(900 * MS, lambda: len(loser.disk.signed[proposal]) == 2)
    cluster.network.heal()
    cluster.run_to_height(height + 5, within_us=40 * SECOND, who=[witness, *others])

    assert loser.is_excused
    assert cluster.world.counts["conflict"] >= 1
    assert {key for _, key in cluster.checks.evidence} == {loser.key}


@pytest.mark.parametrize("loss", COMBINATIONS, ids=str)
def test_each_of_the_63_losses_leaves_a_chain_that_goes_on_and_one_word_a_mark(loss):
    cluster = calm_cluster(seed=COMBINATIONS.index(loss))
    loser = cluster.nodes[1]
    loser.disk.is_versioned = True
    running(cluster, 5)

    crash_and_lose(loser, loss)
    loser.start()
    is_heard = cluster.run(2 * SECOND, lambda: cluster.height > loser.ledger.height + 50)
    cluster.run_to_height(cluster.height + 8, within_us=40 * SECOND)

    assert not is_heard
    assert not loser.is_listening
    assert not cluster.world.counts["conflict"] or loser.is_excused


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

    assert not any(node.is_listening for node in cluster.nodes)


def test_an_intact_node_never_writes_a_listeners_state():
    cluster = running(calm_cluster(observers=1))
    for turn in range(8):
        node = cluster.nodes[turn % 4]
        node.crash_before = lambda effect: isinstance(effect, Persist)
        cluster.run(2 * SECOND, lambda node=node: not node.is_up)
        node.crash_before = lambda _effect: False
        node.start()
        cluster.run_to_height(cluster.height + 1, within_us=20 * SECOND)

    assert not any(node.is_listening for node in cluster.nodes)
    assert KEPT not in {node.disk.unreadable for node in cluster.nodes}
