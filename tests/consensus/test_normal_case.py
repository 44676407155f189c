"""Rules 1 to 5 and 10: one view in which all goes well, seen by one replica.

Height 1, four validators (q = 3): basil (1) proposes in view 0; the replica is amber (0) unless
a test says otherwise.
"""

from dataclasses import replace

import pytest

from consensus import (
    BlockBuilt,
    BlockCommitted,
    BuildBlock,
    CancelTimer,
    Decide,
    Halt,
    Persist,
    StartTimer,
    ValidateBlock,
    WorkWaiting,
)
from consensus.messages import Decided, Kind, PrePrepare, StatusMessage
from consensus.recall import read_prepared_entry
from primitives.block import Block
from primitives.crypto import ZERO_DIGEST, PublicKey
from tests.consensus.builders import (
    NO_BLOCK,
    block_on,
    certificate_of,
    commit,
    engine_of,
    genesis_head,
    head_after,
    justification_of,
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
    persisted_kinds,
    reasons,
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


def test_rule_1_work_opens_the_height_and_starts_its_timers():
    engine = engine_of(0)

    effects = engine.step(WorkWaiting())

    assert [(t.name, t.delay_ms) for t in only(effects, StartTimer)] == [
        ("view", 1000),
        ("resend", 1000),
    ]
    assert engine.step(WorkWaiting()) == ()


def test_rule_1_no_timer_runs_while_nothing_is_to_be_decided():
    engine = engine_of(0)

    effects = committed(engine, BLOCK)

    assert only(effects, StartTimer) == []
    assert engine.status().step == "idle"


def test_rule_1_a_checked_message_of_the_height_opens_it():
    engine = engine_of(0)

    effects = hear(engine, prepare(BLOCK, 2))

    assert {t.name for t in only(effects, StartTimer)} == {"view", "resend"}


def test_rule_1_a_forged_message_does_not_open_the_height():
    engine = engine_of(0)
    forged = replace(prepare(BLOCK, 2), signature=bytes(64))

    effects = hear(engine, forged, peer=2)

    assert only(effects, StartTimer) == []
    assert "does not verify" in reasons(effects)[0]


def test_rule_1_work_that_comes_between_decision_and_commit_opens_the_next_height():
    engine, _ = accepted()
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    while_committing = engine.step(WorkWaiting())
    effects = committed(engine, BLOCK)

    assert while_committing == ()
    assert {t.name for t in only(effects, StartTimer)} == {"view", "resend"}


def test_rule_2_the_proposer_of_view_0_asks_for_a_block():
    engine = engine_of(1)

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock) == [
        BuildBlock(height=1, view=0, last_certificate_hash=ZERO_DIGEST, evidence=())
    ]


def test_rule_2_the_next_block_names_the_certificate_of_the_last():
    certificate = certificate_of(BLOCK, senders=(0, 1, 2))
    engine = engine_of(2, head=head_after(BLOCK, certificate))

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock)[0].last_certificate_hash == certificate.hash


def test_rule_2_the_proposer_persists_and_broadcasts_its_proposal_and_its_own_prepare():
    engine = engine_of(1)
    engine.step(WorkWaiting())

    effects = built(engine, BLOCK)

    order = [type(e).__name__ for e in effects]
    assert order == ["Persist", "Broadcast", "Persist", "Broadcast"]
    assert kinds(effects) == persisted_kinds(effects) == [Kind.PRE_PREPARE, Kind.PREPARE]
    assert isinstance(said(effects)[0], PrePrepare)


@pytest.mark.parametrize(("height", "view"), [(2, 0), (1, 1)])
def test_rule_2_a_block_built_for_another_place_is_ignored(height, view):
    engine = engine_of(1)
    engine.step(WorkWaiting())

    effects = engine.step(BlockBuilt(height, view, BLOCK))

    assert effects == ()


def test_rule_2_a_block_that_was_not_asked_for_is_ignored():
    engine = engine_of(1)

    assert built(engine, BLOCK) == ()


def test_rule_2_a_block_built_after_the_decision_is_ignored():
    engine = engine_of(1)
    engine.step(WorkWaiting())
    hear_all(engine, [commit(OTHER, i) for i in (0, 2, 3)])

    assert built(engine, BLOCK) == ()


def test_rule_3_a_proposal_is_executed_before_anything_is_said():
    engine = engine_of(0)

    effects = hear(engine, pre_prepare(BLOCK, sender=1))

    assert only(effects, ValidateBlock) == [ValidateBlock(block=BLOCK, view=0, is_fresh=True)]
    assert kinds(effects) == []


def test_rule_3_a_valid_block_is_prepared_after_it_is_persisted():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))

    effects = validate(engine, BLOCK)

    assert [type(e).__name__ for e in effects] == ["Persist", "Broadcast"]
    assert said(effects) == [prepare(BLOCK, 0)]


def test_rule_3_a_block_that_executes_otherwise_is_not_prepared_and_the_proposer_is_named():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))

    effects = validate(engine, BLOCK, "state_root differs")

    assert kinds(effects) == []
    assert reasons(effects) == ["the block proposed in view 0: state_root differs"]


def test_rule_3_only_the_first_proposal_of_a_view_counts():
    engine, _ = accepted()

    effects = hear(engine, pre_prepare(OTHER, sender=1))

    assert validated_blocks(effects) == []
    assert hear(engine, pre_prepare(BLOCK, sender=1)) == ()


def test_rule_3_a_proposal_out_of_turn_is_a_fault():
    engine = engine_of(0)

    effects = hear(engine, pre_prepare(BLOCK, sender=2))

    assert reasons(effects) == ["coral proposed in view 0 out of turn"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"chain_id": "other"}, "another chain id"),
        ({"parent_hash": NO_BLOCK}, "another parent"),
        ({"validators_hash": NO_BLOCK}, "another validator set"),
        ({"proposer": PublicKey(b"\x09" * 32)}, "its proposer is not a validator"),
        ({"proposer": key_of(2)}, "a fresh block of another proposer"),
    ],
)
def test_rule_3_a_header_that_cannot_be_right_is_not_even_executed(changes, reason):
    engine = engine_of(0)
    block = Block(replace(BLOCK.header, **changes), ())

    effects = hear(engine, pre_prepare(block, sender=1))

    assert reasons(effects) == [f"the block proposed in view 0: {reason}"]
    assert validated_blocks(effects) == []


def test_rule_3_a_proposal_with_another_block_inside_is_a_fault_and_the_true_one_still_counts():
    engine = engine_of(0)
    good = pre_prepare(BLOCK, sender=1)
    swapped = PrePrepare(good.statement, OTHER.encode(), good.justification)
    garbage = PrePrepare(good.statement, b"\x90", good.justification)

    effects = hear(engine, swapped, peer=3) + hear(engine, garbage, peer=3)
    after = hear(engine, good)

    assert "another hash" in reasons(effects)[0]
    assert "malformed" in reasons(effects)[1]
    assert validated_blocks(after) == [BLOCK]


def test_rule_3_view_0_takes_no_justification():
    engine = engine_of(0)
    good = pre_prepare(BLOCK, sender=1)
    changes = [view_change(1, 1, i) for i in (1, 2, 3)]
    bad = PrePrepare(good.statement, good.block, justification_of(changes))

    assert "view 0 needs no justification" in reasons(hear(engine, bad))[0]


def test_rule_3_answers_about_other_blocks_are_ignored():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))

    assert validate(engine, OTHER) == ()


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
