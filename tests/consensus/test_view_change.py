"""Rules 2, 6 and 7: leaving a view, following others, and what may be proposed afterwards.

Height 1, four validators (q = 3, f = 1): basil (1) proposes in view 0, coral (2) in view 1,
dahlia (3) in view 2, amber (0) in view 3.
"""

from dataclasses import replace

import pytest

from consensus import BuildBlock, EngineConfig, Persist, ReportFault, StartTimer, WorkWaiting
from consensus.messages import Justification, Kind, PrePrepare, ViewChange
from tests.consensus.builders import (
    block_on,
    commit,
    engine_of,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
    prepares_of,
    statement,
    view_change,
)
from tests.consensus.drive import (
    built,
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
OTHER = block_on(genesis_head(4), proposer=2, time_ms=8888)
PREPARED = (0, BLOCK, (0, 1, 3))


def open_engine(index: int):
    engine = engine_of(index)
    return engine, engine.step(WorkWaiting())


def prepared_engine(index: int):
    """An engine that has committed to BLOCK in view 0, and the effects that started its timer."""
    engine, _ = open_engine(index)
    opened = hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [prepare(BLOCK, i) for i in (1, 2, 3) if i != index])
    return engine, opened


def test_rule_2_the_proposer_waits_for_q_view_changes():
    engine, _ = open_engine(2)

    two = hear_all(engine, [view_change(1, 1, 0), view_change(1, 1, 3)])

    # Two others made coral follow (rule 7); with her own wish that is the quorum.
    assert kinds(two) == [Kind.VIEW_CHANGE]
    assert [b.view for b in only(two, BuildBlock)] == [1]


def test_rule_2_a_fresh_block_when_nobody_prepared():
    engine, _ = open_engine(2)
    hear_all(engine, [view_change(1, 1, 0), view_change(1, 1, 3)])

    effects = built(engine, OTHER, view=1)

    proposal = said(effects)[0]
    assert isinstance(proposal, PrePrepare)
    assert [head.sender for head in proposal.justification.heads] == [key_of(i) for i in (0, 2, 3)]
    assert proposal.justification.prepares == ()


def test_rule_2_the_block_of_the_highest_prepared_view_is_proposed_again():
    engine = engine_of(3)
    later = (1, OTHER, (0, 1, 2))
    changes = [
        view_change(1, 2, 0, prepared=PREPARED),
        view_change(1, 2, 1, prepared=later),
    ]

    effects = hear_all(engine, changes)

    proposals = [m for m in said(effects) if isinstance(m, PrePrepare)]
    assert [p.statement.block_hash for p in proposals] == [OTHER.hash]
    assert proposals[0].justification.prepares == prepares_of(OTHER, 1, (0, 1, 2))
    assert only(effects, BuildBlock) == []


def test_rule_2_the_proposer_executes_a_block_that_it_proposes_again_before_preparing_it():
    engine = engine_of(2)
    effects = hear_all(engine, [view_change(1, 1, 0, prepared=PREPARED), view_change(1, 1, 3)])

    after = validate(engine, BLOCK)

    assert kinds(effects) == [Kind.VIEW_CHANGE, Kind.PRE_PREPARE]
    assert validated_blocks(effects) == [BLOCK]
    assert said(after) == [prepare(BLOCK, 2, view=1)]


def test_rule_2_the_proposer_proposes_once():
    engine = engine_of(2)
    hear_all(engine, [view_change(1, 1, 0), view_change(1, 1, 3)])
    built(engine, OTHER, view=1)

    effects = hear(engine, view_change(1, 1, 1, prepared=PREPARED))

    assert kinds(effects) == []


JUSTIFIED = [view_change(1, 1, i) for i in (0, 1, 3)]
JUSTIFIED_PREPARED = [
    view_change(1, 1, 0, prepared=PREPARED),
    view_change(1, 1, 1),
    view_change(1, 1, 3),
]


def test_rule_3_a_justified_proposal_of_a_higher_view_moves_the_replica_there():
    engine = engine_of(0)
    changes = [view_change(1, 1, i) for i in (1, 2, 3)]

    effects = hear(engine, pre_prepare(OTHER, sender=2, view=1, changes=changes))

    assert engine.status().view == 1
    assert {t.delay_ms for t in only(effects, StartTimer) if t.name == "view"} == {1500}
    assert said(validate(engine, OTHER)) == [prepare(OTHER, 0, view=1)]


def _forged_heads():
    heads = pre_prepare(OTHER, sender=2, view=1, changes=JUSTIFIED).justification.heads
    return (*heads[:2], replace(heads[2], signature=bytes(64)))


def _with_stranger():
    stranger = statement(Kind.VIEW_CHANGE, 1, 1, None, 8)
    heads = pre_prepare(OTHER, sender=2, view=1, changes=JUSTIFIED).justification.heads
    return (*heads[:2], stranger)


