"""Rules 4, 5 and 10: from a prepared block to the decision, and on to the next height.

Height 1, four validators (q = 3): basil (1) proposes in view 0; the replica is amber (0) unless
a test says otherwise.
"""

from dataclasses import replace

import pytest

from consensus import (
    BlockCommitted,
    CancelTimer,
    Decide,
    Halt,
    Persist,
    StartTimer,
    ValidateBlock,
    WorkWaiting,
)
from consensus.messages import Decided, Kind, StatusMessage
from consensus.recall import read_prepared_entry
from tests.consensus.builders import (
    block_on,
    certificate_of,
    commit,
    engine_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.drive import (
    built,
    committed,
    fire,
    hear,
    hear_all,
    kinds,
    only,
    said,
    timer,
    validate,
    validated_blocks,
)

BLOCK = block_on(genesis_head(4), proposer=1)
OTHER = block_on(genesis_head(4), proposer=1, time_ms=7777)


def accepted(index: int | None = 0):
    """An engine that has validated basil's proposal of view 0."""
    engine = engine_of(index)
    hear(engine, pre_prepare(BLOCK, sender=1))
    return engine, validate(engine, BLOCK)


def test_rule_1_work_that_comes_between_decision_and_commit_opens_the_next_height():
    engine, _ = accepted()
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    while_committing = engine.step(WorkWaiting())
    effects = committed(engine, BLOCK)

    assert while_committing == ()
    assert {t.name for t in only(effects, StartTimer)} == {"view", "resend"}


def test_rule_4_commit_follows_q_prepares_and_persists_the_block_and_its_certificate():
    engine, _ = accepted()
    hear(engine, prepare(BLOCK, 1))

    effects = hear(engine, prepare(BLOCK, 2))

    assert [type(e).__name__ for e in effects] == ["Persist", "Broadcast"]
    entry = read_prepared_entry(only(effects, Persist)[0].entry)
    assert entry.block == BLOCK.encode()
    assert [key for key, _ in entry.prepares] == [key_of(0), key_of(1), key_of(2)]
    assert said(effects) == [commit(BLOCK, 0)]


def test_rule_4_prepares_that_come_before_the_proposal_count():
    engine = engine_of(0)
    hear_all(engine, [prepare(BLOCK, 1), prepare(BLOCK, 2)])
    hear(engine, pre_prepare(BLOCK, sender=1))

    effects = validate(engine, BLOCK)

    assert kinds(effects) == [Kind.PREPARE, Kind.COMMIT]


def test_rule_4_prepares_of_different_blocks_are_not_added_up():
    engine, _ = accepted()

    effects = hear_all(engine, [prepare(BLOCK, 1), prepare(OTHER, 2), prepare(OTHER, 3)])

    assert kinds(effects) == []


def test_rule_4_no_commit_before_own_execution_agrees():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))

    effects = hear_all(engine, [prepare(BLOCK, i) for i in (1, 2, 3)])

    assert kinds(effects) == []


def test_rule_4_a_surplus_prepare_is_not_even_checked():
    engine, _ = accepted()
    hear_all(engine, [prepare(BLOCK, 1), prepare(BLOCK, 2)])
    forged = replace(prepare(BLOCK, 3), signature=bytes(64))

    assert hear(engine, forged, peer=3) == ()


def test_rule_5_q_commits_decide():
    engine, _ = accepted()
    hear_all(engine, [commit(BLOCK, 1), commit(BLOCK, 2)])

    effects = hear(engine, commit(BLOCK, 3))

    (decide,) = only(effects, Decide)
    assert decide.block is not None
    assert decide.block.hash == decide.certificate.block_hash == BLOCK.hash
    assert len(decide.certificate.seals) == 3
    assert [c.name for c in only(effects, CancelTimer)] == ["view", "resend"]


def test_rule_5_own_commit_completes_the_quorum():
    engine, _ = accepted()
    hear_all(engine, [commit(BLOCK, 1), commit(BLOCK, 2), prepare(BLOCK, 1)])

    effects = hear(engine, prepare(BLOCK, 2))

    assert len(only(effects, Decide)) == 1


def test_rule_5_commits_of_an_older_view_decide():
    engine, _ = accepted()
    hear_all(engine, [view_change(1, 1, 1), view_change(1, 1, 2)])

    effects = hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    assert engine.status().view == 1
    assert [d.certificate.view for d in only(effects, Decide)] == [0]


def test_rule_5_seals_of_different_views_are_not_added_up():
    engine, _ = accepted()

    effects = hear_all(engine, [commit(BLOCK, 1), commit(BLOCK, 2), commit(BLOCK, 3, view=1)])

    assert only(effects, Decide) == []


def test_rule_5_a_decided_block_is_executed_before_it_is_committed():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))

    waiting = hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])
    effects = validate(engine, BLOCK)

    assert only(waiting, Decide) == []
    assert len(only(effects, Decide)) == 1
    assert kinds(effects) == []


def test_rule_5_a_missing_block_is_asked_for_and_taken_from_a_proposal():
    engine = engine_of(0)
    asked = hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])
    (status,) = said(asked)

    given = hear(engine, pre_prepare(BLOCK, sender=1))
    effects = validate(engine, BLOCK)

    assert isinstance(status, StatusMessage)
    assert status.wanted == BLOCK.hash
    assert only(given, ValidateBlock) == [ValidateBlock(block=BLOCK, view=0, is_fresh=False)]
    assert len(only(effects, Decide)) == 1


