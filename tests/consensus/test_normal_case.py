"""Rules 1 to 3: a height opens, a block is proposed and prepared, seen by one replica.

Height 1, four validators (q = 3): basil (1) proposes in view 0; the replica is amber (0) unless
a test says otherwise.
"""

from dataclasses import replace

import pytest

from consensus import (
    BlockBuilt,
    BuildBlock,
    StartTimer,
    ValidateBlock,
    WorkWaiting,
)
from consensus.messages import Kind, PrePrepare
from primitives.crypto import PublicKey
from tests.consensus.builders import (
    NO_BLOCK,
    block_on,
    commit,
    engine_of,
    genesis_head,
    justification_of,
    key_of,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.drive import (
    built,
    committed,
    hear,
    hear_all,
    kinds,
    only,
    persisted_kinds,
    reasons,
    said,
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


def test_rule_2_the_proposer_of_view_0_asks_for_a_block():
    engine = engine_of(1)

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock) == [
        BuildBlock(height=1, view=0, last_certificate=None, evidence=())
    ]


def test_rule_2_the_proposer_persists_and_broadcasts_its_proposal_and_its_own_prepare():
    engine = engine_of(1)
    engine.step(WorkWaiting())

    effects = built(engine, BLOCK)

    order = [type(e).__name__ for e in effects if not isinstance(e, StartTimer)]
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
        ({"proposer": PublicKey(b"\x01" + b"\x09" * 32)}, "its proposer is not a validator"),
        ({"proposer": key_of(2)}, "a fresh block of another proposer"),
    ],
)
def test_rule_3_a_header_that_cannot_be_right_is_not_even_executed(changes, reason):
    engine = engine_of(0)
    block = replace(BLOCK, header=replace(BLOCK.header, **changes))

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