HEADS = tuple(change.statement for change in JUSTIFIED)
HEADS_PREPARED = tuple(change.statement for change in JUSTIFIED_PREPARED)


@pytest.mark.parametrize(
    ("block", "justification", "reason"),
    [
        (OTHER, Justification(), "0 view changes, needed are 3"),
        (OTHER, Justification(HEADS[:2]), "2 view changes, needed are 3"),
        (OTHER, Justification(_forged_heads()), "does not verify"),
        (OTHER, Justification(_with_stranger()), "not a validator"),
        (OTHER, Justification(HEADS, prepares_of(BLOCK, 0, (0, 1, 3))), "no view change claims"),
        (OTHER, Justification(HEADS_PREPARED), "another block than the one prepared in view 0"),
        (BLOCK, Justification(HEADS_PREPARED), "0 prepares, needed are 3"),
        (BLOCK, Justification(HEADS_PREPARED, prepares_of(BLOCK, 0, (0, 1))), "2 prepares"),
        (
            BLOCK,
            Justification(HEADS_PREPARED, prepares_of(OTHER, 0, (0, 1, 3))),
            "does not verify",
        ),
        (BLOCK, Justification(HEADS_PREPARED, prepares_of(BLOCK, 0, (0, 1, 8))), "not a validator"),
    ],
)
def test_rule_3_a_proposal_without_a_true_justification_is_refused(block, justification, reason):
    engine = engine_of(0)
    proposal = pre_prepare(block, sender=2, view=1)

    effects = hear(engine, replace(proposal, justification=justification))

    assert reason in reasons(effects)[0]
    assert engine.status().view == 0
    assert validated_blocks(effects) == []


def test_rule_3_a_false_claim_in_the_highest_view_does_not_hide_the_true_one():
    engine = engine_of(0)
    liar = statement(Kind.VIEW_CHANGE, 1, 1, (0, OTHER.hash), 1)
    heads = (HEADS_PREPARED[0], liar, HEADS_PREPARED[2])
    justification = Justification(heads, prepares_of(BLOCK, 0, (0, 1, 3)))
    proposal = pre_prepare(BLOCK, sender=2, view=1)

    effects = hear(engine, replace(proposal, justification=justification))

    assert validated_blocks(effects) == [BLOCK]


def test_rule_3_an_older_proposal_is_ignored():
    engine = engine_of(0)
    hear(engine, pre_prepare(OTHER, sender=2, view=1, changes=JUSTIFIED))

    assert hear(engine, pre_prepare(BLOCK, sender=1)) == ()


def test_rule_3_an_unsigned_proposal_is_refused():
    engine = engine_of(0)
    proposal = pre_prepare(BLOCK, sender=1)
    forged = replace(proposal, statement=replace(proposal.statement, signature=bytes(64)))

    assert "not signed by its proposer" in reasons(hear(engine, forged))[0]


def test_rule_6_the_timeout_of_a_view_asks_for_the_next_after_persisting():
    engine, opened = open_engine(0)

    effects = fire(engine, timer(opened, "view"))

    assert isinstance(effects[0], Persist)
    assert persisted_kinds(effects) == [Kind.VIEW_CHANGE]
    assert said(effects) == [view_change(1, 1, 0)]
    assert engine.status().view == 1


def test_rule_6_the_wish_carries_what_was_prepared():
    engine, opened = prepared_engine(0)

    effects = fire(engine, timer(opened, "view"))

    assert said(effects) == [view_change(1, 1, 0, prepared=(0, BLOCK, (0, 1, 2)))]


def test_rule_6_the_timer_of_a_higher_view_waits_for_q_validators_and_is_longer():
    engine, opened = open_engine(0)
    alone = fire(engine, timer(opened, "view"))
    two = hear(engine, view_change(1, 1, 1))

    effects = hear(engine, view_change(1, 1, 3))

    assert only(alone + two, StartTimer) == []
    assert [(t.name, t.delay_ms) for t in only(effects, StartTimer)] == [("view", 1500)]


def test_rule_6_one_timer_a_view():
    engine, opened = open_engine(0)
    fire(engine, timer(opened, "view"))
    hear_all(engine, [view_change(1, 1, 1), view_change(1, 1, 3)])

    assert only(hear(engine, view_change(1, 1, 2)), StartTimer) == []


def test_rule_6_a_justified_proposal_starts_the_timer_of_a_replica_that_waited_in_its_view():
    engine, opened = open_engine(0)
    fire(engine, timer(opened, "view"))

    effects = hear(engine, pre_prepare(OTHER, sender=2, view=1, changes=JUSTIFIED))

    assert {t.name for t in only(effects, StartTimer)} == {"view"}