@pytest.mark.parametrize("block", [OTHER, None])
def test_rule_5_another_block_than_the_wanted_one_is_no_help(block):
    engine = engine_of(0)
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])
    encoded = None if block is None else block.encode()

    effects = hear(engine, Decided(1, encoded, None), peer=1)

    assert validated_blocks(effects) == []


def test_rule_5_a_peer_that_only_has_the_block_gives_it():
    engine = engine_of(0)
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    effects = hear(engine, Decided(1, BLOCK.encode(), None), peer=1)

    assert validated_blocks(effects) == [BLOCK]


def test_rule_5_a_single_validator_decides_alone():
    engine = engine_of(0, count=1)
    engine.step(WorkWaiting())

    effects = built(engine, block_on(genesis_head(1), proposer=0))

    assert kinds(effects) == [Kind.PRE_PREPARE, Kind.PREPARE, Kind.COMMIT]
    assert len(only(effects, Decide)) == 1


def test_rule_5_an_observer_decides_and_signs_nothing():
    engine, effects = accepted(None)

    after = hear_all(engine, [prepare(BLOCK, i) for i in (0, 1, 2)])
    decided = hear_all(engine, [commit(BLOCK, i) for i in (0, 1, 2)])

    assert kinds(effects + after + decided) == []
    assert only(effects + after + decided, Persist) == []
    assert len(only(decided, Decide)) == 1


def test_rule_10_only_a_fresh_block_is_checked_against_the_clock():
    engine = engine_of(0)
    changes = [view_change(1, 1, i, prepared=(0, BLOCK, (1, 2, 3))) for i in (1, 2, 3)]

    effects = hear(engine, pre_prepare(BLOCK, sender=2, view=1, changes=changes))

    assert only(effects, ValidateBlock) == [ValidateBlock(block=BLOCK, view=1, is_fresh=False)]


def test_rule_10_a_block_that_only_the_clock_refused_is_executed_again_once_it_is_certified():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    effects = validate(engine, BLOCK, "time_ms is 3000 ms ahead of this clock")
    after = validate(engine, BLOCK)

    assert only(effects, ValidateBlock) == [ValidateBlock(block=BLOCK, view=0, is_fresh=False)]
    assert len(only(after, Decide)) == 1


def test_rule_10_a_re_proposed_block_that_the_clock_refused_is_executed_again():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    changes = [view_change(1, 1, i, prepared=(0, BLOCK, (1, 2, 3))) for i in (1, 2, 3)]
    hear(engine, pre_prepare(BLOCK, sender=2, view=1, changes=changes))

    again = validate(engine, BLOCK, "time_ms is 3000 ms ahead of this clock")
    effects = validate(engine, BLOCK)

    assert only(again, ValidateBlock) == [ValidateBlock(block=BLOCK, view=1, is_fresh=False)]
    assert said(effects) == [prepare(BLOCK, 0, view=1)]


def test_an_answer_about_a_block_of_a_view_that_has_passed_is_only_remembered():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    hear_all(engine, [view_change(1, 1, 1), view_change(1, 1, 2)])

    assert validate(engine, BLOCK) == ()


def test_a_refusal_of_a_block_of_a_view_that_has_passed_blames_nobody():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    hear_all(engine, [view_change(1, 1, 1), view_change(1, 1, 2)])

    assert validate(engine, BLOCK, "state_root differs") == ()


def test_a_certified_block_that_executes_otherwise_halts_the_node():
    engine = engine_of(0)
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])
    hear(engine, pre_prepare(BLOCK, sender=1))

    effects = validate(engine, BLOCK, "state_root differs")

    assert "own execution differs" in only(effects, Halt)[0].reason
    assert engine.status().step == "halted"
    assert engine.step(WorkWaiting()) == ()


def test_the_next_height_takes_the_messages_that_came_early():
    engine, _ = accepted()
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2)))
    following = block_on(head, proposer=2)
    early = hear(engine, pre_prepare(following, sender=2))
    twice = hear(engine, pre_prepare(following, sender=2))

    effects = engine.step(BlockCommitted(head))

    assert early == twice == ()
    assert validated_blocks(effects) == [following]


def test_messages_of_a_height_that_was_skipped_by_sync_are_dropped():
    engine, _ = accepted()
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2)))
    following = block_on(head, proposer=2)
    hear(engine, pre_prepare(following, sender=2))
    far = block_on(head_after(following, certificate_of(following, senders=(0, 1, 2))), proposer=3)

    effects = committed(engine, far)

    assert engine.status().height == 4
    assert validated_blocks(effects) == []


def test_an_older_head_changes_nothing():
    engine = engine_of(0)
    committed(engine, BLOCK)

    assert committed(engine, BLOCK) == ()
    assert engine.status().height == 2


def test_another_committed_block_than_the_certified_one_halts_the_node():
    engine, _ = accepted()
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    effects = committed(engine, OTHER)

    assert [h.reason for h in only(effects, Halt)] == ["two certificates for height 1"]


def test_a_decided_view_timer_that_was_already_under_way_does_nothing():
    engine = engine_of(0)
    effects = engine.step(WorkWaiting())
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    assert fire(engine, timer(effects, "view")) == ()