@pytest.mark.parametrize(
    ("view", "delay_ms"), [(0, 1000), (1, 1500), (2, 2250), (5, 7593), (9, 30_000), (2**40, 30_000)]
)
def test_rule_6_the_timeout_grows_to_a_cap(view, delay_ms):
    assert EngineConfig(chain_id="c").view_timeout_ms(view, 1000) == delay_ms


def test_rule_6_nothing_is_prepared_below_a_view_that_was_asked_for():
    engine, _ = open_engine(0)
    accepted = hear(engine, pre_prepare(BLOCK, sender=1))
    fire(engine, timer(accepted, "view"))

    assert kinds(validate(engine, BLOCK)) == []


def test_rule_6_no_view_change_once_the_decision_is_known():
    engine, opened = open_engine(0)
    hear_all(engine, [commit(BLOCK, i) for i in (1, 2, 3)])

    assert fire(engine, timer(opened, "view")) == ()


def test_rule_7_f_plus_1_wishes_for_higher_views_are_followed_to_the_smallest():
    engine, _ = open_engine(0)
    one = hear(engine, view_change(1, 4, 1))

    effects = hear(engine, view_change(1, 2, 2))

    assert kinds(one) == []
    assert said(effects) == [view_change(1, 2, 0)]


def test_rule_7_any_distance_is_followed():
    engine, _ = open_engine(0)

    hear_all(engine, [view_change(1, 900, 1), view_change(1, 900, 2)])

    assert engine.status().view == 900


def test_rule_6_the_last_view_is_never_left():
    engine, _ = open_engine(0)
    effects = hear_all(engine, [view_change(1, 2**32, sender) for sender in (1, 2, 3)])

    assert fire(engine, timer(effects, "view")) == ()
    assert engine.status().view == 2**32


def test_rule_7_one_validator_alone_is_not_followed_however_often_it_asks():
    engine, _ = open_engine(0)

    effects = hear_all(engine, [view_change(1, view, 1) for view in range(1, 9)])

    assert kinds(effects) == []
    assert engine.status().view == 0


def test_rule_7_votes_in_a_higher_view_show_where_validators_are():
    engine, _ = open_engine(0)

    effects = hear_all(engine, [prepare(OTHER, 1, view=1), commit(OTHER, 2, view=1)])

    assert said(effects) == [view_change(1, 1, 0)]


def test_rule_7_a_listener_follows_silently():
    engine = engine_of(None)

    effects = hear_all(engine, [view_change(1, 3, 1), view_change(1, 3, 2)])

    assert kinds(effects) == []
    assert engine.status().view == 3
    assert [t.name for t in only(effects, StartTimer)] == ["resend"]


def test_an_older_wish_of_a_validator_is_ignored():
    engine, _ = open_engine(0)
    hear(engine, view_change(1, 4, 1))

    assert hear(engine, view_change(1, 2, 1)) == ()
    assert hear(engine, view_change(1, 4, 1)) == ()


GOOD = view_change(1, 1, 3, prepared=PREPARED)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (replace(GOOD, statement=replace(GOOD.statement, signature=bytes(64))), "not verify"),
        (replace(GOOD, prepares=GOOD.prepares[:2]), "2 prepares, needed are 3"),
        (replace(GOOD, prepares=prepares_of(BLOCK, 1, (0, 1, 3))), "does not verify"),
        (replace(GOOD, prepares=prepares_of(BLOCK, 0, (0, 1, 9))), "not a validator"),
        (replace(GOOD, block=OTHER.encode()), "another hash"),
        (replace(GOOD, block=b"\x91\x00"), "malformed"),
        (view_change(1, 1, 7), "not a validator"),
    ],
)
def test_a_false_view_change_is_a_fault_and_counts_for_nothing(message, reason):
    engine, _ = open_engine(0)

    effects = hear(engine, message, peer=3)
    after = hear(engine, view_change(1, 1, 1))

    assert [type(e) for e in effects] == [ReportFault]
    assert reason in reasons(effects)[0]
    assert kinds(after) == []


def test_a_second_forged_wish_for_the_same_view_is_a_fault():
    engine, _ = open_engine(0)
    hear(engine, view_change(1, 1, 3))
    forged = replace(GOOD, statement=replace(GOOD.statement, signature=bytes(64)))

    assert "does not verify" in reasons(hear(engine, forged))[0]


def test_many_prepared_views_of_one_height_stay_bounded():
    engine, _ = open_engine(0)
    blocks = [block_on(genesis_head(4), proposer=1, time_ms=10_000 + i) for i in range(40)]

    for at, block in enumerate(blocks):
        hear(engine, view_change(1, at + 1, 1, prepared=(at, block, (0, 2, 3))))

    state = engine._replica.state
    assert len(state.proven_claims) == 32
    assert len(state.blocks._blocks) == 8
    assert isinstance(state.view_changes.latest_of(key_of(1)), ViewChange)
